#include "experiment/exposure_counts.hpp"

#include <cmath>

#include "experiment/panel.hpp"
#include "tests/experiment/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr int kReplicates = 32;

ExposureCounts counted(const std::vector<Interaction>& pages, int replicates = kReplicates) {
  ExposureCounts counts(std::make_shared<const Platform>(tiny_platform()), 2, replicates, Seed{5}, at_hours(24));
  for (const Interaction& page : pages) counts.add(page);
  return counts;
}

std::vector<Interaction> some_pages() {
  return {TinyPage{.user = 0, .time = at_hours(1), .items = {0, 1, 2}, .outcomes = {clicked(1), {}, clicked(1)}, .cell = 0},
          TinyPage{.user = 1, .time = at_hours(2), .items = {1, 2}, .outcomes = {clicked(1)}, .cell = 1},
          TinyPage{.user = 2, .time = at_hours(25), .items = {0, 3}, .cell = 0}};
}

}  // namespace

TEST_CASE("a replicate counts each user's impressions and clicks as often as it drew the user") {
  const ExposureCounts counts = counted(some_pages());
  REQUIRE(counts.replicates() == kReplicates);
  std::vector<std::uint32_t> first(kReplicates), third(kReplicates);
  counts.weigh(0, first);
  counts.weigh(2, third);
  for (int r = 0; r < kReplicates; ++r) {
    std::vector<std::int64_t> shown(8);
    GroupClicks clicks{};
    counts.add_replicate(0, r, shown, clicks);
    const std::int64_t a = first[static_cast<std::size_t>(r)], b = third[static_cast<std::size_t>(r)];
    CHECK(shown == std::vector<std::int64_t>{a + b, a, a, b, 0, 0, 0, 0});
    CHECK(clicks == GroupClicks{a, a});  // item 2 is of another creator, item 0 of the leading one
  }
  CHECK(counts.clicks(0) == GroupClicks{1, 1});
  CHECK(counts.clicks(1) == GroupClicks{0, 1});
}

TEST_CASE("impressions before the half are counted apart") {
  const ExposureCounts counts = counted(some_pages());
  const auto early = counts.early(0);
  CHECK(std::vector<std::int64_t>(early.begin(), early.end()) == std::vector<std::int64_t>{1, 1, 1, 0, 0, 0, 0, 0});
}

TEST_CASE("replicates are rounded up to whole groups and none may be asked for") {
  CHECK(counted({}, 1).replicates() == 16);
  CHECK(counted({}, 33).replicates() == 48);
  const ExposureCounts none = counted(some_pages(), 0);
  CHECK(none.replicates() == 0);
  CHECK(none.clicks(0) == GroupClicks{1, 1});
}

TEST_CASE("a user's weights are Poisson with mean 1 and their own") {
  const ExposureCounts counts = counted({}, 64);
  double sum = 0, squares = 0;
  constexpr int kUsers = 500;
  std::vector<std::uint32_t> a(64), b(64);
  for (std::uint32_t u = 0; u < kUsers; ++u) {
    counts.weigh(u, a);
    counts.weigh(u + 1, b);
    CHECK(a != b);
    for (const std::uint32_t w : a) sum += w, squares += (w - 1.0) * (w - 1.0);
  }
  // 32,000 draws of mean and variance 1 (fourth central moment 4): five standard errors, P < 1e-6 each.
  CHECK(std::abs(sum / (64 * kUsers) - 1) < 5 / std::sqrt(64.0 * kUsers));
  CHECK(std::abs(squares / (64 * kUsers) - 1) < 5 * std::sqrt(3 / (64.0 * kUsers)));
}

TEST_CASE("a loaded table of counts goes on") {
  const auto pages = some_pages();
  ExposureCounts whole = counted(pages), part = counted({pages[0], pages[1]}), loaded = counted({});
  load_state(loaded, save_state(part));
  loaded.add(pages[2]);
  CHECK(save_state(whole) == save_state(loaded));
}

TEST_CASE("the panel is everybody when it is large enough and keeps each item once") {
  Panel panel(4, 4);
  CHECK(panel.members().size() == 4);
  for (const Interaction& page : some_pages()) panel.add(page);
  panel.add(TinyPage{.user = 2, .time = at_hours(26), .items = {3, 1, 0}});
  for (std::size_t k = 0; k < 4; ++k)
    if (panel.members()[k] == 2) {
      const auto items = panel.items(k);
      CHECK(std::vector<std::int64_t>(items.begin(), items.end()) == std::vector<std::int64_t>{0, 1, 3});
    }
  CHECK(Panel(100, 0).members().empty());
}

TEST_CASE("the panel has about as many users as asked for") {
  // Binomial with mean 1,000 of 10,000: within five standard deviations, P < 1e-6.
  const auto n = static_cast<double>(Panel(10'000, 1000).members().size());
  CHECK(std::abs(n - 1000) < 5 * std::sqrt(900.0));
}
