// New items reach each shard with a lag of its own. When is one to be seen at whichever shard a request may be sent to?
#pragma once

#include <span>
#include <vector>

#include "base/random.hpp"
#include "engine/fleet/params.hpp"

namespace feedloop {

// Seconds from the item's upload until each shard has it: lognormal, keyed by shard and item.
std::vector<double> shard_lags(ItemId item, const FleetParams& params, Seed seed);

// Seconds from the upload until every shard has it, found by delivering to the shards one after the other as time goes on.
// Requires: at least one shard.
double visible_everywhere(std::span<const double> lags);

}  // namespace feedloop
