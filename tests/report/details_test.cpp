#include "report/details.hpp"

#include "report/text.hpp"
#include "tests/report/sample_report.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<std::string> words_of(const Row& row) {
  std::vector<std::string> words;
  for (const Cell& c : row.cells) words.push_back(c.text);
  return words;
}

std::string all_of(const std::vector<Cell>& sentences) {
  std::string all;
  for (const Cell& c : sentences) all += c.text + "\n";
  return all;
}

}  // namespace

TEST_CASE("the details of an experiment are tables in the units of its metrics") {
  const Report r = sample_report();
  const ExperimentReport& e = r.experiments[0];
  using Words = std::vector<std::string>;
  const Table adjusted = adjusted_table(r, e);
  REQUIRE(adjusted.rows.size() == 2);  // what has no effect has no row
  CHECK(words_of(adjusted.rows[1]) ==
        Words{"Watch time per user-day", "+11.8 %", "[+10.6, +12.8]", "< 0.0001", "53 %", "0.4100"});
  const Table tiers = tiers_table(r, e);
  REQUIRE(tiers.rows.size() == 5);
  CHECK(tiers.rows[1].cells[0].text == "Watch time per user-day · do tiers differ: p = 0.0004");
  CHECK(words_of(tiers.rows[2]) == Words{"  new", "41", "–", "–"});
  CHECK(words_of(tiers.rows[3]) == Words{"  heavy", "2,990", "+20.0 %", "[+17.0, +23.0]"});
  CHECK(words_of(tiers.rows[4]) == Words{"  all, post-stratified", "", "+12.1 %", "[+10.6, +13.7]"});
  CHECK(words_of(belief_table(r, e).rows.at(1)) ==
        Words{"Watch time per user-day", "+11.2 %", "[+9.9, +12.5]", "100.0 %", "0.00 %", "11.20 %"});
  CHECK(words_of(quantiles_table(r, e).rows.at(1)) ==
        Words{"Watch time per user-day, median", "25.00", "26.67", "+1.667", "[+1.013, +2.320]", "< 0.0001"});
  CHECK(words_of(staying_table(e).rows.at(0)) == Words{"Active on day", "1", "3"});
  CHECK(words_of(staying_table(e).rows.at(2)) == Words{"treatment", "42.5 %", "40.0 %"});
  CHECK(lapse_text(e) ==
        "Lapsed within 3 days, no visit for 7 days after: 20.0 % of control and 17.0 % of treatment (log-rank p = 0.0200).");
}

TEST_CASE("the table of adjusted effects names its method, and what a metric lacked to be adjusted") {
  Report r = sample_report();
  ExperimentReport& e = r.experiments[0];
  CHECK(adjusted_table(r, e).rows[0].cells[0].text == "Adjusted by the past (CUPED)");
  AdjustedEffect none;
  none.variant = "treatment";
  none.metric = e.effects[1].metric;
  none.method = "regression";
  none.state = "not enough data";
  for (AdjustedEffect& a : e.adjusted) a.method = "regression";
  e.adjusted.push_back(none);
  const Table t = adjusted_table(r, e);
  CHECK(t.rows[0].cells[0].text == "Adjusted by the past (regression)");
  REQUIRE(t.rows.size() == 3);
  CHECK(t.rows[2].cells[1].text == "not enough data");
  CHECK(t.rows[2].cells[3].text == "–");
}

TEST_CASE("the surrogate index stands beside what was seen and what is true") {
  const Report r = sample_report();
  CHECK(surrogate_text(r.experiments[0]) ==
        "Coming back in the 3 days after the first 3, by the surrogate index of these (R² 0.31): +1.23 points, p = 0.0021; "
        "observed "
        "+2.00 ± 1.76; in truth +1.50.");
}

TEST_CASE("the health of an experiment is said in sentences, doubt with a sign") {
  const Report r = sample_report();
  const std::string said = all_of(health_texts(r, r.experiments[0]));
  for (const char* sentence :
       {"Sample ratio by day of entry, tier and device: 0 parts, and 1 with too few units to tell; none unhealthy.",
        "Power in watch time per user-day: 43 % for a lift of 2 %; 80 % needs 12 more days. With 80 % it finds lifts from 2.9 "
        "% on.",
        "Power in CTR: 90 % for a lift of 2 %. With 80 % it finds lifts from 1.7 % on.",
        "3 looks at watch time per user-day: a fixed-horizon p read at each would find a difference where there is none 11 % "
        "of "
        "the time. O'Brien-Fleming's boundary is crossed on day 2, Pocock's crossed on day 2, the always-valid one "
        "(asymptotic) "
        "crossed on day 2.",
        "⚠ The effect on watch time per user-day fades: +5.342 before day 7, +2.671 after (p < 0.0001).",
        "No sign that the effect fades or grows in skip rate."}) {
    INFO(said);
    CHECK(said.find(sentence) != std::string::npos);
  }
}

TEST_CASE("an unhealthy part is named") {
  Report r = sample_report();
  r.experiments[0].srm.push_back({"new users", 44, 1, 3e-11, "unhealthy"});
  const auto said = health_texts(r, r.experiments[0]);
  CHECK(said.front().ink == Ink::Doubt);
  CHECK(said.front().text.find("unhealthy: new users (p = 3e-11)") != std::string::npos);
}

TEST_CASE("effects that must not be trusted show no number among the details") {
  Report r = sample_report();
  for (EffectReport& e : r.experiments[0].effects) e.verdict = "do not trust";
  const ExperimentReport& e = r.experiments[0];
  CHECK(adjusted_table(r, e).rows.at(1).cells[1].text == "–");
  CHECK(tiers_table(r, e).rows.at(3).cells[2].text == "–");
  CHECK(belief_table(r, e).empty());
  CHECK(quantiles_table(r, e).empty());
  CHECK(all_of(health_texts(r, e)).find("fades") == std::string::npos);
}

TEST_CASE("a report without details has none") {
  const Report r;
  const ExperimentReport e;
  for (const Table& t : {adjusted_table(r, e), tiers_table(r, e), belief_table(r, e), quantiles_table(r, e), staying_table(e)})
    CHECK(t.empty());
  CHECK(lapse_text(e).empty());
  CHECK(health_texts(r, e).empty());
}
