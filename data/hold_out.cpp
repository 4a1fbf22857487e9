#include "data/hold_out.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "data/calibration_draws.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

Contest::Contest(const Choices& all, const Choices& train, const Choices& held_out, std::size_t items, Seed seed)
    : by_user_(all.size()) {
  std::vector<std::uint32_t> chosen;  // an item as often as training chose it
  for (const auto& row : train) chosen.insert(chosen.end(), row.begin(), row.end());
  log_popularity_.assign(items, 0.5);
  for (const std::uint32_t i : chosen) log_popularity_[i] += 1;
  for (double& p : log_popularity_) p = std::log(p);
  parallel_for(all.size(), 64, [&](std::size_t b, std::size_t e) {
    for (std::size_t u = b; u < e; ++u)
      for (const std::uint32_t item : held_out[u]) {
        Rng rng = calibration_stream(seed, CalibrationDraw::Opponent, u, item);
        Round round{item, {}, {}};
        const auto unseen = [&](auto draw) {
          for (int tries = 0; tries < 1000; ++tries)
            if (const std::uint32_t j = draw(); !std::binary_search(all[u].begin(), all[u].end(), j)) return j;
          return item;  // the user chose everything: a tie
        };
        for (int k = 0; k < kOpponents; ++k) {
          round.even[static_cast<std::size_t>(k)] =
              unseen([&] { return uniform_below(rng, static_cast<std::uint32_t>(items)); });
          round.matched[static_cast<std::size_t>(k)] =
              unseen([&] { return chosen[uniform_below(rng, static_cast<std::uint32_t>(chosen.size()))]; });
        }
        by_user_[u].push_back(round);
      }
  });
}

Auc Contest::auc(Against against, const Score& score) const {
  const auto moments = parallel_reduce(
      by_user_.size(), 64, RatioMoments{},
      [&](std::size_t b, std::size_t e) {
        RatioMoments m;
        for (std::size_t u = b; u < e; ++u) {
          double wins = 0, n = 0;
          for (const Round& r : by_user_[u])
            for (const std::uint32_t j : against == Against::Even ? r.even : r.matched) {
              const double own = score(u, r.item), other = score(u, j);
              wins += own > other ? 1.0 : own == other ? 0.5 : 0.0;
              n += 1;
            }
          if (n > 0) m.add(wins, n);
        }
        return m;
      },
      [](RatioMoments a, const RatioMoments& b) { return a.merged(b); });
  const Estimate estimate = ratio_estimate(moments);
  const double half = 1.96 * std::sqrt(estimate.variance);
  return {estimate.value, {estimate.value - half, estimate.value + half}};
}

std::pair<double, double> Contest::strength(const std::vector<Latent>& users, const std::vector<Latent>& items) const {
  // Hands over each user's score (first derivative) and information at strength g.
  const auto each_user = [&](double g, const std::function<void(double, double)>& take) {
    for (std::size_t u = 0; u < by_user_.size(); ++u) {
      double slope = 0, information = 0;
      for (const Round& r : by_user_[u])
        for (const std::uint32_t j : r.matched) {
          const double d = dot(users[u], items[r.item]) - dot(users[u], items[j]);
          const double lose = logistic(-g * d);
          slope += lose * d;
          information += lose * (1 - lose) * d * d;
        }
      take(slope, information);
    }
  };

  if (events() == 0) return {0, kNaN};
  double g = 1, information = 0;
  for (int round = 0; round < 50; ++round) {
    double slope = 0;
    information = 1e-9;
    each_user(g, [&](double s, double h) {
      slope += s;
      information += h;
    });
    const double step = std::clamp(slope / information, -2.0, 2.0);
    g = std::clamp(g + step, 0.0, 50.0);
    if (std::fabs(step) < 1e-10) break;
  }
  double meat = 0;
  each_user(g, [&](double s, double) { meat += s * s; });
  return {g, std::sqrt(meat) / information};
}

std::int64_t Contest::events() const {
  std::int64_t n = 0;
  for (const auto& rounds : by_user_) n += std::ssize(rounds);
  return n;
}

std::int64_t Contest::users() const {
  return std::count_if(by_user_.begin(), by_user_.end(), [](const auto& rounds) { return !rounds.empty(); });
}

}  // namespace feedloop
