#include "experiment/bandit/bandit.hpp"

#include <algorithm>
#include <cmath>

#include "base/parallel.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// A scenario of these [bandit] keys with a variant for each block of policy keys.
BanditReport race(const std::string& bandit, const std::vector<std::string>& policies) {
  std::string toml = "name = \"race\"\n[bandit]\n" + bandit;
  for (std::size_t i = 0; i < policies.size(); ++i)
    toml += fmt::format("[[variant]]\nname = \"{}\"\nshare = {}\n{}\n", i,
                        i ? 0.1 : 1 - 0.1 * static_cast<double>(policies.size() - 1), policies[i]);
  return run_bandit(parse_scenario(toml, "race.toml"));
}

const std::string kThompson = "policy.name = \"thompson\"\npolicy.thompson.prior_mean = 0.5\npolicy.thompson.prior_weight = 2";
const std::string kUcb = "policy.name = \"ucb1\"\npolicy.ucb1.prior_weight = 0";
const std::string kKl = "policy.name = \"kl_ucb\"\npolicy.kl_ucb.prior_weight = 0";
const std::string kRandom = "policy.name = \"random\"";
const std::string kContext = R"(
policy.name = "{0}"
policy.{0}.model = "disjoint"
policy.{0}.context.dims = 5
policy.{0}.context.standardise = false)";
std::string contextual(std::string_view name) { return fmt::format(fmt::runtime(kContext), name); }

}  // namespace

TEST_CASE("the regret of random choice is its expectation and grows linearly") {
  const auto r = race("actions = \"10\"\nrounds = 4000\nseeds = 8\nworld.best = 0.5\nworld.gap = 0.2\n", {kRandom, kThompson});
  const RegretCurve& random = r.curves[0];
  // 0.2 * 9 / 10 a round; the spread of a run is 0.06 * sqrt(4000) = 3.8, of the mean of eight 1.34: seven of these.
  CHECK(random.points.back().mean == Approx(720).margin(9.4));
  CHECK(random.slope == Approx(1).margin(0.02));
  CHECK(random.ratio == 1);
  CHECK(r.curves[1].ratio < 0.5);
  CHECK(r.curves[1].ratio_ci.contains(r.curves[1].ratio));
}

TEST_CASE("rounds of pretraining are learned of and count nowhere") {
  const std::string world = "actions = \"5\"\nseeds = 6\nworld.best = 0.5\nworld.gap = 0.4\n";
  const auto all = race(world + "rounds = 1500\n", {kThompson, kRandom});
  const auto later = race(world + "rounds = 500\npretraining = 1000\n", {kThompson, kRandom});
  for (std::size_t s = 0; s < 6; ++s) {
    for (const std::size_t p : {0u, 1u}) {
      CHECK(later.curves[p].last[s] <= all.curves[p].last[s]);
      // Expected clicks are what the best action would have had, less the regret.
      CHECK(later.curves[p].expected[s] == Approx(0.5 - later.curves[p].last[s] / 500));
    }
    CHECK(later.curves[0].top_share[s] > 0.9);  // a best action of five times the rate is found in a thousand rounds
    CHECK(later.curves[1].top_share[s] == Approx(0.2).margin(0.1));  // five standard errors of 500 draws
    CHECK(later.truth[1].expected[s] == Approx(0.5));
    CHECK(later.truth[1].top_share[s] == 1);
    CHECK(later.curves[1].last[s] == Approx(0.4 * 0.8 * 500).margin(0.4 * 9 * 5));
  }
}

TEST_CASE("regret is the same on any number of threads and in a second run") {
  const auto play = [] { return race("actions = \"5 20\"\ndelays = \"1 30\"\nrounds = 300\nseeds = 3\n", {kThompson, kUcb}); };
  set_threads(1);
  const auto one = play();
  set_threads(3);
  const auto three = play();
  set_threads(0);
  REQUIRE(one.curves.size() == 8);
  for (std::size_t i = 0; i < one.curves.size(); ++i) CHECK(one.curves[i].last == three.curves[i].last);
}

TEST_CASE("who knows the truth has no regret where one action is the best for good") {
  const auto r = race("actions = \"10\"\nrounds = 2000\nseeds = 4\nworld.best = 0.5\nworld.gap = 0.2\n", {kRandom, kThompson});
  REQUIRE(r.truth.size() == 2);
  for (const RegretCurve& c : r.truth) {
    for (const RegretPoint& p : c.points) CHECK(p.mean == 0);
    // 8,000 rounds at 0.5: five standard deviations.
    double clicks = 0;
    for (const double share : c.clicks) clicks += share / 4;
    CHECK(clicks == Approx(0.5).margin(5 * 0.5 / std::sqrt(8000.0)));
  }
  for (const RegretCurve& c : r.curves) CHECK(c.over_fixed == c.points.back().mean);
}

