#include "report/models.hpp"

#include "report/json.hpp"
#include "tests/report/sample_report.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Contains;

TEST_CASE("the registry has a row for each version with its lineage and release") {
  const std::string text = models_text(sample_report());
  CHECK_THAT(text, Contains("12345") && Contains("-7.0 to -6.9") && Contains("live -6.88") && Contains("0.700"));
  CHECK_THAT(text, Contains("shadow 0.12, canary 0.20, rolled back 0.40"));
  CHECK_THAT(text, Contains("Version 2 was rolled back: its clicks fell."));
  CHECK_THAT(text, !Contains("nan") && !Contains("\x1b"));
}

TEST_CASE("the registry read back from JSON is the same text") {
  const Report r = sample_report();
  CHECK(models_text(parse_report(json_report(r))) == models_text(r));
}
