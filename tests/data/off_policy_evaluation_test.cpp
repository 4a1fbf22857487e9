#include "data/off_policy_evaluation.hpp"

#include <cmath>
#include <cstdlib>

#include "base/distributions.hpp"
#include "base/error.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

OffPolicyAnswer answer_of(const OffPolicyEvaluation& e, const std::string& estimator) {
  for (const OffPolicyAnswer& a : e.answers)
    if (a.estimator == estimator || a.estimator.starts_with(estimator + " ")) return a;
  return {};
}
double value_of(const OffPolicyEvaluation& e, const std::string& estimator) { return answer_of(e, estimator).estimate.value; }

// A log of `rows` decisions between three items, logged evenly, of which item k earns 0.1 k.
BanditLog simple_log(std::size_t rows, std::size_t per_user = 1) {
  std::string text = "user,item,click,propensity\n";
  Rng rng = stream({4}, Stream::Test, entity_key(rows));
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint32_t item = 1 + uniform_below(rng, 3);
    text += fmt::format("{},{},{},{}\n", i / per_user, item, bernoulli(rng, 0.1 * item) ? 1 : 0, 1.0 / 3);
  }
  TemporaryFolder folder;
  BanditLogSource source;
  source.file = folder.write("log.csv", text);
  return read_bandit_log(source);
}

EvaluatedPolicy table(std::vector<std::string> actions, std::vector<double> probability) {
  EvaluatedPolicy p;
  p.kind = EvaluatedPolicy::Kind::Table;
  p.table = {"table.csv", std::move(actions), {""}, std::move(probability)};
  return p;
}

}  // namespace

TEST_CASE("a policy that can be judged is judged right by every unbiased estimator") {
  const auto e = evaluate_off_policy(simple_log(6000), table({"1", "2", "3"}, {0.1, 0.2, 0.7}), {}, {});
  CHECK(e.judgement.supported());
  for (const char* name : {"ips", "snips", "dr", "sndr"})
    CHECK(std::abs(value_of(e, name) - 0.26) < 5 * 0.009);  // five standard errors
  CHECK(std::abs(e.logged.value - 0.2) < 5 * 0.0052);
}

TEST_CASE("the greedy policy is judged on rows that did not choose it and replay agrees") {
  EvaluatedPolicy greedy;
  greedy.kind = EvaluatedPolicy::Kind::Greedy;
  const auto e = evaluate_off_policy(simple_log(6000), greedy, {}, {});
  for (const char* name : {"replay", "ips", "snips", "dr"}) CHECK(std::abs(value_of(e, name) - 0.3) < 5 * 0.0105);
}

TEST_CASE("pages whose slots are drawn from all that is left are judged under cascade and sum assumptions") {
  // Two slots, three items; item k earns 0.2 k, a second slot half of that, and nothing below item 3.
  const auto earns = [](std::uint32_t first, std::uint32_t second) {
    return std::array{0.2 * first, first == 3 ? 0 : 0.1 * second};
  };
  const double even = (0.2 + 0.4 + 0.6) / 3 + (0.1 * (2 + 3) + 0.1 * (1 + 3)) / 6;
  const auto log_of = [&](bool uniform) {
    std::string text = "request,slot,item,click,propensity,action_set\n";
    Rng rng = stream({5}, Stream::Test, entity_key(uniform));
    for (int page = 0; page < 20000; ++page) {
      // Item 1 comes first with probability 0.6, where the log is not uniform.
      const double u = rng.uniform(), p1 = uniform ? 1.0 / 3 : 0.6;
      const std::uint32_t first = u < p1 ? 1 : u < p1 + (1 - p1) / 2 ? 2 : 3;
      std::uint32_t second = bernoulli(rng, 0.5) ? 1 : 2;
      second += second >= first;
      const auto rates = earns(first, second);
      text += fmt::format("{0},1,{1},{2},{3},3\n{0},2,{4},{5},{6},2\n", page, first, int{bernoulli(rng, rates[0])},
                          first == 1 ? p1 : (1 - p1) / 2, second, int{bernoulli(rng, rates[1])}, uniform ? 1.0 / 3 : 0.5);
    }
    TemporaryFolder folder;
    BanditLogSource source;
    source.file = folder.write("log.csv", text);
    source.conditional = !uniform;
    return read_bandit_log(source);
  };
  EvaluatedPolicy uniform;
  const auto cascade = evaluate_off_policy(log_of(false), uniform, {}, {});
  for (const char* name : {"rips", "cascade_dr", "sips"}) {
    const OffPolicyAnswer a = answer_of(cascade, name);
    CHECK(std::abs(a.estimate.value - even) < 5 * a.se);
    CHECK(a.se < 0.02);
  }
  CHECK(answer_of(cascade, "cascade_dr").se < answer_of(cascade, "rips").se);
  // Pages 2, 3 and 3, 1, evenly: their sum is additive in no way, and the estimator finds the nearest sum's value.
  EvaluatedPolicy target = table({"1", "2", "3"}, {0, 0.5, 0.5, 0.5, 0, 0.5});
  target.table.positions = {"1", "2"};
  const auto e = evaluate_off_policy(log_of(true), target, {}, {});
  CHECK(answer_of(e, "pseudo_inverse").se < 0.05);
  CHECK(answer_of(cascade, "pseudo_inverse").estimator.empty());  // no closed form for that log
  // With an additive reward it is right: the first slot's click alone.
  BanditLog log = log_of(true);
  for (std::size_t i = 1; i < log.size(); i += 2) log.reward[i] = 0;
  const OffPolicyAnswer first = answer_of(evaluate_off_policy(log, target, {}, {}), "pseudo_inverse");
  CHECK(std::abs(first.estimate.value - 0.5) < 5 * first.se);
}

