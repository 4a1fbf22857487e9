#include "experiment/claims/verify.hpp"

#include <cmath>
#include <set>

#include <fstream>

#include "experiment/claims/effect_quantities.hpp"
#include "experiment/claims/page_quantities.hpp"
#include "experiment/run.hpp"
#include "experiment/study.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace feedloop;

namespace {

Scenario with_claims(std::vector<Claim> claims) {
  Scenario s = SmallScenario{}.make();
  s.claims = std::move(claims);
  return s;
}

Claim of(const std::string& id, const std::string& quantity, const std::string& metric) {
  Claim c;
  c.id = id;
  c.quantity = quantity;
  c.metric = metric;
  c.band = {0, kInfinity};
  return c;
}

}  // namespace

TEST_CASE("claims of one scenario and seed share a run and read its report") {
  std::vector<Scenario> scenarios{with_claims({of("a", "metric", "ctr"), of("b", "lift", "ctr")}),
                                  with_claims({of("c", "metric", "ctr")})};
  scenarios[0].claims[1].variant = "treatment";
  scenarios[1].claims[0].variant = "treatment";
  scenarios[1].claims[0].against = "control";
  scenarios[1].claims[0].lift = true;
  std::vector<std::string> runs;
  const auto results = verify(scenarios, Tier::Quick, nullptr, [&](const std::string& label) { runs.push_back(label); });
  REQUIRE(runs.size() == 1);
  REQUIRE(results.size() == 3);
  const Report report = run(scenarios[0]);
  CHECK(results[0].measured.centre == report.experiments[0].variants[0].metrics[0].value);
  CHECK(results[1].measured.centre == report.experiments[0].effects[0].lift);
  CHECK(results[2].measured.centre == Approx(report.experiments[0].effects[0].lift));  // the contrast says the same
  CHECK(results[0].verdict == Verdict::Reproduced);
}

TEST_CASE("a tier runs its claims on its seeds") {
  std::vector<Scenario> scenarios{with_claims({of("a", "metric", "ctr"), of("b", "metric", "ctr")})};
  scenarios[0].claims[0].seeds = {2, 1, 1};
  scenarios[0].claims[1].tier = Tier::Standard;
  scenarios[0].claims[0].recorded = {Verdict::Partly, Verdict::Not, Verdict::Not};
  int runs = 0;
  const auto results = verify(scenarios, Tier::Quick, nullptr, [&](const std::string&) { ++runs; });
  CHECK(runs == 2);
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].measured.values.size() == 2);
  CHECK(results[0].measured.values[0] != results[0].measured.values[1]);
  CHECK(results[0].recorded == Verdict::Partly);
}

TEST_CASE("a claim about the truth runs the truth's worlds") {
  std::vector<Scenario> scenarios{with_claims({of("a", "true_effect", "ctr")})};
  scenarios[0].claims[0].variant = "treatment";
  const auto results = verify(scenarios, Tier::Quick);
  RunOptions options;
  options.truth = true;
  CHECK(results[0].measured.centre == run(scenarios[0], options).experiments[0].truth[0].effect);
}

