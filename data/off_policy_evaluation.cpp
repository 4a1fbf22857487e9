#include "data/off_policy_evaluation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "base/error.hpp"
#include "data/reward_model.hpp"
#include "stats/mean_bounds.hpp"
#include "stats/poisson_bootstrap.hpp"
#include "stats/slate_off_policy.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

using enum OffPolicyMethod;

constexpr std::size_t kLongestSlate = 64;
constexpr std::size_t kMostUnits = 100'000;  // of the bootstrap: beyond, consecutive rows share a unit

// What the evaluated policy would do, in the log's indices: actions of the log first, then those only the table has.
struct Behaviour {
  std::size_t actions = 0;
  std::vector<double> probability;  // by fold (or one for all), position, context (greedy only), action
  bool by_row = false;              // 1 / the row's action set; no table
};

// Positions of the table for those of the log; a table without positions serves them all.
std::vector<double> aligned(const BanditLog& log, const PolicyTable& table, std::size_t& actions) {
  std::map<std::string, std::size_t> index;
  for (const std::string& a : log.actions) index.emplace(a, index.size());
  const bool one = table.positions.size() == 1 && table.positions[0].empty();
  if (!one && !log.has_position)
    throw Error("has a probability by position, and the log has no column of positions; name it with --position-column",
                Place{table.source});
  std::vector<bool> known(log.actions.size(), false);
  std::vector<std::size_t> at(table.actions.size());
  for (std::size_t a = 0; a < table.actions.size(); ++a) {
    at[a] = index.emplace(table.actions[a], index.size()).first->second;
    if (at[a] < known.size()) known[at[a]] = true;
  }
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (!known[log.action[i]])
      throw Error(
          fmt::format("action `{}` is unknown to the policy of {}; list it there, with probability 0 if it is never taken",
                      log.actions[log.action[i]], table.source),
          Place{log.file.string(), log.line[i]});
    if (!one &&
        std::find(table.positions.begin(), table.positions.end(), log.positions[log.position[i]]) == table.positions.end())
      throw Error(fmt::format("position `{}` is unknown to the policy of {}", log.positions[log.position[i]], table.source),
                  Place{log.file.string(), log.line[i]});
  }
  actions = index.size();
  std::vector<double> out(log.positions.size() * actions, 0.0);
  for (std::size_t k = 0; k < log.positions.size(); ++k) {
    const std::size_t from =
        one ? 0
            : static_cast<std::size_t>(std::find(table.positions.begin(), table.positions.end(), log.positions[k]) -
                                       table.positions.begin());
    for (std::size_t a = 0; a < at.size(); ++a) out[k * actions + at[a]] = table.probability[from * at.size() + a];
  }
  return out;
}

struct Columns {
  std::vector<double> w, q, v;
};

// Units' rows lie anywhere in the log; sorted, each unit's are together.
struct Units {
  std::vector<std::uint32_t> rows;  // sorted by unit, in order of the log
  std::vector<std::size_t> begin;   // of each unit, and the end
};
Units gather(const std::vector<std::uint32_t>& unit, std::uint32_t units) {
  Units u;
  u.begin.assign(units + 1, 0);
  for (const std::uint32_t k : unit) ++u.begin[k + 1];
  std::partial_sum(u.begin.begin(), u.begin.end(), u.begin.begin());
  u.rows.resize(unit.size());
  std::vector<std::size_t> next(u.begin.begin(), u.begin.end() - 1);
  for (std::size_t i = 0; i < unit.size(); ++i) u.rows[next[unit[i]]++] = static_cast<std::uint32_t>(i);
  return u;
}

std::vector<double> permuted(const std::vector<double>& x, const std::vector<std::uint32_t>& rows) {
  std::vector<double> out(x.size());
  if (!x.empty())
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = x[rows[i]];
  return out;
}

bool biased(OffPolicyMethod m) { return !(m == Ips || m == Snips || m == Dr || m == Sndr || m == Replay); }

Interval normal_interval(const OffPolicyEstimate& e, double alpha) { return t_test(e.value, e.se, kInfinity, alpha).ci; }

std::string named(const OffPolicySpec& s, bool tuned) {
  switch (s.method) {
    case ClippedIps:
    case ClippedSnips:
    case ClippedDr:
      return fmt::format("{} (c = {:.4g}{})", to_string(s.method), s.parameter, tuned ? ", tuned" : "");
    case SwitchDr:
      return fmt::format("{} (tau = {:.4g})", to_string(s.method), s.parameter);
    case ShrunkDr:
    case SubGaussianIps:
    case SubGaussianDr:
      return fmt::format("{} (lambda = {:.4g})", to_string(s.method), s.parameter);
    default:
      return std::string(to_string(s.method));
  }
}

