#include "experiment/claims/engine_quantities.hpp"

#include <algorithm>
#include <cmath>

#include "engine/index/vector_index.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/replication/stopping.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {

const Pipeline& pipeline_of(const Simulation& world, std::size_t cell) {
  std::size_t p = 0;
  while (!world.engine().pipeline(p).serves(static_cast<std::uint32_t>(cell))) ++p;
  return world.engine().pipeline(p);
}

void LargestPsi::end(const Simulation& world) {
  for (const FeatureSkew& f : pipeline_of(world, cell()).skew().features())
    psi_ = std::isnan(psi_) ? f.psi : std::max(psi_, f.psi);
}

void NightlyAuc::end(const Simulation& world) {
  double sum = 0, nights = 0;
  for (const NightlyValidation& v : pipeline_of(world, cell()).validations()) {
    const double auc = v.heads[static_cast<std::size_t>(Head::Click)].auc;
    if (v.night < study().t0 || std::isnan(auc)) continue;
    sum += auc;
    nights += 1;
  }
  if (nights > 0) auc_ = sum / nights;
}

void FeatureLag::pages(const Simulation& world, std::span<const Interaction> pages) {
  // now() is the epoch's begin here, and the counters are as of then.
  const ItemStats& stats = pipeline_of(world, cell()).stats();
  std::erase_if(waiting_, [&](const auto& w) {
    if (stats.at(ItemId{w.first}).clicks == 0) return false;
    minutes_.push_back((world.now() - w.second).minutes());
    return true;
  });
  for (const Interaction& page : pages)
    for (std::size_t k = 0; mine(page) && k < page.slate.slots.size(); ++k) {
      const ItemId item = page.slate.slots[k].item;
      if (!page.outcome.slots[k].clicked || stats.at(item).clicks > 0) continue;
      const auto [at, added] = waiting_.try_emplace(static_cast<std::uint32_t>(item.value), page.outcome.end);
      at->second = std::min(at->second, page.outcome.end);
    }
}

double FeatureLag::value(const Report&) const {
  if (minutes_.empty()) return kNoValue;
  std::vector<double> sorted = minutes_;
  std::sort(sorted.begin(), sorted.end());
  return sorted[(99 * (sorted.size() - 1) + 99) / 100];
}

void StagedRelease::pages(const Simulation& world, std::span<const Interaction> pages) {
  const auto& log = pipeline_of(world, cell()).release().log();
  if (log.empty() || log.back().stage != ReleaseStage::Canary) return;
  for (const Interaction& page : pages) {
    if (!mine(page) || page.request.time < log.back().time) continue;
    canary_ += page.model == log.back().version;
    during_ += 1;
  }
}

void StagedRelease::end(const Simulation& world) {
  const auto& log = pipeline_of(world, cell()).release().log();
  for (const ReleaseEvent& live : log) {
    if (live.stage != ReleaseStage::Live || live.time < study().t0) continue;
    for (const ReleaseEvent& e : log)
      if (e.stage == ReleaseStage::Shadow && e.version == live.version) hours_ = (live.time - e.time).hours();
  }
}

void IndexRecall::end(const Simulation& world) {
  const Pipeline& pipeline = pipeline_of(world, cell());
  const Source& towers = *pipeline.live().sources[source_index("two_tower")];
  const Catalog catalog = world.catalog(world.now());
  std::vector<float> queries, input, vector;
  for (std::size_t u = 0; u < world.features().size() && queries.size() < 500 * towers.dims(); ++u) {
    if (world.features()[u].total_clicks == 0) continue;
    const Request request = first_request(study().world, UserId{u}, world.now());
    RetrievalQuery query{request, world.features()[u], catalog};
    embed(towers, query, input, vector);
    queries.insert(queries.end(), vector.begin(), vector.end());
  }
  if (queries.empty()) return;
  const auto kind = std::get<std::string>(settings().at("engine.retrieval.two_tower.index"));
  const std::vector<double> by_kind = recall_of_kinds(towers, catalog.size(), queries, kBest);
  for (std::size_t k = 0; k < by_kind.size(); ++k)
    if (index_kinds()[k].name == kind) recall_ = by_kind[k];
}

void SlateViolations::begin(const Study& study) {
  Probe::begin(study);
  clicked_.resize(study.world.population().users.size());
}

void SlateViolations::pages(const Simulation& world, std::span<const Interaction> pages) {
  const Catalog catalog = world.catalog(world.now());
  for (const Interaction& page : pages) {
    if (!mine(page)) continue;
    audit_.add(page, catalog, world.engine().cell(page.cell).limits());
    auto& clicked = clicked_[page.request.user.index()];
    for (const Slot& slot : page.slate.slots) seen_ += clicked.contains(static_cast<std::uint32_t>(slot.item.value));
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
      if (page.outcome.slots[k].clicked) clicked.insert(static_cast<std::uint32_t>(page.slate.slots[k].item.value));
  }
}

double StopDay::value(const Report& report) const {
  for (const ExperimentReport& e : report.experiments)
    for (const StoppingReport& s : e.stopping)
      if (s.variant == name() && s.metric == claim().metric && s.rule == key_of(StoppingRule::AlwaysValid))
        return s.state == "stopped" || s.state == "no difference" ? s.day : kNoValue;
  return kNoValue;
}

}  // namespace feedloop
