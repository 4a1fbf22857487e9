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

// The place in `recommenders` of the one that the variant is named after.
std::size_t find_recommender(std::span<const LittleRecommender> recommenders, std::string_view variant, const Claim& claim,
                             const Scenario& scenario) {
  if (variant.empty()) variant = scenario.experiments.front().variants.front().name;
  std::vector<std::string> known;
  for (std::size_t r = 0; r < recommenders.size(); ++r) {
    known.emplace_back(kLittleRecommenders[static_cast<std::size_t>(recommenders[r])]);
    if (known.back() == variant) return r;
  }
  throw Error(fmt::format("claim \"{}\": `{}` knows no recommender \"{}\"; a variant's name is one of {}", claim.id,
                          claim.quantity, variant, join(known)),
              {scenario.source.string()});
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
  return find_recommender(kSymbiosisRecommenders, variant, claim(), study().scenario);
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
  const std::size_t r = find_recommender(kHomogenisationRecommenders, name(), claim(), study.scenario);
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

}  // namespace feedloop
