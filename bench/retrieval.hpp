// Times the kinds of vector index against each other and against the library peers: Eigen's product with nth_element and a
// sort of the k best, and hnswlib. Processor time on one core; medians over queries; all figures of one call, so that their
// ratios mean something on a busy machine too.
#pragma once

#include <cstddef>

#include "experiment/evaluation/factor_vectors.hpp"

namespace feedloop {

struct KindFigures {
  double us = 0;      // a query, median
  double recall = 0;  // mean share of the exact k best that were found
  double build_s = 0;
};

struct RetrievalFigures {
  std::size_t items = 0, k = 0;
  KindFigures exact, int8, ivf, eigen;
  KindFigures hnsw;         // at the least breadth with ivf's recall, or the greatest tried; zeros unless asked for
  double hnsw_breadth = 0;  // nodes kept per row asked for
};

// `vectors` may be the engine's own. Requires: at least k items, at least one query.
RetrievalFigures measure_retrieval(const RetrievalVectors& vectors, std::size_t k, bool with_hnsw);

}  // namespace feedloop
