#include "gui/setup_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "data/output_path.hpp"
#include "gui/commands.hpp"
#include "gui/expectation_panel.hpp"
#include "gui/format.hpp"
#include "gui/knobs.hpp"

namespace feedloop {
namespace {

using Kind = RunRequest::Kind;

constexpr double kTitle = 34, kCard = 94, kMostCard = 130, kSliderRow = 34, kRow = 30;

Rect content(const Rect& box) {
  Rect inner = box.inset(px(14), px(10));
  inner.cut_top(px(kTitle));
  return inner;
}

// ---- 1 Scenarios

// "broken.toml:2:1: …": the folder is in the tooltip.
std::string without_folder(const KnownScenario& known) {
  const std::string folder = known.file.parent_path().string() + "/";
  return known.error.starts_with(folder) ? known.error.substr(folder.size()) : known.error;
}

void draw_card(AppState& state, const KnownScenario& known, const std::string& path, const Rect& box) {
  const bool chosen = state.work.file == known.file, usable = known.error.empty();
  const Rect card = box.inset(0, px(3));
  const ui::Press press = ui::row(path, card, known.name, usable ? known.file.string() : known.error);
  if (chosen) paint::fill(card, colors::kRaised, px(5));
  paint::outline(card, chosen ? colors::kSelection : colors::kLine, px(5));
  if (chosen) paint::fill({card.x0, card.y0 + px(8), card.x0 + px(3), card.y1 - px(8)}, colors::kSelection, px(1));
  Rect inner = card.inset(px(12), px(8));
  ui::text(path + "/name", inner.cut_top(px(20)), title_of(known.name), {.font = Font::Strong});
  if (usable)
    ui::paragraph(path + "/question", inner, known.question, {Font::Small, colors::kSecondary});
  else {
    const Rect icon = inner.cut_left(px(20));
    paint::glyph(paint::Glyph::Alert, {icon.x0 + px(6), icon.y0 + px(8)}, px(11), colors::kAlert);
    ui::paragraph(path + "/error", inner, without_folder(known), {Font::Small, colors::kAlert}, known.error);
  }
  if (press.clicked && usable && !chosen) {
    state.setup.draft_key.clear();
    state.setup.confirm = false;
    ask(state, {Kind::Choose, 0, known.file.string()});
  }
}

void draw_open(AppState& state, Rect line) {
  std::string& path = state.setup.open_path;
  const ui::ButtonSpec open{.label = "Open…", .enabled = !path.empty(), .tooltip = "Open this scenario or archive of a run"};
  const Rect button = line.cut_right(ui::button_width(open));
  line.cut_right(px(6));
  const ui::Field typed =
      ui::field("setup/scenarios/open/path", line, path, {.hint = "Another scenario or RUN.db", .tooltip = "Path of a file"});
  const bool pressed = ui::button("setup/scenarios/open", button, open);
  if (path.empty() || (!pressed && !typed.committed)) return;
  bool archive = false;
  try {
    archive = is_archive(path);
  } catch (const std::exception&) {
    // Opening it says why.
  }
  // What is called an archive is opened as one, and refused as one.
  const bool as_archive = archive || std::filesystem::path(path).extension() == ".db";
  ask(state, {as_archive ? Kind::Open : Kind::Choose, 0, path});
  if (archive) state.view = view_index("live");
}

void draw_scenarios(AppState& state, const Rect& box) {
  ui::panel("setup/scenarios", box, "1  Pick a question");
  Rect inner = content(box);
  draw_open(state, inner.cut_bottom(px(30)));
  inner.cut_bottom(px(8));
  static const std::vector<KnownScenario> kNone;
  const std::vector<KnownScenario>& known = state.work.known == nullptr ? kNone : *state.work.known;
  if (known.empty()) {
    ui::paragraph(
        "setup/scenarios/none", inner,
        "No scenario was found in the folder scenarios/. Start the program where that folder is, or open a file below.",
        {.color = colors::kSecondary});
    return;
  }
  float question = 0;  // the longest decides, so that all cards are of one height
  for (const KnownScenario& one : known)
    if (one.error.empty())
      question = std::max(question, ui::paragraph_height(one.question, Font::Small, inner.width() - px(24 + 14)));
  const float height = std::clamp(px(44) + question, px(kCard), px(kMostCard));
  if (std::exchange(state.setup.show_card, false)) {
    const auto at = static_cast<std::size_t>(std::ranges::find(known, state.work.file, &KnownScenario::file) - known.begin());
    const auto fit = static_cast<std::size_t>(std::max(1.0F, inner.height() / height));
    if (at < state.setup.first_card) state.setup.first_card = at;
    if (at < known.size() && at >= state.setup.first_card + fit) state.setup.first_card = at + 1 - fit;
  }
  const ui::VisibleRows rows = ui::scroll("setup/scenarios/scroll", inner, known.size(), height, state.setup.first_card);
  Rect rest = rows.box;
  for (std::size_t i = rows.first; i < rows.first + rows.count; ++i)
    draw_card(state, known[i], fmt::format("setup/scenarios/card/{}", known[i].file.stem().string()), rest.cut_top(height));
}

// ---- 2 Parameters

void set_value(AppState& state, const Knob& knob, const std::string& text) {
  state.setup.draft_key = knob.key;
  state.setup.draft_text = text;
  ask(state, {Kind::Set, 0, fmt::format("{}={}", knob.key, text)});
}

bool refused(const AppState& state, const Knob& knob) {
  return !state.work.refusal.empty() && state.work.refused_key == knob.key;
}

std::string help_of(const Knob& knob) {
  const Parameter& p = *knob.parameter;
  return fmt::format("{} Allowed is {}{}{}. {}{}", p.doc, p.allowed(), p.unit.empty() ? "" : ", ", p.unit, knob.key,
                     knob.changed() ? fmt::format(", {} in the file", plain_text(knob.base)) : "");
}

// What is typed stays in the field until it is taken, so a refused value is not lost.
void draw_field(AppState& state, const Knob& knob, const std::string& path, const Rect& box) {
  SetupState& s = state.setup;
  const bool bad = refused(state, knob);
  std::string text = plain_text(knob.value);
  if (s.draft_key == knob.key) text = s.draft_text;
  if (bad) text = state.work.refused_text;
  if (s.draft_key == knob.key && bad) text = s.draft_text;
  const ui::Field f = ui::field(path, box, text, {.invalid = bad, .tooltip = bad ? state.work.refusal : help_of(knob)});
  if (f.focused || f.changed) {
    if (f.changed) {
      s.draft_key = knob.key;
      s.draft_text = text;
    }
  } else if (s.draft_key == knob.key && !bad && !f.committed) {
    s.draft_key.clear();
  }
  if (f.committed && (bad || text != plain_text(knob.value))) set_value(state, knob, text);
}

void draw_control(AppState& state, const Knob& knob, const std::string& path, const Rect& box) {
  if (const bool* on = std::get_if<bool>(&knob.value)) {
    if (ui::checkbox(path, box, *on, *on ? "on" : "off", help_of(knob))) set_value(state, knob, *on ? "false" : "true");
    return;
  }
  const std::vector<std::string>& choices = knob.parameter->choices;
  if (!choices.empty()) {
    auto at = static_cast<std::size_t>(std::ranges::find(choices, plain_text(knob.value)) - choices.begin());
    if (ui::choice(path, box, choices, at, help_of(knob))) set_value(state, knob, choices[at]);
    return;
  }
  draw_field(state, knob, path, box);
}

void draw_undo(AppState& state, const Knob& knob, const std::string& path, const Rect& box) {
  if (!knob.changed() && !refused(state, knob)) return;
  const ui::ButtonSpec undo{.label = "×", .look = ui::Look::Quiet, .tooltip = fmt::format("Back to {}", plain_text(knob.base))};
  if (!ui::button(path, box, undo)) return;
  state.setup.draft_key.clear();
  ask(state, {Kind::Unset, 0, knob.key});
}

void draw_refusal(const AppState& state, const std::string& path, const Rect& box) {
  const std::string& why = state.work.refusal;
  ui::labelled_glyph(path, box, paint::Glyph::Alert, "⚠", why, {Font::Small, colors::kAlert}, why);
}

// All labels get the room of the longest, within reason, so that the sliders stand below each other.
float label_width(const Rect& line, float longest) {
  return std::round(std::clamp(longest + px(8), line.width() * 0.44F, line.width() * 0.66F));
}

void draw_slider_row(AppState& state, const Knob& knob, float longest, Rect& rest) {
  SetupState& s = state.setup;
  const std::string path = "setup/parameters/knob/" + knob.key;
  Rect line = rest.cut_top(px(kSliderRow)).inset(0, px(3));
  draw_undo(state, knob, path + "/undo", line.cut_right(px(26)));
  ui::text(path + "/unit", line.cut_right(px(80)).inset(px(6), 0), knob.parameter->unit, {Font::Small, colors::kSecondary},
           knob.parameter->unit);
  const Rect value = line.cut_right(px(96));
  line.cut_right(px(10));
  const Rect label = line.cut_left(label_width(line, longest));
  ui::text(path + "/label", label, knob.label, {.color = knob.changed() ? colors::kAlert : colors::kText}, help_of(knob));
  Knob shown = knob;
  if (s.drag_key == knob.key) shown.value = knob_value(knob, s.drag_position);
  if (has_slider(knob)) {
    double position = s.drag_key == knob.key ? s.drag_position : knob_position(knob);
    const ui::Drag d = ui::drag(path + "/slider", line, position, plain_text(shown.value), help_of(knob));
    if (d.moved) {
      s.drag_key = knob.key;
      s.drag_position = position;
      s.draft_key.clear();
    } else if (!d.held && s.drag_key == knob.key) {
      s.drag_key.clear();
      if (shown.value != knob.value) ask(state, {Kind::Set, 0, fmt::format("{}={}", knob.key, plain_text(shown.value))});
    }
  } else if (knob.key == "seed") {
    const ui::ButtonSpec next{.label = "Next seed", .tooltip = "Another world, as likely as this one"};
    if (ui::button(path + "/next", line.cut_left(ui::button_width(next)), next))
      ask(state, {Kind::Set, 0, fmt::format("seed={}", std::get<std::int64_t>(knob.value) + 1)});
  }
  draw_control(state, shown, path, value);
  if (refused(state, knob)) draw_refusal(state, path + "/error", rest.cut_top(px(22)));
}

// Shares in hundredths of a per cent, the rest of control's split evenly.
std::string shares_text(const Experiment& e, double control) {
  const auto whole = static_cast<int>(std::lround(control * 100)) * 100;
  const int others = static_cast<int>(e.variants.size()) - 1;
  std::string sets = fmt::format("{}.share={}", e.variants[0].name, whole / 10'000.0);
  for (int v = 1; v <= others; ++v) {
    const int part = (10'000 - whole) / others + (v <= (10'000 - whole) % others ? 1 : 0);
    sets += fmt::format("\n{}.share={}", e.variants[static_cast<std::size_t>(v)].name, part / 10'000.0);
  }
  return sets;
}

void draw_shares(AppState& state, const Scenario& chosen, float longest, Rect& rest) {
  SetupState& s = state.setup;
  const Experiment& e = chosen.experiments[0];
  Rect line = rest.cut_top(px(kSliderRow)).inset(0, px(3));
  const bool dragged = s.drag_key == "shares";
  constexpr double kLeast = 0.05;
  const double control = dragged ? kLeast + (1 - 2 * kLeast) * s.drag_position : e.variants[0].share;
  std::string text;
  for (std::size_t v = 0; v < e.variants.size(); ++v) {
    const double share = v == 0    ? control
                         : dragged ? (1 - control) / static_cast<double>(e.variants.size() - 1)
                                   : e.variants[v].share;
    text += fmt::format("{}{} {}%", v == 0 ? "" : "  ", variant_letter(static_cast<int>(v)), fixed_text(100 * share, 0));
  }
  std::string names;
  for (std::size_t v = 0; v < e.variants.size(); ++v)
    names += fmt::format("{}{} {}", v == 0 ? "" : ", ", variant_letter(static_cast<int>(v)), e.variants[v].name);
  const Rect value = line.cut_right(px(96 + 80 + 26));
  line.cut_right(px(10));
  ui::text("setup/parameters/shares/label", line.cut_left(label_width(line, longest)), "Variants", {},
           names + ". The slider moves control's share of the units; the others share the rest evenly");
  ui::text("setup/parameters/shares", value, text, {}, names);
  double position = std::clamp((control - kLeast) / (1 - 2 * kLeast), 0.0, 1.0);
  const ui::Drag d = ui::drag("setup/parameters/shares/slider", line, position, text, "Control's share of the units");
  if (d.moved) {
    s.drag_key = "shares";
    s.drag_position = position;
  } else if (!d.held && dragged) {
    s.drag_key.clear();
    ask(state, {Kind::Set, 0, shares_text(e, control)});
  }
}

// A line of the list of all parameters.
struct Row {
  const KnobGroup* group = nullptr;  // its header; else
  std::string key;                   // a parameter
  std::string refusal_of;            // or why one was refused
};

std::vector<Row> rows_of(const AppState& state) {
  std::vector<Row> rows;
  const std::string filter = lower_case(state.setup.filter);
  const auto add = [&](const std::string& key) {
    rows.push_back({nullptr, key, {}});
    if (!state.work.refusal.empty() && state.work.refused_key == key) rows.push_back({nullptr, {}, key});
  };
  for (const KnobGroup& group : knob_groups()) {
    if (filter.empty()) {
      rows.push_back({&group, {}, {}});
      if (!state.setup.open_groups.contains(group.id)) continue;
    }
    for (const std::string& key : group.keys) {
      if (filter.empty() || lower_case(key).find(filter) != std::string::npos ||
          lower_case(schema().find(key)->doc).find(filter) != std::string::npos)
        add(key);
    }
  }
  return rows;
}

void draw_group(AppState& state, const KnobGroup& group, const Scenario& base, const Scenario& chosen, const Rect& box) {
  const auto changed = std::ranges::count_if(
      group.keys, [&](const std::string& key) { return base.settings.at(key) != chosen.settings.at(key); });
  const bool open = state.setup.open_groups.contains(group.id);
  const std::string badge = changed == 0 ? "" : fmt::format("{} changed", changed);
  if (!ui::disclosure(fmt::format("setup/parameters/group/{}", group.id), box, open, group.title, badge,
                      fmt::format("{} parameters", group.keys.size())))
    return;
  if (open)
    state.setup.open_groups.erase(state.setup.open_groups.find(group.id));
  else
    state.setup.open_groups.emplace(group.id);
}

void draw_row(AppState& state, const Row& row, const Scenario& base, const Scenario& chosen, Rect box) {
  if (row.group != nullptr) {
    draw_group(state, *row.group, base, chosen, box);
    return;
  }
  if (!row.refusal_of.empty()) {
    draw_refusal(state, "setup/parameters/row/" + row.refusal_of + "/error", box.inset(px(22), 0));
    return;
  }
  const auto knob = knob_of(base, chosen, row.key);
  if (!knob) return;
  const std::string path = "setup/parameters/row/" + row.key;
  box = box.inset(0, px(2));
  box.cut_left(px(22));
  draw_undo(state, *knob, path + "/undo", box.cut_right(px(26)));
  ui::text(path + "/unit", box.cut_right(px(76)).inset(px(6), 0), knob->parameter->unit, {Font::Small, colors::kSecondary},
           knob->parameter->unit);
  const Rect control = box.cut_right(px(box.width() < px(280) ? 110 : 140));
  box.cut_right(px(8));
  ui::text(path + "/label", box, state.setup.filter.empty() ? short_key(row.key) : row.key,
           {.color = knob->changed() ? colors::kAlert : colors::kText}, help_of(*knob));
  draw_control(state, *knob, path, control);
}

void draw_parameters(AppState& state, const Rect& box) {
  ui::panel("setup/parameters", box, "2  Adjust what matters");
  const WorkState& work = state.work;
  if (!work.sets.empty()) {
    const ui::ButtonSpec undo{.label = "Undo all changes",
                              .tooltip = fmt::format("Back to the scenario's file: {}", join(work.sets))};
    const float width = ui::button_width(undo);
    if (ui::button("setup/parameters/undo", {box.x1 - px(12) - width, box.y0 + px(8), box.x1 - px(12), box.y0 + px(34)},
                   undo)) {
      state.setup.draft_key.clear();
      ask(state, {Kind::Revert});
    }
  }
  Rect rest = content(box);
  if (work.chosen == nullptr || work.base == nullptr) {
    ui::text("setup/parameters/none", rest.cut_top(px(24)), "Choose a scenario first", {.color = colors::kSecondary});
    return;
  }
  // Held by this frame: a request may replace them before the next.
  const std::shared_ptr<const Scenario> base = work.base, chosen = work.chosen;
  std::vector<Knob> first;
  float longest = 0;
  for (const std::string& key : first_keys(*chosen)) {
    if (const auto knob = knob_of(*base, *chosen, key)) first.push_back(*knob);
    if (!first.empty()) longest = std::max(longest, ui::text_width(first.back().label));
  }
  for (const Knob& knob : first) draw_slider_row(state, knob, longest, rest);
  draw_shares(state, *chosen, longest, rest);
  rest.cut_top(px(8));
  paint::line({rest.x0, rest.y0}, {rest.x1, rest.y0}, colors::kLine);
  rest.cut_top(px(8));
  const Rect filter = rest.cut_top(px(30));
  if (ui::field("setup/parameters/filter", filter, state.setup.filter,
                {.hint = "Find any parameter, by its name or what it does",
                 .focus = std::exchange(state.setup.focus_filter, false),
                 .tooltip = tooltip(command("find"), state)})
          .changed)
    state.setup.first_row = 0;
  rest.cut_top(px(6));
  const std::vector<Row> all = rows_of(state);
  if (all.empty()) {
    ui::text("setup/parameters/filter/none", rest.cut_top(px(24)), "No parameter has that in its name or description",
             {.color = colors::kSecondary});
    return;
  }
  const ui::VisibleRows rows = ui::scroll("setup/parameters/scroll", rest, all.size(), px(kRow), state.setup.first_row);
  Rect list = rows.box;
  for (std::size_t i = rows.first; i < rows.first + rows.count; ++i)
    draw_row(state, all[i], *base, *chosen, list.cut_top(px(kRow)));
}

bool unfinished(const AppState& state) {
  const RunStatus s = state.run.status;
  return s == RunStatus::Running || s == RunStatus::Paused || s == RunStatus::Stopped || s == RunStatus::Failed;
}

}  // namespace

void choose_next(AppState& state, int step) {
  if (state.work.known == nullptr) return;
  const std::vector<KnownScenario>& known = *state.work.known;
  const auto now = std::ranges::find(known, state.work.file, &KnownScenario::file) - known.begin();
  const auto count = static_cast<std::ptrdiff_t>(known.size());
  for (std::ptrdiff_t i = now == count ? (step > 0 ? 0 : count - 1) : now + step; i >= 0 && i < count; i += step) {
    const KnownScenario& next = known[static_cast<std::size_t>(i)];
    if (!next.error.empty()) continue;
    state.setup.draft_key.clear();
    state.setup.confirm = false;
    state.setup.show_card = true;
    ask(state, {Kind::Choose, 0, next.file.string()});
    return;
  }
}

void start_chosen(AppState& state) {
  if (unfinished(state) && !state.setup.confirm) {
    state.setup.confirm = true;
    return;
  }
  state.setup.confirm = false;
  ask(state, {Kind::Start});
  state.view = view_index("live");
}

void SetupView::draw(AppState& state, const Snapshot*, const Rect& area) {
  if (!unfinished(state)) state.setup.confirm = false;
  const float gap = px(10);
  Rect rest = area;
  const Rect scenarios = rest.cut_left(std::clamp(std::round(area.width() * 0.26F), px(250), px(420)));
  rest.cut_left(gap);
  const Rect expect = rest.cut_right(std::clamp(std::round(area.width() * 0.27F), px(270), px(420)));
  rest.cut_right(gap);
  draw_scenarios(state, scenarios);
  draw_parameters(state, rest);
  draw_expectation_panel(state, expect);
}

}  // namespace feedloop
