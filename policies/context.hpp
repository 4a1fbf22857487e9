// What a contextual policy regresses on: a candidate's feature row, brought to a fixed number of dimensions.
//
//   x = (1, z_1 … z_dims),  z = the features in order, padded with 0, where they are `dims` or fewer;
//                           else feature j is added to z_(j mod dims) with a sign of its own (feature hashing, Weinberger et
//                           al. 2009)
//
// With `standardise` each feature is first centred and scaled by what the first kFreezeRows learned rows say and cut at 4
// deviations, then z is divided by sqrt(dims); until so many rows were learned, z = 0. What was learned before would otherwise
// be in other units. Rows of another width than the first seen (pages answered without features) give z = 0.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/state.hpp"

namespace feedloop {

struct ContextParams {
  std::int64_t dims = 16;
  bool standardise = true;
  void describe(Describe& d);
};

class ContextMap {
 public:
  static constexpr std::int64_t kFreezeRows = 1000;

  explicit ContextMap(const ContextParams& params) : params_(params) {}
  std::size_t size() const { return static_cast<std::size_t>(params_.dims) + 1; }
  // x of one row into size() floats.
  void map(std::span<const float> row, float* x) const;
  // Looks at a row while it still has to learn how features are spread.
  void observe(std::span<const float> row);
  void visit_state(State& s) {
    s(rows_);
    s(centre_);
    s(spread_);
  }

 private:
  ContextParams params_;
  std::int64_t rows_ = 0;
  std::vector<double> centre_, spread_;  // mean and sum of squared deviations; once frozen, mean and 1 / deviation
};

// x of every candidate, row-major.
std::vector<float> contexts_of(const Ranking& ranking, const ContextMap& map);

}  // namespace feedloop
