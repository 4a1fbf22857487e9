#include "gui/app.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/error.hpp"
#include "gui/commands.hpp"
#include "gui/export_dialog.hpp"
#include "gui/format.hpp"
#include "gui/history.hpp"
#include "gui/palette.hpp"
#include "gui/plot_menu.hpp"
#include "gui/timeline.hpp"
#include "gui/top_bar.hpp"
#include "gui/truth.hpp"

namespace feedloop {
namespace {

constexpr double kTopBar = 48, kRail = 84, kTimeline = 56, kMargin = 10, kBanner = 44;

struct Banner {
  std::string path, text;
  Color back, line, ink;
  paint::Glyph glyph = paint::Glyph::None;
};

std::string where(const AppState& state, const Snapshot* snapshot) {
  if (snapshot == nullptr) return "before the first result";
  const double day = state.run.progress.day;  // newer than the snapshot's
  if (state.run.progress.stage == RunStage::WarmUp) return fmt::format("in the warm-up, day {}", fixed_text(day, 1));
  return fmt::format("on day {}", fixed_text(day - snapshot->warmup_days, 1));
}

// What the screen has to say above everything else, or an empty path.
Banner banner_of(const AppState& state, const Snapshot* snapshot) {
  if (state.confirm_reset) {
    const bool kept = state.run.status == RunStatus::Finished && !state.work.archive.empty();
    return {"banner/confirm",
            kept ? fmt::format("Reset clears the screens. The run stays in {}.", state.work.archive.string())
                 : std::string("Reset forgets this run and its results."),
            colors::kNotice,
            colors::kAxis,
            colors::kAlert,
            paint::Glyph::Alert};
  }
  if (!state.work.notice.empty()) {
    return {"banner/notice", state.work.notice, colors::kNotice, colors::kAxis, colors::kText, paint::Glyph::Alert};
  }
  if (state.run.status == RunStatus::Failed) {
    return {"banner/error", fmt::format("The run failed {}: {}", where(state, snapshot), state.run.error),
            colors::kError, colors::kErrorLine,
            colors::kText,  paint::Glyph::Alert};
  }
  if (state.run.status == RunStatus::Stopped) {
    return {"banner/stopped", fmt::format("Stopped {}. What was found until then stays visible.", where(state, snapshot)),
            colors::kNotice,  colors::kAxis,
            colors::kText,    paint::Glyph::None};
  }
  if (state.review) {
    const Snapshot* shown = shown_snapshot(state, snapshot);
    const double look = shown == nullptr ? 0 : shown->experiment_day;
    return {"banner/review",
            fmt::format("Reviewing day {}: curves up to there, numbers as of {}", fixed_text(*state.review, 1),
                        look <= *state.review + 1e-6 ? fmt::format("the end of day {}", fixed_text(look, 0))
                                                     : fmt::format("the first look, on day {}", fixed_text(look, 0))),
            colors::kNotice,
            colors::kAxis,
            colors::kText,
            paint::Glyph::None};
  }
  return {};
}

bool banner_button(const std::string& path, Rect& rest, ui::ButtonSpec spec) {
  const Rect box = rest.cut_right(ui::button_width(spec));
  rest.cut_right(px(8));
  return ui::button(path, box, spec);
}

void draw_banner(AppState& state, const Banner& banner, const Rect& box) {
  paint::fill(box, banner.back, px(6));
  paint::outline(box, banner.line, px(6));
  ui::mark(banner.path, ui::Kind::Panel, box, banner.text);
  Rect rest = box.inset(px(14), px(7));
  if (state.confirm_reset) {
    if (banner_button(banner.path + "/reset", rest,
                      {.label = "Reset", .look = ui::Look::Primary, .tooltip = tooltip(command("reset"), state)})) {
      invoke(command("reset"), state);
    }
    if (banner_button(banner.path + "/keep", rest, {.label = "Keep", .tooltip = tooltip(command("close"), state)}))
      state.confirm_reset = false;
  } else if (banner.path == "banner/notice") {
    if (banner_button(banner.path + "/dismiss", rest, {.label = "Dismiss", .tooltip = "Take this line away"}))
      ask(state, {RunRequest::Kind::Dismiss});
  } else if (banner.path == "banner/review") {
    if (banner_button(banner.path + "/live", rest,
                      {.label = "Back to live", .look = ui::Look::Primary, .tooltip = tooltip(command("last_day"), state)}))
      invoke(command("last_day"), state);
  } else {
    if (banner_button(banner.path + "/reset", rest, {.label = "Reset", .tooltip = tooltip(command("reset"), state)})) {
      invoke(command("reset"), state);
    }
    if (state.run.status == RunStatus::Failed &&
        banner_button(banner.path + "/copy", rest, {.label = "Copy details", .tooltip = "Copy the message to the clipboard"})) {
      ui::copy_to_clipboard(banner.text);
    }
  }
  rest.cut_right(px(8));
  if (banner.glyph != paint::Glyph::None) {
    const Rect icon = rest.cut_left(px(24));
    paint::glyph(banner.glyph, {icon.x0 + px(7), icon.center().y}, px(14), banner.ink);
  }
  ui::text(banner.path + "/text", rest, banner.text);
}

void draw_rail(AppState& state, const Rect& box) {
  Rect rest = box;
  for (std::size_t i = 0; i < views().size(); ++i) {
    const ViewRow& row = views()[i];
    const Command& c = command(fmt::format("view_{}", row.id));
    const Rect item = rest.cut_top(px(38));
    const ui::ButtonSpec spec{
        .label = row.title, .look = ui::Look::Quiet, .selected = i == state.view, .tooltip = tooltip(c, state)};
    if (ui::button(fmt::format("rail/{}", row.id), item.inset(px(8), px(2)), spec)) invoke(c, state);
    if (i == state.view) paint::fill({item.x0, item.y0 + px(8), item.x0 + px(3), item.y1 - px(8)}, colors::kSelection, px(1));
  }
}

struct HelpRow {
  std::string id, key, text;
};

// A family takes one row, from its first key to its last.
std::vector<HelpRow> help_rows() {
  std::vector<HelpRow> rows;
  for (const Command& c : commands()) {
    if (!c.family.empty() && !rows.empty() && rows.back().text == c.family) continue;
    rows.push_back({c.id, key_text(c.key), c.family.empty() ? c.help : c.family});
    if (c.family.empty()) continue;
    const auto last = std::ranges::find_if(commands().rbegin(), commands().rend(),
                                           [&](const Command& other) { return other.family == c.family; });
    rows.back().key += fmt::format(" to {}", static_cast<char>(last->key.key));
  }
  return rows;
}

// In as many columns as there is room for, each as wide as its longest words.
void draw_help(const Rect& screen) {
  ui::set_overlay(true);
  const std::vector<HelpRow> all = help_rows();
  const float key = px(106), gap = px(20), room = screen.width() - px(40) - px(48);
  std::size_t rows = 0;
  std::vector<float> widths;
  float total = room + 1;
  for (std::size_t columns = 3; columns > 0 && total > room; --columns) {
    rows = (all.size() + columns - 1) / columns;
    widths.assign((all.size() + rows - 1) / rows, 0);
    for (std::size_t i = 0; i < all.size(); ++i)
      widths[i / rows] = std::max(widths[i / rows], key + ui::text_width(all[i].text, Font::Small) + gap);
    total = std::accumulate(widths.begin(), widths.end(), 0.0F);
  }
  const float line = std::min(px(20), std::floor((screen.height() - px(112)) / static_cast<float>(rows)));
  const Rect inner = ui::sheet("help", screen, std::min(total, room) + px(48), px(72) + line * static_cast<float>(rows),
                               "Commands", "Esc closes this page");
  Rect rest = inner, column;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % rows == 0) column = rest.cut_left(std::round(widths[i / rows]));
    Rect row = column.cut_top(line);
    row.x1 -= px(4);
    ui::text(fmt::format("help/{}/key", all[i].id), row.cut_left(key), all[i].key, {Font::Small, colors::kSecondary});
    ui::text(fmt::format("help/{}", all[i].id), row, all[i].text, {.font = Font::Small});
  }
  ui::set_overlay(false);
}

}  // namespace

