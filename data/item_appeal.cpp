#include "data/item_appeal.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "data/calibration_draws.hpp"
#include "data/gamma_poisson.hpp"
#include "data/golden_section.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kPairs = 20'000'000;  // most pairs of users and items that are looked at
constexpr int kRounds = 15;

// Step 2: ln w of each item. `wanted` are the events of items after step 1.
std::vector<double> beyond_taste(const InteractionLog& log, const TasteFactors& tastes, const std::vector<double>& wanted,
                                 Seed seed) {
  const auto events = log.events_per_user();
  const std::size_t items = wanted.size();
  std::vector<std::uint32_t> users(events.size());
  std::iota(users.begin(), users.end(), 0u);
  Rng rng = calibration_stream(seed, CalibrationDraw::Audience, 0);
  shuffle(rng, users);
  users.resize(std::min(users.size(), std::max<std::size_t>(kPairs / items, 200)));
  const std::size_t width = users.size();
  const bool once = chosen_once(log);

  std::vector<double> rate(width), weight(wanted);
  double total = 0, sampled = 0;
  for (const double n : wanted) total += n;
  for (std::size_t k = 0; k < width; ++k) {
    rate[k] = static_cast<double>(events[users[k]]) / total;
    sampled += static_cast<double>(events[users[k]]);
  }
  const double fraction = sampled / static_cast<double>(log.events.size());
  std::vector<float> lift(items * width);
  const auto expected = [&](std::size_t i, std::size_t k) {
    const double x = rate[k] * weight[i] * static_cast<double>(lift[i * width + k]);
    return once ? 1 - std::exp(-x) : x;
  };
  parallel_for(items, 64, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i)
      for (std::size_t k = 0; k < width; ++k)
        lift[i * width + k] = static_cast<float>(std::exp(tastes.strength * dot(tastes.users[users[k]], tastes.items[i])));
  });
  for (int round = 0; round < kRounds; ++round) {
    const auto of_user = parallel_reduce(
        items, 256, std::vector<double>(width),
        [&](std::size_t b, std::size_t e) {
          std::vector<double> sum(width);
          for (std::size_t i = b; i < e; ++i)
            for (std::size_t k = 0; k < width; ++k) sum[k] += expected(i, k);
          return sum;
        },
        [](std::vector<double> a, const std::vector<double>& c) {
          for (std::size_t k = 0; k < a.size(); ++k) a[k] += c[k];
          return a;
        });
    for (std::size_t k = 0; k < width; ++k) rate[k] *= static_cast<double>(events[users[k]]) / of_user[k];
    parallel_for(items, 64, [&](std::size_t b, std::size_t e) {
      for (std::size_t i = b; i < e; ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < width; ++k) sum += expected(i, k);
        weight[i] *= fraction * wanted[i] / sum;
      }
    });
  }
  for (double& w : weight) w = std::log(w);
  return weight;
}

double mean_of(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

// What quality and clickbait, which the world draws by itself, bring to appeal.
double own_variance(const ChoiceParams& choice, const ItemParams& items) {
  return choice.quality * choice.quality + choice.clickbait * choice.clickbait +
         2 * choice.quality * choice.clickbait * items.clickbait_quality_correlation;
}

}  // namespace

double fit_popularity_shape(const std::vector<std::int64_t>& counts) {
  std::map<std::int64_t, double> items_with;
  double total = 0;
  for (const std::int64_t n : counts) {
    items_with[n] += 1;
    total += static_cast<double>(n);
  }
  const auto items = static_cast<double>(counts.size());
  const double mean = total / items;  // also its maximum-likelihood estimate, whatever the shape
  const double log_shape = golden_maximum(std::log(0.01), std::log(1000.0), 1e-6, [&](double x) {
    const double a = std::exp(x);
    double sum = items * a * std::log(a / (a + mean)) + total * std::log(mean / (a + mean));
    for (const auto& [n, times] : items_with) sum += times * (std::lgamma(static_cast<double>(n) + a) - std::lgamma(a));
    return sum;
  });
  return std::exp(log_shape);
}

