#include "base/top_k.hpp"

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("equal scores are ordered by id and the cut respects it") {
  std::vector<Scored> v;
  for (const std::uint32_t id : {9u, 4u, 7u, 1u, 3u}) v.push_back({ItemId{id}, 0.5f});
  v.push_back({ItemId{100}, 0.9f});
  keep_top_k(v, 3);
  REQUIRE(v.size() == 3);
  CHECK(v[0].item == ItemId{100});
  CHECK(v[1].item == ItemId{1});
  CHECK(v[2].item == ItemId{3});
}

TEST_CASE("the kept items equal the head of a full sort whatever the order of the input") {
  Rng rng = stream({71}, Stream::Test, {});
  std::vector<std::uint32_t> ids(500);
  for (std::uint32_t i = 0; i < 500; ++i) ids[i] = i;
  std::vector<Scored> sorted;
  for (const std::uint32_t id : ids) sorted.push_back({ItemId{id}, static_cast<float>(id % 23)});
  std::sort(sorted.begin(), sorted.end(), ranks_before);
  for (const std::size_t k :
       {std::size_t{0}, std::size_t{1}, std::size_t{40}, std::size_t{499}, std::size_t{500}, std::size_t{900}}) {
    shuffle(rng, ids);
    std::vector<Scored> v;
    for (const std::uint32_t id : ids) v.push_back({ItemId{id}, static_cast<float>(id % 23)});
    keep_top_k(v, k);
    CAPTURE(k);
    REQUIRE(v.size() == std::min<std::size_t>(k, 500));
    for (std::size_t i = 0; i < v.size(); ++i) CHECK(v[i].item == sorted[i].item);
  }
}
