#include "stats/off_policy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/check.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kBlock = 512;  // rows whose columns stay in the first-level cache
constexpr std::size_t kCount = 0, kX = 1, kY = 2, kZ = 3, kTerms = 4;

typedef double Lanes __attribute__((vector_size(32)));
constexpr std::size_t kLanes = 4;

struct alignas(32) Column {
  std::array<double, kBlock> at;
};

// The sum of f over whole vectors, four in turn, then over the rest: the order of additions is fixed, whatever the compiler
// makes of it. `f` is called with loaders of vectors and of single numbers.
template <class F>
double total(std::size_t n, F f) {
  Lanes s0{}, s1{}, s2{}, s3{};  // by name: an array of them would live in memory
  std::size_t i = 0;
  const auto vector = [](std::size_t at) {
    return [at](const Column& c) { return *reinterpret_cast<const Lanes*>(&c.at[at]); };
  };
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    s0 += f(vector(i));
    s1 += f(vector(i + kLanes));
    s2 += f(vector(i + 2 * kLanes));
    s3 += f(vector(i + 3 * kLanes));
  }
  const Lanes t = (s0 + s1) + (s2 + s3);
  double out = (t[0] + t[1]) + (t[2] + t[3]);
  for (; i < n; ++i) out += f([i](const Column& c) { return c.at[i]; });
  return out;
}

double sum(const Column& a, std::size_t n) {
  return total(n, [&](auto at) { return at(a); });
}

double product(const Column& a, double mean_a, const Column& b, double mean_b, std::size_t n) {
  return total(n, [&](auto at) { return (at(a) - mean_a) * (at(b) - mean_b); });
}

bool has_x(OffPolicyMethod m) { return uses_model(m) || !is_normalised(m); }

// The weight that a method really uses.
double effective_weight(const OffPolicySpec& spec, double w) {
  const double c = spec.parameter;
  switch (spec.method) {
    case OffPolicyMethod::Replay:
      return w > 0 ? 1 : 0;
    case OffPolicyMethod::ClippedIps:
    case OffPolicyMethod::ClippedSnips:
    case OffPolicyMethod::ClippedDr:
      return std::min(w, c);
    case OffPolicyMethod::SubGaussianIps:
    case OffPolicyMethod::SubGaussianDr:
      return w / (1 - c + c * w);
    case OffPolicyMethod::SwitchDr:
      return w <= c ? w : 0;
    case OffPolicyMethod::ShrunkDr:
      return std::isinf(c) ? w : c * w / (w * w + c);
    case OffPolicyMethod::Dm:
      return 0;
    case OffPolicyMethod::Ips:
    case OffPolicyMethod::Snips:
    case OffPolicyMethod::Dr:
    case OffPolicyMethod::Sndr:
      return w;
  }
  return w;
}

OffPolicyTerms terms_of(const OffPolicySpec& spec, double w, double r, double q, double v) {
  const double u = effective_weight(spec, w);
  const bool model = uses_model(spec.method);
  const double product = u * (model ? r - q : r), base = model ? v : 0;
  if (is_normalised(spec.method)) return {1, base, product, u};
  return {1, base + product, 0, 0};
}

Lanes load(const double* p) {
  Lanes v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

// out[i] = f(i) for whole vectors, then for the rest: `f` is called with loaders of one and of the other.
template <class F>
void each(std::size_t n, Column& out, F f) {
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) *reinterpret_cast<Lanes*>(&out.at[i]) = f([i](const double* p) { return load(p + i); });
  for (; i < n; ++i) out.at[i] = f([i](const double* p) { return p[i]; });
}

// A column at a time, so that the four methods of every day run over whole vectors.
void fill(const OffPolicySpec& spec, const LoggedRows& rows, Column& x, Column& y, Column& z) {
  const std::size_t n = rows.size();
  const double *w = rows.weight.data(), *r = rows.reward.data(), *q = rows.q.data(), *v = rows.v.data();
  switch (spec.method) {
    case OffPolicyMethod::Ips:
      return each(n, x, [&](auto at) { return at(w) * at(r); });
    case OffPolicyMethod::Snips:
      each(n, y, [&](auto at) { return at(w) * at(r); });
      std::copy(w, w + n, z.at.begin());
      return;
    case OffPolicyMethod::Dm:
      std::copy(v, v + n, x.at.begin());
      return;
    case OffPolicyMethod::Dr:
      return each(n, x, [&](auto at) { return at(v) + at(w) * (at(r) - at(q)); });
    default: {
      const bool model = uses_model(spec.method);
      for (std::size_t i = 0; i < n; ++i) {
        const OffPolicyTerms t = terms_of(spec, w[i], r[i], model ? q[i] : 0, model ? v[i] : 0);
        x.at[i] = t.x;
        y.at[i] = t.y;
        z.at[i] = t.z;
      }
    }
  }
}

