#include "report/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/report/sample_report.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t i = 0, end; i < text.size(); i = end + 1) {
    end = std::min(text.find('\n', i), text.size());
    lines.push_back(text.substr(i, end - i));
  }
  return lines;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Running text is wrapped; a sentence is looked for as if it were not.
std::string unwrapped(const std::string& text) {
  std::string out;
  for (char c : text) {
    const char d = c == '\n' ? ' ' : c;
    if (d != ' ' || out.empty() || out.back() != ' ') out += d;
  }
  return out;
}

std::size_t code_points(const std::string& s) {
  std::size_t n = 0;
  for (char c : s) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

std::string line_with(const std::string& text, const std::string& part) {
  for (const auto& line : lines_of(text))
    if (has(line, part)) return line;
  return "";
}

}  // namespace

TEST_CASE("a report in words says what the treatment did before any table") {
  const std::string text = unwrapped(text_report(sample_report()));
  CHECK(has(text,
            "Against control, treatment is better in watch time per user-day (+12.3 % [+10.2, +14.4]) and skip rate "
            "(-6.5 % [-8.6, -4.3]), worse in CTR (-8.1 % [-10.2, -5.9]); no clear difference in D1 retention; "
            "not enough data for D7 retention."));
  CHECK(has(
      text,
      "10,000 users and 3,000 items at the start; 7 days of warm-up, then 14 days of experiment; seed 18446744073709551615."));
  CHECK(has(text, "Sample ratio: healthy, χ² = 0.18 with 1 degree of freedom, p = 0.6750. The units split as planned."));
  CHECK(text.find("Against control") < text.find("Planned share"));
}

TEST_CASE("no nan and no negative zero is ever printed") {
  Report empty;
  Report no_effects = sample_report();
  for (auto& e : no_effects.experiments) e.effects.clear();
  Report bare = sample_report();
  bare.metrics.clear();
  for (auto& e : bare.experiments)
    for (auto& v : e.variants) v.metrics.clear();
  Report no_variants = sample_report();
  for (auto& e : no_variants.experiments) e.variants.clear();
  for (const Report& r : {sample_report(), empty, no_effects, bare, no_variants}) {
    for (const TextStyle style : {TextStyle{}, TextStyle{.width = 60, .color = true}, TextStyle{.utf8 = false}}) {
      const std::string text = text_report(r, style);
      CHECK_FALSE(has(text, "nan"));
      CHECK_FALSE(has(text, "NaN"));
      CHECK_FALSE(has(text, "-0 "));
      CHECK_FALSE(has(text, "-0.0 "));
      CHECK_FALSE(has(text, "-0.00 "));
      CHECK_FALSE(has(text, "+0.0 "));
    }
  }
}

TEST_CASE("a verdict is a glyph with a word") {
  const std::string text = text_report(sample_report());
  for (const char* verdict :
       {"▲ Better", "▼ Worse", "● No clear difference", "◌ Not enough data", "⚠ Do not trust", "◆ Changed"})
    CHECK(has(text, verdict));
  const std::string plain = text_report(sample_report(), {.utf8 = false});
  for (const char* verdict :
       {"^ Better", "v Worse", "= No clear difference", "? Not enough data", "! Do not trust", "~ Changed"})
    CHECK(has(plain, verdict));
}

TEST_CASE("an effect that must not be trusted shows no lift") {
  Report r = sample_report();
  r.experiments.erase(r.experiments.begin());
  const std::string text = text_report(r);
  CHECK_FALSE(has(text, "+20.0 %"));
  CHECK(has(unwrapped(text), "do not trust the effects"));
  CHECK(has(text, "p = 8e-23"));
}

TEST_CASE("small p-values read as a bound and tiny ones in scientific notation") {
  const std::string text = text_report(sample_report());
  CHECK(has(line_with(text, "+12.3 %  "), "< 0.0001"));
  CHECK(has(line_with(text, "-8.1 %  "), "3e-12"));
  CHECK(has(line_with(text, "-8.1 %  "), "6e-12"));
  CHECK(has(text, "0.0001"));
}

