#include "data/distinct_choices.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/check.hpp"

namespace feedloop {
namespace {

constexpr int kRounds = 12, kNewtonSteps = 60;

// Alike ones of a side, users or items: their count, how many they are, and the intensity that goes with it.
struct Side {
  std::vector<double> count, alike, intensity;

  explicit Side(std::span<const std::int64_t> counts) {
    std::map<std::int64_t, double> with;
    for (const std::int64_t n : counts)
      if (n > 0) with[n] += 1;
    for (const auto& [n, k] : with) {
      count.push_back(static_cast<double>(n));
      alike.push_back(k);
    }
    intensity = count;
  }
  double number() const {
    double sum = 0;
    for (const double k : alike) sum += k;
    return sum;
  }
};

// x with sum_j alike_j (1 - exp(-x intensity_j)) = wanted, a concave function of x, so that Newton's steps from 0 never
// overshoot.
double matching(double wanted, const Side& other) {
  double x = 0;
  for (int step = 0; step < kNewtonSteps; ++step) {
    double got = 0, slope = 0;
    for (std::size_t j = 0; j < other.count.size(); ++j) {
      const double e = std::exp(-x * other.intensity[j]);
      got += other.alike[j] * (1 - e);
      slope += other.alike[j] * other.intensity[j] * e;
    }
    const double move = (wanted - got) / slope;
    x += move;
    if (!(move > 1e-9 * x)) break;
  }
  return x;
}

void match(Side& own, const Side& other) {
  const double most = other.number() - 0.5;  // who chose everything might have gone on for ever
  for (std::size_t i = 0; i < own.count.size(); ++i) own.intensity[i] = matching(std::min(own.count[i], most), other);
}

}  // namespace

double DistinctChoices::expected(double choices) const {
  double sum = 0;
  for (std::size_t j = 0; j < weight.size(); ++j) sum -= items[j] * std::expm1(-choices * weight[j]);
  return sum;
}

DistinctChoices fit_distinct_choices(std::span<const std::int64_t> events_per_user,
                                     std::span<const std::int64_t> events_per_item) {
  Side users(events_per_user), items(events_per_item);
  FEEDLOOP_CHECK(!items.count.empty() && !users.count.empty(), "choices of nobody, or of nothing");
  double total = 0;
  for (std::size_t i = 0; i < items.count.size(); ++i) total += items.alike[i] * items.count[i];
  for (double& w : items.intensity) w /= total;
  for (int round = 0; round < kRounds; ++round) {
    match(users, items);
    match(items, users);
    double sum = 0;
    for (std::size_t i = 0; i < items.count.size(); ++i) sum += items.alike[i] * items.intensity[i];
    for (double& w : items.intensity) w /= sum;
  }
  return {items.intensity, items.alike};
}

}  // namespace feedloop
