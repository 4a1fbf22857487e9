#include "report/html.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "report/charts.hpp"
#include "report/details.hpp"
#include "report/tables.hpp"
#include "report/text.hpp"
#include "report/words.hpp"
#include "tests/report/sample_report.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The first thing that is wrong with a page's tags, or nothing: every element is closed in order, every attribute is quoted,
// and no bare & or < stands between them.
std::string fault_of(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (page[i] == '&') {
      const std::size_t end = page.find(';', i);
      if (end == std::string::npos || end - i > 7) return "bare & before " + page.substr(i, 30);
    }
    if (page[i] != '<') continue;
    std::size_t end = i + 1;
    for (char quote = 0; end < page.size() && (quote || page[end] != '>'); ++end) {
      if (page[end] == '<') return "tag in a tag: " + page.substr(i, 60);
      if (quote ? page[end] == quote : page[end] == '"' || page[end] == '\'') quote = quote ? '\0' : page[end];
    }
    if (end == page.size()) return "unclosed " + page.substr(i, 60);
    const std::string tag = page.substr(i + 1, end - i - 1);
    i = end;
    if (tag.starts_with("!")) continue;
    const std::string name = tag.substr(tag.starts_with("/"), tag.find_first_of(" /\n", 1) - tag.starts_with("/"));
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != name) return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
      open.pop_back();
    } else if (!tag.ends_with("/")) {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is open at the end";
}

// Any run of spaces as one blank.
std::string one_blank(const std::string& s) {
  std::string out;
  for (const char c : s)
    if (c != ' ' && c != '\n')
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  return out;
}

// What a reader sees: no tags, entities as characters, any run of spaces as one blank.
std::string words_of(const std::string& page) {
  std::string out;
  bool in_tag = false;
  for (std::size_t i = page.find("<body>"); i < page.size(); ++i) {
    if (page[i] == '<') in_tag = true;
    if (!in_tag) out += page[i];
    if (page[i] == '>') {
      in_tag = false;
      out += ' ';
    }
  }
  for (const auto& [from, to] : {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&quot;", "\""),
                                 std::pair("&#39;", "'"), std::pair("\u00a0", " "), std::pair("&amp;", "&")})
    for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos;) {
      out.replace(at, std::string(from).size(), to);
      at += std::string(to).size();
    }
  return one_blank(out);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

}  // namespace

TEST_CASE("the checker of tags finds what it is there to find") {
  CHECK(fault_of("<!DOCTYPE html><a b='1>2'><br/>x &lt; y</a>").empty());
  for (const char* broken : {"<a>", "<a><b></a></b>", "</a>", "<a b='1></a>", "<a>x & y</a>", "<a <b></b></a>"})
    CHECK_FALSE(fault_of(broken).empty());
}

TEST_CASE("a page is well-formed whatever a report lacks") {
  Report bare = sample_report(), no_effects = bare, no_variants = bare, no_series = bare;
  bare.metrics.clear();
  for (auto& e : no_effects.experiments) e.effects.clear();
  for (auto& e : no_variants.experiments) e.variants.clear();
  no_series.series.clear();
  no_series.models.clear();
  no_series.warnings.clear();
  for (const Report& r : {sample_report(), Report{}, bare, no_effects, no_variants, no_series}) {
    const std::string page = html_report(r);
    CHECK(fault_of(page) == "");
    CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    CHECK(page.ends_with("</html>\n"));
    for (const char* never :
         {">nan", "nan ", " nan", "NaN", " inf", "inf ", "<script", "http://", "https://", "url(", "@import"}) {
      INFO(never);
      CHECK_FALSE(has(page, never));
    }
  }
}

TEST_CASE("the same report gives the same page") { CHECK(html_report(sample_report()) == html_report(sample_report())); }

TEST_CASE("the page says what the text report says of every effect and in the same digits") {
  const Report r = sample_report();
  const std::string page = words_of(html_report(r)), text = one_blank(text_report(r) + " ");
  for (const ExperimentReport& e : r.experiments) {
    for (std::size_t v = 1; v < e.variants.size(); ++v) CHECK(has(page, one_blank(clean(decision_text(r, e, e.variants[v])))));
    CHECK(has(page, sample_ratio_text(e.srm.front()).text));
    for (const Cell& s : health_texts(r, e)) CHECK(has(page, one_blank(s.text)));
    for (const Table& t : {variants_table(e), effects_table(r, e, AlwaysValidInterval::Hide), exposure_table(r, e),
                           serving_table(r, e), truth_table(r, e, Spillover::Hide), adjusted_table(r, e), tiers_table(r, e),
                           belief_table(r, e), quantiles_table(r, e), staying_table(e)})
      for (std::size_t i = 1; i < t.rows.size(); ++i)
        for (const Cell& cell : t.rows[i].cells) {
          const std::string words = one_blank(" " + cell.text + " ");
          INFO(words);
          CHECK(has(page, words));  // the whole cell
          CHECK(has(text, words));
        }
  }
  CHECK(has(page, "[+3.372, +5.022]"));      // 251.8 s ± 3 × 16.5 s in minutes: the always-valid interval has a column here
  CHECK(has(page, "Spillover on treated"));  // and so have the parts of a bias
  CHECK(has(page, "+0.010 -0.005"));
  CHECK(has(page, "Signature 89ab01cd23ef4567"));
  CHECK(has(page, setting_text(r)));
}

