// An inverted file of int8 codes for inner products: k-means cuts the rows into lists, and a query opens only the lists that
// may hold one of its k best.
//
// Which those are is judged per query, not by a fixed number of probes: the inner products of list c's rows with q have mean
// q . c and a variance known from the rows' spread along c and across it (a list's norms vary more than its directions), and
// the list is opened while mean + breadth * sd reaches the k-th best score so far. Three standard deviations found at least
// 0.98 of the best 50 to 500 of 5,000 to 100,000 rows, whether on the unit sphere or with the norms of matrix factorisation
// (0.978 of 500 of a million). Centroids, spreads and memberships are those of the build; a row added later joins the list of
// its nearest centroid.
#pragma once

#include <memory>

#include "engine/index/finder.hpp"

namespace feedloop {

std::unique_ptr<Finder> make_inverted_file();  // breadth: standard deviations, 3 unless set

}  // namespace feedloop