bool chosen_once(const InteractionLog& log) { return 20 * log.repeated < std::ssize(log.events); }

ItemAppeal measure_appeal(const InteractionLog& log, const TasteFactors& tastes, const ChoiceParams& choice,
                          const ItemParams& items, double appeal_share, Seed seed) {
  const auto counts = log.events_per_item();
  const std::size_t n = counts.size();
  const double mean = static_cast<double>(log.events.size()) / static_cast<double>(n);
  ItemAppeal out;
  out.shape = fit_popularity_shape(counts);
  std::vector<double> intensity(n);
  for (std::size_t i = 0; i < n; ++i) intensity[i] = (out.shape + static_cast<double>(counts[i])) / (out.shape / mean + 1);
  const std::vector<double> popularity = beyond_taste(log, tastes, intensity, seed);

  const double centre = mean_of(popularity);
  double variance = 0;
  for (const double l : popularity) variance += (l - centre) * (l - centre) / static_cast<double>(n);
  out.log_popularity_sd = std::sqrt(variance);
  out.own_variance = own_variance(choice, items);
  const double kept = variance > 0 ? std::sqrt(std::max(0.0, 1 - out.own_variance / variance)) : 0;
  out.coefficient = std::clamp(kept - (1 - appeal_share), 0.0, 1.0);

  double behind_event = 0;
  for (std::size_t i = 0; i < n; ++i)
    behind_event += popularity[i] * static_cast<double>(counts[i]) / static_cast<double>(log.events.size());
  for (std::size_t i = 0; i < n; ++i) {
    out.offset.push_back(out.coefficient * (popularity[i] - behind_event));
    out.exposure.push_back(std::exp((1 - appeal_share) * (popularity[i] - behind_event)));
  }
  return out;
}

ItemAppeal measure_clicked_appeal(const InteractionLog& log, double eta, const ChoiceParams& choice, const ItemParams& items) {
  const std::size_t n = log.items.size();
  std::vector<double> rows(n), clicks(n), expected(n);
  double all_clicks = 0, all_looks = 0;
  for (const LogRow& r : log.seen) {
    const double looks = r.slot > 0 ? std::pow(static_cast<double>(r.slot), -eta) : 1;
    rows[r.item] += 1;
    clicks[r.item] += r.chosen;
    expected[r.item] += looks;
    all_clicks += r.chosen;
    all_looks += looks;
  }
  const double base = all_clicks / all_looks;
  for (double& e : expected) e *= base;
  const auto log_likelihood = [&](double log_a) { return gamma_poisson_log_likelihood(clicks, expected, std::exp(log_a)); };
  constexpr double kNoSpread = 1e4;
  ItemAppeal out;
  out.shape = std::exp(golden_maximum(std::log(0.01), std::log(2 * kNoSpread), 1e-6, log_likelihood));
  if (out.shape > kNoSpread) out.shape = INFINITY;
  // Of the lognormal law with the Gamma's mean and variance: V is of logarithms too.
  out.log_popularity_sd = std::isinf(out.shape) ? 0 : std::sqrt(std::log1p(1 / out.shape));
  out.own_variance = own_variance(choice, items);
  const double variance = out.log_popularity_sd * out.log_popularity_sd;
  out.coefficient = variance > out.own_variance ? std::sqrt(1 - out.own_variance / variance) : 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double lift = std::isinf(out.shape) ? 1 : (out.shape + clicks[i]) / (out.shape + expected[i]);
    const double shifted = std::clamp(base * lift, 1e-9, 0.95);
    out.offset.push_back(out.coefficient * (logit(shifted) - logit(std::clamp(base, 1e-9, 0.95))));
    out.exposure.push_back(rows[i] + 0.5);
  }
  return out;
}

}  // namespace feedloop
