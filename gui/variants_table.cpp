#include "gui/variants_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gui/commands.hpp"
#include "gui/format.hpp"
#include "gui/live_view.hpp"
#include "gui/truth.hpp"

namespace feedloop {
namespace {

constexpr double kTitle = 40, kHeader = 36, kRow = 28, kFoot = 10;

// The metrics that a decision leans on keep their columns longest; the others follow in the registry's order.
constexpr std::array<std::string_view, 4> kFirst{"watch_per_user_day", "d1_retention", "d7_retention", "exposure_gini"};

enum class What { Name, Units, Primary, Lift, Truth, P, Metric, Verdict };

struct Column {
  What what;
  std::string id, title;
  float width;
  int priority;  // lower stays longer
  const MetricInfo* metric = nullptr;
  std::string doc;
  Rect span;
};

std::vector<Column> all_columns(const AppState& state, const Snapshot* snapshot, const MetricInfo* primary) {
  const std::string title = primary == nullptr ? "CTR" : primary->title;
  std::vector<Column> columns{
      {What::Name, "name", "Variant", px(150), 0, nullptr, "", {}},
      {What::Units, "units", "Units", px(64), 3, nullptr, "People assigned to the variant", {}},
      {What::Primary, "primary", title, px(84), 1, primary, primary == nullptr ? "" : primary->doc, {}},
      {What::Lift,
       "lift",
       "Lift over A",
       px(166),
       0,
       nullptr,
       "Relative difference to control, with its interval for one look at the planned end",
       {}},
      {What::P, "p", "Always-valid p", px(88), 2, nullptr, "Holds however often one looks", {}},
  };
  if (true_experiment(state) != nullptr)
    columns.insert(columns.end() - 1,
                   {What::Truth,
                    "truth",
                    "True lift",
                    px(150),
                    0,
                    nullptr,
                    "What a launch to everybody would have done, over A's value here. " + std::string(kTruthIs),
                    {}});
  if (snapshot != nullptr) {
    int priority = 4 + static_cast<int>(kFirst.size());
    for (const MetricInfo& m : snapshot->metrics) {
      if (&m == primary) continue;
      const auto* wanted = std::ranges::find(kFirst, m.name);
      const int rank = wanted != kFirst.end() ? 4 + static_cast<int>(wanted - kFirst.begin()) : priority++;
      columns.push_back({What::Metric, m.name, m.title, px(88), rank, &m, m.doc, {}});
    }
  }
  columns.push_back({What::Verdict, "verdict", "Verdict", px(164), 0, nullptr, "On the lift of the primary metric", {}});
  return columns;
}

// Keeps the columns that fit, drops the least important ones, and shares what is left.
void place(std::vector<Column>& columns, const Rect& box) {
  const auto total = [&] {
    float sum = 0;
    for (const Column& c : columns) sum += c.width;
    return sum;
  };
  while (total() > box.width()) {
    const auto least = std::ranges::max_element(columns, {}, &Column::priority);
    if (least->priority == 0) break;
    columns.erase(least);
  }
  const float stretch = std::clamp(box.width() / total(), 0.8F, 1.6F);
  float x = box.x0;
  for (Column& c : columns) {
    c.span = {std::round(x), 0, std::round(x + c.width * stretch), 0};
    x += c.width * stretch;
  }
}

void draw_lift(const std::string& path, const Rect& cell, const EffectReport* effect, const VariantReport& variant,
               std::int64_t needed) {
  const std::string_view verdict = effect == nullptr ? std::string_view("not enough data") : effect->verdict;
  if (verdict == "do not trust") {
    ui::text(path, cell, "not shown: SRM", {.color = colors::kAlert});
    return;
  }
  if (verdict == "not enough data") {
    const std::string so_far = variant.units < needed
                                   ? fmt::format("{} of {} units", count_text(variant.units), count_text(needed))
                                   : fmt::format("n = {} so far", count_text(variant.units));
    ui::text(path, cell, so_far, {.color = colors::kSecondary});
    return;
  }
  Rect rest = cell;
  const std::string lift = lift_text(effect->lift);
  const Rect drawn = ui::text(path + "/value", rest.cut_left(px(58)), lift, {.color = verdict_look(verdict).color});
  rest.x0 = std::max(rest.x0, drawn.x1 + px(6));
  ui::text(path + "/interval", rest, lift_interval_text(effect->lift_ci), {.color = colors::kSecondary});
}

void draw_cell(const AppState& state, const Column& column, const std::string& row, const Rect& cell, const Snapshot& snapshot,
               const ExperimentReport& experiment, int index) {
  const bool hidden = variant_hidden(state, index);
  const VariantReport& variant = experiment.variants[static_cast<std::size_t>(index)];
  const MetricInfo* primary = primary_metric(snapshot);
  const EffectReport* effect = primary == nullptr ? nullptr : effect_of(experiment, variant.name, primary->name);
  const std::string path = row + "/" + column.id;
  const ui::TextLook plain{.color = hidden ? colors::kSecondary : colors::kText};
  switch (column.what) {
    case What::Name: {
      Rect rest = cell;
      const Rect swatch = rest.cut_left(px(18));
      const Rect square{swatch.x0, swatch.center().y - px(5), swatch.x0 + px(10), swatch.center().y + px(5)};
      if (hidden)
        paint::outline(square, variant_color(index), px(2));
      else
        paint::fill(square, variant_color(index), px(2));
      const std::string hint =
          index < kVariantColors ? tooltip(command(fmt::format("toggle_{}", variant_letter(index))), state) : "";
      ui::text(path + "/letter", rest.cut_left(px(18)), std::string(1, variant_letter(index)), {Font::Strong, plain.color},
               hint);
      ui::text(path, rest, variant.name, plain);
      return;
    }
    case What::Units:
      ui::text(path, cell, count_text(variant.units), plain);
      return;
    case What::Primary:
    case What::Metric: {
      const MetricValue* m = column.metric == nullptr ? nullptr : metric_of(variant, column.metric->name);
      const std::string text = m == nullptr ? value_text({}, kNoValue) : value_text(*column.metric, m->value);
      ui::text(path, cell, text, plain);
      return;
    }
    case What::Lift:
      if (index > 0)
        draw_lift(path, cell, effect, variant, snapshot.min_units);
      else
        ui::text(path, cell, "–", {.color = colors::kSecondary});
      return;
    case What::Truth: {
      const auto truth = primary == nullptr ? std::nullopt : true_effect(state, variant.name, primary->name);
      ui::text(path, cell, truth ? truth_text(*truth) : "–", {.color = truth ? colors::kTruth : colors::kSecondary},
               truth ? kTruthIs : std::string_view{});
      return;
    }
    case What::P: {
      const bool shown = index > 0 && effect != nullptr && effect->verdict != "do not trust";
      ui::text(path, cell, shown ? p_text(effect->sequential.p) : "–",
               shown ? plain : ui::TextLook{.color = colors::kSecondary});
      return;
    }
    case What::Verdict: {
      if (index == 0) {
        ui::text(path, cell, "Control", {.color = colors::kSecondary});
        return;
      }
      const VerdictLook look = verdict_look(effect == nullptr ? std::string_view("not enough data") : effect->verdict);
      ui::labelled_glyph(path, cell, look.glyph, look.symbol, look.word, {Font::Body, look.color});
      return;
    }
  }
}

void draw_layer_tabs(AppState& state, const Snapshot& snapshot, Rect& head) {
  for (std::size_t i = snapshot.experiments.size(); i-- > 0;) {
    const ui::ButtonSpec spec{.label = snapshot.experiments[i].layer,
                              .look = ui::Look::Quiet,
                              .selected = i == state.experiment,
                              .tooltip = "Show this layer's experiment"};
    const Rect box = head.cut_right(ui::button_width(spec));
    if (ui::button(fmt::format("live/table/layer/{}", snapshot.experiments[i].layer), box.inset(px(2), 0), spec))
      state.experiment = i;
  }
}

// What the rest of the screen shows.
void draw_content_tabs(AppState& state, Rect& head) {
  const Command& c = command("all_metrics");
  for (const bool all : {true, false}) {
    const ui::ButtonSpec spec{.label = all ? "All metrics" : "Curves",
                              .look = ui::Look::Quiet,
                              .selected = state.live.all_metrics == all,
                              .tooltip = tooltip(c, state)};
    const Rect box = head.cut_right(ui::button_width(spec));
    if (ui::button(all ? "live/table/all_metrics" : "live/table/curves", box.inset(px(2), 0), spec))
      state.live.all_metrics = all;
  }
  head.cut_right(px(8));
}

}  // namespace

float variants_table_height(int variants) { return px(kTitle + kHeader + kFoot) + px(kRow) * static_cast<float>(variants); }

int draw_variants_table(AppState& state, const Snapshot* snapshot, const Rect& box) {
  ui::panel("live/table", box);
  Rect inner = box.inset(px(14), 0);
  inner.y1 -= px(kFoot);
  Rect head = inner.cut_top(px(kTitle)).inset(0, px(8));
  if (snapshot != nullptr && snapshot->experiments.size() > 1) draw_layer_tabs(state, *snapshot, head);
  draw_content_tabs(state, head);
  const Rect title = ui::text("live/table/title", head, "Variants", {.font = Font::Strong});
  ui::text("live/table/subtitle", {title.x1 + px(10), head.y0, head.x1, head.y1}, state.question,
           {Font::Small, colors::kSecondary});

  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  const MetricInfo* primary = snapshot == nullptr ? nullptr : primary_metric(*snapshot);
  std::vector<Column> columns = all_columns(state, snapshot, primary);
  place(columns, inner);
  const Rect header = inner.cut_top(px(kHeader));
  for (const Column& c : columns) {
    const float two_lines = std::round(font_height(Font::Small) * 1.3F) + font_height(Font::Small) + 1;
    const Rect cell{c.span.x0, header.y0, c.span.x1 - px(8), header.y0 + two_lines};
    ui::paragraph("live/table/header/" + c.id, cell, c.title, {Font::Small, colors::kSecondary}, c.doc);
  }
  paint::line({inner.x0, header.y1 - px(2)}, {inner.x1, header.y1 - px(2)}, colors::kLine);

  if (experiment == nullptr) {
    ui::labelled_glyph("live/table/empty", inner.cut_top(px(kRow)), paint::Glyph::NoData, "◌", waiting_text(state),
                       {Font::Body, colors::kSecondary});
    return -1;
  }
  int under_pointer = -1;
  for (int i = 0; i < static_cast<int>(experiment->variants.size()) && inner.height() >= px(kRow) - 1; ++i) {
    const Rect line = inner.cut_top(px(kRow));
    const std::string row = fmt::format("live/table/{}", variant_letter(i));
    const ui::Press press = ui::row(row, {line.x0 - px(6), line.y0, line.x1 + px(6), line.y1 - 1},
                                    experiment->variants[static_cast<std::size_t>(i)].name);
    if (press.hovered) under_pointer = i;
    if (press.clicked && i < kVariantColors) invoke(command(fmt::format("toggle_{}", variant_letter(i))), state);
    for (const Column& c : columns) {
      draw_cell(state, c, row, {c.span.x0, line.y0, c.span.x1 - px(8), line.y1 - 1}, *snapshot, *experiment, i);
    }
  }
  return under_pointer;
}

}  // namespace feedloop
