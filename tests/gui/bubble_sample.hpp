// A hand-made record of twin worlds: in B tastes and exposures close in on a centre each, in A they stay.
#pragma once

#include <cmath>
#include <memory>

#include "experiment/bubble/circle.hpp"
#include "experiment/bubble/verdict.hpp"
#include "gui/app_state.hpp"

namespace feedloop::testing {

struct BubbleSample {
  int days = 28;
  std::size_t items = 2000, users = 60, variants = 2, categories = 8;
  bool collapse = false;  // B shows everybody the same
  bool shown = true;      // false: nobody was shown anything
};

inline std::shared_ptr<const BubbleReport> sample_bubble(const BubbleSample& o = {}) {
  auto r = std::make_shared<BubbleReport>();
  r->days = o.days;
  r->categories = o.categories;
  r->reach = 1.1F;
  r->explained = 0.42;
  r->panel = 1500;
  for (int d = 0; d <= o.days; ++d) {
    r->day.push_back(static_cast<float>(d));
    r->catalogue.push_back(static_cast<std::int64_t>(o.items));
  }
  const auto at = [&](std::size_t category, double away, double turn) {
    const double angle = 6.283 * static_cast<double>(category) / static_cast<double>(o.categories);
    return MapPoint{static_cast<float>(0.65 * std::cos(angle) + away * std::cos(turn)),
                    static_cast<float>(0.65 * std::sin(angle) + away * std::sin(turn))};
  };
  for (std::size_t i = 0; i < o.items; ++i)
    r->items.push_back({at(i % o.categories, 0.25 * std::sqrt(static_cast<double>(i % 97) / 97), static_cast<double>(i)),
                        static_cast<std::uint8_t>(i % o.categories)});
  for (std::size_t k = 0; k < o.users; ++k) r->users.push_back(static_cast<std::uint32_t>(7 + 3 * k));

  BubbleExperiment& e = r->experiments.emplace_back();
  e.layer = "ranking";
  const char* names[] = {"control", "two-tower", "ltr and mmr", "epsilon"};
  const auto nothing = static_cast<float>(kNaN);
  const auto series = [&](BubbleSeries& s, double first, double last, double half) {
    for (int d = 0; d <= o.days; ++d) {
      const double v = first + (last - first) * d / o.days;
      const bool known = d > 0 && o.shown;
      s.value.push_back(known ? static_cast<float>(v) : nothing);
      s.low.push_back(known ? static_cast<float>(v - half) : nothing);
      s.high.push_back(known ? static_cast<float>(v + half) : nothing);
    }
  };
  // By measure: control's value, then a treatment's at the start and at the end.
  const double a[kBubbleMeasures] = {0.41, 0.06, 5.1, 0.71, 0.48, 0.62, 0.61, 6.9};
  const double b0[kBubbleMeasures] = {0.40, 0.01, 4.9, 0.72, 0.46, 0.63, 0.60, 6.8};
  const double b1[kBubbleMeasures] = {0.17, 0.19, 2.2, o.collapse ? 0.33 : 0.83, 0.27, 0.81, 0.24, 4.1};
  for (std::size_t v = 0; v < o.variants; ++v) {
    BubbleWorld& w = e.worlds.emplace_back();
    w.variant = names[v];
    for (std::size_t m = 0; m < kBubbleMeasures; ++m) {
      series(w.measures[m], v == 0 ? a[m] : b0[m], v == 0 ? a[m] : b1[m], 0.01);
      if (v == 0) continue;
      if (m == 0) e.differences.emplace_back();
      series(e.differences.back()[m], b0[m] - a[m], b1[m] - a[m], 0.012);
    }
    for (std::size_t k = 0; k < o.users; ++k) {
      BubbleUser& u = w.users.emplace_back();
      const std::size_t home = o.collapse && v > 0 ? 0 : k % o.categories;
      for (int d = 0; d <= o.days; ++d) {
        const double closing = v == 0 ? 0.1 : static_cast<double>(d) / o.days;
        const MapPoint start = at(k % o.categories, 0.35, static_cast<double>(k)), end = at(home, 0.03, static_cast<double>(k));
        u.taste.push_back({static_cast<float>(start.x + closing * (end.x - start.x)),
                           static_cast<float>(start.y + closing * (end.y - start.y))});
        if (d > 0 && o.shown) {
          for (std::uint32_t n = 0; n < 20; ++n) {
            const std::size_t wide = v == 0 ? n % o.categories : home;
            const std::size_t item = (wide + o.categories * (n * 31 + k * 7 + static_cast<std::size_t>(d))) % o.items;
            u.exposures.push_back({static_cast<std::uint32_t>(item), static_cast<float>(d) - 0.5F, n % 5 == 0});
          }
        }
        u.until.push_back(u.exposures.size());
        const auto recent = u.recent(static_cast<std::size_t>(d));
        std::vector<MapPoint> points;
        CategoryMix mix{std::vector<std::int32_t>(o.categories, 0), recent.empty() ? kNoValue : v == 0 ? 2.0 : 0.4};
        for (const Exposure& x : recent) {
          points.push_back(r->items[x.item].at);
          ++mix.count[r->items[x.item].category];
        }
        u.circle.push_back(holding_circle(points, kCircleShare));
        u.area.push_back(3.1416F * u.circle.back().radius * u.circle.back().radius);
        u.saw.push_back(mix);
        u.liked.push_back(mix);
      }
    }
    for (int d = 0; d <= o.days; ++d) {
      std::vector<std::uint32_t> shown(o.items, 0);
      std::vector<float> heat(kHeatSide * kHeatSide, 0);
      if (d > 0 && o.shown) {
        for (std::size_t i = 0; i < o.items; ++i) shown[i] = static_cast<std::uint32_t>((i * (v + 3)) % 40);
        for (std::size_t s = 0; s < heat.size(); ++s) heat[s] = static_cast<float>((s * (v + 1)) % 11) / 6000;
      }
      w.shown.push_back(std::move(shown));
      w.heat.push_back(std::move(heat));
      LorenzCurve curve{w.variant, {}, {}};
      for (int p = 0; d > 0 && o.shown && p <= 20; ++p) {
        curve.items.push_back(p / 20.0);
        curve.impressions.push_back(std::pow(p / 20.0, v == 0 ? 2.5 : 5));
      }
      w.lorenz.push_back(std::move(curve));
    }
  }
  return r;
}

inline TwinState sample_twins(const BubbleSample& options = {}) {
  TwinState t;
  t.status = RunStatus::Finished;
  t.worlds = static_cast<int>(options.variants) + 1;
  t.bubble = sample_bubble(options);
  t.progress.done = 1;
  return t;
}

}  // namespace feedloop::testing
