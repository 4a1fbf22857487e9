#include "stats/poisson_bootstrap.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Data {
  std::vector<double> w, r;
};

Data draw(std::size_t n) {
  Rng rng = stream({5}, Stream::Test, entity_key(n));
  Data d;
  for (std::size_t i = 0; i < n; ++i) {
    d.w.push_back(exponential(rng, 1));
    d.r.push_back(bernoulli(rng, 0.3) ? 1 : 0);
  }
  return d;
}

const std::vector<OffPolicySpec> kSpecs{{OffPolicyMethod::Ips}, {OffPolicyMethod::Snips}};

}  // namespace

TEST_CASE("the bootstrap's standard error is the delta method's") {
  const Data d = draw(3000);
  const LoggedRows rows{d.w, d.r, {}, {}};
  OffPolicySums sums(kSpecs);
  sums.add(rows);
  PoissonBootstrap bootstrap(kSpecs, 1000, {9});
  bootstrap.add(0, rows);
  // The relative error of a standard error from 1,000 replicates is 2.2 %: five of them, P < 1e-6.
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(bootstrap.se(s) == Approx(sums.estimate(s).se).epsilon(0.12));
    CHECK(bootstrap.interval(s, 0.05).contains(sums.estimate(s).value));
  }
}

TEST_CASE("resamples do not depend on how the log is cut") {
  const Data d = draw(1000);
  const LoggedRows rows{d.w, d.r, {}, {}};
  PoissonBootstrap whole(kSpecs, 40, {9}), a(kSpecs, 40, {9}), b(kSpecs, 40, {9});
  whole.add(0, rows);
  a.add(0, rows.part(0, 137));
  b.add(137, rows.part(137, 863));
  a.merge(b);
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t i = 0; i < 40; ++i) CHECK(a.values(s)[i] == Approx(whole.values(s)[i]).epsilon(1e-12));
}

TEST_CASE("units of several rows widen the bootstrap when rows repeat each other") {
  Data d = draw(1000), twice;
  for (std::size_t i = 0; i < 1000; ++i)
    for (int k = 0; k < 4; ++k) {
      twice.w.push_back(d.w[i]);
      twice.r.push_back(d.r[i]);
    }
  PoissonBootstrap single(kSpecs, 200, {9}), repeated(kSpecs, 200, {9});
  single.add(0, {d.w, d.r, {}, {}});
  repeated.add(0, {twice.w, twice.r, {}, {}}, 4);
  CHECK(repeated.se(0) == Approx(single.se(0)).epsilon(1e-9));
}

TEST_CASE("counts have the mean and variance of a Poisson variable") {
  // One spec of all ones: a replicate's value is 1 whenever anything was counted, so look at the sums through two units.
  std::vector<double> w(1, 1.0), r(1, 1.0);
  PoissonBootstrap one({{OffPolicyMethod::Snips}}, 40000, {4});
  one.add(0, {w, r, {}, {}});
  // Replicates that count the unit at all: 1 - 1/e = 0.632 of 40,000, sd 96; five of them.
  CHECK(std::abs(static_cast<double>(one.values(0).size()) - 40000 * (1 - std::exp(-1.0))) < 5 * 97);
}

TEST_CASE("quantiles lie between order statistics") {
  const std::vector<double> v{1, 2, 4};
  CHECK(interpolated_quantile(v, 0) == 1);
  CHECK(interpolated_quantile(v, 0.75) == 3);
  CHECK(interpolated_quantile(v, 1) == 4);
  CHECK(std::isnan(interpolated_quantile({}, 0.5)));
}
