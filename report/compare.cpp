#include "report/compare.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json_real.hpp"
#include "report/page.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kNamed = 5;  // effects that the first paragraph names

std::string level_text(const RunComparison& c) { return fmt::format("{:g} %", c.level * 100); }

std::string in_points(const PairedValue& p, const MetricInfo& m) {
  const std::string_view unit = unit_of_difference(m);
  return fmt::format("{}{}{}", number(p.difference * m.scale, m.decimals + 1, true), unit.empty() ? "" : " ", clean(unit));
}

// ---- the first paragraph ------------------------------------------------------------------------------------------

std::string scenarios_in_words(const RunComparison& c) {
  std::vector<std::string> differ, same;
  const auto say = [&](bool equal, std::string_view what, const std::string& values) {
    (equal ? same : differ).push_back(std::string(what) + (equal || values.empty() ? "" : fmt::format(" ({})", values)));
  };
  say(c.same_seed, "the seed", fmt::format("{} and {}", c.a.seed, c.b.seed));
  say(c.same_days, "the days",
      fmt::format("{} after {} of warm-up, and {} after {}", c.a.days, c.a.warmup_days, c.b.days, c.b.warmup_days));
  say(c.same_build, "the build", "");
  const bool by_key = c.other_keys > 0 || (c.a.scenario_known && c.b.scenario_known);
  if (c.other_keys > 0)
    differ.push_back(plural(c.other_keys, "key") + (c.same_seed && c.same_days ? "" : " besides") + " of the scenario");
  else if (c.same_scenario || (by_key && !c.same_days))
    same.push_back("every other key of the scenario");
  else
    differ.push_back("the scenario, in what its keys here do not show");
  if (differ.empty()) return "B is a run of the same scenario as A, with the same seed, days and build.";
  return fmt::format("B differs from A in {}{}.", enumerate(differ),
                     same.empty() ? "" : fmt::format("; {} {} the same", enumerate(same), same.size() == 1 ? "is" : "are"));
}

std::string results_in_words(const RunComparison& c) {
  if (c.same_signature) return "The signatures are equal: both runs made the same decisions.";
  std::string text =
      fmt::format("The signatures differ. Of {} with an interval, {} clearly apart; of {}, {}", plural(c.values, "value"),
                  c.values_apart == 1 ? "1 is" : fmt::format("{} are", c.values_apart), plural(c.effects, "effect"),
                  c.effects_apart == 1 ? "1 is" : fmt::format("{} are", c.effects_apart));
  std::vector<std::string> named;
  std::size_t more = 0;
  for (const LayerComparison& l : c.layers)
    for (const VariantComparison& v : l.variants)
      for (const MetricComparison& m : v.metrics) {
        if (!m.trusted || !m.effect.apart) continue;
        const MetricInfo info = metric_info(c.metrics, m.metric);
        if (named.size() < kNamed)
          named.push_back(fmt::format("{} of {} ({})", in_sentence(info), clean(v.variant), in_points(m.effect, info)));
        else
          ++more;
      }
  if (more > 0) named.push_back(fmt::format("{} more", more));
  return text + (named.empty() ? "." : ": " + enumerate(named) + ".");
}

std::string people_in_words(const RunComparison& c) {
  if (c.same_people)
    return std::string(
               "Both runs have the same seed and the same world, so their users are the same people: the standard errors "
               "below, which take the runs to be independent, are conservative.") +
           (c.same_build ? "" : " That is, unless the two builds differ in the world.");
  if (c.same_seed) return "The seed is the same, but the world is not known to be: the users may be other people.";
  return "The seeds differ, so the users are other people.";
}

// ---- parts of the page --------------------------------------------------------------------------------------------

