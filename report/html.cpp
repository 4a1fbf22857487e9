#include "report/html.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/parameters.hpp"
#include "report/charts.hpp"
#include "report/detail_charts.hpp"
#include "report/details.hpp"
#include "report/html_style.hpp"
#include "report/line_chart.hpp"
#include "report/svg.hpp"
#include "report/tables.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

std::string text(std::string_view s) { return escaped_attribute(clean(s)); }

std::string_view class_of(Ink ink) {
  static constexpr std::array<std::string_view, 7> kClasses{"", "bold", "dim", "good", "bad", "doubt", "truth"};
  return kClasses[static_cast<std::size_t>(ink)];
}

// class="a b", or nothing.
std::string classes(std::string_view a, std::string_view b = "") {
  if (a.empty() && b.empty()) return "";
  return fmt::format(" class=\"{}{}{}\"", a, a.empty() || b.empty() ? "" : " ", b);
}

// Numbers do not leave their brackets or their unit at the end of a line.
std::string kept_together(std::string_view s) {
  static constexpr std::string_view kNoBreak = "\u00a0";
  std::string out;
  int depth = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    depth += (s[i] == '[') - (s[i] == ']' && depth > 0);
    if (s[i] == ' ' && (depth > 0 || s.substr(i + 1, 1) == "%"))
      out += kNoBreak;
    else
      out += s[i];
  }
  return out;
}

std::string paragraph(std::string_view words, std::string_view name = "", Ink ink = Ink::Plain) {
  return fmt::format("<p{}>{}</p>\n", classes(name, class_of(ink)), kept_together(text(words)));
}

std::string heading(int level, std::string_view words, std::string_view id = "") {
  return fmt::format("<h{0}{1}>{2}</h{0}>\n", level, id.empty() ? "" : fmt::format(" id=\"{}\"", id), text(words));
}

// ---- tables -------------------------------------------------------------------------------------------------------

std::string head_text(std::string_view s) {
  const std::size_t at = s.find('\n');
  return at == std::string_view::npos ? text(s) : text(s.substr(0, at)) + "<br/>" + text(s.substr(at + 1));
}

std::string_view side(const Table& t, std::size_t column) { return t.align[column] == Align::Right ? "r" : ""; }

std::string row_of(const Table& t, const Row& row) {
  std::string out = "<tr>";
  for (std::size_t c = 0; c < t.align.size(); ++c) {
    const Cell cell = c < row.cells.size() ? row.cells[c] : Cell{};
    std::string_view words = cell.text;
    words.remove_prefix(std::min(words.find_first_not_of(' '), words.size()));
    out += c == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", classes(class_of(cell.ink)), text(words))
                  : fmt::format("<td{}>{}</td>", classes(side(t, c), class_of(cell.ink)), text(words));
  }
  return out + "</tr>\n";
}

// A group of rows begins with a heading across all columns, where the table has such.
std::string table(const Table& t, std::string_view label, std::string_view name) {
  const bool grouped_rows = std::any_of(t.rows.begin(), t.rows.end(), [](const Row& r) { return r.heading; });
  std::string out = fmt::format("<div class=\"scroll\"><table{} aria-label=\"{}\">\n<thead><tr>", classes(name), text(label));
  for (std::size_t c = 0; c < t.align.size(); ++c)
    out += fmt::format("<th scope=\"col\"{}>{}</th>", classes(side(t, c)), head_text(t.rows[0].cells[c].text));
  out += "</tr></thead>\n";
  if (!grouped_rows) out += "<tbody>\n";
  for (std::size_t i = 1; i < t.rows.size(); ++i) {
    const Row& row = t.rows[i];
    if (row.heading)
      out += fmt::format("{}<tbody class=\"of-metric\">\n<tr><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n",
                         i == 1 ? "" : "</tbody>\n", t.align.size(), text(row.cells[0].text));
    else
      out += row_of(t, row);
  }
  return out + "</tbody>\n</table></div>\n";
}

// ---- an experiment ------------------------------------------------------------------------------------------------

