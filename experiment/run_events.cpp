#include "experiment/run_events.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "experiment/model_registry.hpp"
#include "experiment/run_warnings.hpp"

namespace feedloop {
namespace {

void add_ramp(const Experiment& e, std::vector<RunEvent>& events) {
  for (const RampStep& step : e.design.ramp)
    if (step.day > 0)
      events.push_back({e.layer, "ramp", step.day, kNoValue, fmt::format("Ramp: {:g} % of units from here", 100 * step.share)});
}

// A split stays broken; what matters is since when it could be known.
void add_mismatch(const Experiment& e, std::span<const DayReport> days, std::vector<RunEvent>& events) {
  const auto first = std::ranges::find(days, "unhealthy", [](const DayReport& d) { return d.srm.state; });
  if (first != days.end())
    events.push_back(
        {e.layer, "sample ratio mismatch", first->day, kNoValue,
         fmt::format("Sample ratio mismatch first seen: chi2 = {:.1f}, p = {:.2g}", first->srm.chi2, first->srm.p)});
}

// A service that is down is noticed at once; cells that share the outage share its row.
void add_outages(const Study& study, SimTime now, std::vector<RunEvent>& events) {
  struct Outage {
    std::size_t service;
    SimTime from, until;
    std::vector<std::string> cells;
  };
  std::vector<Outage> outages;
  for (std::size_t c = 0; c < study.cells.size(); ++c) {
    const auto budget = study.cells[c].read<BudgetParams>("engine.budget");
    for (std::size_t s = 0; budget.simulate && s < kServices; ++s) {
      const ServiceParams& service = budget.service[s];
      const SimTime from = outage_begin(service), until = from + from_seconds(service.outage_minutes * 60);
      if (until <= std::max(from, study.t0) || from > now) continue;
      const auto at =
          std::ranges::find_if(outages, [&](const Outage& o) { return o.service == s && o.from == from && o.until == until; });
      Outage& outage = at != outages.end() ? *at : outages.emplace_back(Outage{s, from, until, {}});
      outage.cells.push_back(study.cell_name(c));
    }
  }
  for (const Outage& o : outages) {
    const std::string whose = o.cells.size() == study.cells.size() ? "all variants" : join(o.cells);
    events.push_back({"", "outage", (o.from - study.t0).days(), (o.until - study.t0).days(),
                      fmt::format("Outage: the {} of {} is down", kServiceNames[o.service], whose)});
  }
}

}  // namespace

std::vector<RunEvent> run_events(const Study& study, const Simulation& world, const Looks& looks,
                                 std::span<const GuardrailStop::Stop> stops) {
  std::vector<RunEvent> events;
  const auto& experiments = study.scenario.experiments;
  for (std::size_t e = 0; e < experiments.size(); ++e) {
    add_ramp(experiments[e], events);
    add_mismatch(experiments[e], looks.days(study, e), events);
  }
  for (const GuardrailStop::Stop& stop : stops) {
    const Experiment& e = experiments[stop.experiment];
    events.push_back(
        {e.layer, "guardrail stop", (stop.time - study.t0).days(), kNoValue,
         fmt::format("Stopped by a guardrail: {} of {} is worse by more than {:g} %", metric_registry()[stop.metric].title,
                     e.variants[stop.variant].name, 100 * study.analysis.guardrail_margin)});
  }
  add_outages(study, world.now(), events);
  for (std::size_t c = 0; c < study.cells.size(); ++c)
    if (world.alarm(c) != nullptr)
      for (const CollapseEvent& a : world.alarm(c)->events())
        events.push_back({"", "exposure alarm", a.day, kNoValue,
                          fmt::format("Alarm: exposure of {} narrows (entropy {:.2f} nats, line {:.2f})", study.cell_name(c),
                                      a.entropy, a.line)});
  for (const PipelineReport& p : model_registry(study, world.engine()))
    for (const ModelVersion& v : p.versions)
      for (const ModelStage& s : v.stages)
        if (!s.reason.empty() && s.day >= 0)
          events.push_back({"", "rollback", s.day, kNoValue,
                            fmt::format("Models of version {} rolled back ({}): {}", v.version, join(p.variants), s.reason)});
  std::ranges::stable_sort(events, {}, &RunEvent::day);
  return events;
}

}  // namespace feedloop
