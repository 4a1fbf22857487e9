// A line plot of one metric over days (on gui/axes.hpp): lines, interval bands, a letter at each line's end, the exact numbers
// at the pointer, zoom and menu. Values are drawn as given; nothing is computed from them but where they go.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/report.hpp"
#include "gui/geometry.hpp"
#include "gui/theme.hpp"

namespace feedloop {

class Axes;

// What plots over the same days share: where the pointer is in one of them, and what part of the days all show.
struct PlotLink {
  double cursor = kNoValue, next_cursor = kNoValue;  // day; the plot under the pointer sets the next frame's
  double low = kNoValue, high = kNoValue;            // days shown; NaN: all

  void new_frame();
  void fit() { low = high = kNoValue; }
};

// What a right click on a plot offers; drawn above everything (plot_menu.hpp).
struct PlotMenu {
  bool open = false;
  Vec2 at = {};
  std::string path = {}, title = {};
  std::string values = {};         // what the plot shows, tab-separated with a head line: line, day, value, low, high
  bool can_log = false;            // all values are positive
  std::set<std::string> log = {};  // paths of the plots whose values are on a log axis; outlives the menu

  void close() { *this = {.log = std::move(log)}; }
};

struct PlotMark {
  double x = 0;
  bool alert = false;
};

// How values are printed that are no metric of the registry: value * scale, in `unit`.
MetricInfo printed_in(std::string_view unit, double scale, int decimals);

struct PlotSpec {
  std::string path = {}, title = {}, subtitle = {};
  MetricInfo metric = {};         // how values are printed
  double x_low = 0, x_high = 1;   // days
  std::string ghost = {};         // said in the middle while there is nothing to draw
  PlotLink* link = nullptr;       // null: alone
  PlotMenu* menu = nullptr;       // opened by a right click; null: none
  bool lift = false;              // values are relative changes, printed with their sign
  std::vector<PlotMark> marks{};  // short strokes on the axis of days
};

struct PlotLine {
  std::string id;    // path part
  std::string name;  // in the tooltip
  char letter = 'A';
  Color color;
  double alpha = 1;
  bool band = false;  // draw [low, high]; otherwise a whisker at the line's end, where there is room
  double band_alpha = 0.16;
  bool curve = true;                       // false: the band alone, without line and letter
  std::span<const float> x, y, low, high;  // x ascending; NaN where there is no value
};

// Ask for lines and marks, then end(). The spans must live until then. UI thread.
class Plot {
 public:
  Plot(PlotSpec spec, const Rect& box);
  void line(PlotLine line);
  void hline(double y, std::string label);
  void truth_line(double y, const Interval& ci, std::string label);  // dashed, in the truth's colour, on its interval
  void end();

 private:
  struct HLine {
    double y;
    std::string label;
    bool truth = false;
    Interval ci = {};
  };
  void fit_y();
  bool leaves_frame() const;  // some of a curve lies beyond the range of y
  void steer(const Rect& area);
  std::string tab_separated() const;
  void draw_marks(const Axes& axes) const;
  void draw_line(const Axes& axes, const PlotLine& line) const;
  void draw_letters(const Axes& axes) const;
  void draw_cursor(const Axes& axes) const;
  std::string value_of(double value) const;

  PlotSpec spec_;
  Rect box_;
  std::vector<PlotLine> lines_;
  std::vector<HLine> hlines_;
  double full_low_, full_high_;    // of x, before zooming
  double y_low_ = 0, y_high_ = 0;  // equal: there is nothing to draw
  bool positive_ = false, log_ = false;
};

}  // namespace feedloop