App::App() {
  for (const ViewRow& row : views()) views_.push_back(row.make());
}

void App::draw(const Snapshot* snapshot) {
  state.typing = ui::typing();
  dispatch_keys(state);
  set_palette(state.light ? kLight : kDark);
  set_line_dashes(state.dashes);
  state.day_plots.new_frame();
  advance_tour(state);
  const Rect tour = tour_target(state);
  state.animating = false;
  ui::begin(state.registry, state.tooltip_delay_s);
  const Rect screen = ui::window();
  paint::fill(screen, colors::kBackground);
  ui::set_interactive(!state.help && !state.exporting.open && !state.plot_menu.open && !state.palette.open);
  state.exporting.window = screen;

  const float margin = px(kMargin);
  Rect rest = screen;
  Rect top = rest.cut_top(px(kTopBar));
  Rect rail = rest.cut_left(px(kRail));
  const Rect product = top.cut_left(px(kRail));
  ui::text("product", {product.x0 + px(12), product.y0, product.x1, product.y1}, "feedloop",
           {Font::Strong, colors::kSecondary});
  draw_top_bar(state, snapshot, {top.x0, top.y0, top.x1 - margin, top.y1});
  draw_rail(state, rail);
  rest.x1 -= margin;
  rest.y1 -= margin;
  draw_timeline(state, snapshot, rest.cut_bottom(px(kTimeline)));
  rest.cut_bottom(margin);
  if (const float height = tour_height(state); height > 0) {
    draw_tour(state, tour, rest.cut_bottom(height));
    rest.cut_bottom(margin);
  }
  const Banner banner = banner_of(state, snapshot);
  if (!banner.path.empty()) {
    draw_banner(state, banner, rest.cut_top(px(kBanner)));
    rest.cut_top(margin);
  }
  if (const float height = truth_bar_height(state); height > 0 && views()[state.view].id != "bubble") {
    draw_truth_bar(state, rest.cut_top(height));
    rest.cut_top(margin);
  }
  views_[state.view]->draw(state, shown_snapshot(state, snapshot), rest);
  if (state.exporting.open) {
    ui::set_interactive(true);
    draw_export_dialog(state, snapshot, screen);
  }
  if (state.help) draw_help(screen);
  ui::set_interactive(!state.help);
  draw_plot_menu(state);
  draw_palette(state, screen);
  ui::end();
}

