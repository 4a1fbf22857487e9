#include "sim/watching.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/distributions.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

struct Chances {
  double bounce, complete, partial_logit;
};

Chances chances(double r, double b, double duration_min, const WatchParams& p) {
  return {logistic(p.bounce_intercept + p.bounce_clickbait * b - p.bounce_relevance * r),
          logistic(p.complete_intercept + p.complete_relevance * r - p.complete_log_duration * std::log(duration_min / 10.0)),
          p.partial_intercept + p.partial_relevance * r};
}

}  // namespace

namespace {

// Every signal has its own draws, in this order.
struct SignalDraws {
  explicit SignalDraws(Rng& rng)
      : like(rng.uniform()),
        save(rng.uniform()),
        share(rng.uniform()),
        dismiss(rng.uniform()),
        survey(rng.uniform()),
        rating(normal(rng)) {}
  double like, save, share, dismiss, survey, rating;
};

void signal(SlotOutcome& o, const SignalDraws& u, double r, const WatchParams& p) {
  o.liked = u.like < logistic(p.like + r);
  o.saved = u.save < logistic(p.save + r);
  o.shared = u.share < logistic(p.share + 1.2 * r);
  o.dismissed = u.dismiss < logistic(p.dismiss - 1.2 * r);
  if (u.survey < p.survey_share)
    o.rating = static_cast<std::uint8_t>(std::clamp(std::lround(3.0 + 1.2 * r + 0.7 * u.rating), 1L, 5L));
}

double loop_scale(double r, const WatchParams& p) {
  return p.loop_scale * std::exp(p.loop_relevance * (r - p.loop_mean_relevance));
}

double valid_from_s(double duration_s) { return std::min(duration_s, 7.0); }

}  // namespace

SlotOutcome autoplay(Rng rng, Rng loop, double r, double duration_min, const WatchParams& p) {
  const SignalDraws u(rng);
  const double duration_s = duration_min * 60.0;
  const double watched_s = std::min(duration_s * gamma(loop, p.loop_shape, loop_scale(r, p)), 86400.0);
  SlotOutcome o;
  o.seen = true;
  o.clicked = duration_s <= 7 ? watched_s >= duration_s : watched_s > 7;
  o.completed = watched_s >= duration_s;
  o.skipped = watched_s < std::min(3.0, duration_s);
  o.watched_ms = std::llround(watched_s * 1000.0);
  signal(o, u, r, p);
  return o;
}

double expected_autoplay_ms(double r, double duration_min, const WatchParams& p) {
  return 60'000.0 * duration_min * p.loop_shape * loop_scale(r, p);
}

double valid_play_probability(double r, double duration_min, const WatchParams& p) {
  const double duration_s = duration_min * 60.0;
  return chi2_sf(2 * valid_from_s(duration_s) / (duration_s * loop_scale(r, p)), 2 * p.loop_shape);
}

SlotOutcome watch(Rng rng, double r, double clickbait, double duration_min, const WatchParams& p) {
  const double u_bounce = rng.uniform(), u_complete = rng.uniform(), u_length = rng.uniform_open();
  const double z = normal(rng);
  const SignalDraws u(rng);

  const Chances c = chances(r, clickbait, duration_min, p);
  const double duration_s = duration_min * 60.0;
  SlotOutcome o;
  o.seen = o.clicked = true;
  o.bounced = u_bounce < c.bounce;
  double watched_s;
  if (o.bounced) {
    watched_s = std::min(duration_s, -p.bounce_mean_s * std::log(u_length));
  } else if (u_complete < c.complete) {
    watched_s = duration_s;
    o.completed = true;
  } else {
    watched_s = duration_s * logistic(c.partial_logit + p.partial_sigma * z);
  }
  o.watched_ms = std::llround(watched_s * 1000.0);
  o.skipped = watched_s < std::min(10.0, 0.5 * duration_s);
  signal(o, u, r, p);
  return o;
}

double expected_watch_ms(double r, double clickbait, double duration_min, const WatchParams& p) {
  // Nodes and weights of 10-point Gauss-Hermite quadrature, integral of e^{-x^2} f(x) (Abramowitz & Stegun, table 25.10).
  constexpr std::array<double, 5> node{0.342901327223705, 1.036610829789514, 1.756683649299882, 2.532731674232790,
                                       3.436159118837738};
  constexpr std::array<double, 5> weight{6.108626337353e-1, 2.401386110823e-1, 3.387439445548e-2, 1.343645746781e-3,
                                         7.640432855233e-6};
  const Chances c = chances(r, clickbait, duration_min, p);
  double share = 0;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const double dz = std::numbers::sqrt2 * node[i] * p.partial_sigma;
    share += weight[i] * (logistic(c.partial_logit + dz) + logistic(c.partial_logit - dz));
  }
  share /= std::sqrt(std::numbers::pi);
  const double duration_s = duration_min * 60.0;
  const double bounce_s = p.bounce_mean_s * (1 - std::exp(-duration_s / p.bounce_mean_s));
  return 1000.0 * (c.bounce * bounce_s + (1 - c.bounce) * duration_s * (c.complete + (1 - c.complete) * share));
}

}  // namespace feedloop
