#include "experiment/traced_page.hpp"

#include <algorithm>
#include <set>

#include "engine/params.hpp"
#include "engine/ranking/value_model.hpp"
#include "engine/retrieval/source.hpp"

namespace feedloop {
namespace {

// From 1; 0: not among them.
int place_of(std::span<const Candidate> candidates, ItemId item) {
  const auto at = std::ranges::find(candidates, item, &Candidate::item);
  return at == candidates.end() ? 0 : static_cast<int>(at - candidates.begin()) + 1;
}

const Candidate* find(std::span<const Candidate> candidates, ItemId item) {
  const auto at = std::ranges::find(candidates, item, &Candidate::item);
  return at == candidates.end() ? nullptr : &*at;
}

int count_of(std::span<const Candidate> candidates, std::size_t source) {
  return static_cast<int>(std::ranges::count_if(candidates, [&](const Candidate& c) { return c.sources >> source & 1; }));
}

}  // namespace

TracedPage traced_page(const Study& study, const Interaction& page, const FunnelTrace& trace, Catalog catalog) {
  static constexpr std::array<const char*, 3> kCohorts{"cold", "cool", "warm"};
  const Settings& cell = study.cells[page.cell];
  TracedPage out;
  out.request = page.request.id.value;
  out.user = page.request.user.value;
  out.day = (page.request.time - study.t0).days();
  out.page = page.request.page + 1;
  out.cell = study.cell_name(page.cell);
  out.cohort = kCohorts[static_cast<std::size_t>(trace.cohort)];
  out.policy = std::get<std::string>(cell.at("policy.name"));
  out.rerank = std::get<std::string>(cell.at("engine.rerank.method"));
  out.fallback = page.fallback;
  out.drafted = page.drafted;
  out.model = page.model;
  out.candidates = static_cast<int>(trace.candidates.size());
  out.kept = static_cast<int>(trace.kept.size());
  if (page.serving.ms > 0) out.serving_ms = static_cast<double>(page.serving.ms);

  const HeadSet asked = heads_of(cell.read<ServingParams>("engine").value);
  std::vector<std::size_t> heads;
  for (std::size_t h = 0; h < static_cast<std::size_t>(kHeads) && !page.fallback; ++h)
    if (asked[h]) {
      heads.push_back(h);
      out.heads.emplace_back(kHeadNames[h]);
    }

  std::set<std::uint64_t> nominated;
  for (const FunnelTrace::Nomination& n : trace.nominations) {
    if (n.asked == 0 && n.items.empty()) continue;
    for (const Scored& s : n.items) nominated.insert(s.item.value);
    SourceTrace source{
        std::string(source_registry()[n.source].name), static_cast<int>(n.asked),      static_cast<int>(n.items.size()),
        count_of(trace.candidates, n.source),          count_of(trace.kept, n.source), 0};
    for (const Slot& slot : page.slate.slots) source.shown += slot.sources >> n.source & 1;
    out.sources.push_back(std::move(source));
  }
  out.nominated = static_cast<int>(nominated.size());

  std::vector<Candidate> by_value = trace.candidates;
  std::ranges::stable_sort(by_value, [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  });
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
    const Slot& slot = page.slate.slots[k];
    const ItemFacts& facts = catalog[slot.item.index()];
    TracedSlot s;
    s.item = slot.item.value;
    s.category = static_cast<std::uint32_t>(facts.category.index());
    s.creator = static_cast<std::uint32_t>(facts.creator.index());
    s.age_days = (page.request.time - facts.uploaded).days();
    for (const FunnelTrace::Nomination& n : trace.nominations)
      if (const auto at = std::ranges::find(n.items, slot.item, &Scored::item); at != n.items.end())
        s.sources.push_back({std::string(source_registry()[n.source].name), static_cast<int>(at - n.items.begin()) + 1,
                             static_cast<double>(at->score)});
    for (const std::size_t h : heads) s.heads.push_back(static_cast<double>(slot.heads[h]));
    if (const Candidate* c = find(trace.candidates, slot.item)) s.value = static_cast<double>(c->score);
    if (const Candidate* c = find(trace.kept, slot.item)) s.boosted = static_cast<double>(c->score);
    s.place_ranked = place_of(by_value, slot.item);
    s.place_reranked = place_of(trace.reranked, slot.item);
    s.propensity = static_cast<double>(slot.propensity);
    s.propensity_error = static_cast<double>(slot.propensity_error);
    s.marginal = static_cast<double>(slot.marginal);
    s.action_set = slot.action_set;
    const SlotOutcome& o = page.outcome.slots[k];
    s.seen = o.seen;
    s.clicked = o.clicked;
    s.completed = o.completed;
    s.watched_min = static_cast<double>(o.watched_ms) / 60000;
    out.slots.push_back(std::move(s));
  }
  return out;
}

}  // namespace feedloop
