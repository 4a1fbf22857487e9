// The Stats screen, a laboratory of peeking: what would reading the p-value every day have done, and what do rules do that
// allow for it? The looks, the race of the rules, and what they do where there is nothing to find.
#pragma once

#include "gui/views.hpp"

namespace feedloop {

class StatsView final : public View {
 public:
  void draw(AppState& state, const Snapshot* snapshot, const Rect& area) override;
};

// What is looked at: one treatment's effect on one metric. Null where there is none yet.
struct LabSubject {
  const ExperimentReport* experiment = nullptr;
  int treatment = 1;
  std::string variant;
  const MetricInfo* metric = nullptr;
  const EffectSeries* looks = nullptr;
  bool mismatch = false;  // the split is broken: nothing may be read off
};
LabSubject lab_subject(const AppState& state, const Snapshot* snapshot);
std::vector<const MetricInfo*> lab_metrics(const AppState& state, const Snapshot* snapshot);  // that can be looked at

// The true effect where it is known and has been asked for; NaN otherwise.
double known_truth(const AppState& state, const LabSubject& subject);

const StoppingReport* stopping_of(const LabSubject& subject, std::string_view rule);
// "Peeking daily would have stopped on day 6: “better”. Always-valid inference: not yet." Empty without a look.
std::string race_sentence(const LabSubject& subject);

}  // namespace feedloop
