// Named workloads, each measuring one thing and printing JSON.
//
//   quickstart   requests/s of the whole program on a 2,000-user world, and each stage's share
//   world        a fortnight served by popularity, at three sizes of the population: pages/s, memory, the slope over users
//   forest       one request's rows through boosted trees, ours against XGBoost's C API, and trees trained a second
//   training     examples/s of the network and the two towers, and what serving them takes
//   retrieval    microseconds a query and recall of each kind of vector index, beside Eigen and hnswlib
//   mmr          the diversity re-ranker, 20 of 100 candidates: lanes over candidates against one after the other
//   funnel       a whole request at 10,000 to 1,000,000 items, against the same funnel built from hnswlib and XGBoost
//   ope          ten million logged rows through ips, snips and dr, against one row at a time
//   analysis     a million units, every metric, three variants: caps, moments, effects, guardrails and verdicts, against a row
//                at a time and the textbook's two passes
//   policies     one slot among 1,000 actions by Thompson sampling and by LinUCB, against scalar twins
//   assignments  a finished run's 100,000 units assigned 10,000 times, against an assignment and a unit at a time
//   features     500 feature rows of a 100,000-item catalogue, against a twin that computes one feature at a time
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace feedloop {

struct Workload {
  std::string_view name, doc;
  std::string (*run)();  // JSON, indented, with a newline at the end
};

std::span<const Workload> workloads();

std::string bench_quickstart();
std::string bench_world();
std::string bench_forest();
std::string bench_training();
std::string bench_retrieval();
std::string bench_mmr();
std::string bench_features();
std::string bench_funnel();
std::string bench_ope();
std::string bench_analysis();
std::string bench_policies();
std::string bench_assignments();

}  // namespace feedloop
