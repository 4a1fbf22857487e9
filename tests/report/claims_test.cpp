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
  const std::string text = claims_markdown(Planted().results, "pictures");
  CHECK(std::count(text.begin(), text.end(), '\n') == 5);
  // Two seeds one apart from their mean: half the width is t(0.975, 1) = 12.7062.
  CHECK(has(text, "| C0: It holds. | S0 | s | ≥ 200 | 345 [332.3, 357.7] | 2 | reproduced |"));
  CHECK(has(text, "| C1: It holds. | S0 | s | -0.25 … -0.1 (meets) | -0.05 | 1 | partly |"));
}

TEST_CASE("a picture's titles end where it does, between two words") {
  Planted planted;
  planted.claims[0].note = "It was slow.";
  std::string words(80, 'w');
  words += " fits";
  planted.claims[0].text = words;
  planted.claims[0].text += " beside much more text that does not";
  const std::string picture = claims_pictures(planted.results)[0].second;
  words += " …<";
  CHECK(has(picture, words));
}

TEST_CASE("a claim that the seeds neither bear out nor contradict is open") {
  Planted planted;
  planted.claims[0].band = {340, 344.5};  // within 345 [332.3, 357.7]
  planted.claims[1].band = {400, 500};
  planted.results[0].verdict = planted.results[1].verdict = Verdict::Not;
  const std::string text = claims_markdown(planted.results, "pictures");
  CHECK(has(text, "| 2 | not (open) |"));
  CHECK(has(text, "| 1 | not |"));
  CHECK(has(text, "| no value | 1 | not |"));
  CHECK(has(claims_page(planted.results, Tier::Full, "1 May 2026", "pictures"), "0 partly, 3 not, 1 of which are open;"));
}

TEST_CASE("claims with a note have a section with their verdicts and a picture of what was measured against the band") {
  Planted planted;
  planted.claims[1].id = "C0b";
  planted.claims[0].id = "C0a";
  planted.claims[0].note = "It was slow.";
  std::ranges::swap(planted.results[0], planted.results[1]);  // files are read in order of their names, not of the claims'
  const std::string text = claims_markdown(planted.results, "pictures");
  CHECK(has(text, "\n## C0\n\nIt was slow.\n\nVerdicts: C0a reproduced, C0b partly.\n\n![C0](pictures/C0.svg)\n"));
  CHECK(!has(text, "## C2"));
  planted.claims[1].note = "It was late.";
  CHECK(has(claims_markdown(planted.results, "pictures"), "\n## C0\n\n**C0a.** It was slow.\n\n**C0b.** It was late.\n\n"));
  const auto pictures = claims_pictures(planted.results);
  REQUIRE(pictures.size() == 1);
  CHECK(pictures[0].first == "C0.svg");
  CHECK(has(pictures[0].second, "C0a: 345 [332.3, 357.7], expected ≥ 200."));
  CHECK(!has(pictures[0].second, "nan"));
  CHECK(!has(pictures[0].second, "var("));
}

TEST_CASE("the page says when and how it was made and counts its verdicts") {
  const Planted planted;
  const std::string page = claims_page(planted.results, Tier::Standard, "1 May 2026", "pictures");
  CHECK(page.starts_with("# Claims\n\n"));
  CHECK(has(page,
            "in the standard tier on 1 May 2026:\n3 claims, 1 reproduced, 1 partly, 1 not, 0 of which are open; 1 of all not "
            "as recorded.\n"));
  CHECK(page.ends_with(claims_markdown(planted.results, "pictures")));
}

TEST_CASE("a claim without a value is drawn with its band alone") {
  Planted planted;
  planted.claims[2].note = "Nothing happened.";
  const auto pictures = claims_pictures(planted.results);
  REQUIRE(pictures.size() == 1);
  CHECK(!has(pictures[0].second, "nan"));
  CHECK(has(pictures[0].second, "no value"));
}

TEST_CASE("rows and sections stand in order of letters and numbers") {
  Planted planted;
  planted.claims[0].id = "B10";
  planted.claims[1].id = "B9";
  planted.claims[2].id = "A1";
  for (Claim& c : planted.claims) c.note = "N.";
  const std::string text = claims_markdown(planted.results, "p");
  CHECK(text.find("## A1") < text.find("## B9"));
  CHECK(text.find("## B9") < text.find("## B10"));
  CHECK(text.find("| A1: ") < text.find("| B9: "));
  CHECK(text.find("| B9: ") < text.find("| B10: "));
}