// The steps of an evaluation, in order, and what they hand on.
class Evaluation {
 public:
  Evaluation(const BanditLog& log_, const EvaluatedPolicy& policy_, const std::optional<Interval>& reward_range,
             const OffPolicyOptions& options_)
      : log(log_), policy(policy_), options(options_), n(log_.size()), alpha(1 - options_.level) {
    out.policy = policy.name;
    out.rows = static_cast<std::int64_t>(n);
    out.level = options.level;
    out.reward_column = log.reward_column;
    out.propensity_column = log.propensity_column;
    const auto [least, most] = std::minmax_element(log.reward.begin(), log.reward.end());
    rates = *least >= 0 && *most <= 1;
    out.range_declared = reward_range.has_value();
    out.reward_range = reward_range ? *reward_range : rates ? Interval{0, 1} : Interval{*least, *most};
  }

  OffPolicyEvaluation run() {
    read_policy();
    if (behaviour.by_row)
      weigh_by_action_set();
    else
      weigh_with_model();
    measure_support();
    gather_units();
    average_log();
    choose_clip();
    choose_estimators();
    estimate();
    estimate_pages();
    judge();
    return std::move(out);
  }

 private:
  void read_policy();          // into the log's terms
  void weigh_by_action_set();  // weights alone
  void weigh_with_model();     // weights, predictions, values
  void measure_support();
  void gather_units();  // their rows together, where they have several
  void average_log();   // what the log's own policy earned
  void choose_clip();
  void choose_estimators();
  void estimate();
  void estimate_pages();
  std::vector<std::vector<std::uint32_t>> slates_in_order() const;
  bool draws_from_all(const std::vector<std::vector<std::uint32_t>>& pages) const;
  std::vector<double> uniform_page_weights(const std::vector<std::vector<std::uint32_t>>& pages) const;
  std::pair<std::vector<double>, std::vector<double>> cascade_model(const std::vector<std::vector<std::uint32_t>>& pages) const;
  void judge();

  bool greedy() const { return policy.kind == EvaluatedPolicy::Kind::Greedy; }
  bool grouped() const { return log.has_unit || log.has_slate; }
  LoggedRows rows() const { return {c.w, reward, c.q, c.v}; }
  template <class Use>
  void each_unit(const LoggedRows& all, Use use) const {
    for (std::size_t u = 0; u + 1 < units.begin.size(); ++u)
      use(u, all.part(units.begin[u], units.begin[u + 1] - units.begin[u]));
  }
  OffPolicySums summed(std::vector<OffPolicySpec> of, const LoggedRows& all) const {
    OffPolicySums sums(std::move(of));
    if (grouped())
      each_unit(all, [&](std::size_t, const LoggedRows& part) { sums.add_unit(part); });
    else
      sums.add(all);
    return sums;
  }
  double term_width(const OffPolicySpec& spec) const;
  void set_interval(const SampleMean& mean, double range, OffPolicyAnswer& a) const;

  const BanditLog& log;
  const EvaluatedPolicy& policy;
  const OffPolicyOptions& options;
  const std::size_t n;
  const double alpha;
  bool rates = false;  // rewards in [0, 1]
  Behaviour behaviour;
  std::vector<std::uint8_t> logged_pair;  // by position, action
  Columns c;                              // in the order of the log until gather_units(), then by unit
  std::vector<double> reward;
  Units units;
  double largest = 0, clip = kInfinity;  // weights
  std::vector<OffPolicySpec> specs;
  OffPolicyEvaluation out;
};

void Evaluation::read_policy() {
  behaviour.actions = log.actions.size();
  const std::size_t positions = log.positions.size();
  if (policy.kind == EvaluatedPolicy::Kind::Table) {
    behaviour.probability = aligned(log, policy.table, behaviour.actions);
  } else if (policy.kind == EvaluatedPolicy::Kind::Uniform) {
    behaviour.by_row = !log.action_set.empty();
    behaviour.probability.assign(positions * behaviour.actions, 1 / static_cast<double>(behaviour.actions));
    if (behaviour.by_row)
      out.notes.push_back(
          "Uniform: each slot drawn evenly from its own action set, given what the logged policy put above it.");
    else
      out.notes.push_back(fmt::format("Uniform over the {} actions that the log shows.", behaviour.actions));
  }
  const std::size_t actions = behaviour.actions;
  logged_pair.assign(positions * actions, 0);
  for (std::size_t i = 0; i < n; ++i) logged_pair[log.position[i] * actions + log.action[i]] = 1;
}

