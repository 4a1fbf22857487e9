// Synthetic vectors for timing and testing retrieval: items and users as implicit matrix factorisation leaves them, and an
// easier set on the unit sphere. What makes the first hard is real: few topics share most items, variance falls along the
// factors, and an item's norm follows its popularity, so that the largest inner products are not the nearest directions.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/distributions.hpp"
#include "base/random.hpp"

namespace feedloop {

struct RetrievalVectors {
  int dims = 0;
  std::vector<float> items, queries;  // rows
};

// Un-normalised: log-norm sd 0.5 (the 99th percentile is 3.2 times the median), 60 topics of Zipf's sizes, a popularity axis.
inline RetrievalVectors factor_vectors(std::size_t items, std::size_t queries, int dims, std::uint64_t seed = 1) {
  constexpr std::size_t kTopics = 60;
  const auto d = static_cast<std::size_t>(dims);
  std::vector<double> falloff(d);
  for (std::size_t i = 0; i < d; ++i) falloff[i] = std::pow(static_cast<double>(i + 1), -0.35);
  const auto random_vector = [&](Rng& rng, double scale, std::vector<double>& v) {
    for (std::size_t i = 0; i < d; ++i) v[i] += scale * normal(rng) * falloff[i];
  };
  const auto random_topic = [](Rng& rng) {
    return std::min(kTopics - 1, static_cast<std::size_t>(std::pow(static_cast<double>(kTopics + 1), rng.uniform())) - 1);
  };
  std::vector<std::vector<double>> topics(kTopics, std::vector<double>(d));
  for (std::size_t t = 0; t < kTopics; ++t) {
    Rng rng = stream(Seed{seed}, Stream::Test, entity_key(t, 0));
    random_vector(rng, 1, topics[t]);
  }
  RetrievalVectors out{dims, std::vector<float>(items * d), std::vector<float>(queries * d)};
  for (std::size_t r = 0; r < items; ++r) {
    Rng rng = stream(Seed{seed}, Stream::Test, entity_key(r, 1));
    std::vector<double> v = topics[random_topic(rng)];
    random_vector(rng, 0.8, v);
    const double popularity = normal(rng);
    v[0] += 1 + 0.5 * popularity;
    for (std::size_t i = 0; i < d; ++i) out.items[r * d + i] = static_cast<float>(v[i] * std::exp(0.5 * popularity));
  }
  for (std::size_t r = 0; r < queries; ++r) {  // a user likes a few topics
    Rng rng = stream(Seed{seed}, Stream::Test, entity_key(r, 2));
    std::vector<double> v(d);
    for (int likes = 0; likes < 3; ++likes) {
      const double weight = rng.uniform();
      const std::vector<double>& topic = topics[random_topic(rng)];
      for (std::size_t i = 0; i < d; ++i) v[i] += weight * topic[i];
    }
    random_vector(rng, 0.5, v);
    v[0] += 1;
    for (std::size_t i = 0; i < d; ++i) out.queries[r * d + i] = static_cast<float>(v[i]);
  }
  return out;
}

// Unit vectors round 200 centres; the queries are drawn like the items.
inline RetrievalVectors clustered_vectors(std::size_t items, std::size_t queries, int dims, std::uint64_t seed = 1) {
  const auto d = static_cast<std::size_t>(dims);
  RetrievalVectors out{dims, std::vector<float>(items * d), std::vector<float>(queries * d)};
  const auto fill = [&](std::vector<float>& rows, std::uint64_t kind) {
    for (std::size_t r = 0; r < rows.size() / d; ++r) {
      Rng rng = stream(Seed{seed}, Stream::Test, entity_key(r, kind));
      Rng centre = stream(Seed{seed}, Stream::Test, entity_key(uniform_below(rng, 200), 5));
      double squares = 0;
      std::vector<double> v(d);
      for (double& x : v) {
        x = normal(centre) + 0.7 * normal(rng);
        squares += x * x;
      }
      for (std::size_t i = 0; i < d; ++i) rows[r * d + i] = static_cast<float>(v[i] / std::sqrt(squares));
    }
  };
  fill(out.items, 3);
  fill(out.queries, 4);
  return out;
}

}  // namespace feedloop
