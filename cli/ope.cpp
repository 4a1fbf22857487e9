#include <unistd.h>

#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/random.hpp"
#include "cli/command.hpp"
#include "data/off_policy_evaluation.hpp"
#include "report/json_real.hpp"
#include "report/page.hpp"

namespace feedloop {
namespace {

struct OpeFlags {
  BanditLogSource log;
  std::string file, policy, json, interval = "normal", range, context;
  std::vector<std::string> where, policy_where;
  OffPolicyOptions options;
  double clip = 0, switch_tau = 0;
  bool clipped = false, switched = false, strict = false;
};

std::string number(double x) {
  return std::isnan(x) ? "–" : std::abs(x) < 1e5 ? fmt::format("{:.7f}", x) : fmt::format("{:.4g}", x);
}

std::vector<std::pair<std::string, std::string>> conditions(const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& t : texts) {
    const auto at = t.find('=');
    if (at == std::string::npos || at == 0) throw Error(fmt::format("`{}` is not of the form COLUMN=VALUE", t));
    out.emplace_back(t.substr(0, at), t.substr(at + 1));
  }
  return out;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) out.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return out;
}

Interval range_of(const std::string& text) {
  const auto parts = split(text);
  Interval out;
  try {
    if (parts.size() == 2) out = {std::stod(parts[0]), std::stod(parts[1])};
  } catch (const std::exception&) {
  }
  if (!(out.low < out.high)) throw Error(fmt::format("--reward-range `{}` is not of the form LOW,HIGH with LOW < HIGH", text));
  return out;
}

EvaluatedPolicy policy_of(const OpeFlags& flags) {
  EvaluatedPolicy p;
  if (flags.policy == "uniform") {
    p.kind = EvaluatedPolicy::Kind::Uniform;
    p.name = "uniform";
  } else if (flags.policy == "greedy") {
    p.kind = EvaluatedPolicy::Kind::Greedy;
    p.name = "greedy";
  } else if (flags.policy.starts_with("log:")) {
    p.kind = EvaluatedPolicy::Kind::Table;
    BanditLogSource source = flags.log;
    source.file = flags.policy.substr(4);
    source.where = conditions(flags.policy_where);
    source.decisions_only = true;
    source.context.clear();
    p.table = shares_of(read_bandit_log(source));
    p.name = fmt::format("the shares of {}", source.file.string());
  } else {
    p.kind = EvaluatedPolicy::Kind::Table;
    p.table = read_policy_table(flags.policy);
    p.name = flags.policy;
  }
  return p;
}

std::string as_text(const OffPolicyEvaluation& e, const std::string& file, TextStyle style) {
  Page page(style);
  page.line(fmt::format("Off-policy evaluation: {}", clean(e.policy)), Ink::Bold);
  page.prose(fmt::format(
      "From {} rows of {}: reward `{}`, propensity `{}`{}. Intervals have level {:g}; units of independence are {}{}.", e.rows,
      clean(file), clean(e.reward_column), clean(e.propensity_column), e.slates > 0 ? fmt::format(", {} slates", e.slates) : "",
      e.level, e.unit, e.unit == "rows" ? "" : fmt::format(" ({})", e.units)));
  page.blank();
  std::vector<Row> rows{
      {{{"estimator", Ink::Dim}, {"estimate", Ink::Dim}, {"se", Ink::Dim}, {"interval", Ink::Dim}, {"method", Ink::Dim}}}};
  const auto interval = [](const Interval& ci) {
    return std::isnan(ci.low)
               ? std::string("–")
               : fmt::format(std::max(std::abs(ci.low), std::abs(ci.high)) < 1e5 ? fmt::runtime("[{:.6f}, {:.6f}]")
                                                                                 : fmt::runtime("[{:.4g}, {:.4g}]"),
                             ci.low, ci.high);
  };
  rows.push_back({{{"logged average (of the log's own policy)", Ink::Dim},
                   {number(e.logged.value), Ink::Dim},
                   {number(e.logged.se), Ink::Dim},
                   {interval(e.logged_interval), Ink::Dim},
                   {"normal", Ink::Dim}}});
  const Ink ink = e.judgement.supported() ? Ink::Plain : Ink::Doubt;
  for (const OffPolicyAnswer& a : e.answers) {
    const bool some = a.estimate.status != TestStatus::NotEnoughData;
    rows.push_back({{{a.estimator},
                     {some ? number(a.estimate.value) : std::string(to_string(a.estimate.status)), ink},
                     {number(a.se)},
                     {interval(a.interval)},
                     {a.biased ? a.method + "; biased" : a.method, a.biased ? Ink::Dim : Ink::Plain}}});
  }
  page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Left}, std::move(rows));
  page.blank();
  const WeightSummary& w = e.weights;
  page.line("Can the log answer?", Ink::Bold);
  page.prose(
      fmt::format(
          "Weights: mean {:.7g}, largest {:.4g}, 95th percentile {:.5g}; effective sample {:.1f} of {} rows ({:.1f}%); the "
          "heaviest row carries {:.2f}% of all weight.",
          w.mean, w.largest, e.weight_p95, w.effective_rows(), w.rows, 100 * w.effective_rows() / static_cast<double>(w.rows),
          100 * w.largest_share()),
      2, 2);
  page.prose(
      fmt::format("Overlap: {:.2f}% of what the policy does was never logged ({} pairs of action and position); it would never "
                  "have taken the action of {:.1f}% of the rows.",
                  100 * e.unsupported, e.unsupported_pairs,
                  100 * static_cast<double>(e.rows_of_unlikely) / static_cast<double>(e.rows)),
      2, 2);
  if (!std::isnan(e.lower_student))
    page.prose(fmt::format("Lower bounds of ips at level {:g}: Hoeffding {:.6f}, empirical Bernstein {:.6f}, Student {:.6f} "
                           "(the first two take "
                           "the largest weight seen for the largest there is).",
                           e.level, e.lower_hoeffding, e.lower_bernstein, e.lower_student),
               2, 2);
  page.line(fmt::format("  Verdict: {}", to_string(e.judgement.verdict)), e.judgement.supported() ? Ink::Good : Ink::Bad);
  for (const std::string& warning : e.warnings) page.prose("WARNING: " + warning, 2, 4, Ink::Bad);
  if (!e.judgement.supported())
    page.prose("WARNING: these weights cannot support the answer; do not decide by the table above.", 2, 4, Ink::Bad);
  page.blank();
  for (const std::string& note : e.notes) page.prose(note, 0, 0, Ink::Dim);
  return page.take();
}