TEST_CASE("a claim of a launch measures the world in which everybody is in the variant, in its days") {
  std::vector<Scenario> scenarios{
      with_claims({of("whole", "window_metric", "ctr"), of("first", "window_metric", "ctr"),
                   of("second", "window_metric", "ctr"), of("here", "window_metric", "ctr"), of("users", "active_users", ""),
                   of("lift", "window_metric", "ctr"), of("sessions", "window_metric", "sessions_per_user_day")})};
  auto& claims = scenarios[0].claims;
  for (Claim& c : claims) {
    c.variant = "treatment";
    c.launch = c.id != "here";
  }
  claims[1].days = {0, 1};
  claims[2].days = {1, 2};
  claims[5].against = "control";
  const auto results = verify(scenarios, Tier::Quick);

  // The same worlds watched by hand.
  struct Watcher final : WorldWatcher {
    std::array<double, 3> clicks{}, shown{};  // whole, first day, second day
    double sessions = 0, control_clicks = 0, control_shown = 0;
    std::set<std::uint32_t> users;
    SimTime t0;
    std::size_t variant = 9;
    std::vector<SimTime> joined;
    SimTime end;
    void begin(const Study& study) override {
      t0 = study.t0;
      end = study.end;
      for (const UserTraits& u : study.world.population().users) joined.push_back(u.joined);
    }
    void begin_truth(const Simulation&, std::size_t, std::size_t v) override { variant = v; }
    void truth_pages(const Simulation&, std::span<const Interaction> pages) override {
      for (const Interaction& page : pages)
        for (const SlotOutcome& o : page.outcome.slots)
          if (variant == 1)
            for (const std::size_t w : {std::size_t{0}, 1 + static_cast<std::size_t>((page.request.time - t0).us / kDay.us)}) {
              clicks[w] += o.clicked;
              shown[w] += 1;
            }
          else {
            control_clicks += o.clicked;
            control_shown += 1;
          }
      for (const Interaction& page : pages)
        if (variant == 1) {
          users.insert(page.request.user.value);
          sessions += page.request.page == 0;
        }
    }
  } watcher;
  RunOptions options;
  options.truth = true;
  options.watchers.push_back(&watcher);
  run(scenarios[0], options);
  for (std::size_t w = 0; w < 3; ++w) CHECK(results[w].measured.centre == Approx(watcher.clicks[w] / watcher.shown[w]));
  CHECK(results[3].measured.centre != results[0].measured.centre);
  CHECK(results[4].measured.centre == static_cast<double>(watcher.users.size()));
  CHECK(results[5].measured.centre ==
        Approx(watcher.clicks[0] / watcher.shown[0] - watcher.control_clicks / watcher.control_shown));
  double joined = 0;
  for (const SimTime t : watcher.joined) joined += t < watcher.end;
  CHECK(results[6].measured.centre == Approx(watcher.sessions / (2 * joined)));
}

TEST_CASE("trends over weeks and exposure are counted from the pages") {
  Scenario s = SmallScenario{.users = 60, .warmup_days = 1, .days = 21}.make();
  s.claims = {of("trend", "weekly_trend", "ctr"), of("head", "top_tenth_share", ""), of("gini", "exposure_gini", ""),
              of("coverage", "coverage", ""),     of("bait", "shown_clickbait", ""), of("head_trend", "top_tenth_trend", "")};
  std::vector<Scenario> scenarios{s};
  const auto results = verify(scenarios, Tier::Quick);
  struct Watcher final : WorldWatcher {
    std::array<double, 3> clicks{}, shown{};
    SimTime t0;
    const Study* study = nullptr;
    double bait = 0;
    void begin(const Study& s) override {
      t0 = s.t0;
      study = &s;
    }
    void pages(const Simulation&, std::span<const Interaction> pages) override {
      for (const Interaction& page : pages)
        if (page.cell == 0)
          for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
            const auto week = static_cast<std::size_t>((page.request.time - t0).us / (kDay * 7).us);
            clicks[week] += page.outcome.slots[k].clicked;
            shown[week] += 1;
            bait += static_cast<double>(study->world.truth(page.slate.slots[k].item).clickbait);
          }
    }
  } watcher;
  RunOptions options;
  options.watchers.push_back(&watcher);
  run(scenarios[0], options);
  // The slope through three points is half the rise from the first to the last.
  const auto log_rate = [&](std::size_t w) { return std::log(watcher.clicks[w] / watcher.shown[w]); };
  CHECK(results[0].measured.centre == Approx((log_rate(2) - log_rate(0)) / 2));
  CHECK(results[1].measured.centre > 0.1);
  CHECK(results[1].measured.centre < 1);
  CHECK(results[2].measured.centre > 0);
  CHECK(results[3].measured.centre > results[1].measured.centre / 10);
  CHECK(results[3].measured.centre <= 1);
  CHECK(results[4].measured.centre == Approx(watcher.bait / (watcher.shown[0] + watcher.shown[1] + watcher.shown[2])));
  CHECK(std::fabs(results[5].measured.centre) < 0.5);
}

