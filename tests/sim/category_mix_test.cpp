#include "sim/category_mix.hpp"

#include <cmath>

#include "sim/world.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

PopulationParams params(double concentration, std::string shares = "") {
  PopulationParams p;
  p.mix_concentration = concentration;
  p.mix_shares = std::move(shares);
  return p;
}

}  // namespace

TEST_CASE("without a concentration nobody has a mix of their own") {
  const CategoryMixes none(params(0), {5, 3}, Seed{1}, 10);
  for (std::uint64_t u = 0; u < 10; ++u) CHECK(none.lift(UserId{u}, 1) == 0);
  CHECK(none.centre().empty());
  CHECK(CategoryMixes().lift(UserId{3}, 4) == 0);
}

// Over 20,000 users a share M_c has the Dirichlet law's mean and variance M_c (1 - M_c) / (K + 1); 4.5 standard errors of the
// mean are a sd / 31, and of the variance, whose kurtosis is below 6, a seventh part in ten.
TEST_CASE("mixes are Dirichlet about the given shares, or else about the catalogue's") {
  const std::vector<double> catalogue{500, 300, 200};
  for (const auto& [shares, mean] : {std::pair{std::string("6, 3, 1"), std::vector<double>{0.6, 0.3, 0.1}},
                                     {std::string(), std::vector<double>{0.5, 0.3, 0.2}}}) {
    const double k = 8;
    const CategoryMixes mixes(params(k, shares), catalogue, Seed{2}, 20'000);
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(mixes.centre()[c] == Approx(mean[c]));
      double sum = 0, squares = 0;
      for (std::uint64_t u = 0; u < 20'000; ++u) {
        const double m = mean[c] * std::exp(mixes.lift(UserId{u}, static_cast<int>(c)));
        sum += m;
        squares += m * m;
      }
      const double got = sum / 20'000, variance = squares / 20'000 - got * got, law = mean[c] * (1 - mean[c]) / (k + 1);
      CHECK(std::fabs(got - mean[c]) < std::sqrt(law) / 31);
      CHECK(variance == Approx(law).epsilon(0.07));
    }
  }
}

TEST_CASE("a mix is the user's own: the same whoever else is there, and never less than a 400th of the mean") {
  const std::vector<double> catalogue{9, 1, 0};
  const CategoryMixes few(params(0.05), catalogue, Seed{3}, 10), many(params(0.05), catalogue, Seed{3}, 5'000);
  bool floor = false;
  for (std::uint64_t u = 0; u < 10; ++u)
    for (int c = 0; c < 3; ++c) CHECK(few.lift(UserId{u}, c) == many.lift(UserId{u}, c));
  for (std::uint64_t u = 0; u < 5'000; ++u)
    for (int c = 0; c < 3; ++c) {
      REQUIRE(many.lift(UserId{u}, c) >= -6);
      floor |= many.lift(UserId{u}, c) == -6;
    }
  CHECK(floor);
}

TEST_CASE("shares of categories that do not read are refused") {
  CHECK(read_category_shares("2,1, 1", 3) == std::vector<double>{0.5, 0.25, 0.25});
  CHECK_THROWS_WITH(read_category_shares("1,1", 3), Contains("has 2 numbers; allowed is one for each of the 3 categories"));
  CHECK_THROWS_WITH(read_category_shares("1,-1", 2), Contains("\"-1\" is not a share; allowed are numbers in (0, 1e9]"));
  CHECK_THROWS_WITH(read_category_shares("1,0", 2), Contains("\"0\" is not a share"));
  CHECK_THROWS_WITH(read_category_shares("1,,2", 3), Contains("\"\" is not a share"));
  CHECK_THROWS_WITH(read_category_shares("nan,1", 2), Contains("\"nan\" is not a share"));
  CHECK_THROWS_WITH(read_category_shares("1e9,1", 2), Contains("has a share of 1e-09; allowed are shares of 1e-06"));
}

// Appeal and relevance gain the same logits, whatever else moves them.
TEST_CASE("a world's users like an item by so many logits more as their mix says of its category") {
  WorldParams with, without;
  with.population.users = without.population.users = 50;
  with.items.count = without.items.count = 60;
  with.population.mix_concentration = 3;
  const World a(with, Seed{4}, SimTime{0} + kDay), b(without, Seed{4}, SimTime{0} + kDay);
  double moved = 0;
  for (std::uint64_t u = 0; u < 50; ++u) {
    const UserState state = b.initial_state(UserId{u});
    for (std::uint64_t i = 0; i < 60; ++i) {
      const double lift = a.mixes().lift(UserId{u}, a.truth(ItemId{i}).category);
      CHECK(a.relevance(state, UserId{u}, ItemId{i}, SimTime{0}) ==
            Approx(b.relevance(state, UserId{u}, ItemId{i}, SimTime{0}) + lift).margin(1e-9));
      const auto odds = [&](const World& w) {
        const double p = w.click_probability(state, UserId{u}, ItemId{i}, SimTime{0});
        return std::log(p / (1 - p));
      };
      CHECK(odds(a) == Approx(odds(b) + lift).margin(1e-6));
      moved += std::fabs(lift);
    }
  }
  CHECK(moved > 100);
}