void Evaluation::weigh_by_action_set() {
  c.w.resize(n);
  for (std::size_t i = 0; i < n; ++i) c.w[i] = 1 / static_cast<double>(log.action_set[i]) / log.propensity[i];
  out.notes.push_back("No reward model: the log does not say which other actions could have stood in a slot.");
}

void Evaluation::weigh_with_model() {
  const std::size_t actions = behaviour.actions;
  c.w.resize(n);
  const RewardModel model(log, log.reward, actions, {rates, options.folds, options.ridge});
  if (!model.converged())
    out.notes.push_back("The reward model did not converge fully; dm and the methods on it may be off in the last digits.");
  c.q.resize(n);
  c.v.resize(n);
  // Rows with the same fold, position and context share v, and with the same action q.
  std::map<std::tuple<std::size_t, std::uint32_t, std::uint32_t>, std::size_t> seen;
  std::vector<double> predicted, value;
  std::vector<std::size_t> best;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t fold = fold_of(log, i, options.folds);
    const auto [at, fresh] = seen.try_emplace({fold, log.position[i], log.context[i]}, value.size());
    const std::size_t k = at->second;
    if (fresh) {
      double v = 0;
      std::size_t top = 0;
      double top_q = -kInfinity;
      for (std::size_t a = 0; a < actions; ++a) {
        const double q = model.predict(fold, static_cast<std::uint32_t>(a), log.position[i], log.context[i]);
        predicted.push_back(q);
        if (!greedy()) v += behaviour.probability[log.position[i] * actions + a] * q;
        if (logged_pair[log.position[i] * actions + a] && q > top_q) {
          top = a;
          top_q = q;
        }
      }
      value.push_back(greedy() ? top_q : v);
      best.push_back(top);
    }
    const double e =
        greedy() ? (log.action[i] == best[k] ? 1.0 : 0.0) : behaviour.probability[log.position[i] * actions + log.action[i]];
    c.w[i] = e / log.propensity[i];
    c.q[i] = predicted[k * actions + log.action[i]];
    c.v[i] = value[k];
  }
  out.notes.push_back(fmt::format("Reward model: {} on one-hot action{}{}, ridge {:g}, {} folds by {}.",
                                  rates ? "logistic" : "linear", log.has_position ? " and position" : "",
                                  log.contexts.size() > 1 ? " and context" : "", options.ridge, options.folds,
                                  log.has_unit    ? "unit"
                                  : log.has_slate ? "slate"
                                  : log.has_time  ? "order in time"
                                                  : "row"));
  if (greedy())
    out.notes.push_back("Greedy takes the model's best action of the other folds: no row chooses the policy that judges it.");
}

void Evaluation::measure_support() {
  if (behaviour.by_row || greedy()) return;
  const std::size_t positions = log.positions.size(), actions = behaviour.actions;

  std::vector<double> rows_at(positions, 0.0), missing(positions, 0.0);
  for (const std::uint32_t k : log.position) ++rows_at[k];
  for (std::size_t k = 0; k < positions; ++k) {
    for (std::size_t a = 0; a < actions; ++a) {
      const double e = behaviour.probability[k * actions + a];
      if (e > 0 && !logged_pair[k * actions + a]) {
        missing[k] += e;
        ++out.unsupported_pairs;
      }
    }
    out.unsupported += missing[k] * rows_at[k] / static_cast<double>(n);
  }
}

void Evaluation::gather_units() {
  out.unit = log.has_unit ? "units" : log.has_slate ? "slates" : "rows";
  out.units = log.has_unit ? log.units : log.has_slate ? log.slates : static_cast<std::int64_t>(n);
  reward = log.reward;
  if (grouped()) {
    units = gather(log.has_unit ? log.unit : log.slate, static_cast<std::uint32_t>(out.units));
    reward = permuted(reward, units.rows);
    c.w = permuted(c.w, units.rows);
    c.q = permuted(c.q, units.rows);
    c.v = permuted(c.v, units.rows);
  }
}

void Evaluation::average_log() {
  const std::vector<double> ones(n, 1.0);
  out.logged = summed({{Ips}}, {ones, reward, {}, {}}).estimate(0);
  out.logged_interval = normal_interval(out.logged, alpha);
}

