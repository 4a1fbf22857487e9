#include "report/replication.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json_real.hpp"
#include "report/page.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Interval& i) { return {real(i.low), real(i.high)}; }
Json json_of(const MeasuredShare& s) {
  return {{"hits", s.hits}, {"trials", s.trials}, {"value", real(s.value)}, {"ci", json_of(s.ci)}};
}
Json json_of(const MeasuredMean& m) {
  return {{"n", m.n}, {"mean", real(m.mean)}, {"sd", real(m.sd)}, {"se", real(m.se)}, {"ci", json_of(m.ci)}};
}
Json json_of(const KsTest& t) { return {{"d", real(t.d)}, {"p", real(t.p)}}; }

constexpr const char* kShareIntervals = "Wilson, 95 %";

// "75 [60, 86] %", with a decimal where there are trials enough to tell it.
std::string share(const MeasuredShare& s) {
  if (s.trials == 0) return std::string(kMissing);
  const int decimals = s.trials < 400 ? 0 : 1;
  return fmt::format("{:.{}f} [{:.{}f}, {:.{}f}] %", 100 * s.value, decimals, 100 * s.ci.low, decimals, 100 * s.ci.high,
                     decimals);
}
std::string mean(const MeasuredMean& m, double scale, int decimals, bool with_sign = false) {
  if (m.n == 0) return std::string(kMissing);
  const std::string value = number(m.mean * scale, decimals, with_sign);
  return std::isnan(m.se) ? value : fmt::format("{} ± {}", value, number(m.se * scale, decimals));
}
std::string plain(double x, int decimals) { return std::isnan(x) ? std::string(kMissing) : number(x, decimals); }

// Of designs side by side: A, B, ..., Z, then by number.
std::string letter(std::size_t design) {
  return design < 26 ? std::string(1, static_cast<char>('A' + design)) : std::to_string(design + 1);
}

std::string sample(const PowerResult& r) {
  return fmt::format("{} {}, {} each, level {:g} %.", number(r.runs),
                     r.vary == PowerVary::World ? "worlds" : "assignments of one world", plural(r.days, "day"), 100 * r.alpha);
}

class Shown {
 public:
  explicit Shown(const std::vector<std::string>& metrics) : metrics_(metrics) {}
  bool operator()(const MetricInfo& m) const {
    return metrics_.empty() ? m.role != MetricRole::Diagnostic
                            : std::find(metrics_.begin(), metrics_.end(), m.name) != metrics_.end();
  }

 private:
  const std::vector<std::string>& metrics_;
};

bool same_test(const DesignQuality& a, const DesignQuality& b) {
  return a.layer == b.layer && a.variant == b.variant && a.metric == b.metric && a.rule == b.rule;
}

// What each design finds and when it stops, a column each; a row for every test that some design has.
void side_by_side(Page& page, const std::vector<PowerResult>& results, const Shown& shown) {
  const auto find = [](const std::vector<DesignQuality>& all, const DesignQuality& like) {
    return std::find_if(all.begin(), all.end(), [&](const DesignQuality& q) { return same_test(q, like); });
  };
  std::vector<DesignQuality> tests;
  for (const PowerResult& r : results)
    for (const DesignQuality& q : r.qualities)
      if (shown(metric_info(r.metrics, q.metric)) && find(tests, q) == tests.end()) tests.push_back(q);
  std::vector<Align> align(1 + results.size(), Align::Right);
  align[0] = Align::Left;
  Row head{{{"Power (of a null treatment type I), day of the stop"}}};
  for (std::size_t d = 0; d < results.size(); ++d) {
    page.line(fmt::format("  {}  {}", letter(d), clean(results[d].design)));
    head.cells.push_back({letter(d)});
  }
  std::vector<Row> rows{head};
  std::string of;
  for (const DesignQuality& test : tests) {
    const std::string title = fmt::format("{}, {}/{}", metric_info(results.front().metrics, test.metric).title,
                                          clean(test.layer), clean(test.variant));
    if (std::exchange(of, title) != title) rows.push_back({{{title}}, true});
    Row row{{{fmt::format("  {}", to_string(test.rule))}}};
    for (const PowerResult& r : results) {
      const auto q = find(r.qualities, test);
      const bool tested = q != r.qualities.end() && q->rejected.trials > 0;
      row.cells.push_back({tested ? fmt::format("{}, {}", share(q->rejected), number(q->day.mean, 1)) : "not enough data"});
    }
    rows.push_back(std::move(row));
  }
  page.blank();
  if (rows.size() > 1) page.table(align, std::move(rows));
}