void runs_table(Page& page, const RunComparison& c) {
  std::vector<Row> rows{{{{"Run"}, {"A"}, {"B"}}}};
  const auto row = [&](const char* what, const std::string& a, const std::string& b) {
    rows.push_back({{{what}, {clean(a)}, {clean(b), a == b ? Ink::Plain : Ink::Bold}}});
  };
  const auto of = [&](const char* what, auto member) { row(what, c.a.*member, c.b.*member); };
  of("Archive", &ComparedRun::name);
  of("Scenario", &ComparedRun::scenario);
  row("Seed", fmt::format("{}", c.a.seed), fmt::format("{}", c.b.seed));
  row("Users at the start", number(c.a.users), number(c.b.users));
  row("Days (warm-up)", fmt::format("{} ({})", c.a.days, c.a.warmup_days), fmt::format("{} ({})", c.b.days, c.b.warmup_days));
  of("Build", &ComparedRun::build);
  of("Scenario hash", &ComparedRun::scenario_hash);
  of("Signature", &ComparedRun::signature);
  page.table({Align::Left, Align::Left, Align::Left}, std::move(rows));
}

void settings_table(Page& page, const RunComparison& c) {
  if (!c.settings.empty()) {
    page.blank();
    std::vector<Row> rows{{{{"Key that differs"}, {"A"}, {"B"}}}};
    const auto text = [](const std::optional<std::string>& value) { return value ? clean(*value) : std::string("not set"); };
    for (const SettingDifference& d : c.settings) rows.push_back({{{clean(d.key)}, {text(d.a)}, {text(d.b)}}});
    page.table({Align::Left, Align::Left, Align::Left}, std::move(rows));
  }
  for (const auto& [letter, run] : {std::pair("A", &c.a), std::pair("B", &c.b)})
    if (!run->scenario_known)
      page.prose(fmt::format("⚠ The scenario of {} is not read here as it ran, so keys may differ that are not listed: this "
                             "build knows other keys, or the archive does not keep what was set over the file.",
                             letter),
                 2, 4, Ink::Doubt);
}

void unmatched(Page& page, const RunComparison& c) {
  for (const auto& [letter, run] : {std::pair("A", &c.a), std::pair("B", &c.b)})
    if (!run->only_here.empty()) page.prose(fmt::format("Only in {}: {}.", letter, enumerate(run->only_here)), 2, 4);
}

// A row for each variant under each metric; empty when no variant has anything to show.
void paired_table(Page& page, const RunComparison& c, const LayerComparison& layer, std::string_view heading, bool effects) {
  std::vector<Row> rows{{{{std::string(heading)}, {"A"}, {"B"}, {"B - A"}, {"s.e."}, {level_text(c) + " interval"}, {""}}}};
  std::vector<std::string> order;
  for (const VariantComparison& v : layer.variants)
    for (const MetricComparison& m : v.metrics)
      if (std::find(order.begin(), order.end(), m.metric) == order.end()) order.push_back(m.metric);
  for (const std::string& metric : order) {
    const MetricInfo m = metric_info(c.metrics, metric);
    std::vector<Row> of_metric;
    for (const VariantComparison& v : layer.variants)
      for (const MetricComparison& x : v.metrics) {
        const PairedValue& p = effects ? x.effect : x.value;
        if (x.metric != metric || (std::isnan(p.a) && std::isnan(p.b))) continue;
        const int decimals = m.decimals + (effects ? 1 : 0);
        Row row{{{"  " + clean(v.variant)},
                 {number(p.a * m.scale, decimals, effects)},
                 {number(p.b * m.scale, decimals, effects)},
                 {number(p.difference * m.scale, m.decimals + 1, true)},
                 {number(p.se * m.scale, m.decimals + 1)},
                 {interval(p.ci, m.scale, m.decimals + 1)}}};
        if (effects && !x.trusted)
          row.cells.push_back({"⚠ Do not trust", Ink::Doubt});
        else if (p.apart)
          row.cells.push_back({"◆ Apart", Ink::Bold});
        of_metric.push_back(std::move(row));
      }
    if (of_metric.empty()) continue;
    rows.push_back({{{with_unit(m, effects ? unit_of_difference(m) : std::string_view(m.unit)), Ink::Bold}}, true});
    rows.insert(rows.end(), of_metric.begin(), of_metric.end());
  }
  if (rows.size() == 1) return;
  page.blank();
  page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left}, std::move(rows));
}