void Evaluation::choose_clip() {
  std::vector<double> sorted = c.w;
  std::sort(sorted.begin(), sorted.end());
  largest = sorted.back();
  out.weight_p95 = interpolated_quantile(sorted, 0.95);
  clip = options.clip.value_or(kInfinity);
  if (options.clip || !(largest > 0)) return;
  std::vector<OffPolicySpec> ladder;
  for (double step = largest; ladder.size() < 24 && (ladder.empty() || step >= 1); step /= 2)
    ladder.push_back({ClippedIps, step});
  const OffPolicySums sums = summed(ladder, rows());
  std::vector<OffPolicyEstimate> estimates;
  for (std::size_t s = 0; s < ladder.size(); ++s) estimates.push_back(sums.estimate(s));
  if (const auto chosen = select_by_error(estimates)) clip = ladder[*chosen].parameter;
}

void Evaluation::choose_estimators() {
  const bool picks_one =
      std::any_of(c.w.begin(), c.w.end(), [](double w) { return w == 0; }) &&
      std::all_of(c.w.begin(), c.w.end(), [&](double w) { return w == 0 || w == largest; }) &&
      std::all_of(log.propensity.begin(), log.propensity.end(), [&](double p) { return p == log.propensity[0]; });
  if (picks_one) specs.push_back({Replay});
  for (const OffPolicySpec& s :
       {OffPolicySpec{Ips}, {ClippedIps, clip}, {Snips}, {ClippedSnips, clip}, {SubGaussianIps, options.sub_gaussian}})
    specs.push_back(s);
  if (behaviour.by_row) return;
  for (const OffPolicySpec& s : {OffPolicySpec{Dm},
                                 {Dr},
                                 {ClippedDr, clip},
                                 {Sndr},
                                 {SwitchDr, options.switch_tau.value_or(out.weight_p95)},
                                 {ShrunkDr, options.shrinkage},
                                 {SubGaussianDr, options.sub_gaussian}})
    specs.push_back(s);
}

// Width of the interval that one row's term lies in, if weights stay below the largest seen: 0 where it has none.
double Evaluation::term_width(const OffPolicySpec& spec) const {
  const Interval& r = out.reward_range;
  const double rewards = std::max(r.high, 0.0) - std::min(r.low, 0.0), spread = r.high - r.low;
  const auto sub_gaussian = [&](double w) { return w / (1 - spec.parameter + spec.parameter * w); };  // grows with w
  // v + u (r - q), where the model's predictions keep to the rewards' range as a logistic one's do.
  const auto doubly = [&](double u) { return rates ? spread * (1 + 2 * u) : 0; };
  switch (spec.method) {
    case Replay:
      return spread;
    case Ips:
      return largest * rewards;
    case ClippedIps:
      return std::min(largest, spec.parameter) * rewards;
    case SubGaussianIps:
      return sub_gaussian(largest) * rewards;
    case Dm:
      return doubly(0);
    case Dr:
      return doubly(largest);
    case ClippedDr:
    case SwitchDr:
      return doubly(std::min(largest, spec.parameter));
    case ShrunkDr: {
      const double w = std::min(largest, std::sqrt(spec.parameter));  // where l w / (w^2 + l) is largest
      return doubly(spec.parameter * w / (w * w + spec.parameter));
    }
    case SubGaussianDr:
      return doubly(sub_gaussian(largest));
    default:
      return 0;  // self-normalised: not a mean
  }
}

void Evaluation::set_interval(const SampleMean& mean, double range, OffPolicyAnswer& a) const {
  a.method = "normal";
  a.interval = normal_interval(a.estimate, alpha);
  if (options.interval == OffPolicyInterval::Student) {
    a.method = "Student";
    a.interval = t_test(a.estimate.value, a.estimate.se, static_cast<double>(a.estimate.units - 1), alpha).ci;
  } else if (options.interval == OffPolicyInterval::Bernstein && range > 0) {
    a.method = "empirical Bernstein";
    a.interval = empirical_bernstein_interval(mean, range, alpha);
  } else if (options.interval == OffPolicyInterval::Hoeffding && range > 0) {
    a.method = "Hoeffding";
    a.interval = hoeffding_interval(mean, range, alpha);
  }
}

