#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "policies/linear_model.hpp"
#include "policies/race.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kActions = 1000, kFeatures = 32;
constexpr int kPasses = 301;

std::vector<std::uint16_t> everybody() {
  std::vector<std::uint16_t> all(kActions);
  for (std::size_t i = 0; i < kActions; ++i) all[i] = static_cast<std::uint16_t>(i);
  return all;
}

// Posteriors of click rates of a few percent after 20 to 2,000 impressions each.
std::vector<Race::Runner> posteriors() {
  std::vector<Race::Runner> runners;
  Rng rng = stream({1}, Stream::Test, {1, 0, 0});
  for (std::size_t i = 0; i < kActions; ++i) {
    const double n = 20 + 1980 * rng.uniform(), p = 0.02 + 0.06 * rng.uniform();
    runners.push_back({n * p, n * (1 - p)});
  }
  return runners;
}

// Two gamma draws for each action, as a beta is drawn in textbooks.
std::size_t draw_by_gammas(std::span<const Race::Runner> runners, Rng& rng) {
  std::size_t best = 0;
  double most = -1;
  for (std::size_t i = 0; i < runners.size(); ++i)
    if (const double x = beta(rng, runners[i].a, runners[i].b); x > most) most = x, best = i;
  return best;
}

// The chance that this one is the largest: densities and their running sums at every node for everybody.
double plain_propensity(std::span<const Race::Runner> runners, std::size_t own) {
  constexpr std::size_t kNodes = 200;
  constexpr double kLow = -4, kStep = 0.02;
  std::vector<double> product(kNodes, 1.0), log_x(kNodes), log_rest(kNodes);
  for (std::size_t n = 0; n < kNodes; ++n) {
    const double t = kLow + kStep * static_cast<double>(n);
    log_x[n] = -std::log1p(std::exp(-t)), log_rest[n] = -std::log1p(std::exp(t));
  }
  for (std::size_t j = 0; j < runners.size(); ++j) {
    const auto [a, b] = runners[j];
    const double log_b = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
    double below = 0;
    for (std::size_t n = 0; n < kNodes; ++n) {
      const double f = std::exp(a * log_x[n] + b * log_rest[n] - log_b);
      product[n] *= j == own ? f : below + f * kStep / 2;
      below += f * kStep;
    }
  }
  double sum = 0;
  for (const double p : product) sum += p * kStep;
  return sum;
}

// Two turns that alternate, so that a busy machine slows both; the ratio is of neighbours.
template <class Ours, class Twin>
nlohmann::ordered_json against(const char* name, double target_us, Ours ours, Twin twin, int passes = kPasses) {
  std::vector<double> fast, slow, ratio;
  std::size_t used = 0;  // lest a draw be left out
  for (int pass = 0; pass < passes; ++pass) {
    const double t0 = cpu_us();
    for (int i = 0; i < 10; ++i) used += ours(pass * 10 + i);
    const double t1 = cpu_us();
    for (int i = 0; i < 10; ++i) used += twin(pass * 10 + i);
    const double t2 = cpu_us();
    fast.push_back((t1 - t0) / 10), slow.push_back((t2 - t1) / 10), ratio.push_back((t2 - t1) / (t1 - t0));
  }
  FEEDLOOP_CHECK(used > 0, "no action but the first was ever the best");
  return {{"case", name}, {"us", median(fast)}, {"twin_us", median(slow)}, {"ratio", median(ratio)}, {"target_us", target_us}};
}

}  // namespace

std::string bench_policies() {
  nlohmann::ordered_json j;
  j["workload"] = "policies";
  j["actions"] = kActions;
  const auto all = everybody();
  const auto luck = [](int pass, std::uint32_t who) {
    return stream({2}, Stream::Test, {static_cast<std::uint32_t>(pass), who, 0});
  };

  const std::vector<Race::Runner> runners = posteriors();
  j["cases"].push_back(against(
      "beta thompson", 25,
      [&](int pass) {
        Rng rng = luck(pass, 0);
        return Race(Posterior::Beta, runners, 1).draw(rng, all);
      },
      [&](int pass) {
        Rng rng = luck(pass, 1);
        return draw_by_gammas(runners, rng);
      }));
  j["cases"].push_back(against(
      "beta thompson and its propensity", 25,
      [&](int pass) {
        Rng rng = luck(pass, 0);
        const Race race(Posterior::Beta, runners, 1);
        const std::size_t best = race.draw(rng, all);
        return race.propensity(all, best) > 0 ? best : 0;
      },
      [&](int pass) {
        Rng rng = luck(pass, 1);
        const std::size_t best = draw_by_gammas(runners, rng);
        return plain_propensity(runners, best) > 0 ? best : 0;
      },
      31));

  std::vector<float> rows(kActions * kFeatures), means(kActions), variances(kActions);
  Rng rng = stream({1}, Stream::Test, {2, 0, 0});
  for (float& x : rows) x = static_cast<float>(normal(rng) / std::sqrt(double{kFeatures}));
  LinearModel model(kFeatures, 1);
  for (std::size_t i = 0; i < kActions; ++i) model.add(rows.data() + i * kFeatures, i % 20 == 0);
  model.refresh();
  std::vector<double> inverse(kFeatures * kFeatures, 0.0);  // A^-1 = L^-T L^-1
  const auto factor = model.inverse_factor();
  for (std::size_t r = 0; r < kFeatures; ++r)
    for (std::size_t a = 0; a <= r; ++a)
      for (std::size_t b = 0; b <= r; ++b) inverse[a * kFeatures + b] += factor[r * kFeatures + a] * factor[r * kFeatures + b];
  std::size_t picked = 0;
  j["cases"].push_back(against(
      "lin_ucb 32 features", 60,
      [&](int) {
        model.means(rows.data(), kActions, means.data());
        model.variances(rows.data(), kActions, variances.data());
        std::size_t best = 0;
        for (std::size_t i = 0; i < kActions; ++i) {
          means[i] += 0.3f * std::sqrt(variances[i]);
          if (means[i] > means[best]) best = i;
        }
        return picked = best;
      },
      [&](int) {
        std::size_t best = 0;
        double most = -1e300;
        for (std::size_t i = 0; i < kActions; ++i) {
          const float* x = rows.data() + i * kFeatures;
          double value = 0, variance = 0;
          for (std::size_t a = 0; a < kFeatures; ++a) {
            value += model.theta()[a] * static_cast<double>(x[a]);
            double s = 0;
            for (std::size_t b = 0; b < kFeatures; ++b) s += inverse[a * kFeatures + b] * static_cast<double>(x[b]);
            variance += s * static_cast<double>(x[a]);
          }
          value += 0.3 * std::sqrt(variance);
          if (value > most) most = value, best = i;
        }
        FEEDLOOP_CHECK(best == picked, "lanes and the scalar twin picked differently");
        return best;
      }));
  return j.dump(2) + "\n";
}

}  // namespace feedloop
