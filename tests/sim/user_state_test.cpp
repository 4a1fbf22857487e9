#include "sim/user_state.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "base/random.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Latent random_direction(Rng& rng) {
  Latent v;
  for (float& x : v) x = static_cast<float>(normal(rng));
  normalise(v);
  return v;
}

UserState fresh_state(Rng& rng) {
  UserState u;
  u.taste = u.anchor = random_direction(rng);
  return u;
}

}  // namespace

TEST_CASE("category fatigue decays with an 18 hour time constant and aversion with a 30 day half-life") {
  UserState u;
  u.fatigue[3] = 2;
  u.aversion.assign(kMaxCategories, 0);
  u.aversion[3] = 1;
  pass_time(u, SimTime{0} + kHour * 36, {});
  CHECK(static_cast<double>(u.fatigue[3]) == Approx(2 * std::exp(-2.0)).epsilon(1e-6));
  CHECK(static_cast<double>(u.aversion[3]) == Approx(std::exp2(-1.5 / 30)).epsilon(1e-6));
  pass_time(u, SimTime{0} + kDay * 30, {});
  CHECK(static_cast<double>(u.aversion[3]) == Approx(0.5).epsilon(1e-5));
}

TEST_CASE("decay in many steps is decay in one") {
  UserState once, often;
  once.fatigue.fill(1);
  often.fatigue.fill(1);
  once.aversion.assign(kMaxCategories, 1);
  often.aversion.assign(kMaxCategories, 1);
  pass_time(once, SimTime{0} + kHour * 10, {});
  for (int h = 1; h <= 10; ++h) pass_time(often, SimTime{0} + kHour * h, {});
  for (std::size_t c = 0; c < kMaxCategories; ++c) {
    CHECK(once.fatigue[c] == Approx(often.fatigue[c]).epsilon(1e-5));
    CHECK(once.aversion[c] == Approx(often.aversion[c]).epsilon(1e-5));
  }
}

TEST_CASE("no time passing decays nothing") {
  UserState u;
  u.as_of = SimTime{0} + kHour;
  u.fatigue[0] = 1;
  pass_time(u, SimTime{0} + kHour, {});
  CHECK(u.fatigue[0] == 1);
  pass_time(u, SimTime{0}, {});
  CHECK(u.fatigue[0] == 1);
  CHECK(u.as_of == SimTime{0} + kHour);
}

TEST_CASE("consuming moves satisfaction and trust and fatigue by their equations") {
  Rng rng = stream({4}, Stream::Test, entity_key(0));
  UserState u = fresh_state(rng);
  u.satisfaction = 0.15;
  u.trust = -0.2;
  const double felt = std::tanh(0.5 * 1.3);
  consume(u, random_direction(rng), 5, 1.3, false, {});
  CHECK(u.satisfaction == Approx(0.92 * 0.15 + 0.08 * felt));
  CHECK(u.trust == Approx(0.98 * -0.2 + 0.02 * felt));
  for (std::size_t c = 0; c < kMaxCategories; ++c) {
    CHECK(u.fatigue[c] == (c == 5 ? 1.0f : 0.0f));
    CHECK(u.aversion_to(static_cast<int>(c)) == 0);
  }
  consume(u, random_direction(rng), 5, -1, true, {});
  CHECK(u.fatigue[5] == 2);
  CHECK(u.aversion[5] == 1);
}

TEST_CASE("satisfaction and trust stay between -1 and 1 whatever is consumed") {
  Rng rng = stream({4}, Stream::Test, entity_key(1));
  for (const double rate : {0.01, 0.08, 1.0}) {
    DynamicsParams p;
    p.satisfaction_rate = p.trust_rate = rate;
    UserState u = fresh_state(rng);
    for (int i = 0; i < 5000; ++i) {
      consume(u, random_direction(rng), 0, 20 * normal(rng), false, p);
      REQUIRE(std::fabs(u.satisfaction) <= 1);
      REQUIRE(std::fabs(u.trust) <= 1);
    }
  }
}

