// How good an order is, against known relevance. Gains and relevance are given in the order that is judged, best place first.
#pragma once

#include <cstddef>
#include <span>

namespace feedloop {

// Sum over the first k of gain / log2(1 + rank) (Järvelin & Kekäläinen 2002, with linear gain and the discount from rank 1 on).
double dcg(std::span<const double> gains, std::size_t k);
// DCG over that of the best order of the same items. NaN when that is 0: no gains. Requires: gains >= 0.
double ndcg(std::span<const double> gains, std::size_t k);

// Mean, over the relevant items, of the share of relevant ones down to each of them. NaN when none is relevant.
double average_precision(std::span<const bool> relevant);

// P(a positive's score > a negative's), ties counting half: the area under the ROC curve (Hanley & McNeil 1982). Exact counts.
// NaN without positives or without negatives. Requires: no score is NaN.
double roc_auc(std::span<const double> positives, std::span<const double> negatives);

}  // namespace feedloop
