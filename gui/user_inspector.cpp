#include "gui/user_inspector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "gui/bubble_colors.hpp"
#include "gui/bubble_text.hpp"
#include "gui/format.hpp"
#include "gui/ui.hpp"

namespace feedloop {
namespace {

constexpr double kLine = 19;
constexpr std::size_t kCategories = 6;  // most that are named

std::int32_t total_of(const CategoryMix& mix) { return std::reduce(mix.count.begin(), mix.count.end()); }

double share_of(const CategoryMix& mix, std::size_t category) {
  const std::int32_t total = total_of(mix);
  return total > 0 ? static_cast<double>(mix.count[category]) / total : 0;
}

struct Column {
  std::string id, title;
  const CategoryMix* mix;
  Color color;
};

}  // namespace

void draw_user_inspector(const BubbleReport& report, const BubbleExperiment& experiment, std::size_t treatment, std::size_t day,
                         BubbleState& state, const Rect& box) {
  const auto place = static_cast<std::size_t>(state.user);
  const BubbleUser &a = experiment.worlds[0].users[place], &b = experiment.worlds[treatment].users[place];
  const std::string path = "bubble/user";
  const char letter = variant_letter(static_cast<int>(treatment));
  ui::panel(path, box);
  Rect inner = box.inset(px(14), px(10));
  Rect head = inner.cut_top(px(22));
  const ui::ButtonSpec close{.label = "All users", .tooltip = "Back to the Lorenz curve"};
  const Rect button = head.cut_right(ui::button_width(close));
  if (ui::button(path + "/close", button, close)) {
    state.user = -1;
    return;
  }
  ui::text(path + "/title", head, fmt::format("User {}", report.users[place]), {.font = Font::Strong});
  ui::text(path + "/subtitle", inner.cut_top(px(18)), fmt::format("last {} exposures by category, day {}", kRecent, day),
           {Font::Small, colors::kSecondary});
  if (b.recent(day).empty() && a.recent(day).empty()) {
    ui::text(path + "/empty", inner, "Nothing was shown to them yet", {Font::Body, colors::kSecondary, ui::Align::Center});
    return;
  }

  const std::array<Column, 3> columns{
      {{"saw_a", "saw, A", &a.saw[day], variant_color(0)},
       {"saw_b", fmt::format("saw, {}", letter), &b.saw[day], variant_color(static_cast<int>(treatment))},
       {"liked", fmt::format("liked, {}", letter), &b.liked[day], colors::kTruth}}};
  const float names = std::min(px(74), inner.width() * 0.28F);
  const float width = std::floor((inner.width() - names) / 3);
  const auto column = [&](const Rect& line, std::size_t i) {
    const float x = line.x0 + names + width * static_cast<float>(i);
    return Rect{x + px(8), line.y0, x + width, line.y1};
  };
  const std::string about_liked = fmt::format(
      "As many items as {} was shown that this user would have felt best about, of all that may be shown: the world's truth",
      letter);
  const Rect titles = inner.cut_top(px(kLine));
  for (std::size_t i = 0; i < columns.size(); ++i)
    ui::text(fmt::format("{}/{}/title", path, columns[i].id), column(titles, i), columns[i].title,
             {Font::Small, columns[i].color}, i == 2 ? about_liked : "");
  const Rect entropies = inner.cut_top(px(kLine));
  ui::text(path + "/entropy", {entropies.x0, entropies.y0, entropies.x0 + names, entropies.y1}, "entropy, nats",
           {Font::Small, colors::kSecondary}, "Entropy over categories in nats: higher is more varied");
  for (std::size_t i = 0; i < columns.size(); ++i)
    ui::text(fmt::format("{}/{}/entropy", path, columns[i].id), column(entropies, i), fixed_text(columns[i].mix->entropy, 2),
             {Font::Small, colors::kText});

  std::vector<std::size_t> order(report.categories);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto weight = [&](std::size_t c) {
    double sum = 0;
    for (const Column& col : columns) sum += share_of(*col.mix, c);
    return sum;
  };
  std::ranges::stable_sort(order, [&](std::size_t x, std::size_t y) { return weight(x) > weight(y); });
  const float list = px(kLine) * 2 + px(6);  // kept for the exposures below
  for (std::size_t k = 0; k < std::min(kCategories, order.size()) && inner.height() - list >= px(kLine); ++k) {
    const std::size_t c = order[k];
    if (weight(c) <= 0) break;
    const Rect line = inner.cut_top(px(kLine));
    const float y = line.center().y;
    paint::fill({line.x0, y - px(4), line.x0 + px(8), y + px(4)}, category_color(c), px(2));
    ui::text(fmt::format("{}/category/{}", path, c), {line.x0 + px(13), line.y0, line.x0 + names, line.y1},
             fmt::format("cat. {}", c + 1), {Font::Small, colors::kSecondary}, fmt::format("Category {}", c + 1));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      Rect cell = column(line, i);
      const double share = share_of(*columns[i].mix, c);
      ui::text(fmt::format("{}/{}/{}", path, columns[i].id, c), cell.cut_right(px(34)), fmt::format("{:.0f}%", 100 * share),
               {Font::Small, colors::kText, ui::Align::Right});
      const Rect bar{cell.x0, y - px(4), cell.x1 - px(4), y + px(4)};
      paint::fill(bar, colors::kGrid, px(2));
      if (share > 0)
        paint::fill({bar.x0, bar.y0, bar.x0 + bar.width() * static_cast<float>(share), bar.y1}, columns[i].color.fade(0.8),
                    px(2));
    }
  }

  inner.cut_top(px(6));
  if (inner.height() < px(kLine)) return;
  const auto recent = b.recent(day);
  ui::text(path + "/inside", inner.cut_top(px(kLine)),
           fmt::format("{} of {} exposures lie in the circle of {}; newest first", b.circle[day].held, recent.size(), letter),
           {Font::Small, colors::kSecondary});
  for (std::size_t k = 0; k < recent.size() && inner.height() >= px(kLine); ++k) {
    const Exposure& e = recent[recent.size() - 1 - k];
    const std::size_t category = report.items[e.item].category;
    Rect line = inner.cut_top(px(kLine));
    const float y = line.center().y;
    paint::fill({line.x0, y - px(4), line.x0 + px(8), y + px(4)}, category_color(category), px(2));
    line.cut_left(px(13));
    ui::text(fmt::format("{}/exposure/{}/day", path, k), line.cut_right(px(70)),
             fmt::format("day {}", fixed_text(static_cast<double>(e.day), 1)),
             {Font::Small, colors::kSecondary, ui::Align::Right});
    ui::text(fmt::format("{}/exposure/{}", path, k), line, item_text(e.item, category) + (e.clicked ? ", clicked" : ""),
             {Font::Small, colors::kText});
  }
}

}  // namespace feedloop