TEST_CASE("taste keeps unit length and drifts towards what satisfied") {
  Rng rng = stream({4}, Stream::Test, entity_key(2));
  UserState u = fresh_state(rng);
  const Latent anchor = u.taste, item = random_direction(rng);
  double near = static_cast<double>(dot(u.taste, item));
  for (int i = 0; i < 300; ++i) {
    consume(u, item, 0, 1.5, false, {});
    REQUIRE(static_cast<double>(dot(u.taste, u.taste)) == Approx(1).epsilon(1e-5));
    const double now = static_cast<double>(dot(u.taste, item));
    REQUIRE(now >= near - 1e-6);
    near = now;
  }
  CHECK(near > static_cast<double>(dot(anchor, item)) + 0.1);
  CHECK(near < 0.999);  // the anchor pulls back
}

TEST_CASE("one step of drift is the equation of the world page") {
  Rng rng = stream({4}, Stream::Test, entity_key(3));
  UserState u = fresh_state(rng);
  const Latent before = u.taste, anchor = random_direction(rng), item = random_direction(rng);
  u.anchor = anchor;
  consume(u, item, 0, 0.7, false, {});
  std::array<double, kLatentDims> want{};
  double norm = 0;
  for (std::size_t k = 0; k < kLatentDims; ++k) {
    const double p = static_cast<double>(before[k]);
    want[k] = p + 0.010 * std::tanh(0.35) * (static_cast<double>(item[k]) - p) + 0.002 * (static_cast<double>(anchor[k]) - p);
    norm += want[k] * want[k];
  }
  for (std::size_t k = 0; k < kLatentDims; ++k)
    CHECK(std::fabs(static_cast<double>(u.taste[k]) - want[k] / std::sqrt(norm)) < 1e-6);
}

TEST_CASE("what disappointed does not move taste") {
  Rng rng = stream({4}, Stream::Test, entity_key(4));
  UserState u = fresh_state(rng);
  const Latent before = u.taste;
  consume(u, random_direction(rng), 0, -0.5, true, {});
  CHECK(u.taste == before);
}

TEST_CASE("a user's saved state loads to the same bytes") {
  Rng rng = stream({4}, Stream::Test, entity_key(5));
  UserState u = fresh_state(rng);
  for (int i = 0; i < 20; ++i) consume(u, random_direction(rng), i % 7, normal(rng), i % 3 == 0, {});
  u.churned = true;
  u.scanned_day = 12;
  u.next_time = SimTime{123};
  u.day = 13;
  u.candidate = 4;
  u.page = 2;
  u.visits = 9;
  u.budget_left_min = 3.5;
  const std::string bytes = save_state(u);
  UserState copy;
  load_state(copy, bytes);
  CHECK(save_state(copy) == bytes);
  CHECK(copy.taste == u.taste);
  CHECK(copy.satisfaction == u.satisfaction);
  CHECK(copy.next_time == u.next_time);
  CHECK(copy.page == 2);
  CHECK_THROWS_AS(load_state(copy, bytes.substr(0, bytes.size() - 1)), Error);
  CHECK_THROWS_AS(load_state(copy, bytes + "x"), Error);
}

TEST_CASE("satisfaction and trust fade where they have a half-life") {
  UserState u;
  u.satisfaction = u.trust = 0.8;
  pass_time(u, SimTime{0} + kDay * 14, {});
  CHECK(u.satisfaction == 0.8);
  CHECK(u.trust == 0.8);
  DynamicsParams p;
  p.satisfaction_half_life_days = 14;
  p.trust_half_life_days = 60;
  pass_time(u, SimTime{0} + kDay * 28, p);
  CHECK(u.satisfaction == Approx(0.4));
  CHECK(u.trust == Approx(0.8 * std::exp2(-14.0 / 60)));
}