std::string decision(const Report& r, const ExperimentReport& e) {
  std::string out;
  for (const PreferenceReport& p : e.preferences) out += paragraph(preference_text(p), "rule", Ink::Bold);
  for (std::size_t i = 1; e.preferences.empty() && i < e.variants.size(); ++i) {
    const bool distrusted = std::any_of(e.effects.begin(), e.effects.end(), [&](const EffectReport& x) {
      return x.variant == e.variants[i].name && x.verdict == "do not trust";
    });
    const std::string rule = rule_text(e, e.variants[i]), guardrails = guardrail_text(r, e, e.variants[i]);
    if (!rule.empty()) out += paragraph(rule, "rule", Ink::Bold);
    out += paragraph((distrusted ? "⚠ " : "") + decision_text(r, e, e.variants[i]), "decision",
                     distrusted ? Ink::Doubt : Ink::Plain);
    if (!guardrails.empty()) out += paragraph(guardrails, "guardrails");
  }
  return out;
}

std::string units(const Report& r, const ExperimentReport& e) {
  std::string out = heading(3, "Units") + table(variants_table(e), "Units per variant", "plain");
  const auto sentence = [&](const Cell& s) { out += paragraph(s.text, "", s.ink); };
  for (const SrmReport& s : e.srm)
    if (s.scope == "all" || s.scope == "triggered") sentence(sample_ratio_text(s));
  for (const Cell& s : health_texts(r, e)) sentence(s);
  return out;
}

std::string metrics(const Report& r, const ExperimentReport& e) {
  const Table t = effects_table(r, e, AlwaysValidInterval::Show);
  if (t.empty()) return "";
  return heading(3, "Metrics") + table(t, "Metrics by variant", "wide") +
         paragraph(
             "Lift and its interval are relative to the first variant. The always-valid interval and p hold at every daily "
             "look; "
             "the interval is that of the difference, in the metric's unit (percentages: points). Verdicts use the adjusted p: "
             "Holm's over the metrics of a role, "
             "Benjamini and Hochberg's over diagnostics.",
             "note");
}

// Empty without a chart.
std::string figure(std::string_view caption, std::string_view chart) {
  if (chart.empty()) return "";
  return fmt::format("<figure>\n<figcaption>{}</figcaption>\n{}</figure>\n", text(caption), chart);
}

// One below the other, a treatment each.
template <class Chart>
std::string figures_of_treatments(const Report& r, const ExperimentReport& e, Chart chart) {
  std::string out;
  for (std::size_t i = 1; i < e.variants.size(); ++i)
    out += figure(e.variants[i].name + " against " + e.variants[0].name, chart(r, e, e.variants[i]));
  return out;
}

std::string forests(const Report& r, const ExperimentReport& e) {
  const std::string out = figures_of_treatments(r, e, forest_chart);
  if (out.empty()) return "";
  return heading(3, "Lifts") +
         paragraph(
             fmt::format("Thick: {} of the lift. Thin: always-valid interval of the difference, as a share of the value of "
                         "{} and without that value's uncertainty.{}",
                         confidence(r), e.variants[0].name,
                         forest_is_bent(e) ? " The scale is about linear up to 10 % and logarithmic beyond." : ""),
             "note") +
         out;
}

std::string variant_keys(const ExperimentReport& e) {
  std::string out = "<ul class=\"keys\">\n";
  for (std::size_t v = 0; v < e.variants.size(); ++v)
    out += fmt::format("<li>{}<span><b style=\"color:{}\">{}</b> {}</span></li>\n", variant_key(v), variant_paint(v),
                       variant_mark(v), text(e.variants[v].name));
  return out + "</ul>\n";
}

// Small ones side by side, below the key to their lines. Empty without figures.
std::string side_by_side(const ExperimentReport& e, const std::string& figures) {
  return figures.empty() ? "" : variant_keys(e) + "<div class=\"series\">\n" + figures + "</div>\n";
}

