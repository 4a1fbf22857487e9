#include "experiment/analysis/sample_ratio.hpp"

#include "stats/srm.hpp"

namespace feedloop {

void analyse_sample_ratio(const AnalysisInput& in, ExperimentReport& out) {
  const Experiment& experiment = in.study.scenario.experiments[in.experiment];
  std::vector<double> shares;
  for (const Variant& v : experiment.variants) shares.push_back(v.share);
  const auto test = [&](const char* scope, const std::vector<std::int64_t>& units) {
    const SrmResult r = sample_ratio_test(units, shares);
    out.srm.push_back({scope, r.chi2, static_cast<double>(r.df), r.p, std::string(to_string(r.state))});
  };
  test("all", in.assigned);
  if (experiment.design.triggered) test("triggered", in.entered);
}

}  // namespace feedloop