TEST_CASE("a variant may stand against itself on other days or by another metric") {
  std::vector<Scenario> scenarios{with_claims({of("days", "window_metric", "ctr"), of("first", "window_metric", "ctr"),
                                               of("second", "window_metric", "ctr"), of("metric", "metric", "ctr")})};
  auto& claims = scenarios[0].claims;
  for (Claim& c : claims) c.variant = "treatment";
  claims[0].against = claims[3].against = "treatment";
  claims[0].days = claims[1].days = {0, 1};
  claims[0].against_days = claims[2].days = {1, 2};
  claims[3].against_metric = "completion_rate";
  const auto results = verify(scenarios, Tier::Quick);
  CHECK(results[0].measured.centre == results[1].measured.centre - results[2].measured.centre);
  const auto metrics = run(scenarios[0]).experiments[0].variants[1].metrics;
  const auto value = [&](std::string_view name) { return std::ranges::find(metrics, name, &MetricValue::name)->value; };
  CHECK(results[3].measured.centre == value("ctr") - value("completion_rate"));
}

TEST_CASE("what is kept of a run is not measured again, and what is not kept is") {
  const TemporaryFolder folder;
  std::vector<Scenario> scenarios{with_claims({of("a", "metric", "ctr"), of("none", "alarm_days", "")})};
  scenarios[0].claims[0].seeds = {2, 1, 1};
  int runs = 0;
  const auto count = [&](const std::string&) { ++runs; };
  const auto first = verify(scenarios, Tier::Quick, nullptr, count, folder / ".");
  CHECK(runs == 2);
  scenarios[0].claims[0].id = "worded differently";
  const auto again = verify(scenarios, Tier::Quick, nullptr, count, folder / ".");
  CHECK(runs == 2);
  CHECK(again[0].measured.values == first[0].measured.values);
  CHECK(std::isnan(again[1].measured.values[0]));
  scenarios[0].claims[0].variant = "treatment";  // something else is measured
  const auto other = verify(scenarios, Tier::Quick, nullptr, count, folder / ".");
  CHECK(runs == 4);
  CHECK(other[0].measured.centre != first[0].measured.centre);
}

TEST_CASE("a damaged cache is refused with its place") {
  const TemporaryFolder folder;
  std::vector<Scenario> scenarios{with_claims({of("a", "metric", "ctr")})};
  verify(scenarios, Tier::Quick, nullptr, {}, folder / ".");
  const auto file = *std::filesystem::directory_iterator(folder / ".");
  std::ofstream(file.path()) << "claim,value\nx,many\n";
  CHECK_THROWS_AS(verify(scenarios, Tier::Quick, nullptr, {}, folder / "."), Error);
}

TEST_CASE("effects over time are those of the two worlds day by day") {
  Scenario s = SmallScenario{.users = 60, .warmup_days = 1, .days = 21}.make();
  s.claims = {of("left", "effect_left", "ctr"), of("trend", "effect_trend", "ctr"), of("three", "effect_of_three_days", "ctr"),
              of("w0", "window_metric", "ctr"), of("w2", "window_metric", "ctr"),   of("w1", "window_metric", "ctr"),
              of("all", "window_metric", "ctr")};
  for (Claim& c : s.claims) {
    c.variant = "treatment";
    c.against = "control";
    c.lift = c.launch = true;
  }
  s.claims[3].days = {0, 7};
  s.claims[4].days = {14, 21};
  s.claims[5].days = {7, 14};
  std::vector<Scenario> scenarios{s};
  const auto x = verify(scenarios, Tier::Quick);
  CHECK(x[0].measured.centre == Approx(x[4].measured.centre / x[3].measured.centre));
  CHECK(x[1].measured.centre == Approx((x[4].measured.centre - x[3].measured.centre) / 2));
  CHECK(std::isfinite(x[2].measured.centre));
}

TEST_CASE("the half-life of lifts that halve is found and that of lifts that do not is not") {
  std::vector<double> halving, steady(28, 0.1);
  for (int d = 0; d < 28; ++d) halving.push_back(0.2 * std::exp2(-(d + 0.5) / 6));
  CHECK(fitted_half_life(halving) == Approx(6).epsilon(0.01));
  CHECK(std::isnan(fitted_half_life(steady)));
}

