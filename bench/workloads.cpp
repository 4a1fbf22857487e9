#include "bench/workloads.hpp"

#include <array>

namespace feedloop {

std::span<const Workload> workloads() {
  static constexpr std::array table{
      Workload{"quickstart", "Requests/s of the whole program and each stage's share, one thread against all.",
               bench_quickstart},
      Workload{"mmr", "The diversity re-ranker's lanes against its scalar twin, picking 20 of 100.", bench_mmr},
  };
  return table;
}

}  // namespace feedloop
