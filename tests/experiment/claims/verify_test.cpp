#include "experiment/claims/verify.hpp"

#include <cmath>
#include <set>

#include "experiment/run.hpp"
#include "experiment/study.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

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
  CHECK(results[0].measured.mean == report.experiments[0].variants[0].metrics[0].value);
  CHECK(results[1].measured.mean == report.experiments[0].effects[0].lift);
  CHECK(results[2].measured.mean == Approx(report.experiments[0].effects[0].lift));  // the contrast says the same
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
  CHECK(results[0].measured.mean == run(scenarios[0], options).experiments[0].truth[0].effect);
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
  for (std::size_t w = 0; w < 3; ++w) CHECK(results[w].measured.mean == Approx(watcher.clicks[w] / watcher.shown[w]));
  CHECK(results[3].measured.mean != results[0].measured.mean);
  CHECK(results[4].measured.mean == static_cast<double>(watcher.users.size()));
  CHECK(results[5].measured.mean ==
        Approx(watcher.clicks[0] / watcher.shown[0] - watcher.control_clicks / watcher.control_shown));
  double joined = 0;
  for (const SimTime t : watcher.joined) joined += t < watcher.end;
  CHECK(results[6].measured.mean == Approx(watcher.sessions / (2 * joined)));
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
  CHECK(results[0].measured.mean == Approx((log_rate(2) - log_rate(0)) / 2));
  CHECK(results[1].measured.mean > 0.1);
  CHECK(results[1].measured.mean < 1);
  CHECK(results[2].measured.mean > 0);
  CHECK(results[3].measured.mean > results[1].measured.mean / 10);
  CHECK(results[3].measured.mean <= 1);
  CHECK(results[4].measured.mean == Approx(watcher.bait / (watcher.shown[0] + watcher.shown[1] + watcher.shown[2])));
  CHECK(std::fabs(results[5].measured.mean) < 0.5);
}
