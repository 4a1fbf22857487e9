#include "experiment/metrics/hidden.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/slate_rules.hpp"
#include "engine/funnel_trace.hpp"
#include "engine/rerank/seen_filter.hpp"
#include "sim/examination.hpp"

namespace feedloop {
namespace {

using Values = std::vector<std::pair<double, ItemId>>;

// Of the first slots in this order.
double page_value(std::span<const std::pair<double, ItemId>> items, std::size_t slots, const ExaminationParams& eye) {
  double v = 0;
  for (std::size_t k = 0; k < std::min(slots, items.size()); ++k)
    v += examination_probability(static_cast<int>(k) + 1, eye) * items[k].first;
  return v;
}

// The first slots of the best page.
Values best_page(Values items, std::size_t slots) {
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(std::min(slots, items.size()));
  std::partial_sort(items.begin(), end, items.end(),
                    [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  items.erase(end, items.end());
  return items;
}

double best_value(Values items, std::size_t slots, const ExaminationParams& eye) {
  return page_value(best_page(std::move(items), slots), slots, eye);
}

// Share of the wanted that are among the candidates.
double recall(const Values& wanted, std::span<const Candidate> candidates) {
  if (wanted.empty()) return kNoValue;
  const auto found = std::ranges::count_if(
      wanted, [&](const auto& w) { return std::ranges::find(candidates, w.second, &Candidate::item) != candidates.end(); });
  return static_cast<double>(found) / static_cast<double>(wanted.size());
}

// What each category is about: the mean of its items' true vectors.
std::vector<Latent> centres_of(const Study& study, std::size_t categories) {
  std::vector<Latent> sums(categories);
  for (const ItemFacts& item : study.world.all_items()) {
    const Latent& v = study.world.truth(item.id).v;
    for (std::size_t d = 0; d < v.size(); ++d) sums[item.category.index()][d] += v[d];
  }
  return sums;
}

// Categories by cosine with the taste, nearest first; those without items come last.
std::vector<std::size_t> interests(const Latent& taste, const std::vector<Latent>& centres) {
  std::vector<std::pair<float, std::size_t>> near;
  for (std::size_t c = 0; c < centres.size(); ++c) {
    const float length = std::sqrt(dot(centres[c], centres[c]));
    near.emplace_back(length > 0 ? -dot(taste, centres[c]) / length : HUGE_VALF, c);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::size_t> out;
  for (const auto& [minus, c] : near) out.push_back(c);
  return out;
}

}  // namespace

std::vector<MetricInfo> hidden_infos() {
  constexpr auto kHigher = Direction::HigherIsBetter, kLower = Direction::LowerIsBetter;
  std::vector<MetricInfo> infos{
      {"user_drift", "Drift of tastes", "", 1, 4, Direction::Neither,
       "Mean over users of 1 - cos(taste at the end, taste when the experiment began)."},
      {"interest_recall", "Interests met", "%", 100, 2, kHigher,
       "Mean over users of the share of the three categories nearest to their taste at the end of which they were shown an "
       "item a "
       "day or more since they entered."},
      {"true_satisfaction", "True relevance", "", 1, 3, kHigher,
       "Sum of what the user would feel on consuming the item (r, docs/WORLD.md) / impressions, of the sampled pages."},
      {"regret_retrieval", "Regret of retrieval", "min", 1, 3, kLower,
       "V*(all that may be shown) - V*(candidates), per sampled page: minutes that the best page would be watched longer."},
      {"regret_ranking", "Regret of ranking", "min", 1, 3, kLower,
       "V*(candidates) - V(in the ranker's order), per sampled page."},
      {"regret_reranking", "Regret of re-ranking", "min", 1, 3, kLower,
       "V(in the ranker's order) - V(re-ranked), per sampled page: what rules, boosts and diversity cost."},
      {"recall_retrieval", "Best items retrieved", "%", 100, 1, kHigher,
       "Of the items of the best page of all that may be shown, the share among the candidates, per sampled page."},
      {"recall_ranking", "Best items kept", "%", 100, 1, kHigher,
       "Of these items, the share that the ranker leaves for re-ranking, per sampled page."},
      {"recall_page", "Best items shown", "%", 100, 1, kHigher,
       "Of these items, the share on the page that is served where the policy does not explore, per sampled page."}};
  for (MetricInfo& m : infos) {
    m.needs_truth = m.of_variant = true;
    m.unit_of_analysis = "page";
  }
  infos[0].unit_of_analysis = infos[1].unit_of_analysis = "user";
  infos[2].unit_of_analysis = "impression";
  return infos;
}

double drift(const Latent& before, const Latent& now) {
  const float lengths = std::sqrt(dot(before, before) * dot(now, now));
  return lengths > 0 ? std::max(0.0, 1 - static_cast<double>(dot(before, now) / lengths)) : kNoValue;
}

StageValues stage_values(const Study& study, const Simulation& world, std::size_t cell, Request request) {
  const OnlineFeatures& known = world.features()[request.user.index()];
  const Catalog catalog = study.world.catalog(world.now());
  const Recommender& recommender = world.engine().cell(cell);
  request.page = 0;
  FunnelTrace trace;
  StageLaps unmeasured{};
  StageClock clock(unmeasured);
  const Ranking ranking = recommender.recommend(request, known, catalog, clock, &trace);
  if (ranking.fallback) return {};
  const auto eye = study.scenario.settings.read<ExaminationParams>("world.examination");
  const auto slots = static_cast<std::size_t>(ranking.slots);
  const UserState& live = world.users()[request.user.index()];
  const SimTime time = std::max(request.time, live.as_of);
  const UserState state = study.world.state_at(live, request.user, time);
  const auto minutes = [&](ItemId item) { return study.world.expected_value(state, request.user, item, time) / 60'000; };

  Values all, reranked;
  SeenFilter seen;
  seen.begin(known, true, catalog.size());
  for (const ItemFacts& item : catalog)
    if (may_be_shown(item, request) && seen.admit(item.id, 0)) all.emplace_back(minutes(item.id), item.id);
  std::vector<ItemId> items;
  for (const Candidate& c : ranking.candidates) {
    items.push_back(c.item);
    reranked.emplace_back(minutes(c.item), c.item);
  }
  const std::vector<Candidate> scored = recommender.score(request, known, catalog, items);
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return scored[a].score != scored[b].score ? scored[a].score > scored[b].score : items[a] < items[b];
  });
  Values ranked;
  for (const std::size_t i : order) ranked.push_back(reranked[i]);
  const Values best = best_page(std::move(all), slots);
  const std::span<const Candidate> page(ranking.candidates.data(), std::min(slots, ranking.candidates.size()));
  return {page_value(best, slots, eye),
          best_value(reranked, slots, eye),
          page_value(ranked, slots, eye),
          page_value(reranked, slots, eye),
          recall(best, trace.candidates),
          recall(best, trace.kept),
          recall(best, page)};
}

HiddenMetrics::HiddenMetrics(const Study& study, std::shared_ptr<const Tastes> at_t0)
    : study_(study), at_t0_(std::move(at_t0)), values_(study.world.population().users.size() * kHidden) {}

void HiddenMetrics::add(const Simulation& world, std::span<const Interaction> pages) {
  const auto one_in = static_cast<std::uint64_t>(study_.analysis.truth_one_in);
  std::vector<const Interaction*> sampled;
  for (const Interaction& page : pages)
    if (Hasher().add(std::string_view("truth")).add(page.request.id.value).value() % one_in == 0) sampled.push_back(&page);
  std::vector<StageValues> stages(sampled.size());
  std::vector<double> relevance(sampled.size(), 0);
  parallel_for(sampled.size(), 1, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) {
      const Interaction& page = *sampled[i];
      stages[i] = stage_values(study_, world, page.cell, page.request);
      const UserState& user = world.users()[page.request.user.index()];
      for (const Slot& slot : page.slate.slots)
        relevance[i] += study_.world.relevance(user, page.request.user, slot.item, page.request.time);
    }
  });
  const auto add_mean = [&](std::size_t unit, Hidden metric, double value) {
    if (std::isnan(value)) return;
    UnitValue& v = at(unit, metric);
    v.num += value;
    v.den += 1;
  };
  for (std::size_t i = 0; i < sampled.size(); ++i) {
    const std::size_t unit = sampled[i]->request.user.index();
    UnitValue& satisfaction = at(unit, Hidden::TrueSatisfaction);
    satisfaction.num += relevance[i];
    satisfaction.den += static_cast<double>(sampled[i]->slate.slots.size());
    add_mean(unit, Hidden::RegretRetrieval, stages[i].best - stages[i].retrieved);
    add_mean(unit, Hidden::RegretRanking, stages[i].retrieved - stages[i].ranked);
    add_mean(unit, Hidden::RegretReranking, stages[i].ranked - stages[i].reranked);
    add_mean(unit, Hidden::RecallRetrieval, stages[i].recall_retrieved);
    add_mean(unit, Hidden::RecallRanking, stages[i].recall_kept);
    add_mean(unit, Hidden::RecallPage, stages[i].recall_page);
  }
}

void HiddenMetrics::finish(const Simulation& world, const UnitTable& units) {
  const std::vector<Latent> centres = centres_of(study_, units.platform().categories);
  for (std::size_t u = 0; u < units.units(); ++u) {
    if (!units.entered(u)) continue;
    const Latent& taste = world.users()[u].taste;
    const double d = drift((*at_t0_)[u], taste);
    if (!std::isnan(d)) at(u, Hidden::UserDrift) = {d, 1};
    const double wanted = kInterestPerDay * (study_.end - units.entry(u)).days();
    const std::vector<std::size_t> nearest = interests(taste, centres);
    const std::size_t n = std::min(kTopInterests, nearest.size());
    double met = 0;
    for (std::size_t k = 0; k < n; ++k) met += units.shown(u)[nearest[k]] >= wanted;
    at(u, Hidden::InterestRecall) = {met / static_cast<double>(n), 1};
  }
}

std::optional<UnitValue> HiddenMetrics::value(std::size_t unit, Hidden metric) const {
  const UnitValue& v = values_[unit * kHidden + static_cast<std::size_t>(metric)];
  return v.den > 0 ? std::optional(v) : std::nullopt;
}

}  // namespace feedloop
