#include "stats/weight_verdict.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

WeightSummary summary(const std::vector<double>& w) {
  OffPolicySums sums({{OffPolicyMethod::Ips}});
  sums.add({w, w, {}, {}});
  return sums.weights();
}

}  // namespace

TEST_CASE("each way that weights fail has its name") {
  const auto verdict = [](const std::vector<double>& w, double unsupported = 0, double rough = 0) {
    return judge_weights(summary(w), unsupported, rough).verdict;
  };
  CHECK(verdict(std::vector<double>(200, 1.0)) == WeightVerdict::Supported);
  CHECK(verdict({}) == WeightVerdict::NotEnoughData);
  CHECK(verdict(std::vector<double>(50, 0.0)) == WeightVerdict::NotEnoughData);
  CHECK(verdict(std::vector<double>(200, 1.0), 0.02) == WeightVerdict::NoOverlap);
  CHECK(verdict(std::vector<double>(200, 1.0), 0, 0.02) == WeightVerdict::RoughPropensities);
  CHECK(verdict(std::vector<double>(200, 1.2)) == WeightVerdict::MeanNotOne);
  CHECK(verdict(std::vector<double>(99, 1.0)) == WeightVerdict::FewEffectiveRows);
  std::vector<double> heavy(5000, 0.98);
  heavy[7] = 101;
  CHECK(verdict(heavy) == WeightVerdict::HeavyWeight);
  CHECK(judge_weights(summary(heavy), 0.5).reasons.size() == 2);
}

TEST_CASE("effective rows are those of Kish") {
  const WeightSummary s = summary({1, 1, 2, 0});
  CHECK(s.effective_rows() == Approx(16.0 / 6));
  CHECK(s.largest_share() == Approx(0.5));
  CHECK(s.zeros == 1);
}
