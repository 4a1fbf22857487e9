// What another policy's slates would have earned, the sum of rewards over the slots of a page. For slot k of a logged slate:
// r_k the reward, w_k = pi_e(a_k at k) / pi_b(a_k at k) of the item at its slot, and w_1:k the ratio for the slots up to k.
// With means over slates (Swaminathan et al. 2017; Li et al. 2018; McInerney et al. 2020; Kiyohara et al. 2022):
//
//   sips   standard:             mean sum_k w_1:K r_k                     no assumption on how slots interact
//   iips   independent:          mean sum_k w_k r_k                       a slot's reward depends on its own item only
//   rips   reward interaction:   mean sum_k w_1:k r_k                     … and on the items above it (cascade)
//   pi     pseudo-inverse:       mean (1 + sum_k (w_k - 1)) sum_k r_k     the page's reward is a sum over (slot, item);
//          this closed form is for slots drawn independently of each other (Swaminathan et al. 2017, sec. 3); else give weights
//   cascade-dr                   mean sum_k w_1:k (r_k - q_k) + w_1:k-1 v_k   (Kiyohara et al. 2022, eq. 9); q_k predicts the
//          reward from slot k on given the items up to k, v_k its mean over pi_e's choice at k
//   snsips, sniips, snrips       each slot's term divided by the mean of its weights instead of by 1
//
// Sums are centred and merge. Nothing throws.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stats/off_policy.hpp"

namespace feedloop {

struct SlateSlot {
  double reward = 0;
  double item_weight = 1;    // w_k
  double prefix_weight = 1;  // w_1:k
  double q = 0, v = 0;       // of cascade-dr
};

enum class SlateMethod : std::uint8_t { Sips, Iips, Rips, PseudoInverse, CascadeDr, Snsips, Sniips, Snrips };
constexpr std::size_t kSlateMethods = 8;
std::string_view to_string(SlateMethod m);  // "sips", "pseudo_inverse", …

class SlateSums {
 public:
  explicit SlateSums(std::size_t slots);  // the longest slate; shorter ones are welcome

  // Requires: at most `slots` of them, in order. `page_weight` replaces the closed form of pi, when it is not NaN.
  void add(std::span<const SlateSlot> slate, double page_weight = kNaN);
  void merge(const SlateSums& other);

  OffPolicyEstimate estimate(SlateMethod m) const;    // units are slates
  const WeightSummary& weights(SlateMethod m) const;  // of sips: of whole slates; of the others: of rows; of pi: of pages
                                                      // (they may be negative there)

 private:
  static constexpr std::size_t kPlain = 5, kNormalised = 3;
  std::size_t slots_;
  VectorMoments plain_;                    // by method without normalisation
  std::vector<VectorMoments> normalised_;  // by method: numerators by slot, then weights by slot
  std::vector<WeightSummary> weights_;     // sips, iips, rips, pi
};

// Weights of the pseudo-inverse estimator for one context whose logging policy draws whole slates from a known list, slots not
// being independent: q_e' Gamma^+ 1_s with Gamma = E_b[1_s 1_s'] over indicators of (slot, item) (Swaminathan et al. 2017,
// eq. 4). `slates`: rows of `slots` actions in 0..actions-1; `logging` their probabilities; `evaluation` pi_e's
// probability of action a at slot k, at [k * actions + a]. One weight a listed slate. Requires: slots * actions <= 2000.
std::vector<double> pseudo_inverse_weights(std::span<const std::uint32_t> slates, std::span<const double> logging,
                                           std::size_t slots, std::size_t actions, std::span<const double> evaluation);

// The same where every slate of distinct actions was equally likely, in closed form: with q(k, a) = pi_e's probability of
// action a at slot k, n actions and K slots, sum_k phi(k, s_k) for the phi with E_b[sum_k phi(k, s_k) sum_k g(k, s_k)] =
// sum_k,a q g for all g,
//   phi(k, a) = (n - 1) q(k, a) + (S(a) - n + n / K) / n,   S(a) = n ((n - 1) sum_k q(k, a) - K + 1) / (n - K); 1 if K = n.
// `at_slot`: q(k, s_k) by slot; `anywhere`: sum_j q(j, s_k) by slot. Requires: K <= n, n > 1, sum_a q(k, a) = 1.
double uniform_slate_weight(std::span<const double> at_slot, std::span<const double> anywhere, std::size_t actions);

}  // namespace feedloop
