// The simulated time and the failures of serving a request: what a platform's users would have waited, not what this machine
// took (engine/latency.hpp). Each service has a lognormal latency, a share of slow calls, a timeout and a breaker; a call that
// comes late or fails degrades the page instead of losing it. Draws are keyed by the request, so a slow call is slow in every
// world. What a whole fleet does (errors, breakers, load) moves between epochs only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/state.hpp"

namespace feedloop {

enum class Service : std::uint8_t { Store, Index, Ranker, Reranker };
constexpr std::size_t kServices = 4;
constexpr std::array<std::string_view, kServices> kServiceNames{"store", "index", "ranker", "reranker"};

struct ServiceParams {
  double median_ms = 10, sigma = 0.25;
  double slow_share = 0, slow_low_ms = 150, slow_high_ms = 400;
  double timeout_ms = 30, error_share = 0;
  double outage_from_days = 0, outage_minutes = 0;
  void describe(Describe& d);
};

struct BudgetParams {
  BudgetParams();
  bool simulate = false, parallel = true, timeouts = true, breakers = true;
  std::string on_store_failure = "cache";
  double gateway_median_ms = 23, gateway_sigma = 0.4, total_ms = 200;
  double breaker_error_share = 0.01, breaker_open_minutes = 5;
  double rank_item_us = 0;
  std::array<ServiceParams, kServices> service;
  void describe(Describe& d);
};

SimTime outage_begin(const ServiceParams& service);
bool is_down(const ServiceParams& service, SimTime now);

// What one request got. A service that is late, failed or not asked (its breaker is open) has not answered.
struct Served {
  float total_ms = 0;
  std::array<bool, kServices> asked{true, true, true, true}, answered{true, true, true, true}, failed{};
  bool over_budget = false;  // the page would have come after total_ms: popularity answers instead
};

// Breakers of all services, by the errors of the last epoch (Nygard 2007): closed, open for a while, then half open: one
// epoch of calls decides.
class Breakers {
 public:
  bool open(Service s) const { return open_[static_cast<std::size_t>(s)]; }
  // Between epochs. `asked` and `failed` count the calls of the epoch that ends at `now`.
  void observe(const BudgetParams& params, SimTime now, const std::array<std::int64_t, kServices>& asked,
               const std::array<std::int64_t, kServices>& failed);
  void visit_state(State& s) {
    s(open_);
    s(until_);
  }

 private:
  std::array<std::uint8_t, kServices> open_{};
  std::array<SimTime, kServices> until_{};
};

// `rng` is the request's own stream; the number of words it gives does not depend on the parameters. `ranked`: candidates that
// sources are asked for, as far as there are items.
Served serve_within(const BudgetParams& params, const Breakers& breakers, SimTime now, Rng rng, std::size_t ranked = 0);

}  // namespace feedloop