std::string days(const Report& r, const ExperimentReport& e) {
  std::string figures;
  for (const MetricInfo& m : metrics_of(r, e))
    if (!has_roles(r) || m.role != MetricRole::Diagnostic)  // two dozen curves would hide the few that matter
      figures += figure(with_unit(m, m.unit), series_chart(r, e, m));
  if (figures.empty()) return "";
  return heading(3, "Day by day") +
         paragraph(fmt::format("Cumulative since the experiment's start; bands are the {} of each value.", confidence(r)),
                   "note") +
         side_by_side(e, figures);
}

std::string effects_by_day(const Report& r, const ExperimentReport& e) {
  std::string figures;
  for (const EffectSeries& s : e.effect_series) {
    const MetricInfo m = metric_info(r.metrics, s.metric);
    if (has_roles(r) && m.role != MetricRole::Decision) continue;
    const std::string of = e.variants.size() > 2 ? ", " + s.variant : "";
    figures += figure(with_unit(m, unit_of_difference(m)) + of, effect_chart(r, e, s));
  }
  if (figures.empty()) return "";
  return heading(3, "Effects as the looks saw them") +
         paragraph(
             fmt::format("Against {}, cumulative. Bands are the {} of a single look; the dotted lines are the always-valid "
                         "interval, which holds at all of them together and leaves the picture where it is very wide.",
                         e.variants.front().name, confidence(r)),
             "note") +
         side_by_side(e, figures);
}

std::string details(const Report& r, const ExperimentReport& e) {
  std::string out;
  const auto add = [&](const char* head, const Table& t, const char* caption, const std::string& note = "",
                       const std::string& figures = "") {
    if (!t.empty())
      out += heading(3, head) + table(t, caption, "plain") + (note.empty() ? "" : paragraph(note, "note")) + figures;
  };
  add("Adjusted by the past", adjusted_table(r, e), "Effects adjusted by what units did before the experiment");
  add("For whom", tiers_table(r, e), "Effects by activity before the experiment", "", figures_of_treatments(r, e, tiers_chart));
  add("Belief", belief_table(r, e), "Chance to win and expected loss");
  add("Quantiles", quantiles_table(r, e), "Effects on quantiles over units");
  add("Who stays", staying_table(e), "Share of units active on a day", lapse_text(e),
      side_by_side(e, figure("Active on a day (%)", retention_chart(e)) + figure("Not lapsed (%)", survival_chart(e))));
  if (const std::string index = surrogate_text(e); !index.empty()) out += paragraph(index, "note");
  return out;
}

std::string exposure(const Report& r, const ExperimentReport& e) {
  const Table t = exposure_table(r, e);
  if (t.empty()) return "";
  return heading(3, "Exposure") + table(t, "Concentration of exposure by variant", "plain") +
         side_by_side(e, figure("Share of impressions (%), Lorenz curve", lorenz_chart(e)));
}

std::string serving(const Report& r, const ExperimentReport& e) {
  const Table t = serving_table(r, e);
  if (t.empty()) return "";
  std::string out = heading(3, "Simulated services") + table(t, "Simulated services by variant", "plain");
  const std::string chart = latency_chart(r, e);
  return chart.empty() ? out : out + figure("Simulated latency", variant_keys(e) + chart);
}

std::string truth(const Report& r, const ExperimentReport& e) {
  if (e.truth.empty()) return "";
  std::string out = heading(3, "Truth") + paragraph(truth_text(e), "", Ink::Truth) +
                    table(truth_table(r, e, Spillover::Show), "Estimates beside true effects", "plain of-truth");
  for (const PairedWorlds& p : e.paired)
    if (const std::string pairing = pairing_text(p); !pairing.empty()) out += paragraph(pairing, "", Ink::Truth);
  return out;
}

std::string experiment(const Report& r, const ExperimentReport& e) {
  std::string out = "<section>\n" + heading(2, heading_text(e));
  if (e.variants.empty())
    out += paragraph("It has no variants.");
  else
    out += decision(r, e) + units(r, e) + metrics(r, e) + forests(r, e) + days(r, e) + effects_by_day(r, e) + details(r, e) +
           exposure(r, e) + serving(r, e) + truth(r, e);
  return out + "</section>\n";
}

// ---- the page -----------------------------------------------------------------------------------------------------

