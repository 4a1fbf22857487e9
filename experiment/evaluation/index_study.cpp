#include "experiment/evaluation/index_study.hpp"

#include <algorithm>
#include <vector>

#include "base/parallel.hpp"
#include "engine/index/vector_index.hpp"
#include "experiment/evaluation/factor_vectors.hpp"

namespace feedloop {

IndexStudy study_index(const Scenario& scenario, std::size_t rows) {
  constexpr int kDims = 64;
  constexpr std::size_t kQueries = 200, kBest = 100;
  const RetrievalVectors v = factor_vectors(rows, kQueries, kDims, scenario.seed());
  VectorIndex exact(IndexKind::Exact), inverted(IndexKind::Ivf);
  exact.build(v.items, kDims);
  inverted.build(v.items, kDims);
  std::vector<double> products(kQueries), found(kQueries);
  parallel_for(kQueries, 1, [&](std::size_t q, std::size_t) {
    const std::span<const float> query{v.queries.data() + q * kDims, kDims};
    std::vector<Scored> best, got;
    exact.search(query, kBest, best);
    products[q] = static_cast<double>(inverted.search(query, kBest, got));
    for (const Scored& s : got) found[q] += std::ranges::count(best, s.item, &Scored::item) > 0;
  });
  IndexStudy out;
  double all = 0;
  for (const double p : products) all += p;
  for (const double f : found) out.recall += f / static_cast<double>(kQueries * kBest);
  out.saving = static_cast<double>(rows * kQueries) / all;
  return out;
}

}  // namespace feedloop
