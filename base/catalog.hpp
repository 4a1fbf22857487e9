// What a platform knows of an item on the day it is uploaded. The world makes these facts; the engine reads them.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace feedloop {

constexpr int kContentDims = 16;

struct ItemFacts {
  ItemId id;
  CategoryId category;
  CreatorId creator;
  float duration_s = 0;
  SimTime uploaded;                           // before 0 for the catalogue that stands at the start
  std::array<float, kContentDims> content{};  // unit length: a noisy view of what the item is about
  std::uint32_t series = 0;                   // 1-based; 0 = stands alone
  std::uint32_t regions = ~0u;                // bit c: licensed in country c
  std::uint8_t min_age = 0;                   // age bucket from which it may be shown
  bool blocked = false;                       // by moderation: never shown
  bool sponsored = false;                     // somebody pays for its clicks
};

// The items that exist now. Ids are in order of upload, so the live catalogue is a prefix of all items ever, and an id is
// an index into it.
using Catalog = std::span<const ItemFacts>;

}  // namespace feedloop
