#include "base/interaction.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Interaction at(std::int64_t us, std::uint64_t household, std::uint64_t user, std::uint32_t page) {
  Interaction x;
  x.request.time = SimTime{us};
  x.request.household = HouseholdId{household};
  x.request.user = UserId{user};
  x.request.id = RequestId::make(UserId{user}, 0, 0, page);
  return x;
}

}  // namespace

TEST_CASE("canonical order is by time then household then user then request") {
  const std::vector<Interaction> ordered{at(1, 9, 9, 9), at(2, 1, 8, 0), at(2, 2, 1, 0), at(2, 2, 3, 0), at(2, 2, 3, 1)};
  for (std::size_t i = 0; i < ordered.size(); ++i)
    for (std::size_t j = 0; j < ordered.size(); ++j) CHECK(canonical_before(ordered[i], ordered[j]) == (i < j));
}
