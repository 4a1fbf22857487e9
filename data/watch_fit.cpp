#include "data/watch_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <Eigen/Dense>

#include "base/parallel.hpp"
#include "data/calibration_draws.hpp"
#include "sim/watching.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kLeastPlays = 200, kMostSituations = 20'000;

using Three = std::array<double, 3>;  // left early, watched to the end, share watched of the others times their share

Three look(double watched_s, double duration_s) {
  const bool left = watched_s < std::min(10.0, 0.5 * duration_s), whole = watched_s >= 0.99 * duration_s;
  return {left ? 1.0 : 0.0, !left && whole ? 1.0 : 0.0, left || whole ? 0.0 : watched_s / duration_s};
}

// From sums to the statistics that are matched.
Three statistics(const Three& sum, double n) {
  const double others = n - sum[0] - sum[1];
  return {sum[0] / n, sum[1] / n, others > 0 ? sum[2] / others : kNaN};
}

struct World3 {
  std::span<const PlaySituation> situations;
  Seed seed;
  WatchParams params;

  Three operator()(const Three& intercepts) const {
    WatchParams p = params;
    p.bounce_intercept = intercepts[0];
    p.complete_intercept = intercepts[1];
    p.partial_intercept = intercepts[2];
    const Three sum = parallel_reduce(
        situations.size(), 2048, Three{},
        [&](std::size_t b, std::size_t e) {
          Three s{};
          for (std::size_t k = b; k < e; ++k) {
            const PlaySituation& x = situations[k];
            const SlotOutcome o =
                watch(calibration_stream(seed, CalibrationDraw::Play, k), x.relevance, x.clickbait, x.duration_min, p);
            const Three l = look(static_cast<double>(o.watched_ms) / 1000, x.duration_min * 60);
            for (std::size_t j = 0; j < 3; ++j) s[j] += l[j];
          }
          return s;
        },
        [](Three a, const Three& b) {
          for (std::size_t j = 0; j < 3; ++j) a[j] += b[j];
          return a;
        });
    return statistics(sum, static_cast<double>(situations.size()));
  }
};

// Covariance of a sum of influences: `people`, clustered by viewer, or by row without users; and `items`, what clustering by
// item adds to rows (Cameron, Gelbach & Miller 2011, eq. 2.7).
struct Spread {
  Eigen::MatrixXd people, items;
  // Of slope . sum. What items add counts twice, since the world's plays are of items of its own; noise that makes it negative
  // counts as nothing.
  double variance(const Eigen::RowVectorXd& slope) const {
    return slope.dot(people * slope.transpose()) + 2 * std::max(0.0, slope.dot(items * slope.transpose()));
  }
};

template <class Influence>
Spread spread_of(const std::vector<LogPlay>& plays, Eigen::Index width, bool users, const Influence& influence) {
  std::map<std::uint32_t, Eigen::VectorXd> by_viewer, by_item;
  Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(width, width);
  const Eigen::VectorXd none = Eigen::VectorXd::Zero(width);
  for (const LogPlay& p : plays) {
    const Eigen::VectorXd x = influence(p);
    rows += x * x.transpose();
    by_viewer.try_emplace(p.viewer, none).first->second += x;
    by_item.try_emplace(p.item, none).first->second += x;
  }
  const auto outer = [&](const auto& sums) {
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(width, width);
    for (const auto& [id, x] : sums) out += x * x.transpose();
    return out;
  };
  return {users ? outer(by_viewer) : rows, outer(by_item) - rows};
}

Fitted with_error(double value, double se) { return {value, {value - 1.96 * se, value + 1.96 * se}}; }

