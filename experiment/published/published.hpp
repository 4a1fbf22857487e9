// Parameters of published studies that are built again in small worlds of their own (docs/PUBLISHED.md).
#pragma once

#include "experiment/published/degeneracy.hpp"
#include "experiment/published/homogenisation.hpp"
#include "experiment/published/marketplace.hpp"
#include "experiment/published/symbiosis.hpp"

namespace feedloop {

struct PublishedParams {
  SymbiosisParams symbiosis;
  HomogenisationParams homogenisation;
  MarketplaceParams marketplace;
  DegeneracyParams degeneracy;
  void describe(Describe& d) {
    d.group("symbiosis", symbiosis);
    d.group("homogenisation", homogenisation);
    d.group("marketplace", marketplace);
    d.group("degeneracy", degeneracy);
  }
};

}  // namespace feedloop