TEST_CASE("independence of two assignments is tested by Pearson's chi-square") {
  // 10 (1/20 + 1/30) (10 ...): counts 30 20 / 20 30 have chi-square 4 on one degree of freedom: p = 0.0455003.
  CHECK(LayersP::independence_p({{30, 20}, {20, 30}}) == Approx(0.0455003).epsilon(1e-5));
  CHECK(LayersP::independence_p({{25, 25}, {25, 25}}) == 1);
  CHECK(std::isnan(LayersP::independence_p({{0, 0}, {25, 25}})));
}

TEST_CASE("clicks of pages and words of users are counted from the pages") {
  std::vector<Scenario> scenarios{with_claims({of("none", "zero_click_pages", ""), of("spread", "click_dispersion", ""),
                                               of("search", "after_search", ""), of("layers", "layers_p", "")})};
  const auto x = verify(scenarios, Tier::Quick);
  struct Watcher final : WorldWatcher {
    double pages_seen = 0, without = 0, sum = 0, squares = 0;
    void pages(const Simulation&, std::span<const Interaction> pages) override {
      for (const Interaction& page : pages)
        if (page.cell == 0) {
          const auto n = static_cast<double>(std::ranges::count_if(page.outcome.slots, &SlotOutcome::clicked));
          pages_seen += 1;
          without += n == 0;
          sum += n;
          squares += n * n;
        }
    }
  } w;
  RunOptions options;
  options.watchers.push_back(&w);
  run(scenarios[0], options);
  CHECK(x[0].measured.centre == Approx(w.without / w.pages_seen));
  const double mean = w.sum / w.pages_seen;
  CHECK(x[1].measured.centre == Approx((w.squares / w.pages_seen - mean * mean) / mean));
  CHECK((std::isnan(x[2].measured.centre) || x[2].measured.centre > 1));  // a search is answered with its category
  CHECK(std::isnan(x[3].measured.centre));                                // one experiment has no other
}

TEST_CASE("what the report says of estimates, ranks and decisions is read from it") {
  std::vector<Scenario> scenarios{with_claims(
      {of("ratio", "estimate_ratio", "ctr"), of("bias", "estimate_bias", "ctr"), of("covers", "estimate_covers", "ctr"),
       of("rank", "true_rank", "ctr"), of("order", "true_order", "ctr"), of("decided", "decided_against", ""),
       of("srm", "mismatch_found", ""), of("stop", "stopped_share", ""), of("design", "design_effect", "ctr"),
       of("regret", "metric", "regret_retrieval"), of("spill", "interference_bias", "ctr")})};
  for (Claim& c : scenarios[0].claims) c.variant = "treatment";
  const auto x = verify(scenarios, Tier::Quick);
  RunOptions options;
  options.truth = true;
  const Report report = run(scenarios[0], options);
  const ExperimentReport& e = report.experiments[0];
  const TruthReport& truth = *std::ranges::find(e.truth, "ctr", &TruthReport::metric);
  const EffectReport& estimate = *std::ranges::find(e.effects, "ctr", &EffectReport::metric);
  CHECK(x[0].measured.centre == estimate.effect / truth.effect);
  CHECK(x[1].measured.centre == Approx((estimate.effect - truth.effect) / e.variants[0].metrics[0].value));
  CHECK(x[2].measured.centre == (truth.covered ? 1 : 0));
  CHECK(x[3].measured.centre == (truth.effect > 0 ? 1 : 2));
  CHECK(x[4].measured.centre == (truth.effect > 0 ? 1 : -1));
  CHECK(x[5].measured.centre == (e.decisions[0].decision == "do not ship" ? 1 : 0));
  CHECK(x[6].measured.centre == 0);
  CHECK(x[7].measured.centre == 1);  // there is no ramp and no stop
  CHECK(x[8].measured.centre == e.variants[1].metrics[0].design_effect);
  CHECK(x[9].measured.centre > 0);  // the truth was asked for
  CHECK(x[10].measured.centre == (truth.spill_on_treated - truth.spill_on_control) / truth.effect);
}
