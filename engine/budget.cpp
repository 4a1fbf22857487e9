#include "engine/budget.hpp"

#include <algorithm>

#include "base/distributions.hpp"

namespace feedloop {

void ServiceParams::describe(Describe& d) {
  d.number("median_ms", median_ms, {0.01, 10'000}, "ms", "Median time of a call.");
  d.number("sigma", sigma, {0, 3}, "", "Standard deviation of its logarithm.");
  d.number("slow_share", slow_share, {0, 1}, "share", "Calls that are slow instead.");
  d.number("slow_low_ms", slow_low_ms, {0, 100'000}, "ms", "A slow call takes at least this.");
  d.number("slow_high_ms", slow_high_ms, {0, 100'000}, "ms", "A slow call takes at most this.");
  d.number("timeout_ms", timeout_ms, {0.01, 100'000}, "ms", "After this the page goes on without the answer.");
  d.number("error_share", error_share, {0, 1}, "share", "Calls that fail.");
  d.number("outage_from_days", outage_from_days, {0, 3650}, "days", "When the service goes down, since the world's start.");
  d.number("outage_minutes", outage_minutes, {0, 1e6}, "min", "For how long; 0 = never.");
}

BudgetParams::BudgetParams() {
  service[static_cast<std::size_t>(Service::Store)].median_ms = 17;
  service[static_cast<std::size_t>(Service::Index)].median_ms = 8;
  auto& ranker = service[static_cast<std::size_t>(Service::Ranker)];
  ranker.median_ms = 25;
  ranker.sigma = 0.35;
  ranker.timeout_ms = 80;
  service[static_cast<std::size_t>(Service::Reranker)].median_ms = 10;
}

void BudgetParams::describe(Describe& d) {
  d.flag("simulate", simulate, "Draw a latency and failures for each request.");
  d.flag("parallel", parallel, "Ask the feature store and the index at once instead of one after the other.");
  d.flag("timeouts", timeouts, "Go on without a service that is late.");
  d.flag("breakers", breakers, "Stop asking a service whose calls fail.");
  d.text(
      "on_store_failure", on_store_failure, {"cache", "null"},
      "Without the feature store: rank by cached features while they may be trusted, then keep the order of retrieval; or rank "
      "by default values.");
  d.number("gateway_median_ms", gateway_median_ms, {0.01, 10'000}, "ms", "Median time of network, gateway and rendering.");
  d.number("gateway_sigma", gateway_sigma, {0, 3}, "", "Standard deviation of its logarithm.");
  d.number("total_ms", total_ms, {1, 100'000}, "ms", "With timeouts, a page that would take longer is popularity's.");
  d.number("rank_item_us", rank_item_us, {0, 1e6}, "µs",
           "What the ranker takes on top for each candidate that sources are asked for.");
  d.number("breaker_error_share", breaker_error_share, {0, 1}, "share", "A breaker opens above this share of failed calls.");
  d.number("breaker_open_minutes", breaker_open_minutes, {1, 1440}, "min", "How long it stays open.");
  for (std::size_t s = 0; s < kServices; ++s) d.group(kServiceNames[s], service[s]);
}

void Breakers::observe(const BudgetParams& p, SimTime now, const std::array<std::int64_t, kServices>& asked,
                       const std::array<std::int64_t, kServices>& failed) {
  for (std::size_t s = 0; s < kServices; ++s) {
    if (p.breakers && static_cast<double>(failed[s]) > p.breaker_error_share * static_cast<double>(asked[s])) {
      open_[s] = 1;
      until_[s] = now + from_seconds(p.breaker_open_minutes * 60);
    } else if (now >= until_[s]) {
      open_[s] = 0;
    }
  }
}

SimTime outage_begin(const ServiceParams& service) { return SimTime{0} + from_seconds(service.outage_from_days * 86400); }

bool is_down(const ServiceParams& service, SimTime now) {
  const SimTime begin = outage_begin(service);
  return now >= begin && now < begin + from_seconds(service.outage_minutes * 60);
}

Served serve_within(const BudgetParams& p, const Breakers& breakers, SimTime now, Rng rng, std::size_t ranked) {
  Served out;
  std::array<double, kServices> ms{};
  for (std::size_t s = 0; s < kServices; ++s) {
    const ServiceParams& service = p.service[s];
    // Every draw is made whatever the parameters: another timeout or outage leaves all other luck as it was.
    const double each = static_cast<Service>(s) == Service::Ranker ? p.rank_item_us / 1000 * static_cast<double>(ranked) : 0;
    const double usual = lognormal(rng, service.median_ms, service.sigma) + each;
    const double u_slow = rng.uniform(), u_long = rng.uniform(), u_error = rng.uniform();
    if (breakers.open(static_cast<Service>(s))) {
      out.asked[s] = out.answered[s] = false;
      continue;
    }
    ms[s] = u_slow < service.slow_share ? service.slow_low_ms + u_long * (service.slow_high_ms - service.slow_low_ms) : usual;
    const bool outage = is_down(service, now);
    out.failed[s] = outage || u_error < service.error_share;
    // A service that is down does not answer at all: the caller finds out by waiting.
    const bool late = p.timeouts && ms[s] > service.timeout_ms;
    if (outage || late) ms[s] = service.timeout_ms;
    out.answered[s] = !out.failed[s] && !late;
  }
  const double gateway = lognormal(rng, p.gateway_median_ms, p.gateway_sigma);
  const double store = ms[static_cast<std::size_t>(Service::Store)], index = ms[static_cast<std::size_t>(Service::Index)];
  const double fetched = p.parallel ? std::max(store, index) : store + index;
  double total =
      gateway + fetched + ms[static_cast<std::size_t>(Service::Ranker)] + ms[static_cast<std::size_t>(Service::Reranker)];
  if (p.timeouts && total > p.total_ms) {
    out.over_budget = true;
    total = p.total_ms;
  }
  out.total_ms = static_cast<float>(total);
  return out;
}

}  // namespace feedloop
