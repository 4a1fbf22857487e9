#include "experiment/analysis/preference.hpp"

#include <cmath>

#include "stats/two_sample.hpp"

namespace feedloop {

PreferenceReport preference_of(const InterleavingTable& table, std::string variant, double alpha, std::int64_t min_units) {
  const Estimate e = ratio_estimate(table.moments());
  PreferenceReport out{std::move(variant), table.pages(), e.n, kNoValue, kNoValue, {}, kNoValue, "not enough data"};
  if (e.status != TestStatus::Ok) return out;
  out.preference = e.value;
  out.se = std::sqrt(e.variance);
  const TTest t = t_test(e.value, out.se, static_cast<double>(e.n - 1), alpha, Alternative::TwoSided, 0.5);
  out.ci = t.ci;
  out.p = t.p;
  if (e.n >= min_units) out.verdict = !(t.p < alpha) ? "no clear preference" : e.value > 0.5 ? "preferred" : "not preferred";
  return out;
}

void analyse_preference(const AnalysisInput& in, ExperimentReport& out) {
  if (!in.interleaving) return;
  const auto& analysis = in.study.analysis;
  out.preferences.push_back(preference_of(*in.interleaving, out.variants[1].name, analysis.alpha, analysis.min_units));
}

}  // namespace feedloop
