// A plot's frame with axes of any kind, linear or logarithmic, and what is drawn in it: curves, bands, lines across, labels at
// curves' ends. Plots of metrics over days, with what a person may do to them, stand on it (gui/plot.hpp). Values are drawn as
// given. UI thread, within one frame.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "gui/geometry.hpp"
#include "gui/ui.hpp"

namespace feedloop {

struct AxisRange {
  double low = 0, high = 1;  // both positive when logarithmic; unless low < high nothing is known, and lines have no numbers
  bool log = false;
  std::string before = {}, after = {};  // the first label of x begins with `before`; every label ends with `after`
  double scale = 1;                     // labels show value * scale
  double least_step = 0;                // between labels, as they show it
  bool sign = false;                    // a plus before what is above 0
};

class Axes {
 public:
  // Draws the panel, its words, grid and labels. `right` design pixels stay free beside the area, for labels at lines' ends.
  Axes(std::string path, std::string_view title, std::string_view subtitle, AxisRange x, AxisRange y, const Rect& box,
       double right = 26);

  bool drawable() const { return drawable_; }  // false: the box is too small for a plot, and only the words were drawn
  const Rect& area() const { return area_; }
  const Rect& head() const { return head_; }  // the title's line right of its words: room for switches
  float x(double value) const;
  float y(double value) const;  // cut a little beyond the area's edges
  double value_at(float pixel) const;

  // Points that are not finite part a curve. `steps`: level until the next point.
  struct Curve {
    std::span<const double> x, y;
    Color color;
    float width = 1.75F;
    bool steps = false;
  };
  void curve(const Curve& curve) const;
  void band(std::span<const double> x, std::span<const double> low, std::span<const double> high, Color color,
            bool steps = false) const;
  // The label stands above, at the left unless told otherwise.
  void hline(double y, Color color, std::string_view id, std::string_view label, ui::Align align = ui::Align::Left) const;
  void ghost(std::string_view text) const;  // in the middle of an empty plot
  // Labels right of curves' last points, near their values and apart from each other.
  struct End {
    std::string id, text;
    double x = 0, y = 0;
    Color color;
  };
  void ends(std::vector<End> ends) const;

 private:
  void draw_grid(const AxisRange& x, const AxisRange& y) const;

  std::string path_;
  AxisRange x_, y_;
  Rect box_, area_, head_;
  bool drawable_ = true;
};

// Places labels of one height near their wanted positions, in order, without overlap and inside [low, high].
std::vector<float> spread_labels(const std::vector<float>& wanted, float height, float low, float high);

// At most two points per pixel column, the column's lowest and highest, in the order they came.
std::vector<Vec2> decimate(std::span<const Vec2> points);

// Of positive numbers, at most `most` in [low, high]: 1, 2 and 5 times powers of ten, or powers of ten alone, thinned.
std::vector<double> log_ticks(double low, double high, int most);
std::string log_tick_text(double value);  // "1", "0.05", "0.01", then "5e-3"; "20", "1e4"

}  // namespace feedloop
