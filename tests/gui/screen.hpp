// A dashboard without a window, and hand-made snapshots to show on it.
#pragma once

#include <time.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "gui/app.hpp"
#include "gui/backend_null.hpp"
#include "gui/commands.hpp"

namespace feedloop::testing {

struct SampleOptions {
  int variants = 2;
  double day = 8;         // of the experiment; 0 or less: warm-up
  bool mismatch = false;  // sample ratio mismatch: nothing may be trusted
};

inline std::shared_ptr<Snapshot> sample_snapshot(const SampleOptions& options = {}) {
  auto s = std::make_shared<Snapshot>();
  s->sequence = 7;
  s->scenario = "sample";
  s->seed = 42;
  s->warmup_days = 7;
  s->days = 14;
  s->min_units = 100;
  s->progress = {options.day > 0 ? RunStage::Running : RunStage::WarmUp,
                 options.day > 0 ? "experiment" : "warm-up",
                 7 + options.day,
                 21,
                 (7 + options.day) / 21,
                 1'248'310};
  s->metrics = {{"ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, "Clicks / impressions."},
                {"watch_per_user_day", "Watch time per user-day", "min", 1, 2, Direction::HigherIsBetter, "Minutes watched."},
                {"d1_retention", "D1 retention", "%", 100, 2, Direction::HigherIsBetter, "Back after a day."},
                {"d7_retention", "D7 retention", "%", 100, 2, Direction::HigherIsBetter, "Back after a week."},
                {"skip_rate", "Early skips", "%", 100, 2, Direction::LowerIsBetter, "Left early."},
                {"exposure_gini", "Gini of exposure", "", 1, 3, Direction::Neither, "0: equal."}};
  if (options.day <= 0) return s;
  s->experiment_day = options.day;
  ExperimentReport e{"ranking", "user", {}, {}, {}, {}, {}, {}};
  std::vector<LiveSeries> rest;
  const char* names[] = {"control", "two-tower", "ltr and mmr", "epsilon", "popularity", "fresh"};
  const double ctr[] = {0.0512, 0.0537, 0.0561, 0.0498, 0.0509, 0.0524};
  for (int i = 0; i < options.variants; ++i) {
    VariantReport v{names[i], 1.0 / options.variants, 5012 - 25 * i, 0, 0, {}};
    for (const MetricInfo& m : s->metrics) {
      v.metrics.push_back({m.name, m.name == "ctr" ? ctr[i] : m.unit == "min" ? 41.8 + i : 0.31 + 0.01 * i, 0.001, v.units});
    }
    e.variants.push_back(v);
    LiveSeries live{names[i], "ctr", {}, {}, {}, {}, "ranking"};
    for (int hour = 1; hour <= static_cast<int>(options.day * 24); ++hour) {
      const float day = static_cast<float>(hour) / 24, half = 0.003F / std::sqrt(day);
      const float value = static_cast<float>(ctr[i]) + (i % 2 == 0 ? 0.2F : -0.3F) * half;
      live.day.push_back(day);
      live.value.push_back(value);
      live.low.push_back(value - half);
      live.high.push_back(value + half);
    }
    s->live.push_back(live);
    const auto hourly = [&](const char* metric, auto&& value, double half, int every) {
      LiveSeries x{names[i], metric, {}, {}, {}, {}, "ranking"};
      for (int hour = every; hour <= static_cast<int>(options.day * 24); hour += every) {
        const auto day = static_cast<float>(hour) / 24, at = static_cast<float>(value(day)),
                   wide = static_cast<float>(half) / std::sqrt(day);
        x.day.push_back(day);
        x.value.push_back(at);
        if (half > 0) x.low.push_back(at - wide), x.high.push_back(at + wide);
      }
      rest.push_back(std::move(x));
    };
    hourly(
        "exposure_gini", [&](float day) { return 0.45 + 0.05 * i * (1 - std::exp(-day / 4)); }, 0, 1);
    RetentionCurve kept{names[i], {}, {}, {}, {}, {}};
    for (int d = 1; d < options.day; ++d) {
      const double share = 0.3 + 0.02 * i + 0.5 / d;
      kept.day.push_back(d);
      kept.value.push_back(share);
      kept.low.push_back(share - 0.02);
      kept.high.push_back(share + 0.02);
      kept.units.push_back(4000 - 100 * d);
    }
    e.retention.push_back(kept);
    if (i == 0) continue;
    const double true_lift = ctr[i] / ctr[0] - 1;
    hourly(
        "ctr_lift", [&](float day) { return true_lift + 0.02 / (1 + day); }, 0.08, 1);
    hourly(
        "ctr_lift_sequence", [&](float day) { return true_lift + 0.02 / (1 + day); }, 0.15, 24);
    for (const MetricInfo& m : s->metrics) {
      if (m.name == "exposure_gini") continue;
      const double lift = ctr[i] / ctr[0] - 1;
      EffectReport f;
      f.variant = names[i];
      f.metric = m.name;
      if (m.name != "d7_retention") {
        f.effect = lift * ctr[0];
        f.se = 0.001;
        f.lift = lift;
        f.lift_ci = {lift - 0.03, lift + 0.03};
        f.p = 0.012;
        f.sequential.p = 0.031;
        f.adjusted_p = 0.04;
      }
      f.verdict = options.mismatch ? "do not trust" : lift > 0.03 ? "better" : "no clear difference";
      if (m.name == "d7_retention") f.verdict = "not enough data";
      e.effects.push_back(f);
    }
  }
  s->live.insert(s->live.end(), rest.begin(), rest.end());
  e.srm.push_back(options.mismatch ? SrmReport{"all", 56.4, 3, 3.4e-12, "unhealthy"}
                                   : SrmReport{"all", 0.12, 1, 0.73, "healthy"});
  if (options.mismatch)
    s->warnings.push_back({"sample_ratio_mismatch", "Units do not split as planned; effects cannot be trusted."});
  s->experiments.push_back(e);
  return s;
}

struct Look {
  int width = 1440, height = 900;
  double scale = 1;
};
// The design's sizes, and twice the scale; then less room than the layout needs, where the scale gives way.
inline constexpr Look kLooks[] = {{1100, 700, 1}, {1440, 900, 1}, {1920, 1080, 1}, {2880, 1800, 2}};
inline constexpr Look kAllLooks[] = {{1100, 700, 1},  {1440, 900, 1}, {1920, 1080, 1},
                                     {2880, 1800, 2}, {1440, 900, 2}, {700, 420, 1}};

// Of this thread's own work: other programs share the machine.
inline double thread_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

// Tooltips at once, nothing that depends on wall time.
class Screen {
 public:
  explicit Screen(const Look& look) : Screen(look.width, look.height, look.scale) {}
  explicit Screen(int width = 1440, int height = 900, double scale = 1) : backend(width, height, scale) {
    app.state.view = view_index("live");
    app.state.scenario = "sample";
    app.state.question = "Which ranking is better?";
    app.state.seed = 42;
    app.state.warmup_days = 7;
    app.state.days = 14;
    app.state.fixed_dt = true;
    app.state.tooltip_delay_s = 0;
  }

  void show(std::shared_ptr<const Snapshot> s, RunStatus status) {
    app.state.run.status = status;
    app.state.run.playing = status == RunStatus::Running;
    if (s != nullptr) app.state.run.progress = s->progress;
    app.state.run.snapshot = snapshot = std::move(s);
    frames(2);
  }
  // Draws from the controller until `done`, or gives up after ten seconds.
  template <class Done>
  bool follow(RunController& controller, Done done) {
    for (int i = 0; i < 2000; ++i) {
      snapshot = sync(app.state, controller);
      frames(1);
      if (done()) return true;
      controller.wait(std::chrono::milliseconds{5});
    }
    return false;
  }
  void frames(int n) {
    for (int i = 0; i < n; ++i) backend.frame([this] { app.draw(snapshot.get()); });
  }
  void hover(const std::string& path) {
    backend.move_mouse(at(path).rect.center());
    frames(2);
  }
  void click(const std::string& path) {
    hover(path);
    backend.press_mouse(true);
    frames(1);
    backend.press_mouse(false);
    frames(2);  // one that reacts and one that shows it
  }
  void press(KeyPress key) {
    app.state.keys.push_back(key);
    frames(1);
  }
  // Characters as a window reports them: to the field that has the keyboard, and to the queue of keys.
  void type(std::string_view text) {
    for (const char c : text) {
      backend.type(std::string_view(&c, 1));
      press({std::toupper(static_cast<unsigned char>(c))});
    }
    frames(1);
  }
  void press_in_field(int key) {
    backend.press_key(key, true);
    press({key});
    backend.press_key(key, false);
    frames(2);
  }
  std::vector<std::string> faults() const { return ui::layout_faults(app.state.registry, backend.window()); }
  // Milliseconds that 95 of 100 frames take less than.
  double frame_ms() {
    frames(5);
    std::vector<double> ms;
    for (int i = 0; i < 100; ++i) {
      const double from = thread_ms();
      frames(1);
      ms.push_back(thread_ms() - from);
    }
    std::ranges::sort(ms);
    return ms[95];
  }
  const ui::Element* find(const std::string& path) const { return app.state.registry.find(path); }
  const ui::Element& at(const std::string& path) const {
    const ui::Element* e = find(path);
    if (e == nullptr) throw std::runtime_error("not on the screen: " + path);
    return *e;
  }

  NullBackend backend;
  App app;
  std::shared_ptr<const Snapshot> snapshot;
};

// Epochs of five minutes over `days`, in the order in which the experiment talks to its observer.
inline RunController::Work sample_work(double days, std::chrono::microseconds per_epoch = {}, double throw_on_day = -1) {
  return [=](Observer& observer) {
    std::uint64_t sequence = 0;
    const auto epochs = static_cast<int>(std::lround(days * 288));
    for (int i = 1; i <= epochs; ++i) {
      std::this_thread::sleep_for(per_epoch);
      const Progress p{RunStage::Running, "experiment", i / 288.0, days, static_cast<double>(i) / epochs, std::int64_t{10} * i};
      const auto build = [&] {
        auto s = std::make_shared<Snapshot>();
        s->sequence = ++sequence;
        s->progress = p;
        s->experiment_day = p.day;
        s->days = static_cast<int>(days);
        return s;
      };
      observer.on_progress(p);
      if (observer.wants_snapshot()) observer.on_snapshot(build());
      if (observer.stop_requested()) throw Interrupted("stopped");
      if (throw_on_day >= 0 && p.day >= throw_on_day) throw Error("weight is not finite (nan)", {"world.toml", 12, 3});
    }
    observer.on_progress({RunStage::Finished, "finished", days, days, 1, 10 * epochs});
    Report report;
    report.requests = 10 * epochs;
    return report;
  };
}

}  // namespace feedloop::testing