std::string as_json(const OffPolicyEvaluation& e, const std::string& file) {
  nlohmann::ordered_json j;
  j["policy"] = e.policy;
  j["log"] = file;
  j["rows"] = e.rows;
  j["units"] = e.units;
  j["unit"] = e.unit;
  j["slates"] = e.slates;
  j["reward"] = e.reward_column;
  j["propensity"] = e.propensity_column;
  j["reward_range"] = {real(e.reward_range.low), real(e.reward_range.high)};
  j["level"] = e.level;
  j["logged"] = {{"estimate", real(e.logged.value)}, {"se", real(e.logged.se)}};
  j["estimates"] = nlohmann::ordered_json::array();
  for (const OffPolicyAnswer& a : e.answers)
    j["estimates"].push_back({{"estimator", a.estimator},
                              {"status", std::string(to_string(a.estimate.status))},
                              {"estimate", real(a.estimate.value)},
                              {"se", real(a.se)},
                              {"interval", {real(a.interval.low), real(a.interval.high)}},
                              {"method", a.method},
                              {"biased", a.biased}});
  j["lower_bounds"] = {{"hoeffding", real(e.lower_hoeffding)},
                       {"empirical_bernstein", real(e.lower_bernstein)},
                       {"student", real(e.lower_student)}};
  const WeightSummary& w = e.weights;
  j["weights"] = {{"mean", real(w.mean)},
                  {"largest", real(w.largest)},
                  {"p95", real(e.weight_p95)},
                  {"effective_rows", real(w.effective_rows())},
                  {"largest_share", real(w.largest_share())},
                  {"zeros", w.zeros}};
  j["unsupported"] = e.unsupported;
  j["rough_propensities"] = e.rough;
  j["unsupported_pairs"] = e.unsupported_pairs;
  j["verdict"] = std::string(to_string(e.judgement.verdict));
  j["warnings"] = e.warnings;
  j["notes"] = e.notes;
  return j.dump(2) + "\n";
}

int ope_command(OpeFlags flags) {
  if (flags.file.empty()) throw Error("--log is needed: the CSV of logged decisions");
  if (flags.policy.empty()) throw Error("--policy is needed: a CSV table, uniform, greedy, or log:FILE");
  if (!flags.json.empty() && flags.json != "-") {
    for (const std::string& in : {flags.file, flags.policy, flags.policy.starts_with("log:") ? flags.policy.substr(4) : ""}) {
      std::error_code ignored;
      if (!in.empty() && std::filesystem::equivalent(in, flags.json, ignored)) throw Error("would be overwritten", Place{in});
    }
    check_writable(flags.json);
  }
  flags.log.file = flags.file;
  flags.log.where = conditions(flags.where);
  flags.log.context = split(flags.context);
  flags.log.conditional = flags.policy == "uniform";
  if (!flags.range.empty()) flags.log.reward_range = range_of(flags.range);
  if (flags.clipped) flags.options.clip = flags.clip;
  if (flags.switched) flags.options.switch_tau = flags.switch_tau;
  const std::pair<const char*, OffPolicyInterval> intervals[]{{"normal", OffPolicyInterval::Normal},
                                                              {"bootstrap", OffPolicyInterval::Bootstrap},
                                                              {"student", OffPolicyInterval::Student},
                                                              {"bernstein", OffPolicyInterval::Bernstein},
                                                              {"hoeffding", OffPolicyInterval::Hoeffding}};
  for (const auto& [name, kind] : intervals)
    if (flags.interval == name) flags.options.interval = kind;
  const BanditLog log = read_bandit_log(flags.log);
  const EvaluatedPolicy policy = policy_of(flags);
  const OffPolicyEvaluation e = evaluate_off_policy(log, policy, flags.log.reward_range, flags.options);
  const std::string json = as_json(e, flags.file);
  if (flags.json == "-") {
    std::fputs(json.c_str(), stdout);
  } else {
    if (!flags.json.empty()) write_file(flags.json, json);
    std::fputs(as_text(e, flags.file, {.color = isatty(STDOUT_FILENO) != 0}).c_str(), stdout);
  }
  return flags.strict && !e.judgement.supported() ? kClaimFailed : kDone;
}

}  // namespace

