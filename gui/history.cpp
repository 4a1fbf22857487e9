#include "gui/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gui/format.hpp"
#include "gui/live_view.hpp"

namespace feedloop {
namespace {

constexpr double kSameInstant = 1e-6;  // days

// The headline metric of the focused treatment; null: there is none.
struct Subject {
  const ExperimentReport* experiment = nullptr;
  std::string_view variant, metric;
};

Subject subject_of(const AppState& state, const Snapshot* snapshot) {
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  const auto focus = static_cast<std::size_t>(state.focus);
  if (experiment == nullptr || primary_metric(*snapshot) == nullptr || focus >= experiment->variants.size()) return {};
  return {experiment, experiment->variants[focus].name, primary_metric(*snapshot)->name};
}

LookSeen look_of(double day, double naive_p, double always_valid_p, double alpha) {
  return {.day = day,
          .naive_p = naive_p,
          .always_valid_p = always_valid_p,
          .naive_stops = naive_p < alpha,
          .valid_stops = always_valid_p < alpha};
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
  const Snapshot* newest = state.run.snapshot.get();
  const Subject daily = subject_of(state, newest);
  if (daily.experiment != nullptr)
    for (const EffectSeries& s : daily.experiment->effect_series)
      if (s.variant == daily.variant && s.metric == daily.metric)
        for (std::size_t k = 0; k < s.day.size(); ++k)
          looks.push_back(look_of(s.day[k], s.p[k], s.always_valid_p[k], newest->alpha));
  for (const auto& asked : state.looks_taken) {
    const Subject s = subject_of(state, asked.get());
    const EffectReport* effect = s.experiment == nullptr ? nullptr : effect_of(*s.experiment, s.variant, s.metric);
    looks.push_back(effect == nullptr ? LookSeen{.day = asked->experiment_day}
                                      : look_of(asked->experiment_day, effect->p, effect->sequential.p, asked->alpha));
    looks.back().asked = true;
  }
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
