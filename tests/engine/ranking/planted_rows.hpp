// Rows of every kind a ranker meets, with labels that depend on them: for tests of trees.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "base/distributions.hpp"
#include "engine/ranking/xgboost.hpp"

namespace feedloop {

struct PlantedRows {
  std::size_t width = 0;
  std::vector<float> rows, labels, weights;

  std::size_t size() const { return labels.size(); }
  BoostingData data() const { return {rows, width, labels, weights}; }
};

// Columns by turns: normal, binary, constant, five levels, normal with a fifth missing, log-normal. Labels are fractions where
// the first feature is above 1, else 0 or 1.
inline PlantedRows planted_rows(std::size_t n, std::size_t width, std::uint64_t seed) {
  PlantedRows out;
  out.width = width;
  for (std::size_t i = 0; i < n; ++i) {
    Rng rng = stream({seed}, Stream::Test, entity_key(i));
    double z = -1;
    for (std::size_t f = 0; f < width; ++f) {
      double x = normal(rng);
      if (f % 6 == 1) x = x > 0;
      if (f % 6 == 2) x = 0.25;
      if (f % 6 == 3) x = std::clamp(std::round(x), -2.0, 2.0);
      if (f % 6 == 5) x = std::exp(2 * x);
      const bool missing = f % 6 == 4 && bernoulli(rng, 0.2);
      z += missing ? 0.7 : std::sin(x + static_cast<double>(f)) / std::sqrt(static_cast<double>(f + 1));
      out.rows.push_back(missing ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(x));
    }
    const double p = logistic(2 * z);
    out.labels.push_back(out.rows[i * width] > 1 ? static_cast<float>(p) : static_cast<float>(bernoulli(rng, p)));
    out.weights.push_back(static_cast<float>(0.5 + rng.uniform()));
  }
  return out;
}

}  // namespace feedloop
