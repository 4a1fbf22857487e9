// How much of an item's popularity is the item's own appeal. Three steps:
//   1. Shrinkage: the log's count n_i is Poisson around an intensity that is Gamma(shape a, mean m) over the catalogue (so n is
//      negative binomial); the posterior mean (a + n_i) / (a / m + 1) replaces the count.
//   2. Taste and repetition: weights w_i and user rates theta_u are found (iterative proportional fitting; Deming & Stephan
//   1940)
//      such that the choices expected of users and items, sum of rate_ui = theta_u w_i e^(strength p_u.v_i), are those of the
//      log. Where a pair occurs once at most, as with ratings, it is sum of 1 - e^-rate_ui: an item that half of the users
//      chose is more attractive than its count says. L_i = ln w_i is popularity that neither taste nor the users' number
//      explains.
//   3. Budget: the popularity of an item is exposure and appeal multiplied, and a log of choices shows only the product. The
//   share
//      `appeal_share` of L is assumed to be appeal. The world draws quality and clickbait of its own, which in a log are part
//      of popularity too; with V the variance they bring, L keeps the coefficient sqrt(1 - V / var L), of which exposure takes
//      1 - appeal_share and appeal what is left.
// Offsets are 0 at the item behind an average event.
#pragma once

#include <cstdint>
#include <vector>

#include "data/taste_factors.hpp"
#include "sim/params.hpp"

namespace feedloop {

struct ItemAppeal {
  std::vector<double> offset;    // logit, by item
  std::vector<double> exposure;  // weight of an item in what users of the source were shown, as assumed
  double shape = 0;              // a of step 1
  double log_popularity_sd = 0;  // sd of L over the catalogue
  double own_variance = 0;       // V
  double coefficient = 0;        // offset per unit of L
};

// The same from a log of impressions, which shows both exposure and choices: an item's clicks are Poisson around lift_i times
// what its rows would have got were all items alike (by slot k^-eta), lift_i is Gamma(a, mean 1), and ln of its posterior mean
// (a + clicks) / (a + expected) is L_i. Exposure is the number of its rows; of L nothing is assumed, but that the world brings
// V of its variance by itself, so that the rest is scaled to sqrt(1 - V / var L). `shape` is a, infinite where items do not
// differ.
ItemAppeal measure_clicked_appeal(const InteractionLog& log, double eta, const ChoiceParams& choice, const ItemParams& items);

// Shape of the Gamma law of intensities by maximum likelihood, in [0.01, 1000]. Requires: a positive count.
double fit_popularity_shape(const std::vector<std::int64_t>& events_per_item);

// True when (nearly) no user chooses an item twice, as in a log of ratings.
bool chosen_once(const InteractionLog& log);

// Large logs are fitted on a sample of their users. Requires: appeal_share in [0, 1].
ItemAppeal measure_appeal(const InteractionLog& log, const TasteFactors& tastes, const ChoiceParams& choice,
                          const ItemParams& items, double appeal_share, Seed seed);

}  // namespace feedloop
