#include "experiment/experiment_tables.hpp"

namespace feedloop {

ExperimentTables::ExperimentTables(const Study& study)
    : study_(&study),
      all_(study.world.population().users.size(), study.world.all_items().size(), study.assignment.cells()),
      stopped_(study.scenario.experiments.size(), kNever) {
  for (const Experiment& e : study.scenario.experiments)
    own_.push_back(study.params.holdout > 0 || !e.design.counts_everybody()
                       ? std::make_unique<UnitTable>(all_.units(), study.world.all_items().size(), study.assignment.cells())
                       : nullptr);
}

void ExperimentTables::add(std::span<const Interaction> pages, const Assignment::Rule& rule) {
  all_.add(pages);
  for (std::size_t e = 0; e < own_.size(); ++e) {
    if (!own_[e]) continue;
    for (std::size_t i = 0; i < pages.size(); ++i)
      if (pages[i].request.time < stopped_[e] && study_->assignment.counts(e, pages[i].request, rule))
        own_[e]->add(pages.subspan(i, 1));
  }
}

std::uint64_t ExperimentTables::stopped() const {
  std::uint64_t bits = 0;
  for (std::size_t e = 0; e < stopped_.size(); ++e) bits |= std::uint64_t{stopped_[e] != kNever} << e;
  return bits;
}

void ExperimentTables::visit_state(State& s) {
  s(all_);
  for (auto& table : own_)
    if (table) s(*table);
  s(stopped_);
}

}  // namespace feedloop
