#include "gui/taste_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/bubble_colors.hpp"
#include "gui/bubble_text.hpp"
#include "gui/format.hpp"
#include "gui/ui.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kUnseenSide = 20;  // squares a side, in which a user saw something or did not
constexpr double kComet = 0.35;          // of the path, brighter towards now
constexpr float kReachOfClick = 12;      // design pixels

float scale_of(const Rect& box, float reach) { return std::min(box.width(), box.height()) / 2 / reach; }

MapPoint taste_at(const BubbleUser& user, double day) {
  const auto d = std::min(static_cast<std::size_t>(day), user.taste.size() - 1);
  const MapPoint a = user.taste[d], b = user.taste[std::min(d + 1, user.taste.size() - 1)];
  const auto t = static_cast<float>(day - static_cast<double>(d));
  return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

class Map {
 public:
  Map(const TasteMapSpec& spec, BubbleState& state, const Rect& box)
      : spec_(spec), state_(state), box_(box), day_(static_cast<std::size_t>(spec.day)) {}

  void draw() {
    const ui::Press press = ui::area(spec_.path, box_, fmt::format("reach {:.2f}", spec_.report->reach));
    paint::clip(box_);
    draw_grid();
    if (spec_.difference || state_.heat) draw_squares();
    if (state_.items) draw_items();
    if (selected() != nullptr) draw_unseen();
    for (std::size_t k = 0; k < spec_.world->users.size(); ++k)
      if (static_cast<int>(k) != state_.user) draw_user(k);
    if (selected() != nullptr) draw_user(static_cast<std::size_t>(state_.user));
    paint::unclip();
    draw_axis_labels();
    if (selected() != nullptr) draw_circle();
    if (press.hovered) hover();
    if (press.clicked) state_.user = nearest_user();
  }

 private:
  Vec2 to(MapPoint p) const { return map_position(box_, spec_.report->reach, p); }
  Color ink() const { return variant_color(spec_.variant); }
  const BubbleUser* selected() const {
    const auto k = static_cast<std::size_t>(state_.user);
    return state_.user >= 0 && k < spec_.world->users.size() ? &spec_.world->users[k] : nullptr;
  }
  std::size_t stride() const { return std::max<std::size_t>(1, (spec_.report->items.size() + kItemsDrawn - 1) / kItemsDrawn); }

  void draw_grid() const {
    for (const double at : ticks().at) {
      const Vec2 p = to({static_cast<float>(at), static_cast<float>(at)});
      paint::line({std::round(p.x), box_.y0}, {std::round(p.x), box_.y1}, colors::kGrid);
      paint::line({box_.x0, std::round(p.y)}, {box_.x1, std::round(p.y)}, colors::kGrid);
    }
  }
  Ticks ticks() const {
    return nice_ticks(-static_cast<double>(spec_.report->reach), static_cast<double>(spec_.report->reach), 4);
  }
  void draw_axis_labels() const {
    const Ticks t = ticks();
    const float height = font_height(Font::Small);
    for (std::size_t i = 0; i < t.at.size(); ++i) {
      const Vec2 p = to({static_cast<float>(t.at[i]), static_cast<float>(t.at[i])});
      const std::string text = tick_text(t, t.at[i]);
      const float width = ui::text_width(text, Font::Small);
      if (p.y - height > box_.y0 && p.y + height < box_.y1 - height * 1.5F)
        paint::text({box_.x0 + px(3), p.y - height - px(1)}, Font::Small, colors::kSecondary.fade(0.8), text);
      if (p.x - width > box_.x0 + px(30) && p.x + width < box_.x1)
        paint::text({p.x - width / 2, box_.y1 - height - px(2)}, Font::Small, colors::kSecondary.fade(0.8), text);
    }
  }

  void draw_squares() const {
    const std::vector<float>& here = spec_.world->heat[day_];
    const std::vector<float>& there = spec_.other->heat[day_];
    float most = 0;
    for (std::size_t i = 0; i < here.size(); ++i)
      most = std::max(most, spec_.difference ? std::abs(here[i] - there[i]) : std::max(here[i], there[i]));
    if (most <= 0) return;
    const float side = 2 * spec_.report->reach / static_cast<float>(kHeatSide);
    for (std::size_t row = 0; row < kHeatSide; ++row)
      for (std::size_t column = 0; column < kHeatSide; ++column) {
        const std::size_t i = row * kHeatSide + column;
        const float value = spec_.difference ? here[i] - there[i] : here[i];
        if (value == 0) continue;
        // The root keeps rarely shown regions in sight.
        const double level = std::sqrt(static_cast<double>(std::abs(value) / most));
        const Color color = spec_.difference ? difference_color(value > 0 ? level : -level) : heat_color(level);
        const float x = -spec_.report->reach + side * static_cast<float>(column),
                    y = -spec_.report->reach + side * static_cast<float>(row);
        const Vec2 low = to({x, y}), high = to({x + side, y + side});
        paint::fill({std::floor(low.x), std::floor(high.y), std::floor(high.x), std::floor(low.y)},
                    color.fade(spec_.difference ? 0.25 + 0.65 * level : 0.3 + 0.5 * level));
      }
  }

  void draw_items() const {
    const std::vector<std::uint32_t>& shown = spec_.world->shown[day_];
    const auto catalogue = static_cast<std::size_t>(spec_.report->catalogue[day_]);
    const double quiet = spec_.difference || state_.heat ? 0.35 : 1;
    const double mean = mean_shown();
    for (std::size_t i = 0; i < catalogue; i += stride()) {
      const MapItem& item = spec_.report->items[i];
      const double often = mean > 0 ? std::sqrt(shown[i] / mean) : 0;
      const auto side = static_cast<float>(std::clamp(1.6 + 0.9 * often, 1.6, 5.0) * ui_scale());
      const Vec2 at = to(item.at);
      paint::fill({at.x - side / 2, at.y - side / 2, at.x + side / 2, at.y + side / 2},
                  category_color(item.category).fade(quiet * (shown[i] > 0 ? 0.62 : 0.28)));
    }
  }
  double mean_shown() const {
    const std::vector<std::uint32_t>& shown = spec_.world->shown[day_];
    double total = 0;
    for (const std::uint32_t n : shown) total += n;
    return total / static_cast<double>(std::max<std::size_t>(shown.size(), 1));
  }

  // Squares that hold items of which the user was lately shown none.
  void draw_unseen() const {
    const auto square = [&](MapPoint p) {
      const auto place = [&](float v) {
        const float at = (v / spec_.report->reach + 1) / 2 * static_cast<float>(kUnseenSide);
        return std::min(static_cast<std::size_t>(std::max(at, 0.0F)), kUnseenSide - 1);
      };
      return place(p.y) * kUnseenSide + place(p.x);
    };
    std::vector<std::uint8_t> holds(kUnseenSide * kUnseenSide, 0);  // 1: items, 2: and seen
    for (std::size_t i = 0; i < spec_.report->items.size(); ++i) holds[square(spec_.report->items[i].at)] |= 1;
    const auto recent = selected()->recent(day_);
    if (recent.empty()) return;
    for (const Exposure& e : recent) holds[square(spec_.report->items[e.item].at)] |= 2;
    const float side = 2 * spec_.report->reach / static_cast<float>(kUnseenSide);
    const Color ink = colors::kSecondary.fade(0.3);
    for (std::size_t s = 0; s < holds.size(); ++s) {
      if (holds[s] != 1) continue;
      const float x = -spec_.report->reach + side * static_cast<float>(s % kUnseenSide);
      const float y = -spec_.report->reach + side * static_cast<float>(s / kUnseenSide);
      const Vec2 low = to({x, y}), high = to({x + side, y + side}), middle = to({x + side / 2, y + side / 2});
      paint::line(low, high, ink);
      paint::line({low.x, middle.y}, {middle.x, high.y}, ink);
      paint::line({middle.x, low.y}, {high.x, middle.y}, ink);
    }
  }

  void draw_user(std::size_t k) const {
    const BubbleUser& user = spec_.world->users[k];
    const bool picked = static_cast<int>(k) == state_.user;
    const double strength = selected() == nullptr || picked ? 1 : 0.28;
    const Vec2 start = to(user.taste.front()), now = to(taste_at(user, spec_.day));
    if (state_.trails) {
      std::vector<Vec2> path;
      for (std::size_t d = 0; d <= day_; ++d) path.push_back(to(user.taste[d]));
      path.push_back(now);
      paint::polyline(path, ink().fade(0.35 * strength), std::max(1.0F, px(picked ? 1.75 : 1.25)));
      const auto bright = static_cast<std::size_t>((1 - kComet) * static_cast<double>(path.size()));
      paint::polyline(std::span(path).subspan(bright), ink().fade(0.8 * strength), std::max(1.5F, px(picked ? 2.5 : 1.75)));
    }
    paint::ring(start, px(picked ? 4.5 : 3.5), ink().fade(0.75 * strength), std::max(1.0F, px(1.25)));
    paint::disc(now, px(picked ? 6 : 4.5), colors::kBackground.fade(0.9 * strength));
    paint::disc(now, px(picked ? 5 : 3.5), ink().fade(strength));
    if (picked) paint::ring(now, px(8), colors::kText, std::max(1.0F, px(1.5)));
  }

  void draw_circle() const {
    const BubbleUser& user = *selected();
    const MapCircle& circle = user.circle[day_];
    const std::uint32_t id = spec_.report->users[static_cast<std::size_t>(state_.user)];
    const std::string path = spec_.path + "/circle";
    if (std::isnan(circle.radius)) {
      ui::text(path, label_box({box_.center().x, box_.y0 + px(20)}, 0), fmt::format("user {}: nothing shown yet", id),
               {Font::Small, colors::kText, ui::Align::Center});
      return;
    }
    const Vec2 centre = to(circle.centre);
    const float radius = circle.radius * scale_of(box_, spec_.report->reach);
    paint::clip(box_);
    paint::ring(centre, radius, colors::kBackground.fade(0.8), px(4));
    paint::ring(centre, radius, colors::kText, std::max(1.5F, px(1.75)));
    paint::unclip();
    const std::string text = fmt::format("user {}: 90% of the last {} exposures", id, user.recent(day_).size());
    const Rect label = label_box(centre, radius);
    paint::fill({label.x0 - px(4), label.y0, label.x1 + px(4), label.y1}, colors::kBackground.fade(0.75), px(3));
    ui::text(path, label, text, {Font::Small, colors::kText, ui::Align::Center},
             fmt::format("{} of {} exposures lie inside; radius {}", circle.held, user.recent(day_).size(),
                         fixed_text(static_cast<double>(circle.radius), 2)));
  }
  // Above the circle where there is room, else inside its top edge.
  Rect label_box(Vec2 centre, float radius) const {
    const float height = font_height(Font::Small) + px(2);
    const float width =
        std::min(ui::text_width("user 888888: 90% of the last 200 exposures", Font::Small), box_.width() - px(12));
    const float x = std::clamp(centre.x - width / 2, box_.x0 + px(6), box_.x1 - width - px(6));
    const float y = std::clamp(centre.y - radius - height - px(4), box_.y0 + px(4), box_.y1 - height - px(24));
    return {x, y, x + width, y + height};
  }

  int nearest_user() const {
    float best = px(kReachOfClick);
    int found = -1;
    for (std::size_t k = 0; k < spec_.world->users.size(); ++k) {
      const Vec2 at = to(taste_at(spec_.world->users[k], spec_.day));
      const float away = std::hypot(at.x - ui::mouse().x, at.y - ui::mouse().y);
      if (away < best) best = away, found = static_cast<int>(k);
    }
    return found;
  }

  void hover() const {
    if (const int k = nearest_user(); k >= 0) {
      const auto place = static_cast<std::size_t>(k);
      const BubbleUser& user = spec_.world->users[place];
      const MapCircle& circle = user.circle[day_];
      std::vector<ui::TooltipRow> rows;
      const auto row = [&](std::string id, std::string text) {
        rows.push_back({fmt::format("{}/tooltip/{}", spec_.path, id), std::move(text), {0, 0, 0, 0}});
      };
      row("shown", fmt::format("{} exposures so far", count_text(static_cast<std::int64_t>(user.until[day_]))));
      row("radius", fmt::format("circle of the last {}: radius {}", user.recent(day_).size(),
                                fixed_text(static_cast<double>(circle.radius), 2)));
      row("entropy", fmt::format("entropy over categories {} nats", fixed_text(user.saw[day_].entropy, 2)));
      row("hint", "click to look closer");
      ui::tooltip_rows(spec_.path + "/tooltip", fmt::format("User {} in {}", spec_.report->users[place], spec_.world->variant),
                       std::move(rows));
      return;
    }
    if (!state_.items) return;
    float best = px(6);
    std::size_t found = SIZE_MAX;
    for (std::size_t i = 0; i < static_cast<std::size_t>(spec_.report->catalogue[day_]); i += stride()) {
      const Vec2 at = to(spec_.report->items[i].at);
      const float away = std::max(std::abs(at.x - ui::mouse().x), std::abs(at.y - ui::mouse().y));
      if (away < best) best = away, found = i;
    }
    if (found == SIZE_MAX) return;
    ui::tooltip_rows(
        spec_.path + "/tooltip", item_text(static_cast<std::uint32_t>(found), spec_.report->items[found].category),
        {{spec_.path + "/tooltip/shown",
          fmt::format("shown {} times in the last {} days", count_text(spec_.world->shown[day_][found]), kBubbleWindow),
          category_color(spec_.report->items[found].category)}});
  }

  const TasteMapSpec& spec_;
  BubbleState& state_;
  Rect box_;
  std::size_t day_;
};

}  // namespace

Vec2 map_position(const Rect& box, float reach, MapPoint at) {
  const float scale = scale_of(box, reach);
  return {box.center().x + at.x * scale, box.center().y - at.y * scale};
}

void draw_taste_map(const TasteMapSpec& spec, BubbleState& state, const Rect& box) { Map(spec, state, box).draw(); }

}  // namespace feedloop
