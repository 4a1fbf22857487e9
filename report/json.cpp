#include "report/json.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "report/json_real.hpp"

namespace feedloop {
namespace {

using Json = nlohmann::ordered_json;

// ---- writing ------------------------------------------------------------------------------------------------------

Json pair(const Interval& i) { return Json::array({real(i.low), real(i.high)}); }

template <class T, class F>
Json list(const std::vector<T>& items, F one) {
  Json j = Json::array();
  for (const T& x : items) j.push_back(one(x));
  return j;
}

Json reals(const std::vector<double>& xs) { return list(xs, real); }

std::string_view name(Direction d) {
  return d == Direction::HigherIsBetter ? "higher" : d == Direction::LowerIsBetter ? "lower" : "neither";
}

constexpr std::pair<MetricRole, std::string_view> kRoles[] = {
    {MetricRole::Decision, "decision"}, {MetricRole::Guardrail, "guardrail"}, {MetricRole::Diagnostic, "diagnostic"}};
std::string_view name(MetricRole role) { return kRoles[static_cast<std::size_t>(role)].second; }

Json write(const MetricInfo& m) {
  return {{"name", m.name},
          {"title", m.title},
          {"unit", m.unit},
          {"scale", real(m.scale)},
          {"decimals", m.decimals},
          {"better", name(m.better)},
          {"doc", m.doc},
          {"role", name(m.role)},
          {"unit_of_analysis", m.unit_of_analysis},
          {"needs_truth", m.needs_truth},
          {"of_variant", m.of_variant}};
}

Json write(const VariantReport& v) {
  Json metrics = Json::object();
  for (const MetricValue& m : v.metrics)
    metrics[m.name] = {{"value", real(m.value)}, {"se", real(m.se)}, {"n", m.n}, {"design_effect", real(m.design_effect)}};
  return {{"name", v.name},         {"share", real(v.share)},       {"units", v.units},
          {"requests", v.requests}, {"impressions", v.impressions}, {"metrics", metrics}};
}

Json write(const EffectReport& e) {
  return {{"variant", e.variant},
          {"metric", e.metric},
          {"effect", real(e.effect)},
          {"se", real(e.se)},
          {"ci", pair(e.ci)},
          {"lift", real(e.lift)},
          {"lift_ci", pair(e.lift_ci)},
          {"p", real(e.p)},
          {"sequential", {{"p", real(e.sequential.p)}, {"ci", pair(e.sequential.ci)}}},
          {"adjusted_p", real(e.adjusted_p)},
          {"bootstrap", pair(e.bootstrap)},
          {"verdict", e.verdict}};
}

Json write(const SrmReport& s) {
  return {{"scope", s.scope}, {"chi2", real(s.chi2)}, {"df", real(s.df)}, {"p", real(s.p)}, {"state", s.state}};
}

Json write(const TruthReport& t) {
  return {{"variant", t.variant},
          {"metric", t.metric},
          {"effect", real(t.effect)},
          {"se", real(t.se)},
          {"bias", real(t.bias)},
          {"covered", t.covered},
          {"spill_on_treated", real(t.spill_on_treated)},
          {"spill_on_control", real(t.spill_on_control)},
          {"sampling", real(t.sampling)}};
}

Json write(const GuardrailReport& g) {
  return {{"variant", g.variant},
          {"metric", g.metric},
          {"margin", real(g.margin)},
          {"p_holds", real(g.p_holds)},
          {"p_breached", real(g.p_breached)},
          {"state", g.state}};
}

Json write(const DecisionReport& d) { return {{"variant", d.variant}, {"decision", d.decision}, {"reason", d.reason}}; }

Json write(const PreferenceReport& p) {
  return {{"variant", p.variant}, {"pages", p.pages}, {"users", p.users}, {"preference", real(p.preference)},
          {"se", real(p.se)},     {"ci", pair(p.ci)}, {"p", real(p.p)},   {"verdict", p.verdict}};
}

// Structs of texts, numbers and lists of numbers: written and read by one list of their fields.
template <class F>
void fields(F f, EffectSeries& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("day", x.day);
  f("effect", x.effect);
  f("se", x.se);
  f("always_valid_low", x.always_valid_low);
  f("always_valid_high", x.always_valid_high);
  f("of_day", x.of_day);
  f("of_day_se", x.of_day_se);
  f("p", x.p);
  f("always_valid_p", x.always_valid_p);
  f("log_e", x.log_e);
}

template <class F>
void fields(F f, PairedWorlds& x) {
  f("variant", x.variant);
  f("day", x.day);
  f("clicks", x.clicks);
  f("minutes", x.minutes);
}

template <class F>
void fields(F f, AdjustedEffect& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("covariate", x.covariate);
  f("method", x.method);
  f("state", x.state);
  f("effect", x.effect);
  f("se", x.se);
  f("ci", x.ci);
  f("lift", x.lift);
  f("lift_ci", x.lift_ci);
  f("p", x.p);
  f("correlation", x.correlation);
  f("variance_removed", x.variance_removed);
  f("balance_p", x.balance_p);
}

template <class F>
void fields(F f, TierEffect& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("tier", x.tier);
  f("control_units", x.control_units);
  f("treatment_units", x.treatment_units);
  f("effect", x.effect);
  f("se", x.se);
  f("lift", x.lift);
  f("lift_ci", x.lift_ci);
}

template <class F>
void fields(F f, TierSummary& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("q", x.q);
  f("df", x.df);
  f("p", x.p);
  f("i2", x.i2);
  f("effect", x.effect);
  f("se", x.se);
  f("lift", x.lift);
  f("lift_ci", x.lift_ci);
}

template <class F>
void fields(F f, NoveltyReport& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("split_day", x.split_day);
  f("early", x.early);
  f("late", x.late);
  f("change", x.change);
  f("se", x.se);
  f("p", x.p);
  f("state", x.state);
}

template <class F>
void fields(F f, SurrogateReport& x) {
  f("variant", x.variant);
  f("days", x.days);
  f("r2", x.r2);
  f("predicted", x.predicted);
  f("se", x.se);
  f("p", x.p);
  f("observed", x.observed);
  f("observed_se", x.observed_se);
  f("truth", x.truth);
}

template <class F>
void fields(F f, PosteriorReport& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("prior_sd", x.prior_sd);
  f("lift", x.lift);
  f("lift_ci", x.lift_ci);
  f("chance_to_win", x.chance_to_win);
  f("loss_ship", x.loss_ship);
  f("loss_keep", x.loss_keep);
}

template <class F>
void fields(F f, QuantileEffect& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("level", x.level);
  f("control", x.control);
  f("treatment", x.treatment);
  f("effect", x.effect);
  f("se", x.se);
  f("ci", x.ci);
  f("p", x.p);
}

template <class F>
void fields(F f, GroupSequentialReport& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("day", x.day);
  f("z", x.z);
  f("obrien_fleming", x.obrien_fleming);
  f("pocock", x.pocock);
  f("sequential", x.sequential);
  f("always_valid", x.always_valid);
  f("always_valid_day", x.always_valid_day);
  f("obrien_fleming_day", x.obrien_fleming_day);
  f("pocock_day", x.pocock_day);
  f("peeking_error", x.peeking_error);
}

template <class F>
void fields(F f, PowerReached& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("lift", x.lift);
  f("power", x.power);
  f("smallest", x.smallest);
  f("more_days", x.more_days);
}

template <class F>
void fields(F f, RetentionCurve& x) {
  f("variant", x.variant);
  f("day", x.day);
  f("value", x.value);
  f("low", x.low);
  f("high", x.high);
  f("units", x.units);
}

template <class F>
void fields(F f, SurvivalReport& x) {
  f("variant", x.variant);
  f("lapse_days", x.lapse_days);
  f("day", x.day);
  f("value", x.value);
  f("low", x.low);
  f("high", x.high);
  f("p", x.p);
}

template <class F>
void fields(F f, StoppingReport& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("rule", x.rule);
  f("state", x.state);
  f("day", x.day);
  f("effect", x.effect);
  f("verdict", x.verdict);
}

template <class F>
void fields(F f, CohortReport& x) {
  f("variant", x.variant);
  f("entered", x.entered);
  f("since", x.since);
  f("value", x.value);
  f("low", x.low);
  f("high", x.high);
  f("units", x.units);
}

template <class F>
void fields(F f, DistributionReport& x) {
  f("variant", x.variant);
  f("metric", x.metric);
  f("units", x.units);
  f("level", x.level);
  f("value", x.value);
}

template <class F>
void fields(F f, DayReport& x) {
  f("day", x.day);
  f("units", x.units);
  f("gini", x.gini);
  f("scope", x.srm.scope);
  f("chi2", x.srm.chi2);
  f("df", x.srm.df);
  f("p", x.srm.p);
  f("state", x.srm.state);
}

template <class F>
void fields(F f, RunEvent& x) {
  f("layer", x.layer);
  f("kind", x.kind);
  f("day", x.day);
  f("until", x.until);
  f("text", x.text);
}

template <class F>
void fields(F f, PageLatency& x) {
  f("cell", x.cell);
  f("pages", x.pages);
  f("late", x.late);
  f("p50_ms", x.p50_ms);
  f("p95_ms", x.p95_ms);
  f("p99_ms", x.p99_ms);
  f("budget_ms", x.budget_ms);
}

template <class F>
void fields(F f, SourceFlow& x) {
  f("source", x.source);
  f("asked", x.asked);
  f("nominated", x.nominated);
  f("admitted", x.admitted);
  f("kept", x.kept);
  f("shown", x.shown);
}

template <class F>
void fields(F f, CellFlow& x) {
  f("cell", x.cell);
  f("pages", x.pages);
  f("fallbacks", x.fallbacks);
  f("nominated", x.nominated);
  f("candidates", x.candidates);
  f("kept", x.kept);
  f("shown", x.shown);
  f("sources", x.sources);
}

template <class F>
void fields(F f, LorenzCurve& x) {
  f("variant", x.variant);
  f("items", x.items);
  f("impressions", x.impressions);
}

struct FieldWriter {
  Json& out;
  void operator()(const char* key, const std::string& x) const { out[key] = x; }
  void operator()(const char* key, double x) const { out[key] = real(x); }
  void operator()(const char* key, std::int64_t x) const { out[key] = x; }
  void operator()(const char* key, const Interval& x) const { out[key] = pair(x); }
  void operator()(const char* key, const std::vector<double>& x) const { out[key] = reals(x); }
  template <class T>
  void operator()(const char* key, const std::vector<T>& x) const;
};

template <class T>
Json write_fields(T x) {
  Json j = Json::object();
  fields(FieldWriter{j}, x);
  return j;
}

template <class T>
void FieldWriter::operator()(const char* key, const std::vector<T>& x) const {
  out[key] = list(x, write_fields<T>);
}

Json write(const ExperimentReport& e) {
  const auto one = [](const auto& x) { return write(x); };
  const auto fields = [](const auto& x) { return write_fields(x); };
  return {{"layer", e.layer},
          {"design", e.design},
          {"variants", list(e.variants, one)},
          {"effects", list(e.effects, one)},
          {"srm", list(e.srm, one)},
          {"truth", list(e.truth, one)},
          {"guardrails", list(e.guardrails, one)},
          {"decisions", list(e.decisions, one)},
          {"effect_series", list(e.effect_series, fields)},
          {"adjusted", list(e.adjusted, fields)},
          {"tiers", list(e.tiers, fields)},
          {"tier_summaries", list(e.tier_summaries, fields)},
          {"novelty", list(e.novelty, fields)},
          {"surrogates", list(e.surrogates, fields)},
          {"posteriors", list(e.posteriors, fields)},
          {"quantiles", list(e.quantiles, fields)},
          {"group_sequential", list(e.group_sequential, fields)},
          {"power", list(e.power, fields)},
          {"retention", list(e.retention, fields)},
          {"survival", list(e.survival, fields)},
          {"lorenz", list(e.lorenz, fields)},
          {"group_effects", list(e.group_effects, one)},

          {"preferences", list(e.preferences, one)},
          {"stopping", list(e.stopping, fields)},
          {"cohorts", list(e.cohorts, fields)},
          {"distributions", list(e.distributions, fields)},
          {"days", list(e.days, fields)},

          {"paired", list(e.paired, fields)}};
}

Json write(const std::vector<Series>& all) {
  Json j = Json::object();
  for (const Series& s : all) {
    std::string key = s.layer + "/" + s.variant + "/" + s.metric;
    while (j.contains(key)) key += '~';  // a name with a slash must not hide another series
    j[key] = {{"layer", s.layer},        {"variant", s.variant}, {"metric", s.metric},   {"day", reals(s.day)},
              {"value", reals(s.value)}, {"low", reals(s.low)},  {"high", reals(s.high)}};
  }
  return j;
}

Json write(const ModelVersion& v) {
  const auto stage = [](const ModelStage& s) {
    return Json{
        {"day", real(s.day)}, {"stage", s.stage}, {"z", real(s.z)}, {"impressions", s.impressions}, {"reason", s.reason}};
  };
  const auto validation = [](const ModelValidation& n) {
    Json heads = Json::object();
    for (const HeadQuality& h : n.heads)
      heads[h.head] = {{"auc", real(h.auc)}, {"normalised_entropy", real(h.normalised_entropy)}, {"slope", real(h.slope)}};
    return Json{{"day", real(n.day)}, {"rows", n.rows}, {"heads", heads}};
  };
  return {{"version", v.version},
          {"parent", v.parent},
          {"ranker", v.ranker},
          {"features", v.features},
          {"trained", real(v.trained)},
          {"rows", v.rows},
          {"first_row", real(v.first_row)},
          {"last_row", real(v.last_row)},
          {"updates", v.updates},
          {"last_update", v.last_update},
          {"updated", real(v.updated)},
          {"stages", list(v.stages, stage)},
          {"validations", list(v.validations, validation)}};
}

Json write(const PipelineReport& p) {
  return {{"variants", p.variants},
          {"scorer", p.scorer},
          {"heads", p.heads},
          {"versions", list(p.versions, [](const ModelVersion& v) { return write(v); })}};
}

Json write(const RunFacts& r) {
  Json latency = Json::object();
  for (const StageLatency& s : r.latency)
    latency[s.stage] = {
        {"p50_us", real(s.p50_us)}, {"p99_us", real(s.p99_us)}, {"share", real(s.share)}, {"p95_us", real(s.p95_us)}};
  return {{"threads", r.threads},
          {"ranks", r.ranks},
          {"wall_s", real(r.wall_s)},
          {"requests_per_s", real(r.requests_per_s)},
          {"peak_mib", real(r.peak_mib)},
          {"serial_share", real(r.serial_share)},
          {"longest_pause_s", real(r.longest_pause_s)},
          {"latency", latency},
          {"serving", list(r.serving, write_fields<PageLatency>)},
          {"flows", list(r.flows, write_fields<CellFlow>)}};
}

Json write(const Report& r) {
  const auto one = [](const auto& x) { return write(x); };
  return {
      {"scenario", r.scenario},
      {"question", r.question},
      {"seed", r.seed},
      {"signature", r.signature},
      {"provenance",
       {{"scenario_hash", r.provenance.scenario_hash}, {"commit", r.provenance.commit}, {"compiler", r.provenance.compiler}}},
      {"users", r.users},
      {"items", r.items},
      {"warmup_days", r.warmup_days},
      {"days", r.days},
      {"requests", r.requests},
      {"impressions", r.impressions},
      {"confidence", real(r.confidence)},
      {"metrics", list(r.metrics, one)},
      {"experiments", list(r.experiments, one)},
      {"series", write(r.series)},
      {"claims", Json::array()},
      {"warnings", list(r.warnings,
                        [](const Warning& w) {
                          return Json{{"code", w.code}, {"text", w.text}};
                        })},
      {"events", list(r.events, write_fields<RunEvent>)},
      {"models", list(r.models, one)},
      {"run", write(r.run)}};
}

std::string dump(const Json& j) { return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

// ---- reading ------------------------------------------------------------------------------------------------------

// A value and the path to it, which the errors name.
class Node {
 public:
  Node(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

  Node operator[](const char* key) const {
    if (!json_.is_object()) fail("an object");
    const auto it = json_.find(key);
    const std::string path = path_.empty() ? key : fmt::format("{}.{}", path_, key);
    if (it == json_.end()) throw Error(fmt::format("is not a Feedloop report: key `{}` is missing", path));
    return {*it, path};
  }

  std::string text() const {
    if (!json_.is_string()) fail("a text");
    return json_.get<std::string>();
  }

  double real() const {
    if (json_.is_null()) return kNoValue;
    if (json_.is_number()) return json_.get<double>();
    if (json_ == "Infinity") return std::numeric_limits<double>::infinity();
    if (json_ == "-Infinity") return -std::numeric_limits<double>::infinity();
    fail("a number or null");
  }

  template <class T>
  T integer() const {
    if (json_.is_number_unsigned() && std::in_range<T>(json_.get<std::uint64_t>())) return json_.get<T>();
    if (json_.is_number_integer() && !json_.is_number_unsigned() && std::in_range<T>(json_.get<std::int64_t>()))
      return json_.get<T>();
    fail(fmt::format("a whole number in [{}, {}]", std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  }

  bool flag() const {
    if (!json_.is_boolean()) fail("true or false");
    return json_.get<bool>();
  }

  Interval interval() const {
    if (!json_.is_array() || json_.size() != 2) fail("an array of two numbers");
    return {Node(json_[0], path_ + "[0]").real(), Node(json_[1], path_ + "[1]").real()};
  }

  Direction direction() const {
    if (json_ == "higher") return Direction::HigherIsBetter;
    if (json_ == "lower") return Direction::LowerIsBetter;
    if (json_ == "neither") return Direction::Neither;
    fail("one of higher, lower, neither");
  }

  MetricRole role() const {
    for (const auto& [role, word] : kRoles)
      if (json_ == word) return role;
    fail("one of decision, guardrail, diagnostic");
  }

  template <class F>
  auto list(F one) const {
    if (!json_.is_array()) fail("an array");
    std::vector<decltype(one(*this))> out;
    out.reserve(json_.size());
    for (std::size_t i = 0; i < json_.size(); ++i) out.push_back(one(Node(json_[i], fmt::format("{}[{}]", path_, i))));
    return out;
  }

  std::vector<double> reals() const {
    return list([](const Node& n) { return n.real(); });
  }

  template <class F>  // one(key, node)
  auto entries(F one) const {
    if (!json_.is_object()) fail("an object");
    std::vector<decltype(one(std::string(), *this))> out;
    for (const auto& [key, value] : json_.items()) out.push_back(one(key, Node(value, fmt::format("{}.{}", path_, key))));
    return out;
  }

 private:
  [[noreturn]] void fail(std::string_view expected) const {
    throw Error(fmt::format("is not a Feedloop report: {} is not {}", path_.empty() ? "the document" : "key `" + path_ + "`",
                            expected));
  }

  const Json& json_;
  std::string path_;
};

MetricInfo read_info(const Node& n) {
  return {n["name"].text(),
          n["title"].text(),
          n["unit"].text(),
          n["scale"].real(),
          n["decimals"].integer<int>(),
          n["better"].direction(),
          n["doc"].text(),
          n["role"].role(),
          n["unit_of_analysis"].text(),
          n["needs_truth"].flag(),
          n["of_variant"].flag()};
}

MetricValue read_value(const std::string& metric, const Node& n) {
  return {metric, n["value"].real(), n["se"].real(), n["n"].integer<std::int64_t>(), n["design_effect"].real()};
}

VariantReport read_variant(const Node& n) {
  return {n["name"].text(),
          n["share"].real(),
          n["units"].integer<std::int64_t>(),
          n["requests"].integer<std::int64_t>(),
          n["impressions"].integer<std::int64_t>(),
          n["metrics"].entries(read_value)};
}

EffectReport read_effect(const Node& n) {
  const Node s = n["sequential"];
  return {n["variant"].text(),
          n["metric"].text(),
          n["effect"].real(),
          n["se"].real(),
          n["ci"].interval(),
          n["lift"].real(),
          n["lift_ci"].interval(),
          n["p"].real(),
          {s["p"].real(), s["ci"].interval()},
          n["adjusted_p"].real(),
          n["bootstrap"].interval(),
          n["verdict"].text()};
}

SrmReport read_srm(const Node& n) {
  return {n["scope"].text(), n["chi2"].real(), n["df"].real(), n["p"].real(), n["state"].text()};
}

TruthReport read_truth(const Node& n) {
  return {n["variant"].text(), n["metric"].text(),  n["effect"].real(),           n["se"].real(),
          n["bias"].real(),    n["covered"].flag(), n["spill_on_treated"].real(), n["spill_on_control"].real(),
          n["sampling"].real()};
}

GuardrailReport read_guardrail(const Node& n) {
  return {n["variant"].text(), n["metric"].text(),     n["margin"].real(),
          n["p_holds"].real(), n["p_breached"].real(), n["state"].text()};
}

DecisionReport read_decision(const Node& n) { return {n["variant"].text(), n["decision"].text(), n["reason"].text()}; }

PreferenceReport read_preference(const Node& n) {
  return {n["variant"].text(),
          n["pages"].integer<std::int64_t>(),
          n["users"].integer<std::int64_t>(),
          n["preference"].real(),
          n["se"].real(),
          n["ci"].interval(),
          n["p"].real(),
          n["verdict"].text()};
}

struct FieldReader {
  const Node& in;
  void operator()(const char* key, std::string& x) const { x = in[key].text(); }
  void operator()(const char* key, double& x) const { x = in[key].real(); }
  void operator()(const char* key, std::int64_t& x) const { x = in[key].integer<std::int64_t>(); }
  void operator()(const char* key, Interval& x) const { x = in[key].interval(); }
  void operator()(const char* key, std::vector<double>& x) const { x = in[key].reals(); }
  template <class T>
  void operator()(const char* key, std::vector<T>& x) const;
};

template <class T>
std::vector<T> read_fields(const Node& n) {
  return n.list([](const Node& one) {
    T x;
    fields(FieldReader{one}, x);
    return x;
  });
}

template <class T>
void FieldReader::operator()(const char* key, std::vector<T>& x) const {
  x = read_fields<T>(in[key]);
}

ExperimentReport read_experiment(const Node& n) {
  return {n["layer"].text(),
          n["design"].text(),
          n["variants"].list(read_variant),
          n["effects"].list(read_effect),
          n["srm"].list(read_srm),
          n["truth"].list(read_truth),
          n["guardrails"].list(read_guardrail),
          n["decisions"].list(read_decision),
          read_fields<EffectSeries>(n["effect_series"]),
          read_fields<AdjustedEffect>(n["adjusted"]),
          read_fields<TierEffect>(n["tiers"]),
          read_fields<TierSummary>(n["tier_summaries"]),
          read_fields<NoveltyReport>(n["novelty"]),
          read_fields<SurrogateReport>(n["surrogates"]),
          read_fields<PosteriorReport>(n["posteriors"]),
          read_fields<QuantileEffect>(n["quantiles"]),
          read_fields<GroupSequentialReport>(n["group_sequential"]),
          read_fields<PowerReached>(n["power"]),
          read_fields<RetentionCurve>(n["retention"]),
          read_fields<SurvivalReport>(n["survival"]),
          read_fields<LorenzCurve>(n["lorenz"]),
          n["group_effects"].list(read_effect),

          n["preferences"].list(read_preference),
          read_fields<StoppingReport>(n["stopping"]),
          read_fields<CohortReport>(n["cohorts"]),
          read_fields<DistributionReport>(n["distributions"]),
          read_fields<DayReport>(n["days"]),

          read_fields<PairedWorlds>(n["paired"])};
}

Series read_series(const std::string&, const Node& n) {
  return {n["layer"].text(),  n["variant"].text(), n["metric"].text(), n["day"].reals(),
          n["value"].reals(), n["low"].reals(),    n["high"].reals()};
}

ModelStage read_stage(const Node& n) {
  return {n["day"].real(), n["stage"].text(), n["z"].real(), n["impressions"].integer<std::int64_t>(), n["reason"].text()};
}

ModelValidation read_validation(const Node& n) {
  return {n["day"].real(), n["rows"].integer<std::int64_t>(), n["heads"].entries([](const std::string& head, const Node& q) {
            return HeadQuality{head, q["auc"].real(), q["normalised_entropy"].real(), q["slope"].real()};
          })};
}

ModelVersion read_version(const Node& n) {
  const auto whole = [&](const char* key) { return n[key].integer<std::int64_t>(); };
  return {whole("version"),
          whole("parent"),
          whole("ranker"),
          whole("features"),
          n["trained"].real(),
          whole("rows"),
          n["first_row"].real(),
          n["last_row"].real(),
          whole("updates"),
          whole("last_update"),
          n["updated"].real(),
          n["stages"].list(read_stage),
          n["validations"].list(read_validation)};
}

PipelineReport read_pipeline(const Node& n) {
  const auto text = [](const Node& t) { return t.text(); };
  return {n["variants"].list(text), n["scorer"].text(), n["heads"].list(text), n["versions"].list(read_version)};
}

RunFacts read_run(const Node& n) {
  return {n["threads"].integer<int>(),
          n["ranks"].integer<int>(),
          n["wall_s"].real(),
          n["requests_per_s"].real(),
          n["peak_mib"].real(),
          n["serial_share"].real(),
          n["longest_pause_s"].real(),
          n["latency"].entries([](const std::string& stage, const Node& s) {
            return StageLatency{stage, s["p50_us"].real(), s["p99_us"].real(), s["share"].real(), s["p95_us"].real()};
          }),
          read_fields<PageLatency>(n["serving"]),
          read_fields<CellFlow>(n["flows"])};
}

}  // namespace

std::string json_report(const Report& report) { return dump(write(report)); }

std::string json_without_run(const Report& report) {
  Json j = write(report);
  j.erase("run");
  return dump(j);
}

Report parse_report(std::string_view json) {
  Json j;
  try {
    j = Json::parse(json);
  } catch (const Json::exception& e) {
    throw Error(fmt::format("is not a Feedloop report: {}", e.what()));
  }
  const Node n(j, "");
  Report r;
  r.scenario = n["scenario"].text();
  r.question = n["question"].text();
  r.seed = n["seed"].integer<std::uint64_t>();
  r.signature = n["signature"].text();
  const Node provenance = n["provenance"];
  r.provenance = {provenance["scenario_hash"].text(), provenance["commit"].text(), provenance["compiler"].text()};
  r.users = n["users"].integer<std::int64_t>();
  r.items = n["items"].integer<std::int64_t>();
  r.warmup_days = n["warmup_days"].integer<int>();
  r.days = n["days"].integer<int>();
  r.requests = n["requests"].integer<std::int64_t>();
  r.impressions = n["impressions"].integer<std::int64_t>();
  r.confidence = n["confidence"].real();
  r.metrics = n["metrics"].list(read_info);
  r.experiments = n["experiments"].list(read_experiment);
  r.series = n["series"].entries(read_series);
  r.warnings = n["warnings"].list([](const Node& w) { return Warning{w["code"].text(), w["text"].text()}; });
  r.events = read_fields<RunEvent>(n["events"]);
  r.models = n["models"].list(read_pipeline);
  r.run = read_run(n["run"]);
  return r;
}

}  // namespace feedloop
