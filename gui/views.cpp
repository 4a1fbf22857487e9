#include "gui/views.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "gui/bubble_view.hpp"
#include "gui/funnel_view.hpp"
#include "gui/live_view.hpp"
#include "gui/retention_view.hpp"
#include "gui/runs_view.hpp"
#include "gui/setup_view.hpp"
#include "gui/stats_view.hpp"

namespace feedloop {

const std::vector<ViewRow>& views() {
  static const std::vector<ViewRow> rows{
      {"setup", "Setup", "Which question, adjusted how, and what to expect?",
       [] { return std::unique_ptr<View>(std::make_unique<SetupView>()); }},
      {"live", "Live", "Which variant is better, and is it sure?",
       [] { return std::unique_ptr<View>(std::make_unique<LiveView>()); }},
      {"stats", "Stats", "What would peeking have done?", [] { return std::unique_ptr<View>(std::make_unique<StatsView>()); }},
      {"retention", "Retention", "Do people come back more?",
       [] { return std::unique_ptr<View>(std::make_unique<RetentionView>()); }},
      {"bubble", "Bubble", "Does a variant close people into a bubble?",
       [] { return std::unique_ptr<View>(std::make_unique<BubbleView>()); }},
      {"funnel", "Funnel", "Is it fast enough, and why was this shown?",
       [] { return std::unique_ptr<View>(std::make_unique<FunnelView>()); }},
      {"runs", "Runs", "What was found before, and do runs agree?",
       [] { return std::unique_ptr<View>(std::make_unique<RunsView>()); }},
  };
  return rows;
}

std::size_t view_index(std::string_view id) {
  const auto found = std::ranges::find(views(), id, &ViewRow::id);
  if (found != views().end()) return static_cast<std::size_t>(found - views().begin());
  std::string known;
  for (const ViewRow& row : views()) known += fmt::format("{}{}", known.empty() ? "" : ", ", row.id);
  throw Error(fmt::format("there is no screen '{}'; there are {}", id, known));
}

}  // namespace feedloop