void block_moments(const OffPolicySpec& spec, const LoggedRows& rows, VectorMoments& m) {
  Column column[kTerms];
  fill(spec, rows, column[kX], column[kY], column[kZ]);
  const std::size_t n = rows.size();
  m.n = static_cast<std::int64_t>(n);
  m.mean.assign(kTerms, 0.0);
  m.products.assign(kTerms * kTerms, 0.0);
  m.mean[kCount] = 1;
  const std::size_t first = has_x(spec.method) ? kX : kY, last = is_normalised(spec.method) ? kZ : kX;
  for (std::size_t a = first; a <= last; ++a) m.mean[a] = sum(column[a], n) / static_cast<double>(n);
  for (std::size_t a = first; a <= last; ++a)
    for (std::size_t b = first; b <= a; ++b)
      m.products[a * kTerms + b] = product(column[a], m.mean[a], column[b], m.mean[b], n);
}

WeightSummary block_weights(std::span<const double> weight) {
  typedef std::int64_t Counts __attribute__((vector_size(32)));
  WeightSummary s;
  s.rows = std::ssize(weight);
  Column w{};
  std::copy(weight.begin(), weight.end(), w.at.begin());
  s.mean = sum(w, weight.size()) / static_cast<double>(s.rows);
  s.m2 = product(w, s.mean, w, s.mean, weight.size());
  Lanes largest{};
  Counts zeros{};  // a comparison that holds is -1; the padding counts as zeros and is taken off again
  for (std::size_t i = 0; i < kBlock; i += kLanes) {
    const Lanes x = load(&w.at[i]);
    largest = x > largest ? x : largest;
    zeros += x <= 0;
  }
  s.zeros = -(zeros[0] + zeros[1] + zeros[2] + zeros[3]) - static_cast<std::int64_t>(kBlock - weight.size());
  s.largest = std::max(std::max(largest[0], largest[1]), std::max(largest[2], largest[3]));
  return s;
}

OffPolicyEstimate estimate_of(const OffPolicySpec& spec, const VectorMoments& m) {
  OffPolicyEstimate out;
  out.units = m.n;
  const double count = m.mean[kCount], z = m.mean[kZ];
  const bool ratio = is_normalised(spec.method);
  if (m.n == 0 || !(count > 0) || (ratio && !(z > 0))) return out;
  const double base = m.mean[kX] / count, part = ratio ? m.mean[kY] / z : 0;
  out.value = base + part;
  if (m.n < 2) return out;
  std::array<double, kTerms> gradient{-base / count, 1 / count, ratio ? 1 / z : 0, ratio ? -part / z : 0};
  out.se = std::sqrt(m.variance_of_mean(gradient));
  gradient[kZ] = 0;
  out.se_fixed = std::sqrt(m.variance_of_mean(gradient));
  out.status = out.se > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return out;
}

}  // namespace

std::string_view to_string(OffPolicyMethod m) {
  switch (m) {
    case OffPolicyMethod::Replay:
      return "replay";
    case OffPolicyMethod::Ips:
      return "ips";
    case OffPolicyMethod::ClippedIps:
      return "clipped_ips";
    case OffPolicyMethod::Snips:
      return "snips";
    case OffPolicyMethod::ClippedSnips:
      return "clipped_snips";
    case OffPolicyMethod::SubGaussianIps:
      return "sub_gaussian_ips";
    case OffPolicyMethod::Dm:
      return "dm";
    case OffPolicyMethod::Dr:
      return "dr";
    case OffPolicyMethod::ClippedDr:
      return "clipped_dr";
    case OffPolicyMethod::Sndr:
      return "sndr";
    case OffPolicyMethod::SwitchDr:
      return "switch_dr";
    case OffPolicyMethod::ShrunkDr:
      return "shrunk_dr";
    case OffPolicyMethod::SubGaussianDr:
      return "sub_gaussian_dr";
  }
  return "unknown";
}

bool uses_model(OffPolicyMethod m) { return m >= OffPolicyMethod::Dm; }

