#include "report/claims.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Planted {
  Scenario scenario{.name = "s",
                    .question = {},
                    .source = {},
                    .settings = Settings(schema()),
                    .experiments = {},
                    .claims = {},
                    .tables = {},
                    .tables_digest = 0,
                    .sliders = {},
                    .toml = {},
                    .sets = {}};
  std::vector<Claim> claims{3};
  std::vector<ClaimResult> results;
  Planted() {
    for (std::size_t i = 0; i < claims.size(); ++i) {
      claims[i].id = "C" + std::to_string(i);
      claims[i].text = "It holds.";
      claims[i].source = "S0";
      claims[i].quantity = "metric";
    }
    claims[0].band = {200, kInfinity};
    claims[1].band = {-0.25, -0.1};
    claims[1].overlap = true;
    claims[2].band = {1, 1};
    results = {{&scenario, &claims[0], measured_over({344, 346}), Verdict::Reproduced, Verdict::Reproduced},
               {&scenario, &claims[1], measured_over({-0.05}), Verdict::Partly, Verdict::Reproduced},
               {&scenario, &claims[2], measured_over({kNaN}), Verdict::Not, Verdict::Not}};
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a verdict that is not the recorded one is said beside it and counted") {
  const std::string text = claims_text(Planted().results, {});
  CHECK(has(text, "C0: It holds."));
  CHECK(has(text, "≥ 200"));
  CHECK(has(text, "-0.25 … -0.1 (meets)"));
  CHECK(has(text, "partly, recorded: reproduced"));
  CHECK(has(text, "no value"));
  CHECK(has(text, "1 reproduced, 1 partly, 1 not; 1 not as recorded."));
}

TEST_CASE("the table for the docs has a row a claim with the interval over seeds") {
  const std::string text = claims_markdown(Planted().results);
  CHECK(std::count(text.begin(), text.end(), '\n') == 5);
  // Two seeds one apart from their mean: half the width is t(0.975, 1) = 12.7062.
  CHECK(has(text, "| C0: It holds. | S0 | s | ≥ 200 | 345 [332.3, 357.7] | 2 | reproduced |"));
  CHECK(has(text, "| C1: It holds. | S0 | s | -0.25 … -0.1 (meets) | -0.05 | 1 | partly |"));
}
