#include "experiment/replication/null_treatment.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

namespace feedloop {

TEST_CASE("a treatment is null when its settings are control's, however they were written") {
  const auto null = [](const std::string& treatment, const std::vector<std::string>& sets = {}) {
    return null_treatment(SmallScenario{.treatment = treatment, .sets = sets}.make(), 0, 1);
  };
  CHECK(null(""));
  CHECK(null("engine.value.completion = 0.0\n"));  // the default, said aloud
  CHECK(null("engine.value.completion = 0.5\n", {"engine.value.completion=0.5"}));
  CHECK_FALSE(null("engine.value.completion = 0.5\n"));
  CHECK_FALSE(null("", {"treatment.policy.name=random"}));
}

}  // namespace feedloop
