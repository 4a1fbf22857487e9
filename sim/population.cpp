#include "sim/population.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "base/parallel.hpp"

namespace feedloop {
namespace {

// Hours from UTC of the countries, and how many users live there.
constexpr std::array<int, 4> kCountryOffset{0, 1, -5, 8};
constexpr std::array<double, kCountries> kCountryShare{0.3, 0.3, 0.25, 0.15};
constexpr std::array<double, kDevices> kDeviceShare{0.65, 0.20, 0.15};
constexpr std::array<double, 5> kAgeShare{0.18, 0.27, 0.23, 0.19, 0.13};
constexpr std::array<double, 4> kHouseholdShare{0.28, 0.35, 0.15, 0.22};  // of households, by size 1..4

std::vector<double> affinities(const PopulationParams& p, std::size_t categories, Rng& rng) {
  const std::vector<double> alpha(categories, p.taste_concentration);
  auto theta = dirichlet(rng, alpha);
  double sum = 0;
  for (std::size_t c = 0; c < categories; ++c) sum += theta[c] *= std::pow(static_cast<double>(c + 1), -p.taste_rank_exponent);
  for (double& t : theta) t /= sum;
  return theta;
}

using Point = std::array<double, kLatentDims>;

Point mix(const std::vector<double>& weights, const std::vector<Latent>& centres) {
  Point x{};
  for (std::size_t c = 0; c < centres.size(); ++c)
    for (std::size_t k = 0; k < kLatentDims; ++k) x[k] += weights[c] * static_cast<double>(centres[c][k]);
  return x;
}

Point taste_of(const PopulationParams& p, const std::vector<Latent>& centres, Rng& rng) {
  Point x = mix(affinities(p, centres.size(), rng), centres);
  for (double& v : x) v += p.taste_noise * normal(rng) / std::sqrt(static_cast<double>(kLatentDims));
  return x;
}

// Where tastes centre: affinities in proportion to their tilt.
Point mean_taste(const PopulationParams& p, const std::vector<Latent>& centres) {
  std::vector<double> tilt(centres.size());
  double sum = 0;
  for (std::size_t c = 0; c < tilt.size(); ++c) sum += tilt[c] = std::pow(static_cast<double>(c + 1), -p.taste_rank_exponent);
  for (double& t : tilt) t /= sum;
  return mix(tilt, centres);
}

// Two draws at the head of the user's stream, then one a category: who answers does not depend on what they like.
std::uint32_t picks(const PopulationParams& p, const std::vector<Latent>& centres, const Latent& taste, UserId user,
                    Seed seed) {
  Rng rng = stream(seed, Stream::Onboarding, entity_key(user.value));
  const bool answers = bernoulli(rng, p.onboarding_share);
  const std::size_t wanted = std::min<std::size_t>(3 + uniform_below(rng, 3), centres.size());
  if (!answers) return 0;
  double sum = 0, squares = 0;
  std::vector<std::pair<double, std::uint32_t>> liking;
  for (const Latent& centre : centres) {
    const auto x = static_cast<double>(dot(taste, centre));
    sum += x;
    squares += x * x;
    liking.emplace_back(x, static_cast<std::uint32_t>(liking.size()));
  }
  const auto n = static_cast<double>(centres.size());
  const double sd = std::sqrt(std::max(0.0, squares / n - (sum / n) * (sum / n)));
  // Best first; of equal ones the lower category.
  for (auto& [x, category] : liking) x = -(x + p.onboarding_noise * sd * normal(rng));
  std::sort(liking.begin(), liking.end());
  std::uint32_t mask = 0;
  for (std::size_t k = 0; k < wanted; ++k) mask |= 1u << liking[k].second;
  return mask;
}

std::vector<SimTime> arrival_times(const PopulationParams& p, Seed seed, SimTime horizon) {
  std::vector<SimTime> times;
  for (std::int64_t day = 0; day < floor_div(horizon.us, kDay.us) + 1; ++day) {
    Rng rng = stream(seed, Stream::UserArrival, entity_key(static_cast<std::uint64_t>(day)));
    const std::uint32_t n = poisson(rng, p.arrivals_per_day * static_cast<double>(p.users));
    for (std::uint32_t k = 0; k < n; ++k) times.push_back(SimTime{0} + kDay * day + from_seconds(rng.uniform() * 86400.0));
  }
  std::erase_if(times, [&](SimTime t) { return t >= horizon; });
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace

Population make_population(const PopulationParams& p, double bot_share, const std::vector<Latent>& centres, Seed seed,
                           SimTime horizon, const std::vector<UserRow>& rows) {
  Population population;
  const auto arrivals = arrival_times(p, seed, horizon);
  population.initial = static_cast<std::size_t>(p.users);
  population.users.resize(population.initial + arrivals.size());

  for (std::uint32_t first = 0; first < population.users.size();) {
    Rng rng = stream(seed, Stream::Household, entity_key(population.households.size(), 1));
    const auto size = std::min<std::uint32_t>(static_cast<std::uint32_t>(categorical(rng, kHouseholdShare)) + 1,
                                              static_cast<std::uint32_t>(population.users.size()) - first);
    for (std::uint32_t u = first; u < first + size; ++u)
      population.users[u].household = HouseholdId{population.households.size()};
    population.households.push_back({first, size});
    first += size;
  }

  const Point mean = mean_taste(p, centres);
  parallel_for(population.users.size(), 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      UserTraits& u = population.users[i];
      Rng rng = stream(seed, Stream::User, entity_key(i));
      u.id = UserId{i};
      u.newcomer = i >= population.initial;
      u.joined = u.newcomer
                     ? arrivals[i - population.initial]
                     : SimTime{0} -
                           from_seconds(
                               std::min(36500.0, lognormal(rng, std::max(p.tenure_median_days, 1e-6), p.tenure_sigma)) * 86400);
      Rng bot = stream(seed, Stream::Bot, entity_key(i));
      u.bot = bernoulli(bot, bot_share);
      u.country = static_cast<std::uint8_t>(categorical(rng, kCountryShare));
      u.utc_offset_h = kCountryOffset[u.country];
      u.device = static_cast<std::uint8_t>(categorical(rng, kDeviceShare));
      u.age_bucket = static_cast<std::uint8_t>(categorical(rng, kAgeShare));
      u.activity = std::min(lognormal(rng, p.activity_median, p.activity_sigma), p.activity_max);
      u.susceptibility = lognormal(rng, 1.0, p.susceptibility_sigma);
      u.frailty = p.frailty_sigma * normal(rng);

      Rng taste = stream(seed, Stream::UserTaste, entity_key(i));
      if (!rows.empty()) {
        const std::size_t row = population.initial <= rows.size() && i < population.initial
                                    ? i
                                    : uniform_below(taste, static_cast<std::uint32_t>(rows.size()));
        u.activity = std::min(rows[row].activity, p.activity_max);
        u.anchor = rows[row].p;
        u.onboarding = picks(p, centres, u.anchor, u.id, seed);
        continue;
      }
      Rng shared = stream(seed, Stream::Household, entity_key(u.household.value, 2));
      const auto own = taste_of(p, centres, taste), common = taste_of(p, centres, shared);
      // Two independent draws around their mean, mixed by square roots: members correlate by w, and each varies as one draw.
      const double w = p.household_correlation;
      for (std::size_t k = 0; k < kLatentDims; ++k)
        u.anchor[k] =
            static_cast<float>(mean[k] + std::sqrt(1 - w) * (own[k] - mean[k]) + std::sqrt(w) * (common[k] - mean[k]));
      normalise(u.anchor);
      u.onboarding = picks(p, centres, u.anchor, u.id, seed);
    }
  });
  return population;
}

}  // namespace feedloop