TEST_CASE("the best fixed action is that of the whole run and its regret what it misses") {
  const auto r = race(
      "actions = \"6\"\nrounds = 400\nseeds = 3\nworld.kind = \"drifting\"\nworld.profile = \"uniform\"\n"
      "world.drift_rounds = 100\n",
      {kRandom, kThompson});
  for (std::size_t s = 0; s < 3; ++s) {
    BanditWorld world(r.params.world, 6, Seed{r.seed + s});
    std::vector<double> regret(6, 0.0);
    for (std::int64_t t = 0; t < 400; ++t) {
      world.begin(t);
      for (std::size_t a = 0; a < 6; ++a) regret[a] += world.best() - world.probability(a);
    }
    CHECK(r.truth[0].last[s] == Approx(*std::min_element(regret.begin(), regret.end())));
    CHECK(r.truth[0].last[s] > 0);
    CHECK(r.truth[1].last[s] == 0);
  }
  for (const RegretCurve& c : r.curves) CHECK(c.over_fixed == Approx(c.points.back().mean - r.truth[0].points.back().mean));
}

TEST_CASE("following the context beats the best fixed action", "[slow]") {
  const auto r = race(
      "actions = \"10\"\nrounds = 20000\nseeds = 4\nworld.kind = \"contextual\"\nworld.dims = 5\nworld.best = "
      "0.4\nworld.worst = 0\n",
      {kThompson, contextual("lin_ucb")});
  CHECK(r.curves[1].over_fixed_ci.high < 0);
  CHECK(r.curves[0].over_fixed > 0);
}

TEST_CASE("every policy plays every kind of world") {
  for (const char* kind : {"stationary", "drifting", "contextual", "features"}) {
    std::vector<std::string> policies;
    for (const char* name :
         {"greedy", "epsilon_greedy", "random", "softmax", "ucb1", "kl_ucb", "thompson", "explore_then_commit", "exp3"})
      policies.push_back(fmt::format("policy.name = \"{}\"", name));
    const std::string keys =
        fmt::format("actions = \"6\"\nrounds = 200\nseeds = 2\nworld.kind = \"{}\"\nworld.drift_rounds = 50\n", kind);
    for (const RegretCurve& c : race(keys, policies).curves) CHECK((c.points.back().mean >= 0 && c.points.back().mean < 200));
    policies.clear();
    for (const char* name : {"lin_ucb", "lin_thompson", "logistic_thompson", "bootstrapped_thompson"})
      policies.push_back(fmt::format("policy.name = \"{}\"", name));
    policies.push_back("policy.name = \"lin_ucb\"\npolicy.lin_ucb.model = \"hybrid\"\npolicy.lin_ucb.item_dims = 3");
    for (const RegretCurve& c : race(keys, policies).curves) CHECK((c.points.back().mean >= 0 && c.points.back().mean < 200));
  }
}

TEST_CASE("UCB1 and KL-UCB and Thompson sampling have sublinear regret at common and at rare clicks", "[slow]") {
  // Auer et al. 2002; Garivier & Cappe 2011; Agrawal & Goyal 2012: logarithmic, so the slope of log regret falls to 0. UCB1's
  // bound is blind to the rate, so at rates of 5 to 10 % it only begins to turn.
  for (const auto& [world, ucb_slope] :
       {std::pair("world.best = 0.5\nworld.gap = 0.2\n", 0.4), std::pair("world.best = 0.1\nworld.gap = 0.05\n", 0.8)}) {
    const auto r = race(std::string("actions = \"10\"\nrounds = 100000\nseeds = 10\n") + world, {kThompson, kUcb, kKl});
    INFO(world << r.curves[0].slope << " " << r.curves[1].slope << " " << r.curves[2].slope);
    CHECK(r.curves[0].slope < 0.3);
    CHECK(r.curves[1].slope < ucb_slope);
    CHECK(r.curves[2].slope < 0.3);
    CHECK(r.curves[1].ratio_ci.low > 1);
    CHECK(r.curves[2].points.back().mean < r.curves[1].points.back().mean);
  }
}

