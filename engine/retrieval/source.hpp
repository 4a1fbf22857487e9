// A retrieval source nominates candidates. Sources are const while serving and learn between epochs.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/registry.hpp"
#include "base/state.hpp"
#include "base/top_k.hpp"
#include "engine/item_stats.hpp"
#include "engine/online_features.hpp"
#include "engine/training_log.hpp"

namespace feedloop {

struct RetrievalQuery {
  const Request& request;
  const OnlineFeatures& user;
  Catalog catalog;
};

// What a source may look at when it publishes, at the end of an epoch.
struct PublishInput {
  SimTime now;
  Catalog catalog;
  const ItemStats& stats;
  Seed seed;
};

class Source {
 public:
  virtual ~Source() = default;
  // Appends up to k items of the catalogue, best first, none twice. Thread rule: const, any number at once.
  virtual void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const = 0;
  // Between epochs, in canonical order. `observe` sees finished pages; `publish` runs after it every epoch and keeps its own
  // cadence; `train` runs nightly.
  virtual void observe(std::span<const Interaction>, Catalog) {}
  virtual void publish(const PublishInput&) {}
  virtual void train(const TrainingLog&, const PublishInput&) {}
  virtual void visit_state(State& s) = 0;
};

struct SourceEntry : RegistryEntry<Source> {  // parameters under engine.retrieval.<name>
  std::int64_t quota;                         // candidates asked for, unless engine.quota.<name> says otherwise
};

std::span<const SourceEntry> source_registry();  // at most 16: nominations are remembered as bits

}  // namespace feedloop
