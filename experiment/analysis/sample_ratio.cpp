#include "experiment/analysis/sample_ratio.hpp"

#include "stats/srm.hpp"

namespace feedloop {

void analyse_sample_ratio(const AnalysisInput& in, ExperimentReport& out) {
  std::vector<double> shares;
  for (const Variant& v : in.study.scenario.experiments[in.experiment].variants) shares.push_back(v.share);
  const SrmResult r = sample_ratio_test(in.entered, shares);
  out.srm.push_back({"all", r.chi2, static_cast<double>(r.df), r.p, std::string(to_string(r.state))});
}

}  // namespace feedloop