// ---- JSON ---------------------------------------------------------------------------------------------------------

using Json = nlohmann::ordered_json;

Json write(const PairedValue& p) {
  return {{"a", real(p.a)},
          {"b", real(p.b)},
          {"difference", real(p.difference)},
          {"se", real(p.se)},
          {"ci", Json::array({real(p.ci.low), real(p.ci.high)})},
          {"apart", p.apart}};
}

Json write(const ComparedRun& r) {
  return {{"archive", r.name},
          {"scenario", r.scenario},
          {"seed", r.seed},
          {"users", r.users},
          {"warmup_days", r.warmup_days},
          {"days", r.days},
          {"build", r.build},
          {"scenario_hash", r.scenario_hash},
          {"signature", r.signature},
          {"only_here", r.only_here},
          {"scenario_known", r.scenario_known}};
}

}  // namespace

std::string comparison_text(const RunComparison& c, TextStyle style) {
  style.width = std::max(style.width, 40);
  Page page(style);
  page.line("Feedloop comparison: " + clean(c.a.name) + " (A) and " + clean(c.b.name) + " (B)", Ink::Bold);
  page.prose(scenarios_in_words(c) + " " + results_in_words(c) + " " + people_in_words(c));
  page.blank();
  runs_table(page, c);
  settings_table(page, c);
  unmatched(page, c);
  for (const LayerComparison& layer : c.layers) {
    page.blank();
    page.line("Experiment " + clean(layer.layer), Ink::Bold);
    paired_table(page, c, layer, "Value", false);
    if (layer.control_a == layer.control_b) {
      paired_table(page, c, layer, fmt::format("Effect against {}", clean(layer.control_a)), true);
    } else {
      page.blank();
      page.prose(
          fmt::format("Effects are against {} in A and {} in B, so they are not compared.", layer.control_a, layer.control_b),
          2, 2);
    }
  }
  page.blank();
  page.prose(
      fmt::format(
          "Differences are B minus A; their standard errors take the runs to be independent: Welch's interval for values, "
          "with the units of each run's variant, a normal interval for effects. No standard error holds the luck of the "
          "models that all users of one run share. Of {} intervals about one in {:.0f} leaves 0 out by chance alone.",
          level_text(c), 1 / (1 - c.level)),
      0, 0, Ink::Dim);
  return page.take();
}

std::string comparison_json(const RunComparison& c) {
  Json settings = Json::array(), layers = Json::array();
  const auto text = [](const std::optional<std::string>& s) { return s ? Json(*s) : Json(nullptr); };
  for (const SettingDifference& d : c.settings) settings.push_back({{"key", d.key}, {"a", text(d.a)}, {"b", text(d.b)}});
  for (const LayerComparison& l : c.layers) {
    Json variants = Json::array();
    for (const VariantComparison& v : l.variants) {
      Json metrics = Json::object();
      for (const MetricComparison& m : v.metrics)
        metrics[m.metric] = {{"value", write(m.value)}, {"effect", write(m.effect)}, {"trusted", m.trusted}};
      variants.push_back({{"name", v.variant}, {"metrics", std::move(metrics)}});
    }
    layers.push_back(
        {{"layer", l.layer}, {"control_a", l.control_a}, {"control_b", l.control_b}, {"variants", std::move(variants)}});
  }
  const Json j{{"a", write(c.a)},
               {"b", write(c.b)},
               {"same_seed", c.same_seed},
               {"same_build", c.same_build},
               {"same_days", c.same_days},
               {"same_signature", c.same_signature},
               {"same_scenario", c.same_scenario},
               {"same_people", c.same_people},
               {"settings", std::move(settings)},
               {"level", real(c.level)},
               {"method", "independent runs; values: Welch, effects: normal"},
               {"values", c.values},
               {"values_apart", c.values_apart},
               {"effects", c.effects},
               {"effects_apart", c.effects_apart},
               {"layers", std::move(layers)}};
  return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace feedloop