std::shared_ptr<const Snapshot> sync(AppState& state, RunController& controller, TwinWorlds* twins) {
  using Kind = RunRequest::Kind;
  std::vector<RunRequest> requests;
  requests.swap(state.requests);
  for (const RunRequest& r : requests) {
    switch (r.kind) {
      case Kind::Play:
        controller.play();
        break;
      case Kind::Pause:
        controller.pause();
        break;
      case Kind::Step:
        controller.step(from_seconds(r.value * 3600));
        break;
      case Kind::Speed:
        controller.set_speed(r.value);
        break;
      case Kind::Stop:
        controller.stop();
        break;
      case Kind::Reset:
        controller.reset();
        break;
      case Kind::Twins:
        if (twins) twins->start();
        break;
      case Kind::CancelTwins:
        if (twins) twins->cancel();
        break;
      default:
        break;  // of the workspace
    }
  }
  state.run = controller.state();
  if (twins) state.truth.twins = twins->state();
  return state.run.snapshot;
}

std::shared_ptr<const Snapshot> sync(AppState& state, Workspace& workspace, TwinWorlds* twins) {
  std::vector<RunRequest> requests;
  requests.swap(state.requests);
  for (const RunRequest& r : requests) workspace.apply(r);
  if (std::exchange(state.exporting.asked, false)) {
    std::function<std::string()> job = std::exchange(state.exporting.job, {});
    try {
      if (!state.exporting.chart_path.empty())
        job = [drawn = chart_picture(state, state.run.snapshot.get(), state.exporting.chart_path),
               path = state.exporting.path] { return export_picture(drawn, path); };
      if (job) workspace.start_export(std::move(job));
    } catch (const Error& e) {
      state.exporting.error = e.what();
    }
  }
  workspace.want_forecast(views()[state.view].id == "setup");
  workspace.update();
  if (twins) {
    const WorkState& work = workspace.state();
    if (twins->follow(work.running != nullptr ? work.running : work.chosen)) {
      state.truth.shown = false;
      state.bubble = {};
    }
    for (const RunRequest& r : requests) {
      if (r.kind == RunRequest::Kind::Twins) twins->start();
      if (r.kind == RunRequest::Kind::CancelTwins) twins->cancel();
    }
    state.truth.twins = twins->state();
  }
  state.run = workspace.run();
  state.work = workspace.state();
  const Workspace::Exported exported = workspace.exported();
  state.exporting.busy = exported.busy;
  if (!exported.done.empty() || !exported.error.empty()) {
    state.exporting.done = exported.done;
    state.exporting.error = exported.error;
  }
  const Scenario* shown = state.work.running != nullptr ? state.work.running.get() : state.work.chosen.get();
  if (shown != nullptr && !state.work.opened) {
    const auto params = shown->settings.read<ScenarioParams>("");
    state.scenario = shown->name;
    state.question = shown->question;
    state.seed = shown->seed();
    state.warmup_days = static_cast<int>(params.warmup_days);
    state.days = static_cast<int>(params.days);
  }
  if (state.work.opened) state.question = state.run.report->question;
  return state.run.snapshot;
}

std::string dump_state(const AppState& state) {
  using nlohmann::ordered_json;
  const Snapshot* s = state.run.snapshot.get();
  ordered_json out{{"screen", views()[state.view].id},
                   {"status", status_name(state.run.status)},
                   {"playing", state.run.playing},
                   {"error", state.run.error},
                   {"sequence", s == nullptr ? 0 : s->sequence},
                   {"day", state.run.progress.day},
                   {"experiment_day", s == nullptr ? 0 : s->experiment_day},
                   {"speed", state.run.speed},
                   {"commands", state.invoked}};
  ordered_json elements = ordered_json::array();
  for (const ui::Element& e : state.registry.all()) {
    elements.push_back({{"path", e.path},
                        {"kind", ui::kind_name(e.kind)},
                        {"value", e.value},
                        {"enabled", e.enabled},
                        {"rect", {e.rect.x0, e.rect.y0, e.rect.x1, e.rect.y1}},
                        {"text_fits", e.text_fits},
                        {"tooltip", e.tooltip}});
  }
  out["elements"] = std::move(elements);
  return out.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace feedloop
