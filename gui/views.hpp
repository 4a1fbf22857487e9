// The screens. Adding one is a class and a row in views.cpp; the rail, its key and the help page follow.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "gui/app_state.hpp"

namespace feedloop {

// Draws a snapshot and owns only the state of its widgets. UI thread.
class View {
 public:
  virtual ~View() = default;
  // `snapshot` is null before the first one. Everything is drawn inside `area`.
  virtual void draw(AppState& state, const Snapshot* snapshot, const Rect& area) = 0;
};

struct ViewRow {
  std::string_view id, title;
  std::string_view question;  // the one question that the screen answers
  std::unique_ptr<View> (*make)();
};

const std::vector<ViewRow>& views();          // at most nine: their keys are 1 to 9
std::size_t view_index(std::string_view id);  // throws Error, naming the ids, when there is no such screen

}  // namespace feedloop
