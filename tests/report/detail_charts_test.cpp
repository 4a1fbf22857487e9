#include "report/detail_charts.hpp"

#include "tests/report/sample_report.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

const Report kReport = sample_report();
const ExperimentReport& main_experiment() { return kReport.experiments[0]; }

// A copy whose effects on one metric must not be trusted.
ExperimentReport distrusted(std::string_view metric) {
  ExperimentReport e = main_experiment();
  for (EffectReport& x : e.effects)
    if (x.metric == metric) x.verdict = "do not trust";
  return e;
}

}  // namespace

TEST_CASE("an effect over the days has a band and dotted always-valid limits and is told with its last look") {
  const EffectSeries& s = main_experiment().effect_series.front();
  const std::string svg = effect_chart(kReport, main_experiment(), s);
  CHECK_THAT(svg, Contains("<title>Effect of treatment on watch time per user-day over the days</title>"));
  CHECK_THAT(svg, Contains("fill-opacity='0.12'") && Contains("stroke-dasharray='1.5 2.5'"));
  // 251.8 s -+ 1.96 * 16.5 s in minutes.
  CHECK_THAT(svg, Contains("+4.197 after day 3, 95 % interval [+3.658, +4.736], always valid [+3.167, +5.333]"));
  CHECK_THAT(svg, Contains(">B</text>") && !Contains("nan") && !Contains("inf"));
}

TEST_CASE("an effect that must not be trusted is not drawn by day or by tier") {
  const ExperimentReport e = distrusted("watch_time");
  CHECK(effect_chart(kReport, e, e.effect_series.front()).empty());
  CHECK(tiers_chart(kReport, e, e.variants[1]).empty());
}

TEST_CASE("tiers stand under their metric with their lifts in words and one without data says so") {
  const std::string svg = tiers_chart(kReport, main_experiment(), main_experiment().variants[1]);
  CHECK_THAT(svg, Contains("<title>Lifts of treatment against control by activity before</title>"));
  CHECK_THAT(svg, Contains("<desc>Watch time per user-day: new not enough data, heavy +20.0 % [+17.0, +23.0], all, "
                           "post-stratified +12.1 % [+10.6, +13.7]</desc>"));
  CHECK_THAT(svg, Contains(">+20.0 % [+17.0, +23.0]</text>") && !Contains("nan"));
  CHECK(tiers_chart(kReport, main_experiment(), main_experiment().variants[0]).empty());
}

TEST_CASE("who stays is drawn by variant from the day after they entered") {
  const std::string stays = retention_chart(main_experiment()), lasts = survival_chart(main_experiment());
  CHECK_THAT(stays, Contains("<desc>control: 41.5 % on day 1, 39.0 % on day 3; treatment: 42.5 % on day 1, 40.0 % on day 3"));
  CHECK_THAT(stays, !Contains(">100</text>"));  // the day on which all entered would flatten the rest
  CHECK_THAT(lasts, Contains("control: 90.0 % on day 1, 80.0 % on day 3"));
  for (const std::string& svg : {stays, lasts})
    CHECK_THAT(svg, Contains(">A</text>") && Contains(">B</text>") && Contains("stroke-dasharray='7 3'"));
}

TEST_CASE("a Lorenz curve stands against the diagonal") {
  const std::string svg = lorenz_chart(main_experiment());
  CHECK_THAT(svg, Contains("class='z' stroke-dasharray='4 4'"));
  CHECK_THAT(svg, Contains(">A</text>") && Contains(">B</text>"));
  CHECK_THAT(svg, Contains("control: the least shown half of the items takes 10.0 % of impressions"));
}

TEST_CASE("nothing is drawn of what a report does not have and what has no value says so") {
  ExperimentReport e;
  e.variants.resize(2);
  e.variants[0].name = "a";
  e.variants[1].name = "b";
  CHECK(retention_chart(e).empty());
  CHECK(survival_chart(e).empty());
  CHECK(lorenz_chart(e).empty());
  CHECK(tiers_chart(kReport, e, e.variants[1]).empty());
  CHECK(effect_chart(kReport, e, {"b", "ctr", {}, {}, {}, {}, {}, {}, {}}).empty());
  e.retention = {{"a", {0, 1}, {1, kNoValue}, {1, kNoValue}, {1, kNoValue}, {5, 0}}};
  CHECK_THAT(retention_chart(e), Contains(">not enough data</text>"));
  const EffectSeries none{"b", "ctr", {1}, {kNoValue}, {kNoValue}, {kNoValue}, {kNoValue}, {kNoValue}, {kNoValue}};
  CHECK_THAT(effect_chart(kReport, e, none), Contains(">not enough data</text>"));
}
