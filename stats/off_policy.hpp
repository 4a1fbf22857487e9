// What another policy would have earned, from the log of the one that ran. A row is one decision: reward r, importance weight
// w = pi_e(a | x) / pi_b(a | x) of the logged action, and, where there is a reward model, its prediction q for the logged
// action and v = sum_a pi_e(a | x) q(x, a). With means over rows and d = r - q:
//
//   replay          sum m r / sum m, m = [w > 0]           Li, Chu, Langford & Wang 2011, alg. 2 (uniform log, one action)
//   ips             mean w r                               Horvitz & Thompson 1952; Strehl et al. 2010
//   clipped ips     mean min(w, c) r                       Ionides 2008; Bottou et al. 2013, eq. 12
//   snips           sum w r / sum w                        Swaminathan & Joachims 2015b, eq. 8
//   clipped snips   sum min(w, c) r / sum min(w, c)
//   sub-gaussian    mean h r, h = w / (1 - l + l w)        Metelli, Russo & Restelli 2021, eq. 8 with s = -1
//   dm              mean v                                 the direct method
//   dr              mean v + w d                           Dudik, Langford & Li 2011, eq. 1
//   clipped dr      mean v + min(w, c) d
//   sndr            mean v + sum w d / sum w               Robins et al. 2007; Thomas & Brunskill 2016 for the weights
//   switch-dr       mean v + w [w <= c] d                  Wang, Agarwal & Dudik 2017, sec. 4 with DR below the switch
//   shrunk dr       mean v + l w / (w^2 + l) d             Su, Dimakopoulou, Krishnamurthy & Dudik 2020, eq. 9 ("optimistic")
//   sub-gaussian dr mean v + h d
//
// Only ips, and dr with q fixed beforehand or cross-fitted, are unbiased when propensities are right and every action that
// pi_e may take could have been logged; the others trade bias for variance (docs/OFF_POLICY.md).
//
// Sums are centred and merge, so a log of any length passes through in chunks; rows of one unit (a user, a page) that are not
// independent are added together. Nothing throws: too little data is a status.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"
#include "stats/vector_moments.hpp"

namespace feedloop {

enum class OffPolicyMethod : std::uint8_t {
  Replay,
  Ips,
  ClippedIps,
  Snips,
  ClippedSnips,
  SubGaussianIps,
  Dm,
  Dr,
  ClippedDr,
  Sndr,
  SwitchDr,
  ShrunkDr,
  SubGaussianDr
};
std::string_view to_string(OffPolicyMethod m);  // "ips", "clipped_ips", "switch_dr", …
bool uses_model(OffPolicyMethod m);             // needs q and v
bool is_normalised(OffPolicyMethod m);          // divides by a sum of weights

// `parameter`: c of the clipped methods and of switch-dr, > 0; l of shrunk dr, > 0; l of the sub-gaussian ones, in [0, 1].
// Methods without one ignore it.
struct OffPolicySpec {
  OffPolicyMethod method = OffPolicyMethod::Ips;
  double parameter = kInfinity;
  friend bool operator==(const OffPolicySpec&, const OffPolicySpec&) = default;
};

// Columns of equal length, all finite, weights >= 0; `q` and `v` may be empty when no method uses a model.
struct LoggedRows {
  std::span<const double> weight, reward, q, v;
  std::size_t size() const { return weight.size(); }
  LoggedRows part(std::size_t begin, std::size_t count) const;
};

// An estimate is sum x / sum count + sum y / sum z (the second only where the method has it); a unit adds its rows' terms.
struct OffPolicyTerms {
  double count = 0, x = 0, y = 0, z = 0;
};
OffPolicyTerms off_policy_terms(const OffPolicySpec& spec, const LoggedRows& unit);

struct OffPolicyEstimate {
  std::int64_t units = 0;
  double value = kNaN;
  double se = kNaN;        // by the delta method, over units: of a self-normalised estimate too
  double se_fixed = kNaN;  // as if the sum of weights were a known constant (what obp prints for snips and sndr)
  TestStatus status = TestStatus::NotEnoughData;  // no row matched, no weight at all, or fewer than two units
};

// Weights, whatever the rewards.
struct WeightSummary {
  std::int64_t rows = 0, zeros = 0;  // zeros: the evaluated policy would never have taken the logged action
  double mean = 0, m2 = 0;           // m2: sum of squared deviations
  double largest = 0;
  double effective_rows() const;  // Kish 1965: (sum w)^2 / sum w^2; 0 when all weights are 0
  double largest_share() const;   // of the sum of weights; 0 when that is 0
  double mean_se() const;         // NaN below two rows
  void merge(const WeightSummary& other);
};

class OffPolicySums {
 public:
  explicit OffPolicySums(std::vector<OffPolicySpec> specs);

  void add(const LoggedRows& rows);        // each row a unit of its own
  void add_unit(const LoggedRows& rows);   // all of them one unit
  void merge(const OffPolicySums& other);  // Requires: the same specs

  const std::vector<OffPolicySpec>& specs() const { return specs_; }
  OffPolicyEstimate estimate(std::size_t spec) const;
  const WeightSummary& weights() const { return weights_; }
  // Matches of replay and rows added so far.
  std::int64_t matched() const { return weights_.rows - weights_.zeros; }

 private:
  std::vector<OffPolicySpec> specs_;
  std::vector<VectorMoments> moments_;  // of (count, x, y, z), by spec
  WeightSummary weights_;
};

// The obvious twin of OffPolicySums::add: one row, one spec at a time, by Welford's update. For tests and the bench.
class PlainOffPolicySums {
 public:
  explicit PlainOffPolicySums(std::vector<OffPolicySpec> specs);
  void add(double weight, double reward, double q, double v);
  OffPolicyEstimate estimate(std::size_t spec) const;

 private:
  std::vector<OffPolicySpec> specs_;
  std::vector<VectorMoments> moments_;
};

// Which of several estimates of one value has the least mean squared error, as the data see it: se^2 + (e_i - e_0)^2, where the
// first is unbiased and the others deviate from it on the same rows. The squared difference counts the noise of the bias too,
// so small biases are not mistaken for none at the price of a larger parameter than the best (Wang, Agarwal & Dudik 2017,
// sec. 3.3, with the bias estimated instead of bounded, as in Saito et al. 2021). Nothing when the first has no value.
std::optional<std::size_t> select_by_error(std::span<const OffPolicyEstimate> estimates);

}  // namespace feedloop
