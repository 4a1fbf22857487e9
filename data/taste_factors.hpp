// Tastes and items from who chose what, in one latent space: log-lift of the pair (u, i) over "popularity alone" = strength *
// (p_u . v_i), with p_u and v_i of length 1, as the world wants them.
//
// Model: the multiplicative association model of a contingency table (Goodman 1985, "The analysis of cross-classified data",
// eq. 2.4) to first order, as in correspondence analysis (Greenacre 1984, eq. 4.1.27): with r the 0/1 matrix of choices, n its
// margins and e_ui = n_u n_i / N what popularity and activity alone expect,
//
//     minimise  sum_ui e_ui (r_ui / e_ui - 1 - x_u . y_i)^2 + lambda (sum_u |x_u|^2 + sum_i |y_i|^2)
//
// by alternating least squares; all pairs count, and cost only as much as the choices (the shared Gram matrix of Hu, Koren &
// Volinsky 2008, "Collaborative filtering for implicit feedback datasets", sec. 4). Popularity and activity are margins, so the
// factors hold taste only. Lambda is chosen, and the strength fitted, on a hold-out.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "data/hold_out.hpp"
#include "data/interaction_log.hpp"
#include "sim/sample_table.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct HoldOut {
  std::int64_t events = 0, users = 0;
  Auc taste, popularity, both;  // Against::Even
  Auc taste_matched;            // Against::Matched: what taste adds to popularity
};

struct TasteFactors {
  std::vector<Latent> users, items;  // p_u and v_i, by index in the log
  double strength = 0;               // log-lift per unit of p . v
  Interval strength_ci;              // 95 %
  double lambda = 0;
  std::int64_t unidentified_items = 0;  // too few events: the category's mean and spread stand in
  HoldOut hold_out;
};

// An item with fewer events has no vector of its own: one event would give it its one chooser's taste. (On MovieLens the
// fallback for such items costs 0.005 of AUC; a limit of 5 would cost 0.02.)
constexpr int kIdentifiedEvents = 2;

// `category` of each item, 0-based. Deterministic for a seed, on any number of threads.
TasteFactors fit_tastes(const InteractionLog& log, const std::vector<int>& category, Seed seed);

}  // namespace feedloop
