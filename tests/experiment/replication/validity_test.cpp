#include "experiment/replication/validity.hpp"

#include <cmath>

#include "base/files.hpp"
#include "base/parallel.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

namespace feedloop {
namespace {

ValidityOptions quick() {
  ValidityOptions options;
  options.tier = Tier::Quick;
  options.scenarios = FEEDLOOP_SOURCE_DIR "/scenarios/validity";
  return options;
}

void check_all(const ValiditySection& section) {
  CHECK_FALSE(section.checks.empty());
  for (const ValidityCheck& c : section.checks) {
    INFO(c.id << ": expected " << c.expected << ", measured " << c.value);
    CHECK_FALSE(std::isnan(c.value));
    if (c.decides) CHECK(c.holds);
  }
}

}  // namespace

// These draw the same numbers every time: they fail when the code changes what it computes, not by chance.
TEST_CASE("the quick checks of peeking and of CUPED hold") {
  check_all(validity_of_peeking(quick()));
  check_all(validity_of_cuped(quick()));
}

TEST_CASE("the quick checks of an A/A world's assignments hold") { check_all(validity_of_assignments(quick())); }

TEST_CASE("with all channels closed no user's outcome depends on another's variant, and each open channel is seen", "[slow]") {
  check_all(validity_of_channels(quick()));
}

TEST_CASE("the quick checks over worlds hold", "[slow]") { check_all(validity_of_worlds(quick())); }

TEST_CASE("a section does not depend on the number of threads") {
  const ValiditySection one = validity_of_cuped(quick());
  set_threads(3);
  const ValiditySection three = validity_of_cuped(quick());
  set_threads(0);
  for (std::size_t i = 0; i < one.checks.size(); ++i) CHECK(one.checks[i].value == three.checks[i].value);
}

TEST_CASE("checks fail when what they measure is wrong, and for want of data") {
  CHECK(rate_check("", "", 0.05, 52, 1000).holds);
  CHECK_FALSE(rate_check("", "", 0.05, 90, 1000).holds);
  CHECK_FALSE(rate_check("", "", 0.05, 20, 1000).holds);
  CHECK_FALSE(rate_check("", "", 0.05, 0, 0).holds);
  CHECK(at_most_check("", "", 0.05, 0, 0, 1000).holds);
  CHECK(at_most_check("", "", 0.05, 0, 60, 1000).holds);
  CHECK_FALSE(at_most_check("", "", 0.05, 0, 90, 1000).holds);
  CHECK(at_most_check("", "", 0.05, 0.03, 90, 1000).holds);
  CHECK(near_check("", "", 0.2, 0.02, 21'900, 100'000).holds);
  CHECK_FALSE(near_check("", "", 0.2, 0.02, 23'000, 100'000).holds);
  CHECK_FALSE(near_check("", "", kNaN, 0.02, 20, 100).holds);
  CHECK_FALSE(flat_check("", "", {0.2, 1e-9}, 1000).holds);
  CHECK(flat_check("", "", {0.2, 0.3}, 20).holds);
  CHECK(flat_check("", "", {0.021, 1e-9}, 100'000).holds);
  CHECK_FALSE(flat_check("", "", {}, 0).holds);
}

TEST_CASE("a missing folder of scenarios is named") {
  ValidityOptions options = quick();
  options.scenarios = "nowhere";
  CHECK(error_of([&] { validity_of_worlds(options); }).find("nowhere/aa.toml") != std::string::npos);
}

}  // namespace feedloop
