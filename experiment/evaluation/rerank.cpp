#include <cmath>

#include <fmt/format.h>

#include "engine/features.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "experiment/simulation.hpp"
#include "stats/diversity.hpp"

namespace feedloop {
namespace {

// The first row is what the others are compared with. Keys are of engine.rerank.
std::vector<Variant> rerank_variants() {
  using Overrides = std::vector<std::pair<std::string, Value>>;
  const RuleParams rules;
  const Overrides methods{{"method", "none"}, {"boost.fresh", 0.0}};
  const Overrides lifted{{"rules.per_category", std::int64_t{kMaxSlate}},
                         {"rules.per_series", std::int64_t{kMaxSlate}},
                         {"rules.creator_run", std::int64_t{kMaxSlate}},
                         {"rules.sponsored", std::int64_t{kMaxSlate}}};
  const Overrides kept{{"rules.per_category", rules.per_category},
                       {"rules.per_series", rules.per_series},
                       {"rules.creator_run", rules.creator_run},
                       {"rules.sponsored", rules.sponsored}};
  const std::pair<std::string, Overrides> rows[] = {
      {"scores alone", {}},
      {"mmr, lambda 0.85", {{"method", "mmr"}, {"mmr.lambda", 0.85}}},
      {"mmr, lambda 0.6", {{"method", "mmr"}, {"mmr.lambda", 0.6}}},
      {"calibrated, lambda 0.5", {{"method", "calibrated"}, {"calibrated.lambda", 0.5}}},
      {"rules", kept},
      {"fresh boost 0.5", {{"boost.fresh", 0.5}}},
      {"mmr 0.85 and rules",
       [&] {
         Overrides o = kept;
         o.emplace_back("method", "mmr");
         o.emplace_back("mmr.lambda", 0.85);
         return o;
       }()},
  };
  std::vector<Variant> variants;
  for (const auto& [name, overrides] : rows) {
    Variant v{name, 1.0 / static_cast<double>(std::size(rows)), {}};
    for (const Overrides* part : {&methods, &lifted, &overrides})
      for (const auto& [key, value] : *part) v.overrides.emplace_back("engine.rerank." + key, value);
    variants.push_back(std::move(v));
  }
  return variants;
}

// What a world came to from t0 on.
struct Totals {
  explicit Totals(std::size_t items) : shown(items) {}
  // `users` as the pages left them.
  void add(std::span<const Interaction> finished, const World& world, std::span<const UserState> users, double eta) {
    const Catalog catalog = world.all_items();
    for (const Interaction& page : finished) {
      const auto& slots = page.slate.slots;
      std::array<std::int64_t, kFeatureCategories> by_category{};
      double apart = 0;
      for (std::size_t k = 0; k < slots.size(); ++k) {
        const ItemFacts& item = catalog[slots[k].item.index()];
        ++shown[item.id.index()];
        ++by_category[item.category.index()];
        value += std::pow(static_cast<double>(k + 1), -eta) *
                 world.expected_value(users[page.request.user.index()], page.request.user, item.id, page.request.time) / 1000;
        clicks += page.outcome.slots[k].clicked;
        minutes += static_cast<double>(page.outcome.slots[k].watched_ms) / 60'000;
        for (std::size_t j = 0; j < k; ++j)
          apart += 1 - static_cast<double>(content_product(item.content.data(), catalog[slots[j].item.index()].content.data()));
      }
      impressions += static_cast<double>(slots.size());
      if (slots.size() < 2) continue;
      ++pages;
      distance += apart / (static_cast<double>(slots.size() * (slots.size() - 1)) / 2);
      entropy_nats += entropy(by_category);
    }
  }
  std::vector<std::int64_t> shown;  // impressions by item
  double impressions = 0, value = 0, clicks = 0, minutes = 0, pages = 0, distance = 0, entropy_nats = 0;
};

struct Column {
  std::string_view name;
  bool relative;  // the difference as a percentage of the first row's
  double (*value)(const Totals&);
};
constexpr std::array kColumns{
    Column{"true value per impression, s; %", true, [](const Totals& t) { return t.value / t.impressions; }},
    Column{"clicks per impression; %", true, [](const Totals& t) { return t.clicks / t.impressions; }},
    Column{"clicks; %", true, [](const Totals& t) { return t.clicks; }},
    Column{"minutes watched; %", true, [](const Totals& t) { return t.minutes; }},
    Column{"distance in a slate", false, [](const Totals& t) { return t.distance / t.pages; }},
    Column{"category entropy, nats", false, [](const Totals& t) { return t.entropy_nats / t.pages; }},
    Column{"Gini of exposure", false, [](const Totals& t) { return gini(t.shown); }},
    Column{"coverage", false, [](const Totals& t) { return coverage(t.shown); }},
};

// What a page of each cell is worth to one user, by the world: clicks and seconds an impression.
struct Worth {
  double clicks = 0, seconds = 0;
};
std::vector<Worth> page_worth(const Study& study, const Simulation& simulation, UserId id, double eta) {
  const Request request = first_request(study.world, id, simulation.now());
  const Catalog catalog = study.world.catalog(simulation.now());
  const UserState state = study.world.state_at(simulation.users()[id.index()], id, request.time);
  std::vector<Worth> worth(study.cells.size());
  for (std::size_t c = 0; c < worth.size(); ++c) {
    const Ranking page = simulation.engine().cell(c).recommend(request, simulation.features()[id.index()], catalog);
    const auto slots = std::min(static_cast<std::size_t>(page.slots), page.candidates.size());
    for (std::size_t k = 0; k < slots; ++k) {
      const double p = std::pow(static_cast<double>(k + 1), -eta) / static_cast<double>(slots);
      worth[c].clicks += p * study.world.click_probability(state, id, page.candidates[k].item, request.time);
      worth[c].seconds += p * study.world.expected_value(state, id, page.candidates[k].item, request.time) / 1000;
    }
  }
  return worth;
}

}  // namespace

std::vector<EvaluationTable> evaluate_rerank(const Scenario& scenario, const EvaluationOptions& options) {
  const std::vector<Variant> variants = rerank_variants();
  std::vector<std::array<std::vector<double>, kColumns.size()>> cells(variants.size());  // by seed; the first row's as it is
  std::vector<std::array<std::vector<double>, 2>> same(variants.size());                 // clicks and seconds, by seed
  const double eta = scenario.settings.read<ExaminationParams>("world.examination").eta;
  for (int s = 0; s < options.seeds; ++s) {
    options.begin(s, options.seeds);
    const Scenario one = with_variants(nth_world(scenario, s), variants);
    const Study study(one);
    std::string t0;
    {
      Simulation warm_up(study);
      while (warm_up.now() < study.t0) warm_up.run_epoch({.all_control = true}, [](std::span<const Interaction>) {});
      t0 = save_state(warm_up);
      std::vector<Worth> sum(variants.size());
      for (std::size_t u = 0; u < study.world.population().initial; ++u) {
        if (warm_up.users()[u].churned || warm_up.features()[u].total_clicks == 0) continue;
        const std::vector<Worth> worth = page_worth(study, warm_up, UserId{u}, eta);
        for (std::size_t v = 0; v < sum.size(); ++v) sum[v].clicks += worth[v].clicks, sum[v].seconds += worth[v].seconds;
      }
      for (std::size_t v = 0; v < sum.size(); ++v) {
        same[v][0].push_back(100 * (sum[v].clicks / sum[0].clicks - 1));
        same[v][1].push_back(100 * (sum[v].seconds / sum[0].seconds - 1));
      }
    }
    std::array<double, kColumns.size()> alone{};
    for (std::size_t v = 0; v < variants.size(); ++v) {
      Simulation world(study);
      load_state(world, t0);
      Totals totals(study.world.catalog(study.end).size());
      while (world.now() < study.end)
        world.run_epoch({.experiment = 0, .variant = v},
                        [&](std::span<const Interaction> pages) { totals.add(pages, study.world, world.users(), eta); });
      for (std::size_t c = 0; c < kColumns.size(); ++c) {
        const double x = kColumns[c].value(totals);
        if (v == 0) alone[c] = x;
        cells[v][c].push_back(v == 0 ? x : kColumns[c].relative ? 100 * (x / alone[c] - 1) : x - alone[c]);
      }
    }
  }
  EvaluationTable table{"Re-ranking: its price and what it buys", {"all are served"}, {}, ""};
  for (const Column& c : kColumns) table.columns.emplace_back(c.name);
  for (std::size_t v = 0; v < variants.size(); ++v) {
    table.rows.push_back({variants[v].name});
    for (const auto& by_seed : cells[v]) table.rows.back().push_back(over_seeds(by_seed));
  }
  table.note = fmt::format(
      "The first row is as it is, the others are differences from it: in per cent where the column says so. Whole worlds in "
      "which all are served so from t0 on, forked from one warm-up, on the same random numbers; means over {} seeds with "
      "Student's 95 % interval. Distance is 1 - cosine of the content, mean over the pairs of a slate; coverage is the share "
      "of "
      "all items that were shown. True value: examination times E[watch | examined], by the world's closed form.",
      options.seeds);
  EvaluationTable at_once{"Re-ranking: its price on the same requests", {"served", "true clicks, %", "true value, %"}, {}, ""};
  for (std::size_t v = 1; v < variants.size(); ++v)
    at_once.rows.push_back({variants[v].name, over_seeds(same[v][0]), over_seeds(same[v][1])});
  at_once.note =
      "At the end of the warm-up every active user asks for a page of each row by the same models: what it is worth by the "
      "world's closed forms, less what the scores' own order is worth. What users and models make of it later is not in it.";
  return {std::move(table), std::move(at_once)};
}

}  // namespace feedloop
