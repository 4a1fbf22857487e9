#include "experiment/experiment_tables.hpp"

namespace feedloop {

namespace {

UnitTable make_table(const Study& study, const std::shared_ptr<const Platform>& platform) {
  UnitTableOptions options{.days = static_cast<std::size_t>(study.params.days)};
  if (platform)
    options = {static_cast<int>(study.analysis.exposure_replicates), static_cast<std::size_t>(study.analysis.panel_users),
               study.seed, study.t0 + Duration{(study.end - study.t0).us / 2}, options.days};
  return UnitTable(study.world.population().users.size(), study.world.all_items().size(), study.assignment.cells(), platform,
                   options);
}

}  // namespace

ExperimentTables::ExperimentTables(const Study& study, std::shared_ptr<const Platform> platform)
    : study_(&study), all_(make_table(study, platform)), stopped_(study.scenario.experiments.size(), kNever) {
  for (std::size_t i = 0; i < stopped_.size(); ++i) {
    const Experiment& e = study.scenario.experiments[i];
    interleaving_.push_back(e.design.kind == DesignKind::Interleaving ? std::make_unique<InterleavingTable>(all_.units())
                                                                      : nullptr);
    assigned_.emplace_back(e.design.triggered ? all_.units() : 0, std::uint8_t{0});
    blocks_.push_back(e.design.kind == DesignKind::Switchback
                          ? std::make_unique<BlockTable>(study.units_of(i), all_.shared_platform())
                          : nullptr);
    own_.push_back(study.counts_everybody(i) ? nullptr : std::make_unique<UnitTable>(make_table(study, platform)));
  }
}

void ExperimentTables::add(std::span<const Interaction> pages, const Assignment::Rule& rule) {
  all_.add(pages);
  if (rule.all_control) return;
  for (std::size_t e = 0; e < own_.size(); ++e) {
    if (!own_[e] && !blocks_[e] && !interleaving_[e]) continue;
    const Assignment& assignment = study_->assignment;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      const Interaction& page = pages[i];
      if (page.request.time >= stopped_[e] || !assignment.counts(e, page.request, rule)) continue;
      if (!assigned_[e].empty()) {
        const std::size_t user = page.request.user.index();
        assigned_[e][user] = static_cast<std::uint8_t>(1 + assignment.variant_in(page.cell, e));
        if (!own_[e]->entered(user) && !(page.differs >> e & 1u)) continue;
      }
      if (own_[e]) own_[e]->add(pages.subspan(i, 1));
      if (interleaving_[e] && page.drafted) interleaving_[e]->add(page);
      if (blocks_[e] && !assignment.burns_in(e, page.request))
        blocks_[e]->add(assignment.unit_of(e, page.request), assignment.variant_in(page.cell, e), page);
    }
  }
}

void ExperimentTables::keep(std::span<const std::size_t> metrics, SimTime now) {
  all_.keep(metrics, now);
  for (auto& table : own_)
    if (table) table->keep(metrics, now);
}

void ExperimentTables::set_before(const std::shared_ptr<const UnitTable>& before) {
  all_.set_before(before);
  for (auto& table : own_)
    if (table) table->set_before(before);
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
  for (auto& table : blocks_)
    if (table) s(*table);
  for (auto& table : interleaving_)
    if (table) s(*table);
  for (auto& assigned : assigned_) s(assigned);
  s(stopped_);
}

}  // namespace feedloop
