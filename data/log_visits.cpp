#include "data/log_visits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/check.hpp"

namespace feedloop {
namespace {

constexpr double kBin = 0.05;  // of ln(seconds)
constexpr int kRounds = 500;

struct Kind {
  double weight, mean, sd;
  double density(double x) const {
    const double z = (x - mean) / sd;
    return weight * std::exp(-0.5 * z * z) / (sd * std::sqrt(2 * std::numbers::pi));
  }
};

struct Moments {
  double n = 0, sum = 0, squares = 0;
  void add(double x, double w) {
    n += w;
    sum += w * x;
    squares += w * x * x;
  }
  Kind kind(double total) const {
    const double mean = sum / n;
    return {n / total, mean, std::sqrt(std::max(squares / n - mean * mean, kBin * kBin))};
  }
};

}  // namespace

LogVisits split_visits(const InteractionLog& log, double gap_min) {
  FEEDLOOP_CHECK(log.has_time && log.has_users() && gap_min > 0, "visits of nobody, or at no time");
  LogVisits out;
  out.gap_min = gap_min;
  const auto gap_ms = static_cast<std::int64_t>(gap_min * 60'000);
  std::int64_t page_ms = 0, busy_until_ms = 0;  // of the viewer at hand
  for (const LogRow& row : log.seen) {
    const bool known = !out.visits.empty() && out.visits.back().viewer == row.viewer;
    const bool same_page = known && row.time_ms == page_ms;
    const std::int64_t silence = known ? std::max<std::int64_t>(0, row.time_ms - busy_until_ms) : 0;
    if (!known || (!same_page && silence > gap_ms)) {
      if (known) out.between_s.push_back(static_cast<double>(silence) / 1000);
      out.visits.push_back({row.viewer, row.time_ms, row.time_ms, 1, 1});
    } else {
      if (!same_page && silence >= 1000) out.within_s.push_back(static_cast<double>(silence) / 1000);
      ++out.visits.back().rows;
      out.visits.back().pages += !same_page;
    }
    const auto played_ms = std::isnan(row.played_s) ? 0 : static_cast<std::int64_t>(1000 * static_cast<double>(row.played_s));
    busy_until_ms = (same_page ? busy_until_ms : row.time_ms) + played_ms;
    page_ms = row.time_ms;
    out.visits.back().end_ms = std::max(out.visits.back().end_ms, busy_until_ms);
  }
  std::sort(out.within_s.begin(), out.within_s.end());
  std::sort(out.between_s.begin(), out.between_s.end());
  return out;
}

double gap_crossing_min(std::span<const double> silences_s) {
  constexpr std::size_t kBins = 500;  // up to e^25 s
  std::array<double, kBins> count{};
  Moments all;
  for (const double s : silences_s) {
    if (!(s >= 1)) continue;
    const double x = std::log(s);
    count[std::min(kBins - 1, static_cast<std::size_t>(x / kBin))] += 1;
    all.add(x, 1);
  }
  if (all.n < 100) return kNaN;
  const auto centre = [](std::size_t b) { return kBin * (static_cast<double>(b) + 0.5); };
  const auto log_likelihood = [&](const auto& density) {
    double sum = 0;
    for (std::size_t b = 0; b < kBins; ++b)
      if (count[b] > 0) sum += count[b] * std::log(std::max(density(centre(b)), 1e-300));
    return sum;
  };
  const Kind one = all.kind(all.n);
  Kind low{0.5, one.mean - one.sd, one.sd / 2}, high{0.5, one.mean + one.sd, one.sd / 2};
  for (int round = 0; round < kRounds; ++round) {
    Moments a, b;
    for (std::size_t k = 0; k < kBins; ++k) {
      if (count[k] == 0) continue;
      const double x = centre(k), p = low.density(x), q = high.density(x);
      const double share = p + q > 0 ? p / (p + q) : x < one.mean;
      a.add(x, count[k] * share);
      b.add(x, count[k] * (1 - share));
    }
    if (a.n < 1 || b.n < 1) return kNaN;
    low = a.kind(all.n);
    high = b.kind(all.n);
  }
  const double two = log_likelihood([&](double x) { return low.density(x) + high.density(x); });
  const double single = log_likelihood([&](double x) { return one.density(x); });
  if (two - single < 1.5 * std::log(all.n) || high.mean - low.mean < 2 * std::max(low.sd, high.sd)) return kNaN;
  // Between the means the difference of the densities changes sign once.
  double from = low.mean, to = high.mean;
  for (int k = 0; k < 60; ++k) {
    const double mid = 0.5 * (from + to);
    (low.density(mid) > high.density(mid) ? from : to) = mid;
  }
  return std::exp(from) / 60;
}

}  // namespace feedloop
