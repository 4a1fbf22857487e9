#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/parallel.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "engine/index/vector_index.hpp"
#include "engine/ranking/gradient_boosting.hpp"
#include "engine/ranking/training_rows.hpp"
#include "engine/ranking/value_model.hpp"
#include "engine/rerank/mmr.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kRequests = 48;
constexpr int kRounds = 7;

// Four heads of a hundred trees, vectors of 64 dimensions.
std::string scenario_of(std::size_t items) {
  return fmt::format(R"(
name = "funnel-bench"
warmup_days = 1
days = 1
world.population.users = 3000
world.items.count = {}
engine.ranking.scorer = "gradient_boosting"
engine.retrieval.matrix_factorization.dims = 64
engine.retrieval.two_tower.dims = 64
engine.value.completion = 0.5
engine.value.like = 0.2
engine.value.skip = -0.2
engine.cold.content = 1.0
engine.cold.plays = 1.0
[[variant]]
name = "control"
share = 0.5
[[variant]]
name = "treatment"
share = 0.5
)",
                     items);
}

// An engine with models of its own, and users it knows.
struct Platform {
  explicit Platform(std::size_t items)
      : scenario(parse_scenario(scenario_of(items), "funnel-bench")), study(scenario), world(study) {
    users.resize(study.world.population().users.size());
    std::vector<Request> last;
    while (world.now() < SimTime{0} + kHour * 36)
      world.run_epoch({.all_control = true}, [&](std::span<const Interaction> pages) {
        for (const Interaction& page : pages) {
          recommender().observe(users[page.request.user.index()], page, catalog());
          if (page.fallback) continue;
          std::erase_if(last, [&](const Request& r) { return r.user == page.request.user; });
          last.push_back(page.request);
        }
      });
    requests.assign(last.end() - static_cast<std::ptrdiff_t>(std::min(kRequests, last.size())), last.end());
    for (Request& r : requests) r.time = world.now(), r.page = 0;
  }
  const Recommender& recommender() const { return world.engine().cell(0); }
  const Models& models() const { return world.engine().pipeline(0).live(); }
  Catalog catalog() const { return study.world.catalog(world.now()); }

  Scenario scenario;
  Study study;
  Simulation world;
  std::vector<OnlineFeatures> users;
  std::vector<Request> requests;
};

// The same funnel as one would build it from libraries: hnswlib for what searches vectors, XGBoost for the forest, the standard
// library's containers between them, diversity one candidate after the other. Ready lists, the users' vectors and the feature
// rows are the engine's own, which favours the twin.
class Twin {
 public:
  explicit Twin(const Platform& platform) : platform_(platform), known_(platform.catalog().size()) {
    const auto& scorer = dynamic_cast<const GradientBoosting&>(*platform.models().scorer);
    for (std::size_t h = 0; h < kHeads; ++h)
      if (!scorer.models()[h].empty()) boosters_.emplace_back(h, Booster::load(scorer.models()[h]));
    const auto& sources = platform.models().sources;
    graphs_.resize(sources.size());
    for (std::size_t s = 0; s < sources.size(); ++s) {
      if (sources[s]->dims() == 0) continue;
      std::vector<float> rows;
      for (std::size_t i = 0; i < platform.catalog().size(); ++i) {
        const float* row = sources[s]->item_vector(ItemId{i});
        if (!row) break;
        rows.insert(rows.end(), row, row + sources[s]->dims());
      }
      graphs_[s].emplace(IndexKind::Hnsw).build(rows, static_cast<int>(sources[s]->dims()));
    }
  }

  std::vector<ItemId> recommend(const Request& request) {
    const OnlineFeatures& user = platform_.users[request.user.index()];
    const Catalog catalog = platform_.catalog();
    const Pipeline& pipeline = platform_.world.engine().pipeline(0);
    const Models& models = platform_.models();
    const auto serving = platform_.study.cells[0].read<ServingParams>("engine");

    for (const ItemId item : user.consumed) known_[item.index()] = true;
    std::vector<Candidate> candidates;
    std::vector<std::vector<float>> vectors(models.sources.size());
    for (std::size_t s = 0; s < models.sources.size(); ++s) {
      const Source& source = *models.sources[s];
      RetrievalQuery query{request, user, catalog, {}, 0, {}, cohort_of(user, request.time, serving.cold)};
      std::vector<float> input;
      embed(source, query, input, vectors[s]);
      const auto quota = static_cast<std::size_t>(serving.quota.by_source[s]);
      std::vector<Scored> nominated;
      if (graphs_[s] && !vectors[s].empty())
        graphs_[s]->search(vectors[s], quota, nominated);
      else
        source.nominate(query, quota, nominated);
      for (const Scored& n : nominated) {
        if (known_[n.item.index()] || !may_be_shown(catalog[n.item.index()], request)) continue;
        known_[n.item.index()] = true;
        Candidate& c = candidates.emplace_back();
        c.item = n.item;
        c.row = static_cast<std::uint16_t>(candidates.size() - 1);
        c.traits = traits_of(catalog[n.item.index()]);
      }
    }

    for (const ItemId item : user.consumed) known_[item.index()] = false;
    for (const Candidate& c : candidates) known_[c.item.index()] = false;

    const auto width = static_cast<std::size_t>(feature_count());
    std::vector<float> rows(candidates.size() * width);
    RowWriter writer(request, user, catalog, pipeline.stats(), pipeline.served_week(), pipeline.item_features().current());
    for (const Candidate& c : candidates) {
      Affinities affinities{};
      for (std::size_t s = 0; s < models.sources.size(); ++s)
        if (const auto kind = models.sources[s]->affinity())
          affinities[static_cast<std::size_t>(*kind)] = inner_product(*models.sources[s], vectors[s], c.item);
      writer.write(c.item, affinities, rows.data() + c.row * width);
    }

    // The trees have seen the slot, which serving predicts for the first (engine/ranking/training_rows.hpp).
    std::vector<float> with_slot;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      with_slot.insert(with_slot.end(), rows.begin() + static_cast<std::ptrdiff_t>(i * width),
                       rows.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
      with_slot.push_back(SlotTreatment{}.column(1));
    }
    for (const auto& [head, booster] : boosters_) {
      const std::vector<float> margins = booster.predict(with_slot, width + 1, Booster::Output::Margin);
      for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].heads[head] = head_prediction(head, margins[i]);
    }
    value_candidates(serving.value, models.scorer->mean_rates(), candidates);

