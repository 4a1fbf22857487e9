#include "bench/workloads.hpp"

#include <array>

namespace feedloop {

std::span<const Workload> workloads() {
  static constexpr std::array table{
      Workload{"quickstart", "Requests/s of the whole program and each stage's share, one thread against all.",
               bench_quickstart},
      Workload{"features", "Microseconds of 500 feature rows, against every feature computed one at a time.", bench_features},
  };
  return table;
}

}  // namespace feedloop
