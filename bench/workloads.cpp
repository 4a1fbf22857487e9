#include "bench/workloads.hpp"

#include <array>

namespace feedloop {

std::span<const Workload> workloads() {
  static constexpr std::array table{
      Workload{"quickstart", "Requests/s of the whole program and each stage's share, one thread against all.",
               bench_quickstart},
  };
  return table;
}

}  // namespace feedloop
