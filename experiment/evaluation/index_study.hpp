// What an inverted file saves, and finds, on as many vectors as a large catalogue has: synthetic ones with the norms and topics
// of a factorisation (factor_vectors.hpp), as no world of that size is needed to ask an index.
#pragma once

#include "experiment/scenario.hpp"

namespace feedloop {

struct IndexStudy {
  double saving = 0;  // inner products of exact search over those of the inverted file: centroids, codes and rows
  double recall = 0;  // of the exact 100 best
};

// Of 64 dimensions, over 200 queries, by the scenario's seed. Requires: rows > 100.
IndexStudy study_index(const Scenario& scenario, std::size_t rows);

template <std::size_t rows>
IndexStudy index_study(const Scenario& scenario) {
  return study_index(scenario, rows);
}
inline double index_saving(const IndexStudy& s) { return s.saving; }
inline double index_recall(const IndexStudy& s) { return s.recall; }

}  // namespace feedloop
