#include "gui/lab_commands.hpp"

#include <algorithm>

#include "gui/funnel_view.hpp"
#include "gui/history.hpp"
#include "gui/request_panel.hpp"
#include "gui/stats_view.hpp"

namespace feedloop {
namespace {

const Snapshot* shown(const AppState& s) { return shown_snapshot(s, s.run.snapshot.get()); }

std::string metric_blocked(const AppState& s) {
  return lab_metrics(s, shown(s)).size() > 1 ? "" : "There is one metric at most.";
}

void other_metric(AppState& s, std::size_t step) {
  const std::vector<const MetricInfo*> metrics = lab_metrics(s, shown(s));
  const LabSubject subject = lab_subject(s, shown(s));
  const auto at = static_cast<std::size_t>(std::ranges::find(metrics, subject.metric) - metrics.begin());
  s.stats.metric = metrics[(at + step) % metrics.size()]->name;
}

std::shared_ptr<const Scenario> scenario_of(const AppState& s) {
  return s.work.running != nullptr ? s.work.running : s.work.chosen;
}

std::string aa_blocked(const AppState& s) {
  if (s.stats.meter->state().working()) return "";
  if (scenario_of(s) == nullptr) return "The scenario of this run cannot be read.";
  return lab_subject(s, shown(s)).metric != nullptr ? "" : "There is no metric to look at yet.";
}

void repeat_aa(AppState& s) {
  if (s.stats.meter->state().working()) {
    s.stats.meter->cancel();
    return;
  }
  const LabSubject subject = lab_subject(s, shown(s));
  s.stats.meter->start({scenario_of(s), s.experiment, static_cast<std::size_t>(subject.treatment), subject.metric->name});
}

std::string page_blocked(const AppState& s) {
  const FunnelFacts* funnel = shown_funnel(shown(s));
  return funnel == nullptr || funnel->pages.empty() ? "No page has been sampled yet." : "";
}

}  // namespace

void add_stats_commands(std::vector<Command>& table) {
  table.push_back({"next_metric", "Next metric", "Look at the next metric", {'M'}, metric_blocked, [](AppState& s) {
                     other_metric(s, 1);
                   }});
  table.push_back(
      {"previous_metric", "Previous metric", "Look at the metric before", {'M', false, true}, metric_blocked, [](AppState& s) {
         other_metric(s, lab_metrics(s, shown(s)).size() - 1);
       }});
  table.push_back({"e_value", "e-value", "Show the e-value or the confidence sequence", {'V'}, {}, [](AppState& s) {
                     s.stats.e_value = !s.stats.e_value;
                   }});
  table.push_back({"aa", "Repeat as A/A", "Repeat it 200 times as an A/A test, or cancel that", {'A'}, aa_blocked, repeat_aa});
}

void add_funnel_commands(std::vector<Command>& table) {
  table.push_back({"next_page", "Next page", "Look into the next sampled page", {'N'}, page_blocked, [](AppState& s) {
                     step_page(s.funnel, shown_funnel(shown(s)), shown_cell(s, shown(s)), 1);
                   }});
  table.push_back(
      {"previous_page", "Page before", "Look into the sampled page before", {'N', false, true}, page_blocked, [](AppState& s) {
         step_page(s.funnel, shown_funnel(shown(s)), shown_cell(s, shown(s)), -1);
       }});
}

}  // namespace feedloop
