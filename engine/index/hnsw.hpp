// hnswlib's graph (Malkov & Yashunin 2020), single-threaded in order of rows with a fixed seed. Rows get one more
// dimension, sqrt(R^2 - |x|^2) with R the largest norm of the build, which makes all norms equal, so that the largest inner
// product is the nearest direction (Bachrach et al. 2014, "Speeding up the Xbox recommender system using a Euclidean
// transformation for inner-product spaces"): of 500 best among 20,000 with norms as of matrix factorisation, the graph of plain
// inner products found at most 0.67 however long it searched, this one 0.98. A later row with a norm above R gets 0 there: it
// keeps its inner products and is only linked less well. May find fewer than k rows.
#pragma once

#include <memory>

#include "engine/index/finder.hpp"

namespace feedloop {

std::unique_ptr<Finder> make_hnsw();  // breadth: nodes kept in search (ef) per row asked for, 4 unless set

}  // namespace feedloop
