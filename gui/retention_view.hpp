// The Retention screen: do people come back more under a treatment, and for how long? Curves of return, the table of fixed
// days with verdicts, cohorts by the day on which people came first, survival until they lapse, and how watch time spreads.
#pragma once

#include "gui/views.hpp"

namespace feedloop {

class RetentionView final : public View {
 public:
  void draw(AppState& state, const Snapshot* snapshot, const Rect& area) override;
};

}  // namespace feedloop