TEST_CASE("the regret of both confidence bounds over that of Thompson sampling grows with the delay", "[slow]") {
  // Chapelle & Li 2011, sec. 3 and table 1: one action at 0.5, the others at 0.4, feedback in batches. Thompson sampling hardly
  // minds a batch of a thousand rounds.
  const auto r = race(
      "actions = \"20\"\ndelays = \"1 1000\"\nrounds = 100000\nseeds = 10\narrival = \"batches\"\nworld.best = 0.5\n"
      "world.gap = 0.1\n",
      {kThompson, kUcb, kKl});
  REQUIRE(r.curves.size() == 6);
  INFO("UCB1 " << r.curves[1].ratio << ", then " << r.curves[4].ratio << "; KL-UCB " << r.curves[2].ratio << ", then "
               << r.curves[5].ratio);
  for (const std::size_t i : {1u, 2u}) CHECK(r.curves[i].ratio_ci.low > 1);
  CHECK(r.curves[4].ratio > r.curves[1].ratio);
  CHECK(r.curves[5].ratio_ci.low > r.curves[2].ratio_ci.high);
  CHECK(r.curves[3].points.back().mean < 1.2 * r.curves[0].points.back().mean);
}

TEST_CASE("Thompson sampling stays below confidence bounds and its lead over the tight one grows with the delay", "[slow]") {
  // Chapelle & Li 2011, table 1: regret of UCB, with a bound as tight as KL-UCB's, over that of Thompson sampling; batches.
  const auto r = race("actions = \"10\"\ndelays = \"1 10000\"\nrounds = 100000\nseeds = 20\narrival = \"batches\"\n",
                      {kThompson, kUcb, kKl});
  REQUIRE(r.curves.size() == 6);
  INFO("UCB1 " << r.curves[1].ratio << ", then " << r.curves[4].ratio << "; KL-UCB " << r.curves[2].ratio << ", then "
               << r.curves[5].ratio);
  for (const std::size_t i : {1u, 2u, 4u, 5u}) CHECK(r.curves[i].ratio_ci.low > 1);
  CHECK(r.curves[5].ratio > r.curves[2].ratio);
}

TEST_CASE("LinUCB gains over a policy without context and more where feedback is scarce", "[slow]") {
  // Li et al. 2010, sec. 5.4: lift in clicks of LinUCB over the context-free policy, with all feedback and with less. Clicks of
  // 0 to 10 % need many rounds; frequent ones tell the same in few.
  struct Case {
    const char *bandit, *scarce;
    double best, lift;
  };
  for (const Case& c : {Case{"actions = \"20\"\nrounds = 200000\nseeds = 10\n", "0.05", 0.1, 1.03},
                        Case{"actions = \"50\"\nrounds = 30000\nseeds = 6\n", "0.1", 0.8, 1.05}}) {
    const auto r =
        race(fmt::format("{}feedback_shares = \"1 {}\"\nworld.kind = \"features\"\nworld.dims = 5\nworld.best = {}\n"
                         "world.worst = 0\n",
                         c.bandit, c.scarce, c.best),
             {fmt::format("policy.name = \"thompson\"\npolicy.thompson.prior_mean = {}\n"
                          "policy.thompson.prior_weight = 2",
                          c.best / 2),
              "policy.name = \"lin_ucb\"\npolicy.lin_ucb.context.dims = 10\npolicy.lin_ucb.context.standardise = false"});
    REQUIRE(r.curves.size() == 4);
    const auto clicks = [&](std::size_t i) {
      double sum = 0;
      for (const double share : r.curves[i].clicks) sum += share;
      return sum;
    };
    const double all = clicks(1) / clicks(0), scarce = clicks(3) / clicks(2);
    INFO("best " << c.best << ": lift with all feedback " << all << ", with " << c.scarce << " of it " << scarce);
    CHECK(all > c.lift);
    CHECK(scarce > all);
    CHECK(r.curves[1].ratio_ci.high < 1);
    CHECK(r.curves[3].ratio_ci.high < 1);
  }
}

TEST_CASE("where every action has a worth of its own in each context disjoint LinUCB finds it", "[slow]") {
  const auto r = race(
      "actions = \"10\"\nrounds = 30000\nseeds = 10\nworld.kind = \"contextual\"\nworld.dims = 5\nworld.best = "
      "0.4\nworld.worst = 0\n",
      {kKl, contextual("lin_ucb"), contextual("lin_thompson")});
  for (const std::size_t i : {1u, 2u}) CHECK(r.curves[i].ratio_ci.high < 0.6);
}

TEST_CASE("lists that do not read are refused with the key") {
  CHECK_THROWS_WITH(race("actions = \"ten\"\n", {kUcb, kKl}), Catch::Matchers::Contains("bandit.actions"));
  CHECK_THROWS_WITH(race("delays = \"0\"\n", {kUcb, kKl}), Catch::Matchers::Contains("bandit.delays"));
}