std::string head(const Report& r) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\"/>\n"
      "<link rel=\"icon\" href=\"data:,\"/>\n<title>{} · Feedloop report</title>\n<style>{}</style>\n</head>\n",
      text(r.scenario), kHtmlStyle);
}

std::string header(const Report& r) {
  std::string out = "<header>\n" + paragraph("Feedloop report", "kicker") + heading(1, r.scenario);
  if (!r.question.empty()) out += paragraph(r.question, "question");
  if (!r.warnings.empty())
    out += fmt::format("<p class=\"doubt\">⚠ <a href=\"#warnings\">{}</a></p>\n",
                       text(plural(static_cast<std::int64_t>(r.warnings.size()), "warning")));
  return out + "</header>\n";
}

std::string warnings(const Report& r) {
  if (r.warnings.empty()) return "";
  std::string out = "<section>\n" + heading(2, "Warnings", "warnings") + "<ul class=\"warnings\">\n";
  for (const Warning& w : r.warnings) out += fmt::format("<li class=\"doubt\">{}</li>\n", text(warning_text(w)));
  return out + "</ul>\n</section>\n";
}

std::string rollbacks(const Report& r) {
  Table t{{Align::Right, Align::Left, Align::Right, Align::Right, Align::Right, Align::Left},
          {{{{"Version"}, {"Variants"}, {"Day"}, {"z"}, {"Impressions"}, {"Why"}}}}};
  for (const PipelineReport& p : r.models)
    for (const ModelVersion& v : p.versions)
      for (const ModelStage& s : v.stages)
        if (s.stage == "rolled back")
          t.rows.push_back({{{number(v.version)},
                             {join(p.variants)},
                             {number(s.day, 2)},
                             {number(s.z, 2)},
                             {number(s.impressions)},
                             {s.reason.empty() ? std::string(kMissing) : s.reason, Ink::Doubt}}});
  if (r.models.empty()) return "";
  std::string out = "<section>\n" + heading(2, "Model rollbacks");
  out += t.empty() ? paragraph("No model was rolled back.")
                   : paragraph("Days count from the experiment's start.", "note") + table(t, "Models rolled back", "plain");
  return out + "</section>\n";
}

std::string entry(std::string_view term, std::string_view words, bool code = false) {
  return fmt::format("<dt>{}</dt><dd>{}{}{}</dd>\n", text(term), code ? "<code>" : "", text(words), code ? "</code>" : "");
}

std::string provenance(const Report& r) {
  const auto or_missing = [](const std::string& s) { return s.empty() ? kMissing : std::string_view(s); };
  return "<section>\n" + heading(2, "Provenance") + "<dl>\n" + entry("Signature", or_missing(r.signature), true) +
         entry("Scenario hash", or_missing(r.provenance.scenario_hash), true) +
         entry("Commit", or_missing(r.provenance.commit), true) + entry("Compiler", or_missing(r.provenance.compiler)) +
         entry("Seed", fmt::format("{}", r.seed)) + "</dl>\n" + paragraph(speed_text(r), "note") + "</section>\n";
}

std::string asked(const Report& r) {
  std::string out = "<section>\n" + heading(2, "What was asked") + paragraph(setting_text(r));
  std::vector<MetricInfo> described;
  for (const ExperimentReport& e : r.experiments)
    for (MetricInfo& m : metrics_of(r, e))
      if (!m.doc.empty() && std::none_of(described.begin(), described.end(), [&](const auto& d) { return d.name == m.name; }))
        described.push_back(std::move(m));
  if (!described.empty()) {
    out += heading(3, "Metrics in words") + "<dl>\n";
    for (const MetricInfo& m : described) out += entry(with_unit(m, m.unit), m.doc);
    out += "</dl>\n";
  }
  return out + "</section>\n";
}

}  // namespace

std::string html_report(const Report& report) {
  std::string out = head(report) + "<body>\n<main>\n" + header(report);
  for (const ExperimentReport& e : report.experiments) out += experiment(report, e);
  return out + warnings(report) + rollbacks(report) + provenance(report) + asked(report) + "</main>\n</body>\n</html>\n";
}

}  // namespace feedloop
