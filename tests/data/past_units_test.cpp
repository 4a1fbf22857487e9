#include "data/past_units.hpp"

#include <unistd.h>

#include <cmath>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

struct TempFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() / fmt::format("feedloop_past_units_{}.csv", getpid());
  explicit TempFile(std::string_view text) { write_file(path, text); }
  ~TempFile() { std::filesystem::remove(path); }
};

PastUnits read(std::string_view text, UnitColumns columns) {
  const TempFile file(text);
  columns.file = file.path;
  return read_past_units(columns);
}

std::string fault(std::string_view text, const UnitColumns& columns) {
  try {
    read(text, columns);
  } catch (const Error& e) {
    return e.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a mean's value and variance are those of the column") {
  const PastUnits u = read("x\n1\n2\n3\n6\n", {.num = "x"});
  CHECK(u.units == 4);
  CHECK(u.metric.control == Approx(3));
  CHECK(u.metric.variance == Approx(14.0 / 3));
}

TEST_CASE("a ratio's variance is the delta method's and correlation and clusters are measured") {
  // 400 households of 5: num = den (3 + household + own) with den uniform on [1, 2]. Of the linearised metric den (household +
  // own) the variance is 2 * 7 / 3 and the covariance in a household 1.5^2; with the covariate (household + own + noise) / 2,
  // of variance 3 / 4, it is 1.5.
  std::string text = "h,n,d,p\n";
  for (std::uint32_t h = 0; h < 400; ++h) {
    Rng rng = stream({5}, Stream::Bootstrap, entity_key(h));
    const double common = normal(rng);
    for (int i = 0; i < 5; ++i) {
      const double own = normal(rng), d = 1 + rng.uniform(), x = 3 + common + own;
      text += fmt::format("{},{},{},{}\n", h, d * x, d, 0.5 * (x - 3) + 0.5 * normal(rng));
    }
  }
  const PastUnits u = read(text, {.num = "n", .den = "d", .pre_num = "p", .cluster = "h"});
  CHECK(u.metric.control == Approx(3).epsilon(0.1));
  CHECK(u.clusters == 400);
  CHECK(u.cluster_size == Approx(5));
  CHECK(u.icc == Approx(2.25 / (14.0 / 3)).margin(0.11));  // five standard errors of 0.021 (Donner 1986)
  CHECK(u.rho == Approx(1.5 / std::sqrt(14.0 / 3 * 0.75)).margin(0.05));
}

TEST_CASE("faults of the table are told with their place") {
  CHECK_THAT(fault("x\n1\nabc\n", {.num = "x"}), Contains(":3:1: `x` = \"abc\" is not a finite number"));
  CHECK_THAT(fault("x\n1\n\n2\ninf\n", {.num = "x"}), Contains(":5:1:"));
  CHECK_THAT(fault("x,d\n1,-2\n", {.num = "x", .den = "d"}), Contains(":2:3: a denominator of -2 is below 0"));
  CHECK_THAT(fault("x\n1\n", {.num = "x"}), Contains("1 units are not enough"));
  CHECK_THAT(fault("x\n1\n1\n1\n", {.num = "x"}), Contains("`x` has no variation to plan by (zero variance)"));
  CHECK_THAT(fault("x,p\n1,2\n3,2\n", {.num = "x", .pre_num = "p"}), Contains("`p` has no variation to adjust by"));
  CHECK_THAT(fault("x,p\n1,2\n2,4\n3,6\n", {.num = "x", .pre_num = "p"}),
             Contains("`p` says all there is to say of `x` (correlation 1); allowed is at most 0.9999"));
  CHECK_THAT(fault("x\n1\n2\n4\n", {.num = "x", .pre_num = "x"}), Contains("(correlation 1)"));
  CHECK_THAT(fault("x,p\n1,2\n3\n", {.num = "x", .pre_num = "p"}), Contains(":3:1: 1 fields where the header has 2"));
  CHECK_THAT(fault("x,p\n1,2\n3,\n", {.num = "x", .pre_num = "p"}), Contains(":3:3: `p` = \"\" is not a finite number"));
  CHECK_THAT(fault("x,p\n1,2\n3,4\n", {.num = "x", .pre_num = "q"}), Contains(":1:1: has no column `q`"));
  CHECK_THAT(fault("x\n0\n0\n", {.num = "x"}), Contains("`x` has no variation to plan by (zero variance)"));
  CHECK_THAT(fault("x,d\n1,0\n2,0\n", {.num = "x", .den = "d"}), Contains("(not enough data)"));
  CHECK_THAT(fault("x\n1\n2\n", {.num = "y"}), Contains("has no column `y`"));
  CHECK_THAT(fault("x,c\n1,a\n2,b\n", {.num = "x", .cluster = "c"}), Contains("2 clusters of 2 units"));
}