bool is_normalised(OffPolicyMethod m) {
  return m == OffPolicyMethod::Replay || m == OffPolicyMethod::Snips || m == OffPolicyMethod::ClippedSnips ||
         m == OffPolicyMethod::Sndr;
}

LoggedRows LoggedRows::part(std::size_t begin, std::size_t count) const {
  return {weight.subspan(begin, count), reward.subspan(begin, count), q.empty() ? q : q.subspan(begin, count),
          v.empty() ? v : v.subspan(begin, count)};
}

OffPolicyTerms off_policy_terms(const OffPolicySpec& spec, const LoggedRows& unit) {
  const bool model = uses_model(spec.method);
  OffPolicyTerms total;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const OffPolicyTerms t = terms_of(spec, unit.weight[i], unit.reward[i], model ? unit.q[i] : 0, model ? unit.v[i] : 0);
    total.count += t.count;
    total.x += t.x;
    total.y += t.y;
    total.z += t.z;
  }
  return total;
}

double WeightSummary::effective_rows() const {
  if (!(mean > 0)) return 0;
  const double n = static_cast<double>(rows);
  return n * n * mean * mean / (m2 + n * mean * mean);
}

double WeightSummary::largest_share() const { return mean > 0 ? largest / (mean * static_cast<double>(rows)) : 0; }

double WeightSummary::mean_se() const {
  const double n = static_cast<double>(rows);
  return rows < 2 ? kNaN : std::sqrt(m2 / (n - 1) / n);
}

void WeightSummary::merge(const WeightSummary& other) {
  if (other.rows == 0) return;
  const double na = static_cast<double>(rows), nb = static_cast<double>(other.rows), delta = other.mean - mean;
  m2 += other.m2 + delta * delta * na * nb / (na + nb);
  mean += delta * nb / (na + nb);
  rows += other.rows;
  zeros += other.zeros;
  largest = std::max(largest, other.largest);
}

OffPolicySums::OffPolicySums(std::vector<OffPolicySpec> specs)
    : specs_(std::move(specs)), moments_(specs_.size(), VectorMoments(kTerms)) {}

void OffPolicySums::add(const LoggedRows& rows) {
  VectorMoments scratch(kTerms);
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const LoggedRows block = rows.part(begin, std::min(kBlock, rows.size() - begin));
    weights_.merge(block_weights(block.weight));
    for (std::size_t s = 0; s < specs_.size(); ++s) {
      block_moments(specs_[s], block, scratch);
      moments_[s].merge(scratch);
    }
  }
}

void OffPolicySums::add_unit(const LoggedRows& rows) {
  if (rows.size() == 0) return;
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock)
    weights_.merge(block_weights(rows.weight.subspan(begin, std::min(kBlock, rows.size() - begin))));
  for (std::size_t s = 0; s < specs_.size(); ++s) {
    const OffPolicyTerms t = off_policy_terms(specs_[s], rows);
    moments_[s].add(std::array{t.count, t.x, t.y, t.z});
  }
}

void OffPolicySums::merge(const OffPolicySums& other) {
  FEEDLOOP_CHECK(specs_ == other.specs_, "sums of different estimators");
  weights_.merge(other.weights_);
  for (std::size_t s = 0; s < specs_.size(); ++s) moments_[s].merge(other.moments_[s]);
}

OffPolicyEstimate OffPolicySums::estimate(std::size_t spec) const { return estimate_of(specs_[spec], moments_[spec]); }

PlainOffPolicySums::PlainOffPolicySums(std::vector<OffPolicySpec> specs)
    : specs_(std::move(specs)), moments_(specs_.size(), VectorMoments(kTerms)) {}

void PlainOffPolicySums::add(double weight, double reward, double q, double v) {
  for (std::size_t s = 0; s < specs_.size(); ++s) {
    const OffPolicyTerms t = terms_of(specs_[s], weight, reward, q, v);
    moments_[s].add(std::array{t.count, t.x, t.y, t.z});
  }
}

OffPolicyEstimate PlainOffPolicySums::estimate(std::size_t spec) const { return estimate_of(specs_[spec], moments_[spec]); }

std::optional<std::size_t> select_by_error(std::span<const OffPolicyEstimate> estimates) {
  std::optional<std::size_t> chosen;
  double least = kInfinity;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const double bias = estimates[i].value - estimates[0].value, error = estimates[i].se * estimates[i].se + bias * bias;
    if (!(error < least)) continue;
    least = error;
    chosen = i;
  }
  return chosen;
}

}  // namespace feedloop
