#include "gui/format.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("Numbers get thousands and real minus signs and never a negative zero") {
  CHECK(count_text(1'248'310) == "1,248,310");
  CHECK(count_text(999) == "999");
  CHECK(count_text(-1000) == "−1,000");
  CHECK(fixed_text(-0.0004, 2) == "0.00");
  CHECK(fixed_text(-1.5, 1) == "−1.5");
  CHECK(lift_text(0.0491) == "+4.9%");
  CHECK(lift_text(-0.00001) == "0.0%");
  CHECK(lift_interval_text({-0.071, 0.016}) == "[−7.1, +1.6]");
  CHECK(rate_text(84'200) == "84.2k");
  CHECK(rate_text(999'999) == "1.0M");
}

TEST_CASE("What is not known is a dash and not a number") {
  CHECK(lift_text(kNoValue) == "–");
  CHECK(lift_interval_text({}).empty());
  CHECK(p_text(kNoValue) == "–");
  CHECK(value_text({"ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, ""}, kNoValue) == "–");
  CHECK(rate_text(kNoValue) == "–");
}

TEST_CASE("Metrics are printed in their own unit and scale") {
  const MetricInfo ctr{"ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, ""};
  CHECK(value_text(ctr, 0.0512) == "5.12%");
  CHECK(interval_text(ctr, {0.05, 0.0531}) == "[5.00, 5.31]");
  CHECK(value_text({"w", "Watch", "min", 1, 1, Direction::HigherIsBetter, ""}, 41.84) == "41.8 min");
  CHECK(p_text(0.0004) == "< 0.001");
  CHECK(small_p_text(3.4e-12) == "3e-12");
}

TEST_CASE("Every verdict has its own glyph and word") {
  CHECK(verdict_look("better").word == "Better");
  CHECK(verdict_look("worse").symbol == "▼");
  CHECK(verdict_look("do not trust").symbol == "⚠");
  CHECK(verdict_look("no clear difference").word == "No clear difference");
  CHECK(verdict_look("changed").word == "Changed");
  CHECK(verdict_look("not enough data").symbol == "◌");
}

TEST_CASE("Nice ticks lie inside the range at round steps without a negative zero") {
  for (const auto& [low, high] :
       {std::pair{-3.0, 2.0}, {-0.07, 0.051}, {0.0478, 0.0577}, {0.0, 14.0}, {-1e-9, 1e-9}, {-100.0, 0.0}, {990.0, 1010.0}}) {
    for (const int most : {2, 5, 9}) {
      const Ticks t = nice_ticks(low, high, most);
      INFO(low << ".." << high << ", at most " << most);
      CHECK_FALSE(t.at.empty());
      CHECK(t.at.size() <= static_cast<std::size_t>(most) + 1);
      const double leading = t.step / std::pow(10, std::floor(std::log10(t.step) + 1e-9));
      CHECK((leading == Approx(1) || leading == Approx(2) || leading == Approx(5)));
      for (const double v : t.at) {
        CHECK(v >= low - t.step * 1e-6);
        CHECK(v <= high + t.step * 1e-6);
        CHECK_FALSE((v == 0 && std::signbit(v)));
        const std::string text = tick_text(t, v);
        CHECK((text.find_first_of("123456789") != std::string::npos || (text[0] != '-' && !text.starts_with("−"))));
        CHECK(std::abs(v / t.step - std::round(v / t.step)) < 1e-6);
      }
    }
  }
}

TEST_CASE("Times have three digits or so") {
  CHECK(latency_text(4.24) == "4.2 µs");
  CHECK(latency_text(412) == "412 µs");
  CHECK(latency_text(2410) == "2.41 ms");
  CHECK(latency_text(31'400) == "31.4 ms");
  CHECK(latency_text(kNoValue) == "–");
}
