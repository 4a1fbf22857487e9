// The Funnel screen: what requests cost and how many items each stage lets through, and of one real page, why each of its items
// was shown.
#pragma once

#include "gui/views.hpp"

namespace feedloop {

class FunnelView final : public View {
 public:
  void draw(AppState& state, const Snapshot* snapshot, const Rect& area) override;
};

const FunnelFacts* shown_funnel(const Snapshot* snapshot);  // null while there is none
// The flow of the cell that the variant in focus serves, or of the only one.
const CellFlow* shown_flow(const AppState& state, const Snapshot* snapshot);
std::string_view shown_cell(const AppState& state, const Snapshot* snapshot);  // its name; empty while there is none

}  // namespace feedloop
