#include "gui/views.hpp"

#include "gui/live_view.hpp"

namespace feedloop {

const std::vector<ViewRow>& views() {
  static const std::vector<ViewRow> rows{
      {"live", "Live", "Which variant is better, and is it sure?",
       [] { return std::unique_ptr<View>(std::make_unique<LiveView>()); }},
  };
  return rows;
}

}  // namespace feedloop
