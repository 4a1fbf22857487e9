#include "sim/choice.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "base/random.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Case {
  UserTraits user;
  UserState state;
  ItemTruth item;
  double residual = 0;
  SimTime now;
  AffinityScale scale;
};

Case random_case(std::uint64_t n) {
  Rng rng = stream({3}, Stream::Test, entity_key(n));
  Case c;
  c.user.device = static_cast<std::uint8_t>(uniform_below(rng, 3));
  c.user.susceptibility = lognormal(rng, 1, 0.3);
  for (auto& x : c.state.taste) x = static_cast<float>(normal(rng));
  for (auto& x : c.item.v) x = static_cast<float>(normal(rng));
  normalise(c.state.taste);
  normalise(c.item.v);
  c.state.trust = rng.uniform() - 0.5;
  c.item.category = static_cast<int>(uniform_below(rng, kMaxCategories));
  for (auto& f : c.state.fatigue) f = static_cast<float>(5 * rng.uniform());
  c.state.aversion.resize(kMaxCategories);
  for (auto& a : c.state.aversion) a = static_cast<float>(2 * rng.uniform());
  c.item.quality = static_cast<float>(normal(rng));
  c.item.clickbait = static_cast<float>(normal(rng));
  c.item.appeal = static_cast<float>(normal(rng));
  c.item.uploaded = SimTime{0} + from_seconds(86400 * (10 * rng.uniform() - 5));
  c.now = c.item.uploaded + from_seconds(86400 * 20 * rng.uniform());
  c.residual = normal(rng);
  c.scale = {0.1 * normal(rng), 0.2 + rng.uniform()};
  return c;
}

Pull pull_of(const Case& c, const ChoiceParams& p = {}, const ItemParams& items = {}) {
  return pull(c.user, c.state, c.item, {.now = c.now, .residual = c.residual}, c.scale, p, items);
}

// The choice model of docs/WORLD.md, one term a line, with this project's defaults written as numbers.
Pull obvious(const Case& c) {
  long double inner = 0;
  for (std::size_t k = 0; k < 16; ++k)
    inner += static_cast<long double>(c.state.taste[k]) * static_cast<long double>(c.item.v[k]);
  const double s = (static_cast<double>(inner) - c.scale.mean) / c.scale.sd;
  const double q = static_cast<double>(c.item.quality), b = static_cast<double>(c.item.clickbait);
  double a = -1.78;
  a += 0.75 * s;
  a += 0.25 * q;
  a += 0.72 * c.user.susceptibility * b;
  a += 0.5 * c.state.trust;
  a -= 0.35 * std::log(1 + static_cast<double>(c.state.fatigue[static_cast<std::size_t>(c.item.category)]));
  a -= static_cast<double>(c.state.aversion[static_cast<std::size_t>(c.item.category)]);
  a += c.user.device == 0 ? -0.2 : c.user.device == 2 ? 0.2 : 0.0;
  a += static_cast<double>(c.item.appeal);
  a += 0.3 * std::exp(-(c.now - c.item.uploaded).days() / 14);
  return {a, 0.8 * s + 0.6 * q - 0.8 * b + 0.6 * c.residual};
}

}  // namespace

TEST_CASE("appeal and relevance are the sums of the world page") {
  for (std::uint64_t n = 0; n < 500; ++n) {
    const Case c = random_case(n);
    const Pull got = pull_of(c), want = obvious(c);
    // The dot product is summed in float: 16 products of size below 1, divided by sd >= 0.2.
    CHECK(std::fabs(got.appeal - want.appeal) < 2e-5);
    CHECK(std::fabs(got.relevance - want.relevance) < 2e-5);
  }
}

TEST_CASE("clickbait attracts and disappoints") {
  Case c = random_case(1);
  c.item.clickbait = 0;
  const Pull plain = pull_of(c);
  c.item.clickbait = 1;
  const Pull bait = pull_of(c);
  CHECK(bait.appeal > plain.appeal);
  CHECK(bait.relevance < plain.relevance);
}

TEST_CASE("only the item's own category tires") {
  Case c = random_case(2);
  const Pull before = pull_of(c);
  Case other = c;
  const auto own = static_cast<std::size_t>(c.item.category);
  other.state.fatigue[(own + 1) % kMaxCategories] += 100;
  other.state.aversion.resize(kMaxCategories);
  other.state.aversion[(own + 1) % kMaxCategories] += 100;
  CHECK(pull_of(other).appeal == before.appeal);
  c.state.fatigue[own] += 1;
  CHECK(pull_of(c).appeal < before.appeal);
  CHECK(pull_of(c).relevance == before.relevance);
}

TEST_CASE("what is new appeals more and an item cannot be younger than new") {
  Case c = random_case(3);
  c.now = c.item.uploaded;
  const double fresh = pull_of(c).appeal;
  c.now = c.item.uploaded + kDay * 14;
  const double later = pull_of(c).appeal;
  CHECK(fresh - later == Approx(0.3 * (1 - std::exp(-1.0))).epsilon(1e-6));
  c.now = c.item.uploaded - kDay;
  CHECK(pull_of(c).appeal == fresh);
}

TEST_CASE("the pair's residual moves relevance and not appeal") {
  Case c = random_case(4);
  const Pull before = pull_of(c);
  c.residual += 1;
  CHECK(pull_of(c).appeal == before.appeal);
  CHECK(pull_of(c).relevance - before.relevance == Approx(0.6).epsilon(1e-9));
}
