#include "report/size.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

SizingPage page(bool with_effect = true) {
  SizingPage p;
  p.metric = "a <rate>";
  p.percent = true;
  p.request.metric = planned_rate(0.05);
  if (with_effect) p.request.effect = 0.001;
  p.request.units = 100'000;
  p.request.daily = 10'000;
  p.answer = size_experiment(p.request);
  return p;
}

}  // namespace

TEST_CASE("a sizing reads aloud and its JSON has the same numbers") {
  const SizingPage p = page();
  const std::string text = size_text(p, {.width = 400});
  CHECK_THAT(text, Contains("+0.1 points (+2 % of control)"));
  CHECK_THAT(text, Contains("760,000 a group"));
  CHECK_THAT(text, Contains("100,000 units in all find an effect of"));
  CHECK_THAT(text, Contains("takes 10 days"));
  const auto j = nlohmann::json::parse(size_json(p));
  CHECK(j["size"]["control"] == p.answer.size.control);
  CHECK(j["days"] == 10);
  CHECK(j["curve"].size() == p.answer.curve.size());
  CHECK(j["power"].get<double>() == Approx(p.answer.power.power));
}

TEST_CASE("an effect on a control of zero has no share of it") {
  SizingPage p;
  p.metric = "a mean";
  p.request.metric = planned_mean(0, 1);
  p.request.effect = 0.1;
  p.answer = size_experiment(p.request);
  const std::string text = size_text(p, {.width = 400});
  CHECK_THAT(text, Contains("To find +0.1: 1,570 units in control"));
  CHECK(text.find("inf") == std::string::npos);
}

TEST_CASE("the power curve is drawn where there is an effect to find") {
  CHECK_THAT(size_svg(page()), Contains("<svg") && Contains("Power to find +0.1 points"));
  CHECK(size_svg(page(false)).empty());
  CHECK(nlohmann::json::parse(size_json(page(false)))["effect"].is_null());
}
