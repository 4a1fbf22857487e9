#include "gui/tour.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gui/app_state.hpp"
#include "gui/commands.hpp"
#include "gui/views.hpp"

namespace feedloop {
namespace {

bool has_view(std::string_view id) {
  return std::ranges::any_of(views(), [&](const ViewRow& row) { return row.id == id; });
}

bool tooltip_of_live(const AppState& state) {
  return std::ranges::any_of(state.registry.all(),
                             [](const ui::Element& e) { return e.kind == ui::Kind::Tooltip && e.path.starts_with("live/"); });
}

bool done(const AppState& state, std::string_view step) {
  if (step == "pick") return state.work.file != state.tour.file;
  if (step == "start") return state.run.status != RunStatus::Idle || state.run.playing;
  if (step == "hover") return tooltip_of_live(state);
  return views()[state.view].id == step;
}

const ui::Element* first_of(const AppState& state, ui::Kind kind, std::string_view prefix) {
  for (const ui::Element& e : state.registry.all())
    if (e.kind == kind && e.path.starts_with(prefix)) return &e;
  return nullptr;
}

}  // namespace

std::vector<TourStep> tour_steps() {
  std::vector<TourStep> steps{
      {"pick", "Pick a question",
       "Each card is a scenario and says what it teaches. One is chosen already; try another, or keep it."},
      {"start", "Start it",
       "One button, or Enter. The middle column adjusts the scenario first; the right one says what to expect."},
      {"hover", "Hover a curve",
       "The verdict is in words in the table. Exact numbers and intervals show at the pointer on any plot."}};
  if (has_view("bubble"))
    steps.push_back(
        {"bubble", "Open Bubble", "See what each variant does to the tastes of the people it serves. Key 5 goes there too."});
  else if (has_view("runs"))
    steps.push_back({"runs", "Open Runs", "Every run is kept there, to open again, to compare and to replicate."});
  return steps;
}

void advance_tour(AppState& state) {
  TourState& tour = state.tour;
  if (tour.done) return;
  if (!tour.begun) {
    tour.begun = true;
    tour.file = state.work.file;
  }
  const std::vector<TourStep> steps = tour_steps();
  // Who goes ahead is not held back: what is done later settles what comes before it.
  for (std::size_t i = steps.size(); i-- > tour.step;) {
    if (!done(state, steps[i].id)) continue;
    tour.step = i + 1;
    break;
  }
  if (tour.step >= steps.size()) tour.done = true;
}

Rect tour_target(const AppState& state) {
  const TourState& tour = state.tour;
  const std::vector<TourStep> steps = tour_steps();
  if (tour.done || tour.step >= steps.size()) return {};
  const std::string_view id = steps[tour.step].id;
  const ui::Element* e = nullptr;
  if (id == "pick") e = first_of(state, ui::Kind::Row, "setup/scenarios/card/");
  if (id == "start") e = state.registry.find("setup/expect/start");
  if (id == "hover") e = first_of(state, ui::Kind::Plot, "live/");
  if (e == nullptr && (id == "pick" || id == "start")) e = state.registry.find("rail/setup");
  if (e == nullptr && id == "hover") e = state.registry.find("rail/live");
  if (e == nullptr) e = state.registry.find(fmt::format("rail/{}", id));
  return e == nullptr ? Rect{} : e->rect;
}

bool touring(const AppState& state) { return !state.tour.done && state.tour.step < tour_steps().size(); }
void skip_tour(AppState& state) { state.tour.done = true; }

float tour_height(const AppState& state) { return touring(state) && !state.help && !state.exporting.open ? px(52) : 0; }

void draw_tour(AppState& state, const Rect& target, const Rect& box) {
  if (box.height() <= 0) return;
  const std::vector<TourStep> steps = tour_steps();
  const TourStep& step = steps[state.tour.step];
  if (target.width() > 0) {
    ui::set_overlay(true);
    paint::outline(target.inset(-px(3)), colors::kSelection, px(6), px(2));
    ui::set_overlay(false);
  }
  paint::fill(box, colors::kRaised, px(6));
  paint::outline(box, colors::kSelection, px(6));
  ui::mark("tour", ui::Kind::Panel, box, step.id);
  Rect rest = box.inset(px(14), px(8));
  const ui::ButtonSpec skip{.label = "Skip the tour", .tooltip = "It does not come back   " + key_text(command("close").key)};
  if (ui::button("tour/skip", rest.cut_right(ui::button_width(skip)), skip)) skip_tour(state);
  rest.cut_right(px(14));
  const std::string count = fmt::format("{} of {}", state.tour.step + 1, steps.size());
  ui::text("tour/count", rest.cut_left(px(48)), count, {Font::Small, colors::kSecondary});
  ui::text("tour/title", rest.cut_left(ui::text_width(step.title, Font::Strong) + px(16)), step.title, {.font = Font::Strong});
  const float tall = ui::paragraph_height(step.text, Font::Small, rest.width());
  rest.y0 += std::max(0.0F, std::floor((rest.height() - tall) / 2));
  ui::paragraph("tour/text", rest, step.text, {Font::Small, colors::kText});
}

}  // namespace feedloop