void fit_ends(const std::vector<LogPlay>& plays, bool users, const World3& world, WatchFit& out) {
  const auto n = static_cast<double>(plays.size());
  Three sum{};
  for (const LogPlay& p : plays) {
    const Three l = look(p.played_s, p.duration_s);
    for (std::size_t j = 0; j < 3; ++j) sum[j] += l[j];
  }
  const Three target = statistics(sum, n);
  if (!(std::isfinite(target[2]) && target[0] > 0 && target[1] > 0)) return;
  // Each statistic rises with its own intercept, and the others hardly move it, so going round settles. The third falls again
  // beyond 3, where nearly all plays but the shortest count as watched to the end.
  constexpr Three kLow{-12, -12, -4}, kHigh{12, 12, 3};
  Three at{world.params.bounce_intercept, world.params.complete_intercept, world.params.partial_intercept};
  for (int round = 0; round < 4; ++round)
    for (std::size_t j = 0; j < 3; ++j) {
      double low = kLow[j], high = kHigh[j];
      for (int k = 0; k < 22; ++k) {
        at[j] = 0.5 * (low + high);
        const double got = world(at)[j];
        (std::isfinite(got) && got < target[j] ? low : high) = at[j];
      }
    }
  const Three got = world(at);
  for (std::size_t j = 0; j < 3; ++j)
    if (!(std::fabs(got[j] - target[j]) < 0.01 + 0.05 * target[j])) return;

  Eigen::Matrix3d slope;
  constexpr double kStep = 0.15;
  for (std::size_t j = 0; j < 3; ++j) {
    Three up = at, down = at;
    up[j] += kStep;
    down[j] -= kStep;
    const Three a = world(up), b = world(down);
    for (std::size_t i = 0; i < 3; ++i)
      slope(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = (a[i] - b[i]) / (2 * kStep);
  }
  const double others = n - sum[0] - sum[1];
  const Spread spread = spread_of(plays, 3, users, [&](const LogPlay& p) -> Eigen::VectorXd {
    const Three l = look(p.played_s, p.duration_s);
    return Eigen::Vector3d((l[0] - target[0]) / n, (l[1] - target[1]) / n, l[0] + l[1] > 0 ? 0.0 : (l[2] - target[2]) / others);
  });
  const Eigen::Matrix3d inverse = slope.inverse();
  const double draws = 1 + n / static_cast<double>(world.situations.size());
  if (!inverse.allFinite()) return;
  const auto se = [&](Eigen::Index k) { return std::sqrt(spread.variance(inverse.row(k)) * draws); };
  out.identified = true;
  out.bounce_intercept = with_error(at[0], se(0));
  out.complete_intercept = with_error(at[1], se(1));
  out.partial_intercept = with_error(at[2], se(2));
}

// The mean of r is taken over the world's plays, so that the scale is that of an average play and not of an r of 0, which the
// catalogue's own luck decides how far it is from the average.
// Y = G s e^{c (r - mean)}, G ~ Gamma(k): E[Y] = k s A1, E[Y^2] = k (k + 1) s^2 A2, with A1, A2 the means of e^{c (r - mean)}
// and of its square.
void fit_loops(const std::vector<LogPlay>& plays, bool users, const WatchParams& p, std::span<const PlaySituation> situations,
               WatchFit& out) {
  double a1 = 0, a2 = 0, average = 0;
  for (const PlaySituation& s : situations) average += s.relevance / static_cast<double>(situations.size());
  for (const PlaySituation& s : situations) {
    const double x = std::exp(p.loop_relevance * (s.relevance - average));
    a1 += x / static_cast<double>(situations.size());
    a2 += x * x / static_cast<double>(situations.size());
  }
  const auto n = static_cast<double>(plays.size());
  double m1 = 0, m2 = 0;
  for (const LogPlay& play : plays) {
    const double y = play.played_s / play.duration_s;
    m1 += y / n;
    m2 += y * y / n;
  }
  const auto shape = [&](double x1, double x2) { return 1 / (x2 * a1 * a1 / (x1 * x1 * a2) - 1); };
  const auto scale = [&](double x1, double x2) { return x1 / (shape(x1, x2) * a1); };
  const double k = shape(m1, m2), s = scale(m1, m2);
  if (!(k > 0.01 && k < 100 && s > 0.001 && s < 100)) return;
  const Spread spread = spread_of(plays, 2, users, [&](const LogPlay& play) -> Eigen::VectorXd {
    const double y = play.played_s / play.duration_s;
    return Eigen::Vector2d((y - m1) / n, (y * y - m2) / n);
  });
  const double h1 = 1e-4 * m1, h2 = 1e-4 * m2;
  const auto error = [&](const auto& f) {
    const Eigen::RowVector2d slope((f(m1 + h1, m2) - f(m1 - h1, m2)) / (2 * h1), (f(m1, m2 + h2) - f(m1, m2 - h2)) / (2 * h2));
    return std::sqrt(spread.variance(slope));
  };
  out.identified = true;
  out.loop_mean_relevance = average;
  out.loop_shape = with_error(k, error(shape));
  out.loop_scale = with_error(s, error(scale));
}

}  // namespace

bool plays_loop(const InteractionLog& log) {
  double plays = 0, over = 0;
  for (const LogRow& r : log.seen) {
    if (!(r.played_s > 0) || !(r.duration_s > 0)) continue;
    plays += 1;
    over += r.played_s > 1.02f * r.duration_s;
  }
  return over > 0.02 * plays;
}

std::vector<LogPlay> plays_of(const InteractionLog& log, bool loops) {
  std::vector<LogPlay> plays;
  for (const LogRow& r : log.seen)
    if (r.played_s > 0 && r.duration_s > 0 && (loops || r.chosen))
      plays.push_back({r.viewer, r.item, static_cast<double>(r.played_s), static_cast<double>(r.duration_s)});
  return plays;
}

Durations fit_durations(const InteractionLog& log, double per_clickbait) {
  double n = 0, sum = 0, squares = 0;
  for (const LogItem& item : log.items) {
    if (!(item.duration_s > 0)) continue;
    const double x = std::log(static_cast<double>(item.duration_s) / 60);
    n += 1;
    sum += x;
    squares += x * x;
  }
  if (n < 10) return {};
  const double mean = sum / n, sd = std::sqrt(std::max(0.0, (squares - n * mean * mean) / (n - 1)));
  const double reach = 1.96 * sd / std::sqrt(n), sd_reach = 1.96 * sd / std::sqrt(2 * (n - 1));
  const auto own = [&](double x) { return std::sqrt(std::max(0.0, x * x - per_clickbait * per_clickbait)); };
  return {.median_min = {std::exp(mean), {std::exp(mean - reach), std::exp(mean + reach)}},
          .sigma = {own(sd), {own(std::max(0.0, sd - sd_reach)), own(sd + sd_reach)}}};
}

WatchFit fit_watch(const InteractionLog& log, const WatchParams& start, std::span<const PlaySituation> situations, Seed seed) {
  WatchFit out;
  out.loops = plays_loop(log);
  const auto plays = plays_of(log, out.loops);
  out.plays = std::ssize(plays);
  if (plays.size() < kLeastPlays || situations.size() < kLeastPlays) return out;
  // Every so many-th, so that all users are in it.
  std::vector<PlaySituation> some;
  const std::size_t every = situations.size() / kMostSituations + 1;
  for (std::size_t k = 0; k < situations.size(); k += every) some.push_back(situations[k]);
  if (out.loops)
    fit_loops(plays, log.has_users(), start, some, out);
  else
    fit_ends(plays, log.has_users(), {some, seed, start}, out);
  return out;
}

}  // namespace feedloop
