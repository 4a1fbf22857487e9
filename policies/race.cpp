#include "policies/race.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/distributions.hpp"
#include "stats/beta_tail.hpp"

namespace feedloop {
namespace {

constexpr double kLogTail = -23;      // log of the mass that may lie outside a runner's range: 1e-10
constexpr double kDeviations = 6.5;   // the same for the normal
constexpr double kStepsPerWidth = 4;  // of the narrowest runner
constexpr std::size_t kCentres = 51;  // (1 - 1 / e)^51 < 1e-10
constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::size_t kLanes = Race::kLanes;
typedef double Lanes __attribute__((vector_size(kLanes * sizeof(double))));
typedef std::int64_t Words __attribute__((vector_size(kLanes * sizeof(std::int64_t))));

Lanes load(const double* from) {
  Lanes v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

// e^x for x in [-700, 700], 0 below: to 1e-14. The sum with 1.5 * 2^52 has the nearest whole number in its last bits.
[[gnu::always_inline]] inline Lanes exponential_of(Lanes x) {
  constexpr double kWhole = 0x1.8p52;
  const Words in_range = x >= -700;
  const Lanes shifted = x * std::numbers::log2e + kWhole, n = shifted - kWhole;
  const Lanes r = x - n * 0x1.62e42fefa0000p-1 - n * 0x1.cf79abc9e3b39p-40;
  // Taylor's polynomial of degree 11 by Estrin's scheme.
  const Lanes r2 = r * r, r4 = r2 * r2;
  const Lanes low = (1 + r) + r2 * (r * (1.0 / 6) + 0.5),
              middle = (r * (1.0 / 120) + 1.0 / 24) + r2 * (r * (1.0 / 5040) + 1.0 / 720),
              high = (r * (1.0 / 362880) + 1.0 / 40320) + r2 * (r * (1.0 / 39916800) + 1.0 / 3628800);
  const Lanes p = low + r4 * (middle + r4 * high);
  return reinterpret_cast<Lanes>((reinterpret_cast<Words>(p) + (reinterpret_cast<Words>(shifted) << 52)) & in_range);
}

// Bernstein's bound for the beta distribution (Skorski 2023, theorem 1): P(X > mean + d) <= exp(-d^2 / (2 (v + c d / 3))),
// solved for the d of probability e^-e; where c < 0 it holds with c = 0. The lower tail is that of 1 - X: `Number` is one or
// lanes.
template <class Number>
struct Bernstein {
  Number mean, variance, c;
  Bernstein(Number a, Number b) {
    const Number sum = a + b, q = 1 / (sum * (sum + 1) * (sum + 2));
    mean = a * (sum + 1) * (sum + 2) * q;
    variance = mean * b * (sum + 2) * q;
    c = 2 * (b - a) * (sum + 1) * q;
  }
};
double above(double half, double variance_e) { return half + std::sqrt(half * half + 2 * variance_e); }

double log_odds(double x) { return x <= 0 ? -kInfinity : x >= 1 ? kInfinity : std::log(x / (1 - x)); }

double highest(Posterior kind, const Race::Runner& r) {
  if (kind == Posterior::Gaussian) return r.a + kDeviations * r.b;
  const Bernstein<double> k(r.a, r.b);
  return log_odds(k.mean + above(std::max(0.0, -k.c * kLogTail / 3), -k.variance * kLogTail));
}

double lowest(Posterior kind, const Race::Runner& r) {
  if (kind == Posterior::Gaussian) return r.a - kDeviations * r.b;
  const Bernstein<double> k(r.a, r.b);
  return log_odds(k.mean - above(std::max(0.0, k.c * kLogTail / 3), -k.variance * kLogTail));
}

// The density of t is at most e^(a t) / B and e^(-b t) / B, which bounds the tails of who has no bound above or below.
double lowest_by_slope(const Race::Runner& r) { return (kLogTail + std::log(r.a) + log_beta(r.a, r.b)) / r.a; }

// At or below the mean of t, above which a log-concave density has at least 1 / e of its mass (Lovasz & Vempala 2007, lemma
// 5.4). Of betas the mean is digamma(a) - digamma(b), and log z - 1 / z < digamma(z) < log z - 1 / (2 z).
double centre_of(Posterior kind, const Race::Runner& r) {
  return kind == Posterior::Gaussian ? r.a : std::log(r.a / r.b) - 1 / r.a + 0.5 / r.b;
}

double width_of(Posterior kind, const Race::Runner& r) {
  // A bell steeper than the unit logistic's (one parameter small) is as wide as that.
  return kind == Posterior::Gaussian ? r.b : std::min(1.0, std::sqrt(1 / r.a + 1 / r.b));
}

double below_at(Posterior kind, const Race::Runner& r, double t) {
  return kind == Posterior::Gaussian ? 0.5 * std::erfc((r.a - t) / (r.b * std::numbers::sqrt2))
                                     : -std::expm1(BetaTail(r.a, r.b).log_upper(t));
}

// log f of one runner or of a group at a node: of the normal at t, of the beta at log x and log(1 - x).
template <class Number>
struct LogDensity {
  Number a, b, norm;  // the normal: mean, 1 / deviation
  Number normal(double t) const {
    const Number z = (t - a) * b;
    return -0.5 * z * z - norm;
  }
  Number beta(double log_x, double log_rest) const { return a * log_x + b * log_rest - norm; }
};

LogDensity<double> log_density_of(Posterior kind, const Race::Runner& r) {
  if (kind == Posterior::Beta) return {r.a, r.b, log_beta(r.a, r.b)};
  return {r.a, 1 / r.b, std::log(r.b) + 0.5 * std::log(2 * std::numbers::pi)};
}

// Where the grid's nodes are: t, and of betas log x, log(1 - x) and x.
struct Nodes {
  std::vector<double> t, log_x, log_rest, x;
  Nodes(Posterior kind, double low, double step, std::size_t n) : t(n) {
    for (std::size_t i = 0; i < n; ++i) t[i] = low + step * static_cast<double>(i);
    if (kind == Posterior::Gaussian) return;
    for (const double at : t) {
      const double small = std::exp(-std::fabs(at)), less = -std::log1p(small);
      log_x.push_back(less + std::min(at, 0.0));
      log_rest.push_back(less - std::max(at, 0.0));
      x.push_back((at < 0 ? small : 1) / (1 + small));
    }
  }
};

// -log(w / 2^32) from above: the logarithm to base 2 is above its chord between powers of two, and that is what the bits of a
// floating-point number say (Mitchell 1962).
double log_bound(std::uint32_t w) {
  const auto bits = static_cast<double>(std::bit_cast<std::int64_t>(static_cast<double>(w)) >> 20);
  return std::numbers::ln2 * (32 + 1023 - bits * 0x1p-32) * (1 + 1e-12);
}

}  // namespace

Race::Race(Posterior kind, std::vector<Runner> runners, int slots)
    : kind_(kind), runners_(std::move(runners)), slots_(static_cast<std::size_t>(std::max(1, slots))) {}

std::size_t Race::draw(Rng& rng, std::span<const std::uint16_t> admitted) const {
  if (kind_ == Posterior::Beta && admitted.size() >= kManyRunners) return draw_of_many(rng, admitted);
  std::size_t best = 0;
  double most = -kInfinity;
  for (std::size_t i = 0; i < admitted.size(); ++i) {
    const Runner& r = runners_[admitted[i]];
    const double x = kind_ == Posterior::Gaussian ? r.a + r.b * normal(rng) : beta(rng, r.a, r.b);
    if (x > most) most = x, best = i;
  }
  return best;
}

std::size_t Race::draw_of_many(Rng& rng, std::span<const std::uint16_t> admitted) const {
  // Tail probabilities are (w + u) / 2^32: a word w each bounds the values, u is drawn only for who is worked out.
  static thread_local std::vector<std::uint32_t> word;
  static thread_local std::vector<double> as, bs, ceiling;
  const std::size_t n = admitted.size(), padded = (n + kLanes - 1) / kLanes * kLanes;
  word.resize(n), as.resize(padded, 1), bs.resize(padded, 1), ceiling.resize(padded, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const Runner& r = runners_[admitted[i]];
    as[i] = r.a, bs[i] = r.b;
    word[i] = rng();
    ceiling[i] = log_bound(word[i]);
  }
  for (std::size_t i = 0; i < padded; i += kLanes) {
    const Bernstein<Lanes> k(load(&as[i]), load(&bs[i]));
    const Lanes e = load(&ceiling[i]), half = (k.c > 0 ? k.c : Lanes{}) * e / 3;
    const Lanes square = half * half + 2 * k.variance * e;
    Lanes root;
    for (std::size_t l = 0; l < kLanes; ++l) root[l] = std::sqrt(square[l]);
    const Lanes top = k.mean + half + root;
    std::memcpy(&ceiling[i], &top, sizeof top);
  }
  const auto log_tail = [&](std::size_t i) { return std::log((static_cast<double>(word[i]) + rng.uniform_open()) * 0x1p-32); };
  const std::size_t first = static_cast<std::size_t>(
      std::max_element(ceiling.begin(), ceiling.begin() + static_cast<std::ptrdiff_t>(n)) - ceiling.begin());
  std::size_t best = n;
  double most = 0, most_x = 0;  // log odds and probability
  const auto consider = [&](std::size_t i) {
    const BetaTail tail(as[i], bs[i]);
    const double log_p = log_tail(i);
    if (best < n && tail.log_upper(most) <= log_p) return;
    most = tail.upper_quantile(log_p, ceiling[i] < 1 ? log_odds(ceiling[i]) : -kInfinity);
    most_x = logistic(most);
    best = i;
  };
  consider(first);
  for (std::size_t i = 0; i < n; ++i)
    if (ceiling[i] > most_x && i != first) consider(i);
  return best;
}

bool Race::reaches(std::span<const std::uint16_t> admitted) const {
  std::size_t centres = 0;
  return std::any_of(admitted.begin(), admitted.end(),
                     [&](std::uint16_t at) { return floors_[at] >= low_ || (centres_[at] >= low_ && ++centres > kCentres); });
}

void Race::lay_grid(std::span<const std::uint16_t> admitted) const {
  const std::size_t n = runners_.size(), spare = slots_ - 1;
  if (floors_.empty())
    for (const Runner& r : runners_) floors_.push_back(lowest(kind_, r)), centres_.push_back(centre_of(kind_, r));
  // The largest value cannot lie below the best lower end of those who are certainly there, nor below as many centres as make
  // it 1e-10 that all are lower.
  const auto largest_but = [&](std::size_t better, const std::vector<double>& values) {
    std::vector<double> theirs;
    for (const std::uint16_t at : admitted) theirs.push_back(values[at]);
    const auto at = theirs.begin() + static_cast<std::ptrdiff_t>(std::min(better, theirs.size() - 1));
    std::nth_element(theirs.begin(), at, theirs.end(), std::greater<>());
    return *at;
  };
  low_ = largest_but(spare, floors_);
  if (spare + kCentres < admitted.size()) low_ = std::max(low_, largest_but(spare + kCentres, centres_));
  if (low_ == -kInfinity) {
    for (std::size_t j = 0; j < n; ++j)
      if (floors_[j] == -kInfinity) floors_[j] = lowest_by_slope(runners_[j]);
    low_ = largest_but(spare, floors_);
  }
  struct Active {
    double high;
    std::uint32_t runner;
    LogDensity<double> log_density;
  };
  std::vector<Active> active;
  double high = low_, width = kInfinity;
  for (std::size_t j = 0; j < n; ++j) {
    Active one{highest(kind_, runners_[j]), static_cast<std::uint32_t>(j), {}};
    if (one.high <= low_) continue;
    one.log_density = log_density_of(kind_, runners_[j]);
    if (kind_ == Posterior::Beta)
      one.high = std::min(one.high, -(kLogTail + std::log(runners_[j].b) + one.log_density.norm) / runners_[j].b);
    if (one.high <= low_) continue;
    high = std::max(high, one.high), width = std::min(width, width_of(kind_, runners_[j]));
    active.push_back(one);
  }
  std::sort(active.begin(), active.end(),
            [](const Active& x, const Active& y) { return x.high != y.high ? x.high > y.high : x.runner < y.runner; });
  const double wanted = std::ceil((high - low_) / (width / kStepsPerWidth)) + 1;
  coarse_ = wanted > static_cast<double>(kMaxNodes);
  nodes_ = coarse_ ? kMaxNodes : static_cast<std::size_t>(std::max(wanted, 8.0));
  step_ = (high - low_) / static_cast<double>(nodes_ - 1);

  const Nodes nodes(kind_, low_, step_, nodes_);
  lane_of_.assign(n, static_cast<std::uint32_t>((active.size() + kLanes - 1) / kLanes * kLanes));
  groups_.clear();
  std::size_t room = 0;
  for (std::size_t first = 0; first < active.size(); first += kLanes) {
    const std::size_t here = std::min(nodes_, static_cast<std::size_t>((active[first].high - low_) / step_) + 2);
    groups_.push_back({here, room});
    room += here * kLanes;
  }
  below_.resize(room);
  const double h2 = step_ * step_;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    LogDensity<Lanes> k;
    for (std::size_t l = 0; l < kLanes; ++l) {
      const std::size_t at = g * kLanes + l;
      const Active& one = active[std::min(at, active.size() - 1)];
      k.a[l] = one.log_density.a, k.b[l] = one.log_density.b, k.norm[l] = one.log_density.norm;
      if (at < active.size()) lane_of_[one.runner] = static_cast<std::uint32_t>(at);
    }
    Lanes sum{};
    for (std::size_t m = groups_[g].nodes; m-- > 0;) {
      // 1 - F(t) = trapezoids + h^2/12 f' - h^4/720 f''' at t, with f' = f g, f''' = f (g^3 + 3 g g1 + g2).
      Lanes f, d, d1, d2;
      if (kind_ == Posterior::Gaussian) {
        f = exponential_of(k.normal(nodes.t[m]));
        d = (k.a - nodes.t[m]) * k.b * k.b, d1 = -k.b * k.b, d2 = Lanes{};
      } else {
        const double x = nodes.x[m];
        f = exponential_of(k.beta(nodes.log_x[m], nodes.log_rest[m]));
        d = k.a - (k.a + k.b) * x, d1 = -(k.a + k.b) * (x * (1 - x)), d2 = d1 * (1 - 2 * x);
      }
      const Lanes above = sum + f * (step_ / 2 + h2 / 12 * d - h2 * h2 / 720 * (d * (d * d + 3 * d1) + d2));
      sum += f * step_;
      Lanes below = 1 - above;
      for (std::size_t l = 0; coarse_ && l < kLanes; ++l) {  // too coarse to sum the narrow ones
        const std::uint32_t at = active[std::min(g * kLanes + l, active.size() - 1)].runner;
        if (width_of(kind_, runners_[at]) < kStepsPerWidth * step_)
          below[l] = nodes.t[m] < floors_[at] ? 0 : below_at(kind_, runners_[at], nodes.t[m]);
      }
      below = below > 1 ? Lanes{} + 1 : below < 0 ? Lanes{} : below;
      std::memcpy(&below_[groups_[g].at + m * kLanes], &below, sizeof below);
    }
  }
}

double Race::integral(std::span<const std::uint16_t> admitted, std::size_t i, std::size_t stride) const {
  static thread_local std::vector<double> product;      // by node and lane
  static thread_local std::vector<std::int64_t> there;  // by lane of the groups, 0 or -1
  product.assign(nodes_ * kLanes, 1.0);
  there.assign((groups_.size() + 1) * kLanes, 0);
  for (std::size_t j = 0; j < admitted.size(); ++j)
    if (j != i) there[lane_of_[admitted[j]]] = -1;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    Words mask;
    std::memcpy(&mask, &there[g * kLanes], sizeof mask);
    const double* below = below_.data() + groups_[g].at;
    for (std::size_t m = 0; m < groups_[g].nodes; ++m) {
      const Lanes f = load(below + m * kLanes), p = load(&product[m * kLanes]) * (mask ? f : Lanes{} + 1);
      std::memcpy(&product[m * kLanes], &p, sizeof p);
    }
  }
  const std::uint32_t own = lane_of_[admitted[i]];
  if (own >= groups_.size() * kLanes) return 0;
  const LogDensity<double> log_density = log_density_of(kind_, runners_[admitted[i]]);
  double sum = 0;
  for (std::size_t m = 0; m < groups_[own / kLanes].nodes; m += stride) {
    const double t = low_ + step_ * static_cast<double>(m), less = -std::log1p(std::exp(-std::fabs(t)));
    const double log_f = kind_ == Posterior::Gaussian ? log_density.normal(t)
                                                      : log_density.beta(less + std::min(t, 0.0), less - std::max(t, 0.0));
    const double* p = &product[m * kLanes];
    sum += std::exp(log_f) * ((p[0] * p[1]) * (p[2] * p[3]));
  }
  return sum * step_ * static_cast<double>(stride);
}

double Race::propensity(std::span<const std::uint16_t> admitted, std::size_t i) const {
  if (admitted.size() == 1) return 1;
  if (nodes_ == 0 || !reaches(admitted)) lay_grid(admitted);
  return std::clamp(integral(admitted, i, 1), 1e-12, 1.0);
}

double Race::propensity_error(std::span<const std::uint16_t> admitted, std::size_t i, double p) const {
  return coarse_ && admitted.size() > 1 ? std::fabs(p - integral(admitted, i, 2)) : 0;
}

}  // namespace feedloop
