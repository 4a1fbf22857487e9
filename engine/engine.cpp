#include "engine/engine.hpp"

namespace feedloop {

Engine::Engine(std::span<const Settings> cells, Seed seed) {
  std::vector<std::uint64_t> digests;
  for (const Settings& settings : cells) {
    const std::uint64_t digest = Pipeline::digest(settings);
    std::size_t p = 0;
    while (p < digests.size() && digests[p] != digest) ++p;
    if (p == digests.size()) {
      digests.push_back(digest);
      pipelines_.push_back(std::make_unique<Pipeline>(settings, seed));
    }
    recommenders_.emplace_back(settings, *pipelines_[p], static_cast<std::uint32_t>(recommenders_.size()));
  }
}

void Engine::learn(std::span<const Interaction> batch, SimTime now, Catalog catalog) {
  for (auto& p : pipelines_) p->learn(batch, now, catalog);
}

void Engine::visit_state(State& s) {
  for (auto& p : pipelines_) s(*p);
}

}  // namespace feedloop