void Evaluation::estimate() {
  const OffPolicySums sums = summed(specs, rows());
  out.weights = sums.weights();
  std::optional<PoissonBootstrap> bootstrap;
  if (options.interval == OffPolicyInterval::Bootstrap) {
    bootstrap.emplace(specs, options.replicates, Seed{options.seed});
    if (grouped())
      each_unit(rows(), [&](std::size_t u, const LoggedRows& part) { bootstrap->add(u, part, part.size()); });
    else
      bootstrap->add(0, rows(), (n + kMostUnits - 1) / kMostUnits);
  }
  for (std::size_t s = 0; s < specs.size(); ++s) {
    const OffPolicyMethod method = specs[s].method;
    OffPolicyAnswer a;
    a.estimate = sums.estimate(s);
    a.estimator = named(specs[s], !options.clip && clip < kInfinity);
    a.biased = biased(method);
    a.se = a.estimate.se;
    // Replay is the mean over the rows that match; the others' terms are one a row. Units of several rows have no bound.
    const std::int64_t terms = method == Replay ? sums.matched() : a.estimate.units;
    const SampleMean mean{terms, a.estimate.value, a.se * a.se * static_cast<double>(terms)};
    const double range = out.units == out.rows ? term_width(specs[s]) : 0;
    if (bootstrap && a.estimate.status == TestStatus::Ok) {
      a.se = bootstrap->se(s);
      a.interval = bootstrap->interval(s, alpha);
      a.method = fmt::format("bootstrap {}", bootstrap->replicates());
    } else {
      set_interval(mean, range, a);
    }
    if (method == Dm) a.method += ", model held fixed";
    if (a.estimate.status == TestStatus::ZeroVariance) a.method += ", zero variance";
    if (method == Ips && range > 0) {
      out.lower_hoeffding = hoeffding_lower(mean, range, alpha);
      out.lower_bernstein = empirical_bernstein_lower(mean, range, alpha);
      out.lower_student = student_lower(mean, alpha);
    }
    out.answers.push_back(std::move(a));
  }
  if (!out.range_declared && !rates)
    out.notes.push_back(fmt::format(
        "Rewards lie in [{:.6g}, {:.6g}] in this log; bounds take that for their range (--reward-range declares it).",
        out.reward_range.low, out.reward_range.high));
}

// The rows of each slate, in order of slots.
std::vector<std::vector<std::uint32_t>> Evaluation::slates_in_order() const {
  const Units pages = gather(log.slate, log.slates);
  std::vector<std::vector<std::uint32_t>> by_slate;
  for (std::size_t s = 0; s + 1 < pages.begin.size(); ++s) {
    auto& rows = by_slate.emplace_back(pages.rows.begin() + static_cast<std::ptrdiff_t>(pages.begin[s]),
                                       pages.rows.begin() + static_cast<std::ptrdiff_t>(pages.begin[s + 1]));
    std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return log.position[a] < log.position[b]; });
  }
  return by_slate;
}

// Every slot of every page could have held any action of the log but those above it.
bool Evaluation::draws_from_all(const std::vector<std::vector<std::uint32_t>>& pages) const {
  if (log.action_set.empty() || behaviour.actions != log.actions.size()) return false;
  for (const auto& page : pages)
    for (std::size_t k = 0; k < page.size(); ++k)
      if (log.position[page[k]] != k || log.action_set[page[k]] != static_cast<std::int32_t>(behaviour.actions - k))
        return false;
  return true;
}

// Weights of pages that were drawn evenly from all slates; empty where they were not.
std::vector<double> Evaluation::uniform_page_weights(const std::vector<std::vector<std::uint32_t>>& pages) const {
  const std::size_t actions = behaviour.actions;
  if (behaviour.by_row || greedy() || !draws_from_all(pages)) return {};
  for (const double p : log.propensity)
    if (std::abs(p * static_cast<double>(actions) - 1) > 1e-5) return {};
  std::vector<double> weights, at_slot, anywhere;
  for (const auto& page : pages) {
    const std::size_t slots = page.size();
    at_slot.clear();
    anywhere.clear();
    for (std::size_t k = 0; k < slots; ++k) {
      const std::uint32_t a = log.action[page[k]];
      at_slot.push_back(behaviour.probability[k * actions + a]);
      anywhere.push_back(0);
      for (std::size_t j = 0; j < slots; ++j) anywhere.back() += behaviour.probability[j * actions + a];
    }
    weights.push_back(uniform_slate_weight(at_slot, anywhere, actions));
  }
  return weights;
}