void add_ope(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<OpeFlags>();
  CLI::App* command = app.add_subcommand("ope", "What another policy would have earned, from a log with propensities");
  BanditLogSource& log = flags->log;
  OffPolicyOptions& options = flags->options;
  command->add_option("--log", flags->file, "Decisions: a CSV with an action, its propensity and its reward in each row")
      ->type_name("FILE.csv");
  command
      ->add_option("--policy", flags->policy,
                   "To be judged: a CSV table of probabilities, uniform, greedy, or log:FILE (its shares)")
      ->type_name("POLICY");
  command->add_option("--reward-column", log.reward, "Column of the reward")->type_name("NAME");
  command->add_option("--action-column", log.action, "Column of the action")->type_name("NAME");
  command->add_option("--propensity-column", log.propensity, "Column of the logged action's probability")->type_name("NAME");
  command->add_option("--position-column", log.position, "Column of the position")->type_name("NAME");
  command->add_option("--time-column", log.time, "Column of the time, for folds")->type_name("NAME");
  command->add_option("--unit-column", log.unit, "Column of the unit whose rows are not independent (a user)")
      ->type_name("NAME");
  command->add_option("--slate-column", log.slate, "Column of the page")->type_name("NAME");
  command->add_option("--set-size-column", log.action_set, "Column of the number of actions there were to choose from")
      ->type_name("NAME");
  command->add_option("--context", flags->context, "Columns of categories for the reward model")->type_name("NAME,NAME");
  command->add_option("--where", flags->where, "Only rows with this value; may be repeated")
      ->type_name("COLUMN=VALUE")
      ->allow_extra_args(false);
  command->add_option("--policy-where", flags->policy_where, "The same for the log of --policy log:FILE")
      ->type_name("COLUMN=VALUE")
      ->allow_extra_args(false);
  command->add_option("--reward-range", flags->range, "Refuse rewards outside; the range of the bounds")->type_name("LOW,HIGH");
  auto* clip =
      command->add_option("--clip", flags->clip, "Largest weight of the clipped estimators (default: tuned by the data)")
          ->type_name("C")
          ->check(in_range(1e-9, 1e300));
  auto* tau =
      command
          ->add_option("--switch-tau", flags->switch_tau, "Largest weight that switch_dr uses (default: the 95th percentile)")
          ->type_name("X")
          ->check(in_range(1e-9, 1e300));
  command->add_option("--shrinkage", options.shrinkage, "lambda of shrunk_dr (default 100)")
      ->type_name("X")
      ->check(in_range(1e-9, 1e300));
  command->add_option("--sub-gaussian", options.sub_gaussian, "lambda of the sub-Gaussian weights (default 0.01)")
      ->type_name("X")
      ->check(in_range(0.0, 1.0));
  command->add_option("--folds", options.folds, "Of the reward model's cross-fitting (default 5)")
      ->type_name("N")
      ->check(CLI::Range(2, 100));
  command->add_option("--ridge", options.ridge, "Penalty on its squared weights (default 2.5)")
      ->type_name("X")
      ->check(in_range(1e-6, 1e9));
  command->add_option("--level", options.level, "Of the intervals (default 0.95)")
      ->type_name("X")
      ->check(in_range(0.5, 0.9999));
  command->add_option("--interval", flags->interval, "normal (default), bootstrap, student, bernstein or hoeffding")
      ->type_name("METHOD")
      ->check(CLI::IsMember({"normal", "bootstrap", "student", "bernstein", "hoeffding"}));
  command->add_option("--replicates", options.replicates, "Of the bootstrap (default 2000)")
      ->type_name("N")
      ->check(CLI::Range(100, 100'000));
  command->add_option("--seed", options.seed, "Of the bootstrap (default 42)")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{0}, kMaxSeed));
  command->add_option("--json", flags->json, "Write the answer as JSON; - for standard output instead of the text")
      ->type_name("FILE");
  command->add_flag("--strict", flags->strict, "Exit with 1 when the weights cannot support the answer");
  command->callback([flags, clip, tau, &action] {
    flags->clipped = clip->count() > 0;
    flags->switched = tau->count() > 0;
    action = [flags] { return ope_command(*flags); };
  });
}

}  // namespace feedloop
