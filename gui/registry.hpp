// What is on the screen in one frame: every element that can be read or pressed, by path. Tests press it, --dump-state
// writes it and the layout lint reads it. One mechanism, so nothing escapes it.
//
// A path names an element ("top/play"); an element may contain only elements whose path continues its own
// ("live/table" contains "live/table/B/ctr").
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gui/geometry.hpp"

namespace feedloop::ui {

enum class Kind { Panel, Text, Button, Slider, Row, Plot, Mark, Tooltip, Field, Check };
std::string_view kind_name(Kind kind);

struct Element {
  std::string path = {};
  Kind kind = Kind::Text;
  std::string value = {};  // what a person reads
  bool enabled = true;
  Rect rect = {};            // of what is drawn, in pixels
  bool text_fits = true;     // false: shortened with an ellipsis
  std::string tooltip = {};  // shown while the pointer rests on it
  bool overlay = false;      // drawn above everything else
};

class Registry {
 public:
  void clear() { elements_.clear(); }
  void add(Element element) { elements_.push_back(std::move(element)); }
  const Element* find(std::string_view path) const;  // the last one of that path, or null
  const std::vector<Element>& all() const { return elements_; }

 private:
  std::vector<Element> elements_;
};

// What is wrong with a frame's layout, one line per fault: outside the window, overlapping elements of which none contains
// the other, shortened text without a tooltip. Empty when all is well.
std::vector<std::string> layout_faults(const Registry& registry, const Rect& window);

}  // namespace feedloop::ui