TEST_CASE("values are printed in the unit and with the decimals of their metric") {
  const std::string text = text_report(sample_report());
  CHECK(has(text, "CTR (%)"));
  CHECK(has(text, "5.12"));
  CHECK(has(text, "Watch time per user-day (min)"));
  CHECK(has(text, "34.12"));
  CHECK(has(text, "Skip rate (%), lower is better"));
  CHECK(has(text, "1,234,567 requests"));
}

TEST_CASE("exposure has its own table") {
  const std::string text = text_report(sample_report());
  CHECK(has(line_with(text, "Exposure"), "treatment"));
  CHECK(has(line_with(text, "Gini of exposure"), "0.551"));
  CHECK(has(line_with(text, "Gini of exposure"), "+0.0475 [+0.0279, +0.0671]"));  // of the difference at equal impressions
  CHECK(has(line_with(text, "Catalogue coverage (%)"), "–"));
}

TEST_CASE("the truth stands beside the estimate") {
  const std::string text = text_report(sample_report());
  CHECK(has(unwrapped(text), "1 of 2 intervals hold the true effect."));
  CHECK(has(line_with(text, "CTR (points)"), "-0.430"));
  CHECK(has(line_with(text, "CTR (points)"), "yes"));
  CHECK(has(text, "no\n"));
}

TEST_CASE("columns line up in characters and not in bytes") {
  const auto lines = lines_of(text_report(sample_report()));
  std::size_t tables = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!has(lines[i], "──")) continue;
    ++tables;
    // The head is right-aligned over its last numeric column, so every full row ends its p column where the head does.
    const std::string& head = lines[i - 1];
    const auto end_of = [](const std::string& line, const std::string& what) {
      return code_points(line.substr(0, line.find(what))) + what.size();
    };
    if (!has(head, "Verdict")) continue;
    const std::size_t verdict = code_points(head.substr(0, head.find("Verdict")));
    const std::size_t p = end_of(head, "valid p");
    for (std::size_t k = i + 1; k < lines.size() && !lines[k].empty(); ++k) {
      for (const char* glyph : {"▲", "▼", "●", "◌", "◆"}) {
        if (!has(lines[k], glyph)) continue;
        CHECK(code_points(lines[k].substr(0, lines[k].find(glyph))) == verdict);
        CHECK(lines[k].substr(0, lines[k].find(glyph)).find_last_not_of(' ') != std::string::npos);
      }
    }
    CHECK(p + 2 == verdict);
  }
  CHECK(tables == 11);
  for (const auto& line : lines) CHECK((line.empty() || line.back() != ' '));
}

TEST_CASE("a report of two variants with short names fits in a hundred columns") {
  Report r = sample_report();
  r.experiments.resize(1);
  for (const auto& line : lines_of(text_report(r))) {
    INFO(line);
    CHECK(code_points(line) <= 100);
  }
}

TEST_CASE("colour changes no character") {
  const Report r = sample_report();
  const std::string colored = text_report(r, {.color = true});
  std::string bare;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b')
      i = colored.find('m', i);
    else
      bare += colored[i];
  }
  CHECK(bare == text_report(r));
}

TEST_CASE("a plain report is ASCII and names cannot command the terminal") {
  for (char c : text_report(sample_report(), {.utf8 = false})) CHECK((c == '\n' || (c >= ' ' && c < 0x7F)));
  CHECK_FALSE(has(text_report(sample_report()), "\x1b"));
}

TEST_CASE("what simulated services did has a table of its own") {
  Report r = sample_report();
  CHECK_FALSE(has(text_report(r), "Simulated services"));
  r.metrics.push_back({"serving_p99_ms", "Latency of 99 % of pages", "ms", 1, 0, Direction::LowerIsBetter, ""});
  r.experiments[0].variants[0].metrics.push_back({"serving_p99_ms", 343.6, kNoValue, 5021});
  const std::string text = text_report(r);
  CHECK(text.find("Exposure") < text.find("Simulated services"));
  const std::string line = line_with(text, "Latency of 99 % of pages (ms)");
  CHECK(has(line, "344"));
  CHECK(has(line, "–"));  // the treatment simulates none
}
