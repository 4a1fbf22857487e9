// An inverted file of int8 codes for inner products: k-means cuts the rows into lists, and a query opens only the lists that
// may hold one of its k best.
//
// Which those are is judged per query, not by a fixed number of probes: the inner products of list c's rows with q have mean
// q . c and a variance known from the rows' spread along c and across it (a list's norms vary more than its directions), and
// the list is opened while mean + breadth * sd reaches the k-th best score so far. How wide that must be depends on the tails
// of the rows within a list, so the build measures it: the least of ten breadths from 2.5 to 8 that finds 0.985 of the best
// fiftieth (100 at most) of 32 queries drawn from the rows. Centroids, spreads, memberships and breadth are those of the build;
// a row added later joins the list of its nearest centroid.
#pragma once

#include <memory>

#include "engine/index/finder.hpp"

namespace feedloop {

std::unique_ptr<Finder> make_inverted_file();  // breadth: standard deviations, measured unless set

}  // namespace feedloop
