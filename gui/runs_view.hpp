// The Runs screen: what was found before, and do runs agree? All archives as a table, two to four of them laid over each other,
// and one scenario replicated in other worlds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gui/plot.hpp"
#include "gui/views.hpp"

namespace feedloop {

class RunsView final : public View {
 public:
  void draw(AppState& state, const Snapshot* snapshot, const Rect& area) override;

 private:
  // A pinned run's curve and the comparison of the first with another: made when the pins change.
  struct Curve {
    std::filesystem::path path;
    std::string name;
    std::vector<float> day, effect, low, high;
  };
  void compare(const AppState& state);
  void draw_curves(const Rect& box) const;
  void draw_comparison(AppState& state, const Rect& box) const;

  std::shared_ptr<const std::vector<RunEntry>> of_;
  std::vector<std::filesystem::path> pins_;
  std::size_t other_ = 0;
  std::vector<Curve> curves_;
  MetricInfo metric_;
  int days_ = 14;
  std::shared_ptr<const RunComparison> comparison_;
  std::string trouble_;  // why there is no comparison
};

}  // namespace feedloop
