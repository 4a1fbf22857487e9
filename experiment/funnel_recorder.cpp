#include "experiment/funnel_recorder.hpp"

#include <algorithm>

#include "experiment/run_facts.hpp"

namespace feedloop {

FunnelRecorder::FunnelRecorder(const Study& study) : study_(study) { begin(); }

void FunnelRecorder::begin() {
  pages_.clear();
  sums_.clear();
  for (std::size_t c = 0; c < study_.assignment.cells(); ++c) {
    sums_.emplace_back();
    sums_.back().cell = study_.cell_name(c);
  }
}

void FunnelRecorder::add(TracedPage page) {
  CellFlow& sum = *std::ranges::find(sums_, page.cell, &CellFlow::cell);
  ++sum.pages;
  sum.fallbacks += page.fallback;
  sum.nominated += page.nominated;
  sum.candidates += page.candidates;
  sum.kept += page.kept;
  sum.shown += static_cast<double>(page.slots.size());
  for (const SourceTrace& s : page.sources) {
    auto at = std::ranges::find(sum.sources, s.source, &SourceFlow::source);
    if (at == sum.sources.end()) {
      sum.sources.push_back({s.source});
      at = sum.sources.end() - 1;
    }
    at->asked += s.asked;
    at->nominated += s.nominated;
    at->admitted += s.admitted;
    at->kept += s.kept;
    at->shown += s.shown;
  }
  pages_.push_back(std::make_shared<const TracedPage>(std::move(page)));
  if (pages_.size() > kPagesKept) pages_.pop_front();
}

std::shared_ptr<const FunnelFacts> FunnelRecorder::facts(const StageTimes& times, const ExperimentTables* tables,
                                                         std::vector<CellFleet> fleet) const {
  auto facts = std::make_shared<FunnelFacts>();
  facts->latency = latency_of(times);
  for (std::size_t c = 0; tables && c < study_.assignment.cells(); ++c) {
    const ServingSums& s = tables->all().serving(c);
    if (s.ms.count() == 0) continue;
    facts->serving.push_back({study_.cell_name(c), s.ms.count(), s.late, s.ms.quantile(0.5), s.ms.quantile(0.95),
                              s.ms.quantile(0.99), std::get<double>(study_.cells[c].at("engine.budget.total_ms"))});
  }
  facts->flows = sums_;
  for (CellFlow& f : facts->flows) {
    if (f.pages == 0) continue;
    const auto n = static_cast<double>(f.pages);
    for (double* x : {&f.nominated, &f.candidates, &f.kept, &f.shown}) *x /= n;
    for (SourceFlow& s : f.sources)
      for (double* x : {&s.asked, &s.nominated, &s.admitted, &s.kept, &s.shown}) *x /= n;
  }
  facts->pages.assign(pages_.begin(), pages_.end());
  facts->fleet = std::move(fleet);
  return facts;
}

}  // namespace feedloop
