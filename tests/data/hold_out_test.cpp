#include "data/hold_out.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// 200 users on 50 items: each trained on items 0..4 and holding out item 5 + u % 5; of the rest nothing was chosen.
struct Case {
  Choices all, train, held_out;
  Case() : all(200), train(200), held_out(200) {
    for (std::uint32_t u = 0; u < 200; ++u) {
      train[u] = {0, 1, 2, 3, 4};
      held_out[u] = {5 + u % 5};
      all[u] = {0, 1, 2, 3, 4, 5 + u % 5};
    }
  }
};

}  // namespace

TEST_CASE("a perfect score wins every comparison, its opposite none and a constant half") {
  const Case c;
  const Contest contest(c.all, c.train, c.held_out, 50, Seed{1});
  CHECK(contest.events() == 200);
  CHECK(contest.users() == 200);
  const auto perfect = [&](std::size_t u, std::uint32_t i) { return i == c.held_out[u][0] ? 1.0 : 0.0; };
  CHECK(contest.auc(Against::Even, perfect).value == 1);
  CHECK(contest.auc(Against::Even, [&](std::size_t u, std::uint32_t i) { return -perfect(u, i); }).value == 0);
  CHECK(contest.auc(Against::Even, [](std::size_t, std::uint32_t) { return 3.0; }).value == 0.5);
}

TEST_CASE("a user who chose everything ties") {
  const Choices train{{0, 1}}, held_out{{2}}, all{{0, 1, 2}};
  const Contest contest(all, train, held_out, 3, Seed{1});
  CHECK(contest.auc(Against::Even, [](std::size_t, std::uint32_t i) { return static_cast<double>(i); }).value == 0.5);
}

// 2,000 users each hold out one of 40 items, drawn with weights e^(2 p.v): 5 comparisons each give a standard error of about
// 0.05; the band is five of them.
TEST_CASE("a planted strength is recovered") {
  std::vector<Latent> users, items;
  for (std::uint32_t i = 0; i < 40; ++i) {
    Rng rng = stream(Seed{8}, Stream::Test, entity_key(i));
    Latent v;
    for (float& x : v) x = static_cast<float>(normal(rng));
    normalise(v);
    items.push_back(v);
  }
  Choices all, train, held_out;
  for (std::uint32_t u = 0; u < 2000; ++u) {
    Rng rng = stream(Seed{8}, Stream::Test, entity_key(u, 1));
    Latent p;
    for (float& x : p) x = static_cast<float>(normal(rng));
    normalise(p);
    users.push_back(p);
    std::vector<double> weight;
    for (const Latent& v : items) weight.push_back(std::exp(2.0 * dot(p, v)));
    held_out.push_back({static_cast<std::uint32_t>(categorical(rng, weight))});
    train.push_back({(held_out.back()[0] + 1 + u % 39) % 40});  // evens popularity out
    all.push_back({held_out.back()[0], train.back()[0]});
    std::sort(all.back().begin(), all.back().end());
  }
  const auto [strength, se] = Contest(all, train, held_out, 40, Seed{2}).strength(users, items);
  INFO(strength << " +- " << se);
  CHECK(se < 0.15);
  CHECK(std::fabs(strength - 2) < 5 * se + 0.1);
}
