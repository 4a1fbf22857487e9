#include "engine/engine.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace feedloop {

Engine::Engine(std::span<const Settings> cells, Seed seed) {
  const auto isolation_of = [](const Settings& s) { return std::get<std::string>(s.at("engine.isolation")); };
  if (!cells.empty()) isolation_ = isolation_of(cells[0]);
  std::vector<std::uint64_t> digests;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const Settings& settings = cells[c];
    FEEDLOOP_CHECK(isolation_of(settings) == isolation_, "variants that disagree on isolation");
    std::uint64_t digest = Pipeline::digest(settings);
    if (isolation_ != "shared") digest = Hasher().add(digest).add(c).value();  // nobody shares
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

void Engine::harvest(const Request& request, const OnlineFeatures& user, Catalog catalog, std::size_t cell,
                     Slate& slate) const {
  const double share = recommenders_[cell].harvest();
  if (!mixed_ || share <= 0) return;
  for (const Slot& slot : slate.slots)
    if (slot.action_set > 1) return;
  std::vector<std::size_t> others;
  for (std::size_t c = 0; c < recommenders_.size(); ++c)
    if (c != cell && recommenders_[c].harvest() > 0) others.push_back(c);
  const Hasher draw = Hasher().add(std::string_view("harvest")).add(request.id.value);
  if (others.empty() || draw.unit() >= share) return;
  const Ranking other = recommenders_[others[draw.value() % others.size()]].recommend(request, user, catalog);
  const auto shown = std::min(other.candidates.size(), static_cast<std::size_t>(other.slots));
  for (Slot& slot : slate.slots)
    for (std::size_t k = 0; k < shown; ++k)
      if (other.candidates[k].item == slot.item) slot.other_slot = static_cast<std::uint8_t>(k + 1);
}

void Engine::begin_epoch(bool mixed) {
  mixed_ = mixed;
  isolated_ = mixed && isolation_ != "shared";
  const bool parted = mixed && isolation_ == "user_corpus";
  for (Recommender& r : recommenders_) r.split_corpus(parted ? static_cast<std::uint32_t>(recommenders_.size()) : 0);
}

void Engine::observe_services(std::span<const Interaction> served, SimTime now) {
  for (Recommender& r : recommenders_) r.observe_services(served, now);
}

void Engine::learn(std::vector<Interaction> finished, SimTime now, Catalog catalog) {
  if (!isolated_) {
    for (auto& p : pipelines_) p->learn(finished, now, catalog);
    return;
  }
  // An isolated pipeline serves one cell: its pages side by side, still in canonical order.
  const auto cell_of = [](const Interaction& page) { return page.cell; };
  std::ranges::stable_sort(finished, {}, cell_of);
  for (auto& p : pipelines_) {
    const auto cell = p->cells().front();
    p->learn({std::ranges::lower_bound(finished, cell, {}, cell_of), std::ranges::upper_bound(finished, cell, {}, cell_of)},
             now, catalog);
  }
}

void Engine::visit_state(State& s) {
  for (auto& p : pipelines_) s(*p);
  for (Recommender& r : recommenders_) s(r);
}

}  // namespace feedloop