// One design's tables, a treatment each.
void qualities(Page& page, const PowerResult& r, const Shown& shown) {
  std::vector<Row> rows;
  std::string of;
  for (const DesignQuality& q : r.qualities) {
    const MetricInfo m = metric_info(r.metrics, q.metric);
    if (!shown(m)) continue;
    if (of != q.layer + "/" + q.variant) {
      if (!rows.empty())
        page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right},
                   std::move(rows));
      of = q.layer + "/" + q.variant;
      page.blank();
      page.line(clean(of) + (q.null ? ": changes nothing, so every rejection is an error" : ""), Ink::Bold);
      rows = {{{{"Rule"}, {q.null ? "Type I" : "Power"}, {"Coverage"}, {"Bias"}, {"Type S"}, {"Type M"}, {"Day"}}}};
    }
    const int decimals = decimals_of_difference(m) + 1;
    if (q.rule == StoppingRule::FixedHorizon) {
      std::string head = with_unit(m, unit_of_difference(m));
      if (q.truth.n > 0 && !q.null)
        head += fmt::format(": true effect {}; sd over {} {}, within one {}", mean(q.truth, m.scale, decimals, true),
                            r.vary == PowerVary::World ? "seeds" : "assignments", plain(q.truth.sd * m.scale, decimals),
                            plain(q.within_se * m.scale, decimals));
      rows.push_back({{{head}}, true});
    }
    rows.push_back({{{fmt::format("  {}", to_string(q.rule))},
                     {q.rejected.trials == 0 ? "not enough data" : share(q.rejected)},
                     {share(q.coverage)},
                     {mean(q.bias, m.scale, decimals, true)},
                     {share(q.type_s)},
                     {std::isnan(q.type_m)      ? std::string(kMissing)
                      : std::isnan(q.type_m_se) ? number(q.type_m, 2)
                                                : fmt::format("{} ± {}", number(q.type_m, 2), number(q.type_m_se, 2))},
                     {mean(q.day, 1, 1)}}});
  }
  if (!rows.empty())
    page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right},
               std::move(rows));
}

}  // namespace

std::string power_text(const std::vector<PowerResult>& results, const std::vector<std::string>& metrics, TextStyle style) {
  Page page(style);
  const Shown shown(metrics);
  page.line("Feedloop power: " + clean(results.front().scenario), Ink::Bold);
  if (results.size() == 1) page.prose(sample(results.front()));
  page.prose("[ ] is Wilson's 95 % interval of a share, ± the Monte-Carlo standard error of a mean, over runs.");
  if (results.size() > 1) side_by_side(page, results, shown);
  for (std::size_t d = 0; d < results.size(); ++d) {
    if (results.size() > 1) {
      page.blank();
      page.line(fmt::format("{}: {}", letter(d), clean(results[d].design)), Ink::Bold);
      page.prose(sample(results[d]));
    }
    qualities(page, results[d], shown);
  }
  page.blank();
  page.prose(
      "Coverage: reported intervals that hold the true effect of the full length. Bias: estimate at the stop minus it. "
      "Type S: rejections of the wrong sign. Type M: mean size of an estimate that was significant, over the true one.");
  return page.take();
}

std::string power_json(const std::vector<PowerResult>& results) {
  Json j;
  j["scenario"] = results.front().scenario;
  j["vary"] = results.front().vary == PowerVary::World ? "world" : "assignment";
  j["runs"] = results.front().runs;
  j["share_intervals"] = kShareIntervals;
  j["designs"] = Json::array();
  for (const PowerResult& r : results)
    for (const DesignQuality& q : r.qualities) {
      Json d;
      d["design"] = r.design;
      d["days"] = r.days;
      d["alpha"] = r.alpha;
      d["layer"] = q.layer;
      d["variant"] = q.variant;
      d["metric"] = q.metric;
      d["rule"] = key_of(q.rule);
      d["null"] = q.null;
      d[q.null ? "type_1" : "power"] = json_of(q.rejected);
      d["coverage"] = json_of(q.coverage);
      d["true_effect"] = json_of(q.truth);
      d["true_effect_within_se"] = real(q.within_se);
      d["bias"] = json_of(q.bias);
      d["type_s"] = json_of(q.type_s);
      d["type_m"] = {{"mean", real(q.type_m)}, {"se", real(q.type_m_se)}};
      d["day"] = json_of(q.day);
      j["designs"].push_back(std::move(d));
    }
  return j.dump(2) + "\n";
}

