#include "experiment/claims/published_quantities.hpp"

#include <cmath>
#include <numeric>

#include "base/registry.hpp"
#include "experiment/claims/verify.hpp"
#include "experiment/published/published.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;

namespace {

std::string toml(const std::string& claims, const std::string& first = "item_cf") {
  return R"(name = "s"
warmup_days = 0
days = 1
world.population.users = 20
world.items.count = 50
[published.symbiosis]
users = 20
items = 60
arrivals = 3
clusters = 4
replications = 3
[published.homogenisation]
users = 20
items = 60
arrivals = 3
startup = 3
single_startup = 10
[published.degeneracy]
items = 12
slots = 2
steps = 40
[[variant]]
name = ")" +
         first + R"("
share = 0.5
[[variant]]
name = "random"
share = 0.5
)" + claims;
}

std::string claim(const std::string& id, const std::string& keys) {
  return "[[claim]]\nid = \"" + id + "\"\ntext = \"t\"\nsource = \"s\"\nband = [-1, 1]\nverdict = \"reproduced\"\n" + keys +
         "\n";
}

double mean(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }

}  // namespace

TEST_CASE("the quantities of published studies are what the studies report") {
  const std::string pair = "variant = \"item_cf\"\nagainst = \"random\"\n",
                    turned = "variant = \"random\"\nagainst = \"item_cf\"\n";
  const Scenario s = parse_scenario(toml(claim("a", "quantity = \"symbiosis_take_up\"\n" + pair) +
                                         claim("b", "quantity = \"symbiosis_estimate\"\nmetric = \"co_diverted\"\n" + pair) +
                                         claim("c", "quantity = \"symbiosis_estimate\"\nmetric = \"co_diverted\"\n" + turned) +
                                         claim("d", "quantity = \"symbiosis_bias\"\nmetric = \"naive\"\n" + pair) +
                                         claim("e", "quantity = \"symbiosis_excess\"\nmetric = \"clusters\"\n" + pair) +
                                         claim("f", "quantity = \"symbiosis_take_up\"\nvariant = \"random\"")),
                                    "s.toml");
  const auto results = verify(std::vector{s}, Tier::Quick);
  const auto params = s.settings.read<PublishedParams>("published").symbiosis;
  const SymbiosisReport report = run_symbiosis(params, Seed{s.seed()});
  const SymbiosisPair& of = report.pairs[1];  // item_cf, random
  const double truth = mean(report.reference[0]) - mean(report.reference[2]);
  const auto bias = [&](std::size_t d) { return mean(report.estimate(of, d)) - truth; };
  CHECK(results[0].measured.centre == Approx(truth));
  CHECK(results[1].measured.centre == Approx(mean(report.estimate(of, 2))));
  CHECK(results[2].measured.centre == -results[1].measured.centre);
  CHECK(results[3].measured.centre == Approx(bias(0)));
  CHECK(results[4].measured.centre == Approx(std::abs(bias(3)) - std::abs(bias(0))));
  CHECK(results[5].measured.centre == Approx(mean(report.reference[2])));
}

TEST_CASE("homogenisation is read by recommender and training") {
  const Scenario s =
      parse_scenario(toml(claim("a", "quantity = \"homogenisation_jaccard\"\nmetric = \"repeated\"") +
                              claim("b", "quantity = \"homogenisation_utility\"\nmetric = \"single\"\n") +
                              claim("c", "quantity = \"homogenisation_gini\"\nmetric = \"repeated_over_single\"\n") +
                              claim("d",
                                    "quantity = \"homogenisation_gini\"\nmetric = \"single\"\nvariant = "
                                    "\"content\"\nagainst = \"random\""),
                          "content"),
                     "s.toml");
  const auto results = verify(std::vector{s}, Tier::Quick);
  const auto report = run_homogenisation(s.settings.read<PublishedParams>("published").homogenisation, Seed{s.seed()});
  CHECK(results[0].measured.centre == report[0][0].jaccard_change);
  CHECK(results[1].measured.centre == report[0][1].utility_change);
  CHECK(results[2].measured.centre == report[0][0].gini_change - report[0][1].gini_change);
  CHECK(results[3].measured.centre == report[0][1].gini_change - report[4][1].gini_change);
}

