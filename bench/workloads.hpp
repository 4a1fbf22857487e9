// Named workloads, each measuring one thing and printing JSON.
//
//   quickstart   requests/s of the whole program on a 2,000-user world, and each stage's share
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
std::string bench_features();

}  // namespace feedloop