TEST_CASE("an effect that must not be trusted shows no lift in words or in the picture") {
  Report r = sample_report();
  r.experiments.erase(r.experiments.begin());
  r.experiments[0].effects.pop_back();
  const std::string page = html_report(r);
  CHECK_FALSE(has(page, "+20.0"));
  CHECK_FALSE(has(page, "[+0.0"));
  CHECK(has(page, "⚠ Do not trust"));
  CHECK(has(page, "unhealthy"));
  CHECK_FALSE(has(page, "Lifts of"));  // nothing is left to draw
}

TEST_CASE("names are escaped and none becomes a tag or an attribute") {
  Report r = sample_report();
  const std::string evil = "<script>&\"'</style>";
  r.scenario = r.question = evil;
  r.experiments[0].layer = r.experiments[0].design = evil;
  r.experiments[0].variants[1].name = evil;
  for (EffectReport& x : r.experiments[0].effects) x.variant = evil;
  for (TruthReport& t : r.experiments[0].truth) t.variant = evil;
  for (Series& s : r.series) s.layer = s.variant = evil;
  r.metrics[0].title = r.metrics[0].doc = evil;
  r.warnings[0] = {evil, evil};
  r.models[0].variants[0] = r.models[0].versions[1].stages[2].reason = evil;
  r.provenance = {evil, evil, evil};
  r.signature = evil;
  const std::string page = html_report(r);
  CHECK(fault_of(page) == "");
  CHECK_FALSE(has(page, "<script"));
  CHECK(count_of(page, "</style>") == 1);
  CHECK(has(page, "&lt;script&gt;&amp;&quot;&#39;&lt;/style&gt;"));
  CHECK_FALSE(has(page, "\x1b"));
}

TEST_CASE("what has no value reads as a dash or as not enough data") {
  Report r = sample_report();
  r.series = {{"main", "control", "d7_retention", {1, 2}, {kNoValue, kNoValue}, {kNoValue, kNoValue}, {kNoValue, kNoValue}}};
  const std::string page = html_report(r);
  CHECK(has(page, "<td class=\"r\">–</td>"));
  CHECK(has(page, "◌ Not enough data"));
  CHECK(has(page, ">not enough data</text>"));  // where a line would be
}

TEST_CASE("every picture has a name and every head of a table a scope") {
  const std::string page = html_report(sample_report());
  CHECK(count_of(page, "<svg") == count_of(page, "role='img'>\n<title>") + count_of(page, "aria-hidden='true'"));
  CHECK(count_of(page, "<th") == count_of(page, "<th scope=") + count_of(page, "<thead"));
  CHECK(count_of(page, "<table") == count_of(page, " aria-label=\""));
}

TEST_CASE("colour is never alone: a verdict has a glyph with its word and a line a letter with its dashes") {
  const std::string page = html_report(sample_report());
  for (const char* verdict :
       {"▲ Better", "▼ Worse", "● No clear difference", "◌ Not enough data", "⚠ Do not trust", "◆ Changed"})
    CHECK(has(page, verdict));
  CHECK(has(page, "▼ -8.1 % [-10.2, -5.9]</text>"));
  CHECK(has(page, "stroke-dasharray='7 3'"));
  CHECK(has(page, ">B</text>"));
}

TEST_CASE("effects by look and tiers and who stays and exposure have their pictures and go with their numbers") {
  Report r = sample_report();
  const std::vector<std::string> titles{
      "<title>Effect of treatment on", "<title>Lifts of treatment against control by activity",
      "<title>Share of units active on a day", "<title>Share of units not lapsed", "<title>Lorenz curves of exposure"};
  const std::string full = html_report(r);
  for (const std::string& t : titles) CHECK(count_of(full, t) == 1);
  ExperimentReport& e = r.experiments[0];
  e.effect_series.clear();
  e.tier_summaries.clear();
  e.retention.clear();
  e.survival.clear();
  e.lorenz.clear();
  const std::string bare = html_report(r);
  for (const std::string& t : titles) CHECK_FALSE(has(bare, t));
  CHECK(fault_of(bare) == "");
}

TEST_CASE("a difference of variants as a whole has a table and no row among the lifts") {
  Report r = sample_report();
  for (MetricInfo& m : r.metrics) m.of_variant = m.name == "gini" || m.name == "coverage";
  const ExperimentReport& e = r.experiments[0];
  REQUIRE(find_effect(e, "treatment", "gini"));
  const std::string chart = forest_chart(r, e, e.variants[1]);
  CHECK(has(chart, "Watch time per user-day"));
  CHECK_FALSE(has(chart, "Gini of exposure"));
  CHECK(has(html_report(r), "Gini of exposure"));
}

TEST_CASE("a section is there only when the report has something for it") {
  Report r = sample_report();
  const std::string full = html_report(r);
  CHECK(has(full, "class=\"plain of-truth\""));
  CHECK(has(full, "its clicks fell"));
  CHECK(has(full, "2 warnings"));
  CHECK_FALSE(has(full, "Simulated services"));
  for (ExperimentReport& e : r.experiments) e.truth.clear();
  r.warnings.clear();
  r.models[0].versions.pop_back();
  r.metrics.push_back({"serving_p99_ms", "Latency of 99 % of pages", "ms", 1, 0, Direction::LowerIsBetter, ""});
  r.experiments[0].variants[0].metrics.push_back({"serving_p99_ms", 343.6, kNoValue, 5021});
  const std::string page = html_report(r);
  CHECK_FALSE(has(page, "of-truth\""));
  CHECK_FALSE(has(page, "<h2 id=\"warnings\">"));
  CHECK(has(page, "No model was rolled back."));
  CHECK(has(page, "Simulated latency"));
  CHECK(has(page, ">344 ms</text>"));
}