TEST_CASE("the quantities of the marketplace are read by design") {
  const Scenario s = parse_scenario(toml(claim("a", "quantity = \"marketplace_inflation\"\nmetric = \"clusters\"") +
                                         claim("b", "quantity = \"marketplace_bias_cut\"\nmetric = \"clusters\"") +
                                         claim("c", "quantity = \"marketplace_sd_cost\"\nmetric = \"bernoulli\"")),
                                    "s.toml",
                                    {"published.marketplace.listings=80", "published.marketplace.guests=60",
                                     "published.marketplace.clusters=6", "published.marketplace.replications=5"});
  const auto results = verify(std::vector{s}, Tier::Quick);
  const auto report = run_marketplace(s.settings.read<PublishedParams>("published").marketplace, Seed{s.seed()});
  const double truth = mean(report.true_effect), own = mean(report.estimate[1]), naive = mean(report.estimate[0]);
  CHECK(results[0].measured.centre == Approx(own / truth - 1));
  CHECK(results[1].measured.centre == Approx(1 - std::abs(own - truth) / std::abs(naive - truth)));
  CHECK(results[2].measured.centre == 0);
}

TEST_CASE("degeneracy is read by recommender and growth of the pool") {
  const Scenario s = parse_scenario(
      toml(claim("a", "quantity = \"degeneracy\"\nmetric = \"fixed\"\nvariant = \"ucb\"\nagainst = \"random\"") +
               claim("b", "quantity = \"degeneracy\"\nmetric = \"t\"\nvariant = \"random\"\nagainst_metric = \"fixed\"") +
               claim("c", "quantity = \"degeneracy_growth\"\nmetric = \"t^0.5\"") +
               claim("d", "quantity = \"degeneracy_largest\"\nmetric = \"t^0.75\"") +
               claim("e", "quantity = \"degeneracy_early\"\nmetric = \"t\""),
           "ucb"),
      "s.toml");
  const auto results = verify(std::vector{s}, Tier::Quick);
  const auto report = run_degeneracy(s.settings.read<PublishedParams>("published").degeneracy, Seed{s.seed()});
  CHECK(results[0].measured.centre == report[2][0].distance.back() - report[4][0].distance.back());
  CHECK(results[1].measured.centre == report[4][3].distance.back() - report[4][0].distance.back());
  CHECK(results[2].measured.centre == report[2][1].growth);
  CHECK(results[3].measured.centre == report[2][2].largest);
  CHECK(results[4].measured.centre == report[2][3].distance[2]);
}

TEST_CASE("claims on published studies that cannot be are refused") {
  const auto error = [](const std::string& claims, const std::string& first = "item_cf") {
    return error_of([&] { verify(std::vector{parse_scenario(toml(claims, first), "s.toml")}, Tier::Quick); });
  };
  const std::string pair = "variant = \"item_cf\"\nagainst = \"random\"\n";
  using Catch::Matchers::Contains;
  CHECK_THAT(error(claim("a", "quantity = \"symbiosis_bias\"\nmetric = \"naiv\"\n" + pair)),
             Contains("`metric` = \"naiv\", did you mean \"naive\"?") && Contains("co_diverted"));
  CHECK_THAT(error(claim("a", "quantity = \"symbiosis_bias\"\nmetric = \"naive\"\nvariant = \"random\"")),
             Contains("one to stand `against`"));
  CHECK_THAT(error(claim("a", "quantity = \"symbiosis_bias\"\n" + pair)), Contains("needs a `metric`"));
  CHECK_THAT(error(claim("a", "quantity = \"symbiosis_take_up\"\nvariant = \"content\""), "content"),
             Contains("knows no recommender \"content\"") && Contains("item_cf, user_cf, random, oracle"));
  CHECK_THAT(error(claim("a", "quantity = \"homogenisation_gini\"\nmetric = \"single\"\nvariant = \"item_cf\"")),
             Contains("knows no recommender \"item_cf\"") && Contains("factorization"));
  CHECK_THAT(error(claim("a", "quantity = \"degeneracy\"\nmetric = \"fixed\"")),
             Contains("knows no recommender \"item_cf\"") && Contains("optimal_oracle"));
  CHECK_THAT(error(claim("a", "quantity = \"degeneracy\"\nmetric = \"fixed\"\nvariant = \"random\"\nagainst_metric = \"ctr\"")),
             Contains("`against_metric` = \"ctr\"") && Contains("t^0.75"));
  CHECK_THAT(error(claim("a", "quantity = \"metric\"\nmetric = \"naive\"")), Contains("`metric` = \"naive\""));
}
