#include "bench/workloads.hpp"

#include <array>

namespace feedloop {

std::span<const Workload> workloads() {
  static constexpr std::array table{
      Workload{"quickstart", "Requests/s of the whole program and each stage's share, one thread against all.",
               bench_quickstart},
      Workload{"world", "A fortnight served by popularity at three sizes of the population: what the world costs.",
               bench_world},
      Workload{"forest", "Boosted trees: the flattened forest against XGBoost's predictor on a request's rows, and training.",
               bench_forest},
      Workload{"training", "Examples/s of the neural models' training and the time of serving them.", bench_training},
      Workload{"retrieval", "Each kind of vector index beside Eigen and hnswlib: microseconds a query and recall.",
               bench_retrieval},
      Workload{"mmr", "The diversity re-ranker's lanes against its scalar twin, picking 20 of 100.", bench_mmr},
      Workload{"features", "Microseconds of 500 feature rows, against every feature computed one at a time.", bench_features},
      Workload{"funnel", "A whole request at three sizes of catalogue, against the same funnel built from libraries.",
               bench_funnel},
      Workload{"ope", "Ten million logged rows through ips, snips and dr in chunks, against one row at a time.", bench_ope},
      Workload{"analysis", "A million units, every metric, three variants: the whole analysis, against a row at a time.",
               bench_analysis},
      Workload{"policies", "One slot among 1,000 actions by Thompson sampling and by LinUCB, against scalar twins.",
               bench_policies},
      Workload{"assignments", "A finished run's 100,000 units assigned 10,000 times, against a unit at a time.",
               bench_assignments},
  };
  return table;
}

}  // namespace feedloop
