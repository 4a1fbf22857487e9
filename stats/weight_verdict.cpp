#include "stats/weight_verdict.hpp"

#include <cmath>

#include <fmt/format.h>

namespace feedloop {

std::string_view to_string(WeightVerdict v) {
  switch (v) {
    case WeightVerdict::Supported:
      return "supported";
    case WeightVerdict::NotEnoughData:
      return "not enough data";
    case WeightVerdict::NoOverlap:
      return "no overlap";
    case WeightVerdict::RoughPropensities:
      return "rough propensities";
    case WeightVerdict::MeanNotOne:
      return "weights do not average 1";
    case WeightVerdict::FewEffectiveRows:
      return "few effective rows";
    case WeightVerdict::HeavyWeight:
      return "one heavy weight";
  }
  return "unknown";
}

WeightJudgement judge_weights(const WeightSummary& w, double unsupported, double rough, const WeightThresholds& limits) {
  WeightJudgement out;
  if (w.rows < 2 || !(w.mean > 0)) {
    out.reasons.push_back(w.rows < 2 ? "There are fewer than two rows."
                                     : "The evaluated policy takes none of the logged actions.");
    return out;
  }
  out.verdict = WeightVerdict::Supported;
  const auto doubt = [&](WeightVerdict v, std::string why) {
    if (out.verdict == WeightVerdict::Supported) out.verdict = v;
    out.reasons.push_back(std::move(why));
  };
  if (unsupported > limits.unsupported)
    doubt(WeightVerdict::NoOverlap,
          fmt::format("{:.1f}% of what the evaluated policy does was never logged (limit {:.0f}%): nothing is known of it.",
                      100 * unsupported, 100 * limits.unsupported));
  if (rough > limits.rough)
    doubt(WeightVerdict::RoughPropensities,
          fmt::format(
              "{:.1f}% of the propensities are Monte-Carlo estimates with errors above {:.0f}% of them (limit {:.0f}%): they "
              "cannot be divided by; log more draws, or exact ones.",
              100 * rough, 100 * kRoughError, 100 * limits.rough));
  // Equal weights have no standard error to speak of; rounding is not a fault of theirs.
  if (std::abs(w.mean - 1) > limits.mean_z * w.mean_se() + 1e-3)
    doubt(
        WeightVerdict::MeanNotOne,
        fmt::format("The weights average {:.4f} where 1 is due, {:.1f} standard errors away (limit {:.0f}): propensities, the "
                    "policy or the support are wrong.",
                    w.mean, std::abs(w.mean - 1) / w.mean_se(), limits.mean_z));
  const double rows = static_cast<double>(w.rows), effective = w.effective_rows();
  if (effective < limits.effective_rows || effective < limits.effective_share * rows)
    doubt(WeightVerdict::FewEffectiveRows,
          fmt::format("The effective sample is {:.0f} of {} rows, {:.1f}% (limits {:.0f} rows and {:.0f}%): intervals are too "
                      "short.",
                      effective, w.rows, 100 * effective / rows, limits.effective_rows, 100 * limits.effective_share));
  if (w.largest_share() > limits.largest_share)
    doubt(WeightVerdict::HeavyWeight,
          fmt::format("One row carries {:.1f}% of all weight (limit {:.0f}%; weight {:.4g}): its reward decides.",
                      100 * w.largest_share(), 100 * limits.largest_share, w.largest));
  return out;
}

}  // namespace feedloop
