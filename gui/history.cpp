#include "gui/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gui/format.hpp"
#include "gui/live_view.hpp"

namespace feedloop {
namespace {

constexpr double kSameInstant = 1e-6;  // days

LookSeen look_at(const AppState& state, const Snapshot& snapshot, bool asked) {
  LookSeen look{.day = snapshot.experiment_day, .asked = asked};
  const ExperimentReport* experiment = shown_experiment(state, &snapshot);
  const MetricInfo* metric = primary_metric(snapshot);
  const auto focus = static_cast<std::size_t>(state.focus);
  if (experiment == nullptr || metric == nullptr || focus >= experiment->variants.size()) return look;
  if (const EffectReport* effect = effect_of(*experiment, experiment->variants[focus].name, metric->name)) {
    look.naive_p = effect->p;
    look.always_valid_p = effect->sequential.p;
    look.naive_stops = look.naive_p < snapshot.alpha;
    look.valid_stops = look.always_valid_p < snapshot.alpha;
  }
  return look;
}

// Of a finished run that was opened, the looks that its report kept.
std::vector<LookSeen> looks_kept(const AppState& state) {
  const Snapshot* snapshot = state.run.snapshot.get();
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  const auto focus = static_cast<std::size_t>(state.focus);
  std::vector<LookSeen> looks;
  if (experiment == nullptr || state.experiment != 0 || focus >= experiment->variants.size()) return looks;
  for (const DailyLook& kept : snapshot->looks)
    if (kept.variant == experiment->variants[focus].name)
      looks.push_back({.day = kept.day,
                       .naive_p = kept.naive_p,
                       .always_valid_p = kept.always_valid_p,
                       .naive_stops = kept.naive_p < snapshot->alpha,
                       .valid_stops = kept.always_valid_p < snapshot->alpha});
  return looks;
}

}  // namespace

const Snapshot* shown_snapshot(const AppState& state, const Snapshot* newest) {
  if (!state.review || state.run.days.empty()) return newest;
  const Snapshot* shown = state.run.days.front().get();
  for (const auto& day : state.run.days)
    if (day->experiment_day <= *state.review + kSameInstant) shown = day.get();
  return shown;
}

double shown_day(const AppState& state, const Snapshot* newest) {
  return state.review ? *state.review : newest == nullptr ? 0 : newest->experiment_day;
}

void scrub(AppState& state, double hours) {
  if (state.run.snapshot != nullptr) scrub_to(state, shown_day(state, state.run.snapshot.get()) + hours / 24);
}

void scrub_to(AppState& state, double day) {
  if (state.run.snapshot == nullptr) return;
  state.review = std::max(day, 0.0);
  if (*state.review >= state.run.snapshot->experiment_day - kSameInstant) state.review.reset();
}

std::vector<LookSeen> looks_seen(const AppState& state) {
  std::vector<LookSeen> looks;
  for (const auto& day : state.run.days) looks.push_back(look_at(state, *day, false));
  if (state.run.days.empty()) looks = looks_kept(state);
  for (const auto& asked : state.looks_taken) looks.push_back(look_at(state, *asked, true));
  std::ranges::stable_sort(looks, {}, &LookSeen::day);
  const auto stop = std::ranges::find(looks, true, &LookSeen::naive_stops);
  if (stop != looks.end()) stop->stopped_early = !stop->valid_stops;
  if (state.review) std::erase_if(looks, [&](const LookSeen& l) { return l.day > *state.review + kSameInstant; });
  return looks;
}

void take_look(AppState& state) {
  if (state.run.snapshot != nullptr) state.looks_taken.push_back(state.run.snapshot);
}

std::string peeking_sentence(const std::vector<LookSeen>& looks) {
  const auto stop = std::ranges::find(looks, true, &LookSeen::naive_stops);
  if (stop == looks.end()) return "A single test would have stopped at none of them";
  const auto number = [&](auto look) { return look - looks.begin() + 1; };
  const std::string where = fmt::format("Look {} (day {})", number(stop), fixed_text(stop->day, stop->asked ? 1 : 0));
  if (stop->valid_stops) return fmt::format("{}: a single test and the always-valid p both stop", where);
  std::string text = fmt::format("{}: a single test said {} and would have stopped; the always-valid p had not.", where,
                                 p_is_text(stop->naive_p));
  const auto back = std::find_if(stop, looks.end(), [](const LookSeen& l) { return !l.naive_stops; });
  const auto agreed = std::find_if(stop, looks.end(), [](const LookSeen& l) { return l.valid_stops; });
  if (back != looks.end() && back < agreed)
    text += fmt::format(" At look {} the single test no longer did", number(back));
  else if (agreed != looks.end())
    text += fmt::format(" At look {} it did too", number(agreed));
  return text;
}

}  // namespace feedloop