TEST_CASE("every estimator whose terms are bounded has intervals that hold at any size") {
  for (const auto interval : {OffPolicyInterval::Bernstein, OffPolicyInterval::Hoeffding}) {
    OffPolicyOptions options;
    options.interval = interval;
    const auto e = evaluate_off_policy(simple_log(3000), table({"1", "2", "3"}, {0.1, 0.2, 0.7}), {}, options);
    for (const OffPolicyAnswer& a : e.answers) {
      INFO(a.estimator);
      const bool normalised = a.estimator.starts_with("sn") || a.estimator.starts_with("clipped_snips");
      CHECK(a.method.starts_with("normal") == normalised);
      CHECK(a.interval.contains(a.estimate.value));
      if (!normalised) CHECK(a.interval.high - a.interval.low > 2 * 1.96 * a.se);
    }
    const auto users = evaluate_off_policy(simple_log(3000, 3), table({"1", "2", "3"}, {0.1, 0.2, 0.7}), {}, options);
    for (const OffPolicyAnswer& a : users.answers) CHECK(a.method.starts_with("normal"));
  }
}

TEST_CASE("users are the units and bootstrap and delta method agree on them") {
  OffPolicyOptions options;
  options.interval = OffPolicyInterval::Bootstrap;
  options.replicates = 500;
  const auto e = evaluate_off_policy(simple_log(4000, 8), table({"1", "2", "3"}, {0, 0.5, 0.5}), {}, options);
  CHECK(e.units == 500);
  CHECK(e.unit == "units");
  for (const OffPolicyAnswer& a : e.answers)
    if (!a.estimator.starts_with("dm"))
      CHECK(a.se == Approx(a.estimate.se).epsilon(0.2));  // six standard errors of 500 resamples
}

TEST_CASE("actions that a table does not know are refused and those that the log does not show are named") {
  const BanditLog log = simple_log(600);
  CHECK_THROWS_WITH(evaluate_off_policy(log, table({"1", "2"}, {0.5, 0.5}), {}, {}),
                    Contains("log.csv:") && Contains("action `3` is unknown to the policy of table.csv"));
  const auto e = evaluate_off_policy(log, table({"1", "2", "3", "4"}, {0.25, 0.25, 0.25, 0.25}), {}, {});
  CHECK(e.unsupported == Approx(0.25));
  CHECK(e.unsupported_pairs == 1);
  CHECK(e.judgement.verdict == WeightVerdict::NoOverlap);
  EvaluatedPolicy by_position = table({"1", "2", "3"}, {1, 0, 0, 0, 1, 0});
  by_position.table.positions = {"1", "2"};
  CHECK_THROWS_WITH(evaluate_off_policy(log, by_position, {}, {}), Contains("--position-column"));
}

TEST_CASE("the Open Bandit sample gives the numbers published beside it") {
  const char* set = std::getenv("FEEDLOOP_DATA");
  const std::filesystem::path folder =
      (set && *set ? std::filesystem::path(set) : std::filesystem::path(FEEDLOOP_SOURCE_DIR) / ".." / "shared" / "data") /
      "open-bandit-men";
  if (!std::filesystem::exists(folder / "random" / "men.csv")) {
    WARN("skipped: there is no " << folder.string() << "; set FEEDLOOP_DATA to the folder above it");
    return;
  }
  BanditLogSource random, bts;
  random.file = folder / "random" / "men.csv";
  bts.file = folder / "bts" / "men.csv";
  const BanditLog random_log = read_bandit_log(random), bts_log = read_bandit_log(bts);
  EvaluatedPolicy prior, shares, uniform;
  prior.kind = shares.kind = EvaluatedPolicy::Kind::Table;
  prior.table = read_policy_table(folder / "bts_prior_men.csv");
  shares.table = shares_of(bts_log);

  struct Published {
    const BanditLog* log;
    const EvaluatedPolicy* policy;
    double ips, snips, dm, dr, sndr, switch_dr, shrunk_dr, mean, effective;
    bool supported;
  };
  for (const Published& p : {Published{&random_log, &prior, 0.0045309, 0.0046015, 0.0046738, 0.0046322, 0.0046316, 0.0050887,
                                       0.0048599, 0.984669, 2470.3, true},
                             Published{&random_log, &shares, 0.0056563, 0.0057399, 0.0048352, 0.0057508, 0.0057643, 0.0060616,
                                       0.0056834, 0.985436, 2869.3, true},
                             Published{&bts_log, &uniform, 0.0030086, 0.0031894, 0.0063763, 0.0033349, 0.0031521, 0.0056768,
                                       0.0051129, 0.943314, 655.7, false}}) {
    const auto e = evaluate_off_policy(*p.log, *p.policy, {}, {});
    // Weights alone to the digits given; what leans on the model to where its own fit was stopped.
    CHECK(std::abs(value_of(e, "ips") - p.ips) <= 0.5e-7);
    CHECK(std::abs(value_of(e, "snips") - p.snips) <= 0.5e-7);
    CHECK(std::abs(value_of(e, "dm") - p.dm) <= 0.6e-7);
    CHECK(std::abs(value_of(e, "dr") - p.dr) <= 0.6e-7);
    CHECK(std::abs(value_of(e, "sndr") - p.sndr) <= 0.6e-7);
    CHECK(std::abs(value_of(e, "switch_dr") - p.switch_dr) <= 0.6e-7);
    CHECK(std::abs(value_of(e, "shrunk_dr") - p.shrunk_dr) <= 0.6e-7);
    CHECK(e.weights.mean == Approx(p.mean).margin(0.5e-6));
    CHECK(e.weights.effective_rows() == Approx(p.effective).margin(0.05));
    CHECK(e.judgement.supported() == p.supported);
  }
}
