#include "engine/params.hpp"

#include <fmt/format.h>

#include "engine/pipeline.hpp"
#include "engine/ranking/scorer.hpp"
#include "engine/retrieval/source.hpp"

namespace feedloop {
namespace {

struct Retrieval {
  void describe(Describe& d) {
    for (const auto& entry : source_registry()) entry.describe(d);
  }
};
struct RankingGroup {
  void describe(Describe& d) {
    RankingParams chosen;
    chosen.describe(d);
    for (const auto& entry : scorer_registry()) entry.describe(d);
  }
};

struct FeaturesGroup {
  void describe(Describe& d) {
    WindowParams window;
    window.describe(d);
    CacheParams cache;
    cache.describe(d);
    SkewParams skew;
    d.group("skew", skew);
  }
};

}  // namespace

QuotaParams::QuotaParams() {
  for (const auto& entry : source_registry()) by_source.push_back(entry.quota);
}

void QuotaParams::describe(Describe& d) {
  std::size_t i = 0;
  for (const auto& entry : source_registry())
    d.integer(entry.name, by_source[i++], {0, 50'000}, "items", fmt::format("Candidates from `{}`: {}", entry.name, entry.doc));
}

void ValueParams::describe(Describe& d) {
  for (std::size_t h = 0; h < kHeads; ++h)
    d.number(kHeadNames[h], weight[h], {-100, 100}, "",
             fmt::format("Weight of the {} head in the ranking objective.", kHeadNames[h]));
}

void ServingParams::describe(Describe& d) {
  d.group("slate", slate);
  d.group("quota", quota);
  d.group("value", value);
  d.group("rerank", rerank);
  d.group("budget", budget);
  d.group("cold", cold);
  d.text("isolation", isolation, {"shared", "data", "user_corpus"},
         "What variants share during the experiment: models and data; nothing but the catalogue; or, with users and items both "
         "split, nothing.");
}

void describe_engine(Describe& d) {
  ServingParams serving;
  serving.describe(d);
  Retrieval retrieval;
  d.group("retrieval", retrieval);
  RankingGroup ranking;
  d.group("ranking", ranking);
  TrainingParams training;
  d.group("training", training);
  ItemStatsParams stats;
  d.group("item_stats", stats);
  FeaturesGroup features;
  d.group("features", features);
  ReleaseParams release;
  d.group("release", release);
}

}  // namespace feedloop
