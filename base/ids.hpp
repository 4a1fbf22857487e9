// Strong identifiers. Ids are dense from 0, so each doubles as an index; swapped arguments do not compile.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace feedloop {

template <class Tag>
struct Id {
  std::uint32_t value = 0;
  constexpr Id() = default;
  constexpr explicit Id(std::uint64_t v) : value(static_cast<std::uint32_t>(v)) {}
  constexpr std::size_t index() const { return value; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

using UserId = Id<struct UserTag>;
using HouseholdId = Id<struct HouseholdTag>;
using ItemId = Id<struct ItemTag>;
using CreatorId = Id<struct CreatorTag>;
using CategoryId = Id<struct CategoryTag>;

// Which page of which visit of which user: 32 bits of user, 12 of local day, 12 of candidate visit, 8 of page.
// The same number keys the page's random draws (base/random.hpp), so a request's luck is its identity.
struct RequestId {
  std::uint64_t value = 0;
  static constexpr RequestId make(UserId user, std::uint32_t day, std::uint32_t visit, std::uint32_t page) {
    return RequestId{(std::uint64_t{user.value} << 32) | (std::uint64_t{day & 0xFFFu} << 20) |
                     (std::uint64_t{visit & 0xFFFu} << 8) | (page & 0xFFu)};
  }
  friend constexpr auto operator<=>(RequestId, RequestId) = default;
};

}  // namespace feedloop

template <class Tag>
struct std::hash<feedloop::Id<Tag>> {
  std::size_t operator()(feedloop::Id<Tag> id) const noexcept { return id.value; }
};
