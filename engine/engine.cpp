#include "engine/engine.hpp"

namespace feedloop {

Engine::Engine(std::span<const Settings> cells, Seed seed) {
  std::vector<std::uint64_t> digests;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const Settings& settings = cells[c];
    const std::uint64_t digest = Pipeline::digest(settings);
    std::size_t p = 0;
    while (p < digests.size() && digests[p] != digest) ++p;
    if (p == digests.size()) {
      digests.push_back(digest);
      pipelines_.push_back(std::make_unique<Pipeline>(settings, seed));
    }
    pipelines_[p]->serve(static_cast<std::uint32_t>(c));
    recommenders_.emplace_back(settings, *pipelines_[p], static_cast<std::uint32_t>(c));
  }
}

std::vector<SkewAlert> Engine::skew_alerts() const {
  std::vector<SkewAlert> alerts;
  for (const auto& p : pipelines_)
    for (const FeatureSkew& f : p->skew().features())
      if (f.alerted != kNever) alerts.push_back({p->cells(), f});
  return alerts;
}

void Engine::learn(std::span<const Interaction> batch, SimTime now, Catalog catalog) {
  for (auto& p : pipelines_) p->learn(batch, now, catalog);
}

void Engine::visit_state(State& s) {
  for (auto& p : pipelines_) s(*p);
}

}  // namespace feedloop
