#include "experiment/run_warnings.hpp"

#include <fmt/format.h>

#include "experiment/study.hpp"

namespace feedloop {

std::vector<Warning> sample_ratio_warnings(const Report& report) {
  std::vector<Warning> out;
  for (const ExperimentReport& e : report.experiments)
    for (const SrmReport& srm : e.srm) {
      if (srm.state == "unhealthy")
        out.push_back(
            {"sample_ratio_mismatch",
             srm.scope == "all"
                 ? fmt::format(
                       "Layer {}: units do not split as planned (chi2 = {:.1f}, p = {:.2g}); its effects cannot be trusted.",
                       e.layer, srm.chi2, srm.p)
                 : fmt::format("Layer {}: units do not split as planned among those of: {} (chi2 = {:.1f}, p = {:.2g}); look "
                               "there for a cause before trusting its effects.",
                               e.layer, srm.scope, srm.chi2, srm.p)});
      if (srm.scope == "all" && srm.state == "not enough traffic")
        out.push_back({"few_units", fmt::format("Layer {}: too few units to check the split.", e.layer)});
    }
  return out;
}

std::vector<Warning> short_page_warnings(const Study& study, const UnitTable& units, std::int64_t requests) {
  std::vector<Warning> out;
  for (const auto& [why, text] : {std::pair{Shortage::Seen, "the users had seen everything else that may be shown to them"},
                                  std::pair{Shortage::NotAllowed, "nothing may be shown to the user"}}) {
    std::int64_t pages = 0;
    for (std::size_t c = 0; c < study.assignment.cells(); ++c) pages += units.short_pages(c, why);
    if (pages > 0)
      out.push_back(
          {"short_pages", fmt::format("{} of {} pages had fewer items than slots, or none: {}.", pages, requests, text)});
  }
  return out;
}

std::vector<Warning> event_warnings(const Study& study) {
  const auto world = study.scenario.settings.read<WorldParams>("world");
  std::vector<Warning> out;
  const auto outside = [&](const char* key, double day) {
    if (day >= study.end.days())
      out.push_back({"event_outside", fmt::format("{} = {:g} is after the run, which ends on day {:g} since the warm-up began: "
                                                  "it does not happen.",
                                                  key, day, study.end.days())});
  };
  if (world.items.hit_day >= 0) outside("world.items.hit_day", world.items.hit_day);
  if (world.bots.burst_day < 0) return out;
  outside("world.bots.burst_day", static_cast<double>(world.bots.burst_day));
  if (world.bots.share == 0)
    out.push_back({"event_outside", "world.bots.burst_day is set, and world.bots.share = 0: there are no bots to act in it."});
  return out;
}

std::vector<Warning> skew_warnings(const Study& study, std::span<const SkewAlert> alerts) {
  std::vector<Warning> out;
  for (std::size_t i = 0; i < alerts.size();) {
    const auto& cells = alerts[i].cells;
    std::string features;
    for (; i < alerts.size() && alerts[i].cells == cells; ++i)
      features += fmt::format("{}{} (PSI {:.2f}, day {:.1f})", features.empty() ? "" : ", ", alerts[i].skew.feature,
                              alerts[i].skew.alerted_psi, (alerts[i].skew.alerted - study.t0).days());
    std::vector<std::string> variants;
    for (const std::uint32_t cell : cells) variants.push_back(study.cell_name(cell));
    out.push_back({"feature_skew", fmt::format("{}: serving and training disagree on {}.", join(variants), features)});
  }
  return out;
}

std::vector<Warning> collapse_warnings(const Study& study, const Simulation& world) {
  std::vector<Warning> out;
  for (std::size_t c = 0; c < study.cells.size(); ++c) {
    if (!world.alarm(c)) continue;
    for (const CollapseEvent& e : world.alarm(c)->events()) {
      std::string text =
          fmt::format("{}: on day {:.0f} the entropy of exposure is {:.3f} nats, below the alarm's line of {:.3f}",
                      study.cell_name(c), e.day, e.entropy, e.line);
      if (e.raised_to > e.share)
        text += fmt::format("; exploration is raised from {:g} % to {:g} %", 100 * e.share, 100 * e.raised_to);
      out.push_back({"exposure_collapse", text + "."});
    }
  }
  return out;
}

std::vector<Warning> stop_warnings(const Study& study, std::span<const GuardrailStop::Stop> stops) {
  std::vector<Warning> out;
  for (const GuardrailStop::Stop& stop : stops) {
    const Experiment& e = study.scenario.experiments[stop.experiment];
    out.push_back({"guardrail_stop",
                   fmt::format("Layer {}: stopped after day {:g}, because {} of {} is worse than control by more than {:g} %; "
                               "results are as of then, and everybody was served control from then on.",
                               e.layer, (stop.time - study.t0).days(), metric_registry()[stop.metric].name,
                               e.variants[stop.variant].name, 100 * study.analysis.guardrail_margin)});
  }
  return out;
}

}  // namespace feedloop
