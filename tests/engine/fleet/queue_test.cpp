#include "engine/fleet/queue.hpp"

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a job waits for those before it and no longer") {
  FifoQueue queue;
  CHECK(queue.join(1, 2) == 0);
  CHECK(queue.join(2, 2) == 1);  // until 3
  CHECK(queue.backlog_s(2) == 3);
  CHECK(queue.join(10, 1) == 0);
  CHECK(queue.backlog_s(11) == 0);
}

// Mean wait of M/M/1 in service times: rho / (1 - rho). Waits are correlated; their mean over n jobs has the asymptotic
// variance rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 / n (Whitt 1989, "Planning queueing simulations").
TEST_CASE("the mean wait of random arrivals and service is that of M/M/1") {
  for (const double rho : {0.3, 0.5, 0.8}) {
    FifoQueue queue;
    double now = 0, waited = 0;
    constexpr int kJobs = 200'000;
    for (int i = 0; i < kJobs; ++i) {
      Rng rng = stream({3}, Stream::Test, entity_key(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(rho * 10)));
      now += exponential(rng, 1 / rho);
      waited += queue.join(now, exponential(rng, 1));
    }
    const double se = std::sqrt(rho * (2 + 5 * rho - 4 * rho * rho + rho * rho * rho) / std::pow(1 - rho, 4) / kJobs);
    INFO("rho " << rho);
    CHECK(waited / kJobs == Approx(rho / (1 - rho)).margin(5 * se));  // 6e-7 each
  }
}
