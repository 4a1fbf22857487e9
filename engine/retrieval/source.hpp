// A retrieval source nominates candidates. Sources are const while serving and learn between epochs.
#pragma once

#include <array>
#include <memory>
#include <optional>
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
#include "engine/cohort.hpp"
#include "engine/item_stats.hpp"
#include "engine/online_features.hpp"
#include "engine/training_log.hpp"

namespace feedloop {

struct RetrievalQuery {
  const Request& request;
  const OnlineFeatures& user;
  Catalog catalog;
  std::span<const float> vector = {};  // what the source's own embed_user gave; empty: it has none or the user is unknown
  std::uint32_t cell = 0;              // which combination of variants serves, as Interaction::cell
  std::span<const float> input = {};   // what its user_input gave; empty when it has none
  Cohort cohort = Cohort::Cool;        // of the user
};

// Inner products that sources lend to the features, one a kind.
enum class Affinity : std::uint8_t { Factorisation, Towers };
constexpr std::size_t kAffinities = 2;
using Affinities = std::array<float, kAffinities>;  // 0 when the user or the item is unknown

// What a source may look at when it publishes, at the end of an epoch.
struct PublishInput {
  SimTime now;
  Catalog catalog;
  const ItemStats& stats;
  Seed seed;
};

// What a source goes by, which decides how it serves users who are hardly known.
enum class Signal : std::uint8_t { Everyone, Content, Plays };

class Source {
 public:
  virtual ~Source() = default;
  // Appends up to k items of the catalogue, best first, none twice. Thread rule: const, any number at once.
  virtual void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const = 0;
  // The watched item that nominated `item` for this user ("because you watched ..."), when it was one.
  virtual std::optional<ItemId> seed(const RetrievalQuery&, ItemId) const { return std::nullopt; }

  // Sources that embed users and items in one space. Only these have dims() > 0.
  virtual std::size_t dims() const { return 0; }
  virtual std::optional<Affinity> affinity() const { return std::nullopt; }
  // What it embeds the user from, if it learns from that: logged with the page (Interaction::user_input), for one source.
  virtual std::size_t input_width() const { return 0; }
  virtual void user_input(const RetrievalQuery&, float*) const {}
  // Writes dims() floats at request time; false when the user is unknown.
  virtual bool embed_user(const RetrievalQuery&, float*) const { return false; }
  virtual const float* item_vector(ItemId) const { return nullptr; }  // nullptr: not embedded
  virtual void corrupt_index(Rng) {}                                  // a fault to rehearse: see VectorIndex::permute
  // Between epochs, in canonical order. `observe` sees finished pages; `publish` runs after it every epoch and keeps its own
  // cadence; `train` runs nightly.
  virtual void observe(std::span<const Interaction>, Catalog) {}
  virtual void publish(const PublishInput&) {}
  virtual void train(const TrainingLog&, const PublishInput&) {}
  virtual bool reads_log() const { return false; }  // in train()
  virtual void visit_state(State& s) = 0;
};

struct SourceEntry : RegistryEntry<Source> {  // parameters under engine.retrieval.<name>
  Signal signal;
  std::int64_t quota;  // candidates asked for, unless engine.quota.<name> says otherwise
};

// Fills `input` and `vector` with what the source embeds this user from and the vector that gives, and lets the query refer to
// them. An input is left as it was when the source reads none; the vector is empty when it has none or the user is unknown.
void embed(const Source& source, RetrievalQuery& query, std::vector<float>& input, std::vector<float>& vector);

// Inner product of a user's vector with the item's; 0 when either is unknown.
float inner_product(const Source& source, std::span<const float> user, ItemId item);

std::span<const SourceEntry> source_registry();   // at most 16: nominations are remembered as bits
std::size_t source_index(std::string_view name);  // its place there. Requires: the name of a source

}  // namespace feedloop
