#include "experiment/claims/published_quantities.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "experiment/claims/once.hpp"
#include "experiment/published/published.hpp"
#include "stats/moments.hpp"

namespace feedloop {
namespace {

SymbiosisReport symbiosis_of(const Scenario& scenario) {
  return run_symbiosis(scenario.settings.read<PublishedParams>("published").symbiosis, Seed{scenario.seed()});
}

HomogenisationReport studied(const Scenario& scenario) {
  return run_homogenisation(scenario.settings.read<PublishedParams>("published").homogenisation, Seed{scenario.seed()});
}

MarketplaceReport marketplace_of(const Scenario& scenario) {
  return run_marketplace(scenario.settings.read<PublishedParams>("published").marketplace, Seed{scenario.seed()});
}

DegeneracyReport degeneracy_of(const Scenario& scenario) {
  return run_degeneracy(scenario.settings.read<PublishedParams>("published").degeneracy, Seed{scenario.seed()});
}

// The place in `recommenders` of the one that the variant is named after.
std::size_t find_recommender(std::span<const std::string_view> recommenders, std::string_view variant, const Claim& claim,
                             const Scenario& scenario) {
  if (variant.empty()) variant = scenario.experiments.front().variants.front().name;
  const auto at = std::find(recommenders.begin(), recommenders.end(), variant);
  if (at != recommenders.end()) return static_cast<std::size_t>(at - recommenders.begin());
  throw Error(fmt::format("claim \"{}\": `{}` knows no recommender \"{}\"; a variant's name is one of {}", claim.id,
                          claim.quantity, variant, join({recommenders.begin(), recommenders.end()})),
              {scenario.source.string()});
}

std::vector<std::string_view> little_names(std::span<const LittleRecommender> recommenders) {
  std::vector<std::string_view> names;
  for (const LittleRecommender r : recommenders) names.push_back(kLittleRecommenders[static_cast<std::size_t>(r)]);
  return names;
}

double mean(std::span<const double> x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }

}  // namespace

std::vector<std::string> symbiosis_designs() { return {kSymbiosisDesigns.begin(), kSymbiosisDesigns.end()}; }

void SymbiosisQuantity::begin(const Study& study) {
  Probe::begin(study);
  recommender(name());
  value_ = read(once<symbiosis_of>(study.scenario));
}

std::size_t SymbiosisQuantity::recommender(std::string_view variant) const {
  return find_recommender(little_names(kSymbiosisRecommenders), variant, claim(), study().scenario);
}

double SymbiosisTakeUp::read(const SymbiosisReport& report) const { return mean(report.reference[recommender(name())]); }

double SymbiosisOfPair::estimate(const SymbiosisReport& report, std::string_view design) const {
  const std::size_t a = recommender(claim().variant), b = recommender(claim().against);
  const auto d = static_cast<std::size_t>(std::find(kSymbiosisDesigns.begin(), kSymbiosisDesigns.end(), design) -
                                          kSymbiosisDesigns.begin());
  for (const SymbiosisPair& pair : report.pairs)
    if (pair.a == std::min(a, b) && pair.b == std::max(a, b)) return (a < b ? 1 : -1) * mean(report.estimate(pair, d));
  return kNoValue;  // a recommender against itself
}

double SymbiosisOfPair::bias(const SymbiosisReport& report, std::string_view design) const {
  return estimate(report, design) -
         (mean(report.reference[recommender(claim().variant)]) - mean(report.reference[recommender(claim().against)]));
}

double SymbiosisExcess::read(const SymbiosisReport& report) const {
  return std::abs(bias(report, claim().metric)) - std::abs(bias(report, kSymbiosisDesigns[0]));
}

std::vector<std::string> homogenisation_trainings() {
  return {std::string(kTrainings[0]), std::string(kTrainings[1]), "repeated_over_single"};
}

void HomogenisationQuantity::begin(const Study& study) {
  Probe::begin(study);
  const std::size_t r = find_recommender(little_names(kHomogenisationRecommenders), name(), claim(), study.scenario);
  const auto& of = once<studied>(study.scenario)[r];
  value_ = claim().metric == kTrainings[1] ? read(of[1]) : read(of[0]);
  if (claim().metric == "repeated_over_single") value_ -= read(of[1]);
}

std::vector<std::string> market_designs() { return {kMarketDesigns.begin(), kMarketDesigns.end()}; }

void MarketplaceQuantity::begin(const Study& study) {
  Probe::begin(study);
  const MarketplaceReport& report = once<marketplace_of>(study.scenario);
  const auto of = [](std::span<const double> estimates) {
    RatioMoments m;
    for (const double x : estimates) m.add(x);
    return Design{m.mean_num, m.n < 2 ? kNoValue : std::sqrt(m.variance_num())};
  };
  const auto design = std::find(kMarketDesigns.begin(), kMarketDesigns.end(), claim().metric) - kMarketDesigns.begin();
  value_ = read(mean(report.true_effect), of(report.estimate[static_cast<std::size_t>(design)]), of(report.estimate[0]));
}

double MarketplaceBiasCut::read(double truth, const Design& own, const Design& bernoulli) const {
  return 1 - std::abs(own.mean - truth) / std::abs(bernoulli.mean - truth);
}

std::vector<std::string> pool_growths() {
  std::vector<std::string> names;
  for (const PoolGrowth& pool : kPoolGrowths) names.emplace_back(pool.name);
  return names;
}

void DegeneracyQuantity::begin(const Study& study) {
  Probe::begin(study);
  const std::size_t r = find_recommender(kDriftRecommenders, name(), claim(), study.scenario);
  const auto pool =
      std::find_if(kPoolGrowths.begin(), kPoolGrowths.end(), [&](const PoolGrowth& p) { return p.name == claim().metric; });
  value_ = read(once<degeneracy_of>(study.scenario)[r][static_cast<std::size_t>(pool - kPoolGrowths.begin())]);
}

}  // namespace feedloop