// q and v of cascade-dr by row of the log: the clicks from a slot on, given its item; empty where they cannot be told.
std::pair<std::vector<double>, std::vector<double>> Evaluation::cascade_model(
    const std::vector<std::vector<std::uint32_t>>& pages) const {
  if (!behaviour.by_row || !draws_from_all(pages)) return {};
  std::vector<double> to_go = log.reward, q(n), v(n);
  for (const auto& page : pages)
    for (std::size_t k = page.size(); k-- > 1;) to_go[page[k - 1]] += to_go[page[k]];
  const RewardModel model(log, to_go, behaviour.actions, {false, options.folds, options.ridge});
  std::map<std::tuple<std::size_t, std::uint32_t, std::uint32_t>, std::vector<double>> seen;  // by action
  for (const auto& page : pages)
    for (std::size_t k = 0; k < page.size(); ++k) {
      const std::uint32_t i = page[k];
      const std::size_t fold = fold_of(log, i, options.folds);
      auto& by_action = seen[{fold, log.position[i], log.context[i]}];
      for (std::size_t a = by_action.size(); a < behaviour.actions; ++a)
        by_action.push_back(model.predict(fold, static_cast<std::uint32_t>(a), log.position[i], log.context[i]));
      q[i] = by_action[log.action[i]];
      double left = std::accumulate(by_action.begin(), by_action.end(), 0.0);
      for (std::size_t j = 0; j < k; ++j) left -= by_action[log.action[page[j]]];
      v[i] = left / static_cast<double>(behaviour.actions - k);
    }
  return {std::move(q), std::move(v)};
}

// The sum over a slate's slots.
void Evaluation::estimate_pages() {
  if (!log.has_slate) return;
  const auto pages = slates_in_order();
  std::size_t longest = 0;
  for (const auto& page : pages) longest = std::max(longest, page.size());
  out.slates = log.slates;
  if (longest < 2 || longest > kLongestSlate) return;
  // Weights in the order of the log again. Conditional probabilities multiply to those of prefixes; marginals do not.
  std::vector<double> w(n);
  for (std::size_t i = 0; i < n; ++i) w[units.rows[i]] = c.w[i];
  const std::vector<double> uniform = uniform_page_weights(pages);
  const auto [q, v] = cascade_model(pages);
  SlateSums slate_sums(longest);
  std::vector<SlateSlot> slots;
  for (std::size_t s = 0; s < pages.size(); ++s) {
    slots.clear();
    double prefix = 1;
    for (const std::uint32_t i : pages[s]) {
      if (behaviour.by_row) prefix *= w[i];
      slots.push_back({log.reward[i], w[i], prefix, q.empty() ? 0 : q[i], v.empty() ? 0 : v[i]});
    }
    slate_sums.add(slots, uniform.empty() ? kNaN : uniform[s]);
  }
  const auto put = [&](SlateMethod m) {
    OffPolicyAnswer a;
    a.estimator = fmt::format("{} (a page)", to_string(m));
    a.estimate = slate_sums.estimate(m);
    a.se = a.estimate.se;
    a.interval = normal_interval(a.estimate, alpha);
    const WeightSummary& w_of = slate_sums.weights(m);
    a.method = fmt::format("normal, pages as units; weights worth {:.0f} of {}", w_of.effective_rows(), w_of.rows);
    out.answers.push_back(std::move(a));
  };
  if (behaviour.by_row) {
    put(SlateMethod::Rips);
    put(SlateMethod::Snrips);
    if (!q.empty()) put(SlateMethod::CascadeDr);
    put(SlateMethod::Sips);
  } else {
    put(SlateMethod::Iips);
    put(SlateMethod::Sniips);
    if (!uniform.empty()) put(SlateMethod::PseudoInverse);
  }
}

void Evaluation::judge() {
  out.rows_of_unlikely = out.weights.zeros;
  for (std::size_t i = 0; i < log.propensity_error.size(); ++i)
    out.rough += (log.propensity_error[i] > kRoughError * log.propensity[i]) / static_cast<double>(n);
  out.judgement = judge_weights(out.weights, out.unsupported, out.rough);
  out.warnings = out.judgement.reasons;
}

}  // namespace

OffPolicyEvaluation evaluate_off_policy(const BanditLog& log, const EvaluatedPolicy& policy,
                                        const std::optional<Interval>& reward_range, const OffPolicyOptions& options) {
  return Evaluation(log, policy, reward_range, options).run();
}

}  // namespace feedloop