std::string rerandomised_text(const RerandomisedPage& p, TextStyle style) {
  const Rerandomisation& q = p.request;
  Page page(style);
  page.line("Feedloop power: " + clean(p.archive), Ink::Bold);
  std::vector<std::string> split;
  for (std::size_t v = 0; v < q.variants.size(); ++v)
    split.push_back(fmt::format("{} {:g} %", clean(q.variants[v]), 100 * q.shares[v]));
  page.prose(fmt::format("{} of {} to {}; tests at {:g} %. [ ] is Wilson's 95 % interval of a share.",
                         plural(q.assignments, "assignment"), plural(p.result.units, "unit"), enumerate(split), 100 * q.alpha));
  if (!p.identical)
    page.prose(
        "The run was no A/A test: units of all variants are pooled as if untreated, and what treatment did is part of "
        "their spread.",
        0, 0, Ink::Doubt);
  if (p.by_past) page.prose("Metrics are adjusted by their units' past (CUPED).");
  page.prose(fmt::format("Split: {} of chi-squared tests below 5 %; flatness of their p: Kolmogorov-Smirnov p {}.",
                         share(p.result.srm_alarms), p_value(p.result.srm_flatness.p)));
  const bool lifted = q.lift != 0, several = q.variants.size() > 2;
  Row head{{{"Metric"}, {"Units"}, {"Type I"}, {"KS p"}, {"sd of estimate"}, {"reported se"}, {"5 %"}, {"95 %"}}};
  if (lifted) {
    head.cells.push_back({fmt::format("Power at {:+g} %", 100 * q.lift)});
    head.cells.push_back({"Coverage"});
  }
  std::vector<Row> rows{head};
  const auto four = [](double x) { return std::isnan(x) ? std::string(kMissing) : fmt::format("{:.4g}", x); };
  for (const RerandomisedMetric& m : p.result.metrics) {
    Row row{{{several ? fmt::format("{}, {}", clean(m.variant), m.metric) : m.metric},
             {number(m.units)},
             {m.type_1.trials == 0 ? "not enough data" : share(m.type_1)},
             {m.type_1.trials == 0 ? std::string(kMissing) : p_value(m.flatness.p)},
             {four(m.sd)},
             {four(m.mean_se)},
             {four(m.low)},
             {four(m.high)}}};
    if (lifted) {
      row.cells.push_back({share(m.power)});
      row.cells.push_back({share(m.coverage)});
    }
    rows.push_back(std::move(row));
  }
  std::vector<Align> align(head.cells.size(), Align::Right);
  align[0] = Align::Left;
  page.blank();
  page.table(align, std::move(rows));
  return page.take();
}

std::string rerandomised_json(const RerandomisedPage& p) {
  const Rerandomisation& q = p.request;
  Json j;
  j["archive"] = p.archive;
  j["scenario"] = p.scenario;
  j["identical_variants"] = p.identical;
  j["adjusted_by_past"] = p.by_past;
  j["variants"] = q.variants;
  j["shares"] = q.shares;
  j["assignments"] = q.assignments;
  j["alpha"] = q.alpha;
  j["lift"] = q.lift;
  j["units"] = p.result.units;
  j["share_intervals"] = kShareIntervals;
  j["sample_ratio"] = {{"below_5_percent", json_of(p.result.srm_alarms)}, {"flatness", json_of(p.result.srm_flatness)}};
  j["metrics"] = Json::array();
  for (const RerandomisedMetric& m : p.result.metrics) {
    Json e;
    e["variant"] = m.variant;
    e["metric"] = m.metric;
    e["units"] = m.units;
    e["type_1"] = json_of(m.type_1);
    e["flatness"] = json_of(m.flatness);
    e["estimate"] = {
        {"mean", real(m.mean)}, {"sd", real(m.sd)}, {"mean_se", real(m.mean_se)}, {"q05", real(m.low)}, {"q95", real(m.high)}};
    if (q.lift != 0) {
      e["planted"] = real(m.planted);
      e["power"] = json_of(m.power);
      e["coverage"] = json_of(m.coverage);
    }
    j["metrics"].push_back(std::move(e));
  }
  return j.dump(2) + "\n";
}

}  // namespace feedloop
