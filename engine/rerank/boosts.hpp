// What is added to scores before re-ranking: new items gain, so does a category just searched for, and categories that the user
// was not interested in lose.
#pragma once

#include <span>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "engine/online_features.hpp"

namespace feedloop {

// In units of score: the value model gives an average item the sum of its weights.
struct BoostParams {
  double fresh = 0, fresh_days = 7, dismissed = 0.5, searched = 1;
  void describe(Describe& d) {
    d.number("fresh", fresh, {0, 100}, "score",
             "Added to the score of an item at its upload; decays exponentially with its age.");
    d.number("fresh_days", fresh_days, {0.01, 3650}, "days", "Age at which 1/e of the freshness boost is left.");
    d.number("dismissed", dismissed, {0, 100}, "score",
             "Taken from an item's score for each item of its category that the user marked as not interesting; halves in "
             "seven days.");
    d.number("searched", searched, {0, 100}, "score",
             "Added to the score of items of the category that the user searched in last; halves in a day.");
  }
};

void boost_scores(const BoostParams& params, Catalog catalog, const OnlineFeatures& user, const Request& request,
                  std::span<Candidate> candidates);

}  // namespace feedloop
