#include "gui/retention_view.hpp"

#include "gui/cohort_panel.hpp"
#include "tests/gui/lab_sample.hpp"
#include "tests/support/catch.hpp"

namespace feedloop {
namespace {

using namespace testing;

struct RetentionScreen : Screen {
  explicit RetentionScreen(std::shared_ptr<const Snapshot> s, RunStatus status = RunStatus::Paused, Look look = {})
      : Screen(look) {
    app.state.view = view_index("retention");
    show(std::move(s), status);
  }
};

}  // namespace

TEST_CASE("Retention answers in words, and shows the days that were followed long enough") {
  RetentionScreen screen(lab_snapshot({.variants = 3}));
  CHECK(screen.at("retention/head/verdict").value == "▲ D1 retention of B two-tower: Better, +4.9% [+1.9, +7.9]");
  CHECK(screen.at("retention/head/lapse").value == "No sign that variants lapse at different rates (log-rank p = 0.210)");
  CHECK(screen.at("retention/table/B/D1").value == "32.00%");
  CHECK(screen.at("retention/table/B/D7/change").value == "◌ Not enough data");
  CHECK(screen.at("retention/table/B/D30").value == "◌ Not enough data");
  screen.hover("retention/curves/area");
  CHECK(screen.find("retention/curves/tooltip/B") != nullptr);
  screen.click("retention/table/C");
  CHECK(screen.app.state.focus == 2);
}

TEST_CASE("Cohorts say how many they are and leave small ones open") {
  RetentionScreen screen(lab_snapshot());
  CHECK(screen.at("retention/cohorts/entered/0").value == "day 0  n 2,000");
  CHECK(screen.at("retention/cohorts/grid").value == "8 cohorts, 8 days");
  const Rect grid = screen.at("retention/cohorts/grid").rect;
  screen.backend.move_mouse({grid.x0 + grid.width() / 16, grid.y1 - grid.height() / 16});  // the youngest cohort's first day
  screen.frames(2);
  CHECK(screen.at("retention/cohorts/tooltip/value").value == "not enough data");
  CHECK(screen.at("retention/cohorts/tooltip/n").value == "n = 7");
  screen.click("retention/cohorts/variant/B");
  CHECK(screen.app.state.retention.cohorts_of == 1);
}

TEST_CASE("Differences of a broken split are withheld, curves of variants are not") {
  RetentionScreen screen(lab_snapshot({.variants = 2, .mismatch = true}));
  CHECK(screen.at("retention/head/verdict").value.starts_with("⚠ Do not trust"));
  CHECK(screen.at("retention/table/B/D1/change").value == "⚠ SRM");
  CHECK(screen.find("retention/curves/area/end/B") != nullptr);
}

TEST_CASE("Check 18: Retention has no fault of layout in any state") {
  for (const Look look : kLooks) {
    for (int state = 0; state < 8; ++state) {
      std::shared_ptr<Snapshot> s;
      if (state == 1) s = lab_snapshot({.day = 0});
      if (state == 2) s = sample_snapshot({.variants = 2, .day = 0.5});
      if (state == 3) s = lab_snapshot({.variants = 6});
      if (state == 4) s = lab_snapshot({.variants = 4, .mismatch = true});
      if (state == 5) s = interleaved_snapshot();
      if (state == 6) {  // four weeks, and numbers that degenerate
        s = lab_snapshot({.variants = 2, .day = 28});
        ExperimentReport& e = s->experiments[0];
        for (SurvivalReport& x : e.survival) x.p = kNoValue;
        e.distributions[0].value.assign(101, 0);
        e.retention[1] = {"two-tower", {}, {}, {}, {}, {}};
      }
      if (state == 7) {  // of clusters no user's visits are kept
        s = lab_snapshot();
        ExperimentReport& e = s->experiments[0];
        e.design = "household-randomised";
        e.retention.clear();
        e.survival.clear();
        e.cohorts.clear();
        e.distributions.clear();
      }
      RetentionScreen screen(s, state == 0 ? RunStatus::Idle : RunStatus::Running, look);
      INFO("state " << state << ", " << look.width << " x " << look.height);
      CHECK(screen.faults() == std::vector<std::string>{});
      for (const ui::Element& e : screen.app.state.registry.all()) CHECK(e.value.find("nan") == std::string::npos);
    }
  }
}

TEST_CASE("The sequential scale grows lighter") {
  double before = 0;
  for (int k = 0; k <= 10; ++k) {
    const double here = contrast(sequential_color(k / 10.0), Color{0, 0, 0});
    CHECK(here > before);
    before = here;
  }
  CHECK(sequential_color(kNoValue) == colors::kRaised);
}

}  // namespace feedloop
