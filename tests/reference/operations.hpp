// Which of our functions answers which operation of the reference files.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tests/reference/fixtures.hpp"

namespace feedloop::reference {

struct Operation {
  std::string_view family, op;
  json (*answer)(const json& input);  // the fields that we compute, by the reference's names
};
// By what they speak about: comparisons, tails and logs of decisions; sequential tests; sizes, ranks and survival; covariates,
// clusters and quantiles; posteriors, buckets and lists.
std::span<const Operation> comparison_operations();
std::span<const Operation> sequential_operations();
std::span<const Operation> sizing_operations();
std::span<const Operation> adjustment_operations();
std::span<const Operation> posterior_operations();
std::vector<Operation> operations();  // all of them

}  // namespace feedloop::reference
