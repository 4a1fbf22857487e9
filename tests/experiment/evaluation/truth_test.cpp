#include "experiment/evaluation/truth.hpp"

#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

std::vector<ItemId> items(std::initializer_list<std::uint64_t> ids) {
  std::vector<ItemId> v;
  for (const std::uint64_t id : ids) v.emplace_back(id);
  return v;
}

const Lived& lived() {
  static const Lived made(SmallScenario{.users = 80, .items = 400, .warmup_days = 1, .days = 2}.make());
  return made;
}

}  // namespace

TEST_CASE("recall counts each relevant item once") {
  const auto relevant = items({2, 3, 5, 7});
  CHECK(recall(relevant, {}) == 0);
  CHECK(recall(relevant, items({5, 5, 5, 1})) == 0.25);
  CHECK(recall(relevant, items({7, 1, 2})) == 0.5);
  CHECK(recall(relevant, items({7, 5, 3, 2, 9, 2})) == 1);
  CHECK(recall({}, items({1})) == 0);
}

TEST_CASE("the best items are the largest values, ties by id, without those that may not be shown") {
  const std::vector<float> values{0.5f, -1, 2, 0.5f, 0, 2, -1};
  CHECK(best_items(values, 3) == items({2, 5, 0}));
  CHECK(best_items(values, 10) == items({2, 5, 0, 3, 4}));
  CHECK(best_items(values, 0).empty());
}

TEST_CASE("bins of clicks are named by their ends") {
  const std::vector<std::int64_t> edges{0, 1, 3, 50};
  CHECK(bin_name(edges, 0) == "0");
  CHECK(bin_name(edges, 1) == "1-2");
  CHECK(bin_name(edges, 2) == "3-49");
  CHECK(bin_name(edges, 3) == "50+");
}

TEST_CASE("a sample holds whom its bins say, none twice, and nobody who left") {
  const std::vector<std::int64_t> edges{0, 1, 20};
  const auto sample = sample_users(lived(), edges, 15);
  REQUIRE(sample.size() > 20);
  std::set<UserId> seen;
  std::vector<std::size_t> size(3);
  for (const Sampled& s : sample) {
    const std::int64_t clicks = lived().known(s.user).total_clicks;
    CHECK(clicks >= edges[s.bin]);
    if (s.bin < 2) CHECK(clicks < edges[s.bin + 1]);
    CHECK_FALSE(lived().simulation.users()[s.user.index()].churned);
    CHECK(seen.insert(s.user).second);
    ++size[s.bin];
  }
  for (const std::size_t n : size) CHECK(n <= 15);
}

TEST_CASE("what is relevant may be shown, is new to the user, and is worth more than the rest") {
  for (const Sampled& s : sample_users(lived(), std::vector<std::int64_t>{1}, 5)) {
    const Request request = lived().request(s.user);
    const Wishes wishes = wishes_of(lived(), request);
    REQUIRE(wishes.relevant.size() == kRelevant);
    REQUIRE(std::is_sorted(wishes.relevant.begin(), wishes.relevant.end()));
    float least = 2;
    for (const ItemId item : wishes.relevant) least = std::min(least, wishes.value[item.index()]);
    CHECK(least > 0);
    for (const ItemFacts& item : lived().catalog) {
      const float value = wishes.value[item.id.index()];
      CHECK(value <= 1);
      if (!std::binary_search(wishes.relevant.begin(), wishes.relevant.end(), item.id)) CHECK(value <= least);
    }
    for (const ItemId item : lived().known(s.user).consumed) CHECK(wishes.value[item.index()] < 0);
  }
}

TEST_CASE("a union recalls at least what each of its sources does") {
  for (const Sampled& s : sample_users(lived(), std::vector<std::int64_t>{0, 1}, 10)) {
    const Request request = lived().request(s.user);
    const Wishes wishes = wishes_of(lived(), request);
    std::vector<ItemId> together;
    double most = 0;
    for (const auto& source : lived().sources()) {
      const auto found = nominate(lived(), *source, request, 40);
      CHECK(found.size() <= 40);
      most = std::max(most, recall(wishes.relevant, found));
      together.insert(together.end(), found.begin(), found.end());
    }
    CHECK(recall(wishes.relevant, together) >= most);
    CHECK(recall(wishes.relevant, wishes.relevant) == 1);
  }
}

TEST_CASE("an interval over seeds is Student's") {
  CHECK(over_seeds(std::vector<double>{0.5}) == "0.500");
  CHECK(over_seeds(std::vector<double>{1, 2, 3}) == "2.000 ± 2.484");  // 4.303 / sqrt(3)
  CHECK(over_seeds({}) == "–");
}