    const auto depth = std::min(static_cast<std::size_t>(serving.slate.depth), candidates.size());
    std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(depth), candidates.end(),
                      [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    candidates.resize(depth);
    const float top = candidates.front().score, bottom = candidates.back().score;
    std::vector<float> relevance;
    std::vector<const float*> content;
    for (const Candidate& c : candidates) {
      relevance.push_back((c.score - bottom) / std::max(top - bottom, 1e-9f));
      content.push_back(catalog[c.item.index()].content.data());
    }
    SlateRules rules;
    rules.begin(platform_.recommender().limits(), candidates);
    std::vector<std::uint16_t> picks;
    pick_mmr_scalar({relevance, content, kContentDims, static_cast<std::size_t>(serving.slate.size),
                     static_cast<float>(serving.rerank.mmr.lambda)},
                    rules, picks);
    std::vector<ItemId> slate;
    for (const std::uint16_t p : picks) slate.push_back(candidates[p].item);
    return slate;
  }

 private:
  const Platform& platform_;
  std::vector<bool> known_;  // by item: seen by the user, or a candidate already
  std::vector<std::pair<std::size_t, Booster>> boosters_;
  std::vector<std::optional<VectorIndex>> graphs_;  // by source
};

nlohmann::ordered_json measure(std::size_t items) {
  const Platform platform(items);
  Twin twin(platform);
  const Catalog catalog = platform.catalog();
  std::vector<double> ours, theirs;
  std::array<std::vector<double>, kStages> stages;
  double candidates = 0, same = 0, slots = 0;
  std::vector<std::vector<ItemId>> slates;
  // All requests by one, then all by the other, as a server would meet them; the first round warms the caches.
  for (int round = 0; round <= kRounds; ++round) {
    slates.clear();
    for (const Request& request : platform.requests) {
      StageLaps laps{};
      const double start = cpu_us();
      StageClock clock(laps);
      const Ranking ranking = platform.recommender().recommend(request, platform.users[request.user.index()], catalog, clock);
      ours.push_back(cpu_us() - start);
      for (std::size_t s = 0; s < kStages; ++s) stages[s].push_back(static_cast<double>(laps[s]));
      candidates += static_cast<double>(ranking.features.size() / static_cast<std::size_t>(ranking.width));
      auto& slate = slates.emplace_back();
      for (int k = 0; k < ranking.slots; ++k) slate.push_back(ranking.candidates[static_cast<std::size_t>(k)].item);
    }
    for (std::size_t r = 0; r < platform.requests.size(); ++r) {
      const double start = cpu_us();
      const std::vector<ItemId> slate = twin.recommend(platform.requests[r]);
      theirs.push_back(cpu_us() - start);
      slots += static_cast<double>(slate.size());
      for (const ItemId item : slate) same += static_cast<double>(std::count(slates[r].begin(), slates[r].end(), item));
    }
    if (round == 0) ours.clear(), theirs.clear(), stages = {};
  }
  const auto rankings = static_cast<double>(platform.requests.size() * (kRounds + 1));
  nlohmann::ordered_json j{
      {"items", items},          {"candidates", candidates / rankings}, {"same_items_in_slate", same / slots},
      {"ours_us", median(ours)}, {"library_twin_us", median(theirs)},   {"ratio", median(theirs) / median(ours)}};
  for (const Stage s : {Stage::Retrieve, Stage::Features, Stage::Rank, Stage::Rerank})
    j["stages_us"][std::string(kStageNames[static_cast<std::size_t>(s)])] = median(stages[static_cast<std::size_t>(s)]);
  return j;
}

}  // namespace

std::string bench_funnel() {
  nlohmann::ordered_json j;
  j["workload"] = "funnel";
  j["lanes"] = widest_lanes() == Lanes::Avx512 ? "AVX-512" : "AVX2";
  j["heads"] = 4;
  j["trees"] = 100;
  for (const std::size_t items : {10'000, 100'000, 1'000'000}) j["catalogues"].push_back(measure(items));
  return j.dump(2) + "\n";
}

}  // namespace feedloop
