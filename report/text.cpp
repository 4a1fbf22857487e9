#include "report/text.hpp"

#include <algorithm>

#include "report/details.hpp"
#include "report/page.hpp"
#include "report/tables.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

void header(Page& page, const Report& r) {
  page.line("Feedloop report: " + clean(r.scenario), Ink::Bold);
  if (!r.question.empty()) page.prose(r.question);
  page.blank();
  page.prose(setting_text(r));
}

void table(Page& page, const Table& t) {
  if (t.empty()) return;
  page.blank();
  page.table(t.align, t.rows);
}

void experiment(Page& page, const Report& r, const ExperimentReport& e) {
  page.blank();
  page.line(heading_text(e), Ink::Bold);
  if (e.variants.empty()) return page.prose("It has no variants.", 2, 2);
  for (const PreferenceReport& p : e.preferences) page.prose(preference_text(p), 2, 2, Ink::Bold);
  for (std::size_t i = 1; e.preferences.empty() && i < e.variants.size(); ++i) {
    const std::string rule = rule_text(e, e.variants[i]), guardrails = guardrail_text(r, e, e.variants[i]);
    if (!rule.empty()) page.prose(rule, 2, 2, Ink::Bold);
    page.prose(decision_text(r, e, e.variants[i]), 2, 2);
    if (!guardrails.empty()) page.prose(guardrails, 2, 2);
  }
  table(page, variants_table(e));
  const auto sentence = [&](const Cell& s) { page.prose(s.text, 2, s.ink == Ink::Doubt ? 4 : 2, s.ink); };
  for (const SrmReport& s : e.srm)
    if (s.scope == "all" || s.scope == "triggered") sentence(sample_ratio_text(s));
  for (const Cell& s : health_texts(r, e)) sentence(s);
  table(page, effects_table(r, e, AlwaysValidInterval::Hide));
  table(page, adjusted_table(r, e));
  table(page, tiers_table(r, e));
  table(page, belief_table(r, e));
  table(page, quantiles_table(r, e));
  table(page, staying_table(e));
  if (const std::string lapsed = lapse_text(e); !lapsed.empty()) page.prose(lapsed, 2, 2);
  if (const std::string index = surrogate_text(e); !index.empty()) page.prose(index, 2, 2);
  table(page, exposure_table(r, e));
  table(page, serving_table(r, e));
  if (e.truth.empty()) return;
  page.blank();
  page.prose(truth_text(e), 2, 2, Ink::Truth);
  const Table truth = truth_table(r, e, Spillover::Hide);
  page.table(truth.align, truth.rows);
  for (const PairedWorlds& p : e.paired)
    if (const std::string pairing = pairing_text(p); !pairing.empty()) page.prose(pairing, 2, 2, Ink::Truth);
}

void warnings(Page& page, const Report& r) {
  if (r.warnings.empty()) return;
  page.blank();
  page.line("Warnings", Ink::Bold);
  for (const Warning& w : r.warnings) page.prose(warning_text(w), 2, 4, Ink::Doubt);
}

void footer(Page& page, const Report& r) {
  page.blank();
  for (const std::string& sentence : {speed_text(r), learning_text(r), stages_text(r), signature_text(r)}) page.prose(sentence);
}

}  // namespace

std::string text_report(const Report& report, TextStyle style) {
  style.width = std::max(style.width, 40);
  Page page(style);
  header(page, report);
  for (const ExperimentReport& e : report.experiments) experiment(page, report, e);
  warnings(page, report);
  footer(page, report);
  return page.take();
}

}  // namespace feedloop
