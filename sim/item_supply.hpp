// All items that will ever exist, in order of upload, each a pure function of the seed, its id and the parameters (the
// catalogue's size sets how many creators there are); never of the horizon or of other items (docs/WORLD.md).
#pragma once

#include <optional>
#include <vector>

#include "base/catalog.hpp"
#include "base/huge_pages.hpp"
#include "base/random.hpp"
#include "sim/params.hpp"
#include "sim/sample_table.hpp"

namespace feedloop {

// What only the world knows of an item.
struct ItemTruth {
  Latent v{};           // what it is about; unit length
  float quality = 0;    // standard normal
  float clickbait = 0;  // standard normal
  float duration_min = 0;
  float appeal = 0;  // logit on top of the model's terms; 0 unless a table measured it
  int category = 0;
  SimTime uploaded;
  std::uint32_t first_shock = 0, shocks = 0;  // of ItemSupply::shocks, in order of time
};

// From here on, for ItemParams::viral_hours, an item appeals more.
struct ViralShock {
  SimTime begin;
  double appeal = 0;
};

struct ItemSupply {
  std::vector<Latent> centres;   // mu_c, one a category
  std::vector<ItemTruth> truth;  // by id
  HugeVector<ItemFacts> facts;   // by id
  std::vector<ViralShock> shocks;
  std::size_t initial = 0;    // items uploaded before time 0
  std::optional<ItemId> hit;  // the item of ItemParams::hit_day: drawn among those of the start that all may see
  SimTime hit_at;             // when it goes viral

  // What shocks add to the item's appeal now, in logits.
  double shock(const ItemTruth& item, SimTime now, Duration lasts) const;
};

// Nobody is kept from it by a rule of the platform, and nobody pays for it.
bool for_everybody(const ItemFacts& item);
// One such item of the start; absent where ten thousand draws found none.
std::optional<ItemId> draw_for_everybody(const ItemSupply& supply, Rng rng);

// Items uploaded before `horizon`. With rows, the initial catalogue takes them in order and arrivals sample them.
ItemSupply make_items(const ItemParams& params, Seed seed, SimTime horizon, const std::vector<ItemRow>& rows);

}  // namespace feedloop
