#include "gui/truth.hpp"

#include <fmt/format.h>

#include "gui/format.hpp"
#include "tests/gui/check_layout.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

// The sample's effects, with a truth a tenth below each lift.
std::shared_ptr<const Report> true_report(const Snapshot& s) {
  auto r = std::make_shared<Report>();
  r->experiments = s.experiments;
  for (ExperimentReport& e : r->experiments)
    for (const EffectReport& f : e.effects) {
      TruthReport t;
      t.variant = f.variant;
      t.metric = f.metric;
      for (const MetricValue& m : e.variants[0].metrics)
        if (m.name == f.metric) t.effect = 0.9 * (std::isnan(f.lift) ? 0.02 : f.lift) * m.value, t.se = 0.002 * m.value;
      e.truth.push_back(t);
    }
  return r;
}

void know(Screen& screen, const Snapshot& s) {
  screen.app.state.truth.twins.status = RunStatus::Finished;
  screen.app.state.truth.twins.report = true_report(s);
  screen.app.state.truth.twins.worlds = static_cast<int>(s.experiments[0].variants.size()) + 1;
}

}  // namespace

TEST_CASE("True values stand in the table, the lift's plot and the effects, and only while the truth is shown") {
  Screen screen;
  const auto s = sample_snapshot({.variants = 3});
  know(screen, *s);
  screen.show(s, RunStatus::Running);
  CHECK(screen.find("live/table/B/truth") == nullptr);
  screen.press({'T'});
  screen.frames(1);
  CHECK(screen.app.state.requests.empty());
  for (const EffectReport& f : s->experiments[0].effects) {
    if (f.metric != "ctr") continue;
    const char letter = f.variant == "two-tower" ? 'B' : 'C';
    const ui::Element& cell = screen.at(fmt::format("live/table/{}/truth", letter));
    const double half = 1.959964 * 0.002;
    CHECK(cell.value ==
          fmt::format("{} {}", lift_text(0.9 * f.lift), lift_interval_text({0.9 * f.lift - half, 0.9 * f.lift + half})));
    CHECK(cell.tooltip.find("Exact for these users") != std::string::npos);
  }
  CHECK(screen.at("live/table/A/truth").value == "–");
  screen.app.state.live.all_metrics = true;
  screen.frames(2);
  const ui::Element& stroke = screen.at("live/effects/ctr/truth");
  CHECK(stroke.value == "truth " + truth_text(*true_effect(screen.app.state, "two-tower", "ctr")));
}

TEST_CASE("A run that was asked for its truth needs no twins") {
  Screen screen;
  const auto s = sample_snapshot();
  screen.app.state.run.report = true_report(*s);
  screen.show(s, RunStatus::Finished);
  screen.press({'T'});
  screen.frames(1);
  CHECK(screen.app.state.requests.empty());
  CHECK(screen.find("live/table/B/truth") != nullptr);
}

TEST_CASE("An unknown variant or metric has no truth") {
  Screen screen;
  const auto s = sample_snapshot();
  know(screen, *s);
  screen.app.state.truth.shown = true;
  CHECK_FALSE(true_effect(screen.app.state, "two-tower", "nothing").has_value());
  CHECK_FALSE(true_effect(screen.app.state, "nobody", "ctr").has_value());
}

TEST_CASE("The truth's bar says what became of the twins and lets them be run again") {
  Screen screen;
  TwinState& twins = screen.app.state.truth.twins;
  screen.app.state.truth.shown = true;
  twins.worlds = 3;
  twins.status = RunStatus::Stopped;
  screen.show(sample_snapshot(), RunStatus::Running);
  CHECK(screen.at("truth/text").value.find("cancelled") != std::string::npos);
  CHECK(screen.at("truth/text").value.find("3 runs") != std::string::npos);
  screen.click("truth/button");
  REQUIRE(screen.app.state.requests.size() == 1);
  CHECK(screen.app.state.requests[0].kind == RunRequest::Kind::Twins);
  twins.status = RunStatus::Failed;
  twins.error = "weight is not finite";
  screen.frames(2);
  CHECK(screen.at("truth/text").value.find("weight is not finite") != std::string::npos);
  twins.status = RunStatus::Running;
  twins.progress.done = 0.5;
  screen.frames(2);
  CHECK(screen.at("truth/done").value == "50%");
  screen.click("truth/button");
  CHECK(screen.app.state.requests.back().kind == RunRequest::Kind::CancelTwins);
}

TEST_CASE("Live has no layout faults with the truth at any size") {
  const Look look = GENERATE(from_range(std::begin(kLooks), std::end(kLooks)));
  Screen screen(look);
  const auto check = [&](const char* what) { check_layout(screen, what); };
  for (const int variants : {2, 4, 6}) {
    const auto s = sample_snapshot({.variants = variants});
    know(screen, *s);
    screen.app.state.truth.shown = true;
    for (const bool all : {false, true}) {
      screen.app.state.live.all_metrics = all;
      screen.show(s, RunStatus::Running);
      check("known");
    }
  }
  screen.app.state.truth.twins = {};
  screen.app.state.truth.twins.worlds = 3;
  for (const RunStatus status : {RunStatus::Running, RunStatus::Stopped, RunStatus::Failed}) {
    screen.app.state.truth.twins.status = status;
    screen.app.state.truth.twins.error = std::string(300, 'x');
    screen.frames(2);
    check("bar");
  }
}
