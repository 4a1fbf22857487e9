#include "experiment/bandit/bandit.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "policies/policy.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

constexpr std::uint32_t kFeedback = 10, kPolicy = 11;  // purposes; the world's are below 10

std::vector<double> numbers_of(std::string_view list, std::string_view key, Range range) {
  std::vector<double> numbers;
  const char *at = list.data(), *end = at + list.size();
  while (at != end) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    double x = 0;
    const auto [next, error] = std::from_chars(at, end, x);
    if (error != std::errc{} || !(x >= range.low && x <= range.high) || next == at)
      throw Error(fmt::format("`bandit.{}` = \"{}\" does not read; allowed are numbers in [{}, {}] with blanks between", key,
                              list, range.low, range.high));
    numbers.push_back(x);
    at = next;
  }
  if (numbers.empty()) throw Error(fmt::format("`bandit.{}` is empty; it needs at least one number", key));
  return numbers;
}

std::vector<std::int64_t> checkpoints(std::int64_t rounds) {
  std::vector<std::int64_t> at;
  for (double t = 1; t < static_cast<double>(rounds); t *= std::pow(10.0, 0.05)) {
    const auto r = static_cast<std::int64_t>(t);
    if (at.empty() || r > at.back()) at.push_back(r);
  }
  at.push_back(rounds);
  return at;
}

struct Case {
  std::size_t actions;
  std::int64_t delay;
  double feedback_share;
};

struct Trace {
  std::vector<double> regret;  // at the checkpoints
  std::int64_t clicks = 0;
  double expected = 0;              // sum of probabilities
  std::vector<std::int64_t> taken;  // by action
};

Trace play(const Settings& settings, const BanditParams& params, const Case& c, Seed seed, std::span<const std::int64_t> at) {
  const auto policy = make_policy(settings);
  BanditWorld world(params.world, c.actions, seed);
  Ranking ranking;
  ranking.slots = 1;
  ranking.candidates.resize(c.actions);
  const bool own_rows = params.world.kind == "features";
  for (std::size_t a = 0; a < c.actions; ++a) {
    ranking.candidates[a].item = ItemId{a};
    if (own_rows) ranking.candidates[a].row = static_cast<std::uint16_t>(a);
  }
  ranking.width = static_cast<int>(world.width());
  std::deque<Interaction> waiting;
  Trace trace;
  trace.taken.resize(c.actions);
  double regret = 0;
  std::size_t next = 0;
  for (std::int64_t t = 0; t < params.pretraining + params.rounds; ++t) {
    const bool due = params.arrival == "delayed" || t % c.delay == 0;
    const SimTime until = SimTime{} + kMinute * (params.arrival == "delayed" ? t - c.delay : t);
    while (due && !waiting.empty() && waiting.front().request.time <= until) {
      policy->learn(std::span(&waiting.front(), 1));
      waiting.pop_front();
    }
    world.begin(t);
    ranking.features.assign(world.rows().begin(), world.rows().end());
    const auto round = static_cast<std::uint32_t>(t);
    Interaction page;
    page.request.time = SimTime{} + kMinute * t;
    page.request.id = RequestId{static_cast<std::uint64_t>(t)};
    const Slot slot = policy->choose_one(ranking, page.request, stream(seed, Stream::Bandit, {kPolicy, round, 0}));
    const std::size_t action = slot.item.index();
    const bool clicked = world.clicked(action), counts = t >= params.pretraining;
    if (counts) {
      regret += world.best() - world.probability(action);
      trace.clicks += clicked;
      trace.expected += world.probability(action);
      ++trace.taken[action];
    }
    if (c.feedback_share >= 1 || stream(seed, Stream::Bandit, {kFeedback, round, 0}).uniform() < c.feedback_share) {
      page.slate.slots = {slot};
      SlotOutcome outcome;
      outcome.seen = true;
      outcome.clicked = clicked;
      page.outcome.slots = {outcome};
      const auto row = ranking.features.begin() + slot.row * ranking.width;
      page.features.assign(row, row + ranking.width);
      page.width = ranking.width;
      waiting.push_back(std::move(page));
    }
    if (counts && t + 1 - params.pretraining == at[next]) {
      trace.regret.push_back(regret);
      ++next;
    }
  }
  return trace;
}

// The best fixed action over the whole run, and the best of each round.
std::array<Trace, 2> play_truth(const BanditParams& params, const Case& c, Seed seed, std::span<const std::int64_t> at) {
  BanditWorld world(params.world, c.actions, seed);
  std::vector<double> sum(c.actions, 0.0);
  for (std::int64_t t = 0; t < params.rounds; ++t) {
    world.begin(params.pretraining + t);
    for (std::size_t a = 0; a < c.actions; ++a) sum[a] += world.probability(a);
  }
  const auto fixed = static_cast<std::size_t>(std::max_element(sum.begin(), sum.end()) - sum.begin());
  std::array<Trace, 2> traces;
  BanditWorld again(params.world, c.actions, seed);
  double regret = 0;
  for (std::int64_t t = 0; t < params.rounds; ++t) {
    again.begin(params.pretraining + t);
    std::size_t best = fixed;
    for (std::size_t a = 0; again.probability(best) < again.best(); ++a)
      if (again.probability(a) == again.best()) best = a;
    regret += again.best() - again.probability(fixed);
    for (const std::size_t k : {0u, 1u}) {
      const std::size_t action = k == 0 ? fixed : best;
      traces[k].clicks += again.clicked(action);
      traces[k].expected += again.probability(action);
      traces[k].taken.resize(c.actions);
      ++traces[k].taken[action];
    }
    if (t + 1 == at[traces[0].regret.size()]) traces[0].regret.push_back(regret), traces[1].regret.push_back(0);
  }
  return traces;
}

RatioMoments moments_of(std::span<const double> numerators, std::span<const double> denominators) {
  RatioMoments m;
  for (std::size_t i = 0; i < numerators.size(); ++i) m.add(numerators[i], denominators[i]);
  return m;
}

// Mean of numerators over mean of denominators with its interval by Student's t.
std::pair<double, Interval> ratio_of(std::span<const double> numerators, std::span<const double> denominators) {
  const Estimate e = ratio_estimate(moments_of(numerators, denominators));
  if (e.n < 2) return {e.value, Interval{kNaN, kNaN}};
  if (e.variance == 0) return {e.value, Interval{e.value, e.value}};  // all seeds agree
  return {e.value, t_test(e.value, std::sqrt(e.variance), static_cast<double>(e.n - 1), 0.05).ci};
}

double slope_of(std::span<const RegretPoint> points) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const RegretPoint& p : points) {
    if (p.round * 10 < points.back().round || p.mean <= 0) continue;
    const double u = std::log(static_cast<double>(p.round)), v = std::log(p.mean);
    n += 1, x += u, y += v, xx += u * u, xy += u * v;
  }
  return n < 2 ? kNaN : (n * xy - x * y) / (n * xx - x * x);
}

}  // namespace

void BanditParams::describe(Describe& d) {
  d.text("actions", actions, {}, "Numbers of actions, with blanks between: each is a case.");
  d.text("delays", delays, {}, "Rounds until a click is learned of, likewise.");
  d.text("feedback_shares", feedback_shares, {}, "Shares of the rounds that are learned of at all, likewise.");
  d.text("arrival", arrival, {"delayed", "batches"},
         "Whether each click is learned of that many rounds later, or all of that many rounds together at their end.");
  d.integer("rounds", rounds, {1, 1e8}, "rounds", "Length of a run.");
  d.integer("pretraining", pretraining, {0, 1e8}, "rounds", "Rounds before them that are learned of and do not count.");
  d.integer("seeds", seeds, {1, 10'000}, "", "Worlds, with seeds from the scenario's on.");
  d.group("world", world);
}

BanditReport run_bandit(const Scenario& scenario) {
  if (scenario.experiments.size() != 1)
    throw Error("a bandit needs one [[variant]] for each policy; this scenario has several layers of experiments",
                {scenario.source.string(), 1, 1});
  BanditReport report{
      scenario.name, scenario.question, scenario.settings.read<BanditParams>("bandit"), scenario.seed(), {}, {}};
  const BanditParams& params = report.params;
  std::vector<Case> cases;
  for (const double actions : numbers_of(params.actions, "actions", {1, 65'535}))
    for (const double delay : numbers_of(params.delays, "delays", {1, 1e8}))
      for (const double share : numbers_of(params.feedback_shares, "feedback_shares", {0, 1}))
        cases.push_back({static_cast<std::size_t>(actions), static_cast<std::int64_t>(delay), share});
  const auto& variants = scenario.experiments[0].variants;
  const auto seeds = static_cast<std::size_t>(params.seeds);
  const std::vector<std::int64_t> at = checkpoints(params.rounds);
  std::vector<Trace> traces(cases.size() * variants.size() * seeds);
  parallel_for(traces.size(), 1, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i)
      traces[i] = play(scenario.cell_settings({i / seeds % variants.size()}), params, cases[i / seeds / variants.size()],
                       Seed{report.seed + i % seeds}, at);
  });
  std::vector<std::array<Trace, 2>> truths(cases.size() * seeds);
  parallel_for(truths.size(), 1, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) truths[i] = play_truth(params, cases[i / seeds], Seed{report.seed + i % seeds}, at);
  });

  const std::vector<double> ones(seeds, 1.0);
  const auto curve_of = [&](std::string name, const Case& c, auto trace) {
    RegretCurve curve;
    curve.policy = std::move(name);
    curve.actions = c.actions;
    curve.delay = c.delay;
    curve.feedback_share = c.feedback_share;
    curve.last.resize(seeds);
    for (std::size_t p = 0; p < at.size(); ++p) {
      for (std::size_t s = 0; s < seeds; ++s) curve.last[s] = trace(s).regret[p];
      const auto [mean, ci] = ratio_of(curve.last, ones);
      curve.points.push_back({at[p], mean, {ci.low < 0 ? 0 : ci.low, ci.high}});
    }
    const auto rounds = static_cast<double>(params.rounds);
    for (std::size_t s = 0; s < seeds; ++s) {
      const Trace& of = trace(s);
      curve.clicks.push_back(static_cast<double>(of.clicks) / rounds);
      curve.expected.push_back(of.expected / rounds);
      curve.top_share.push_back(static_cast<double>(*std::max_element(of.taken.begin(), of.taken.end())) / rounds);
    }
    curve.slope = slope_of(curve.points);
    return curve;
  };
  for (std::size_t c = 0; c < cases.size(); ++c) {
    for (const std::size_t knows : {0u, 1u})
      report.truth.push_back(curve_of(knows ? "best action of each round" : "best fixed action", cases[c],
                                      [&](std::size_t s) -> const Trace& { return truths[c * seeds + s][knows]; }));
    for (std::size_t v = 0; v < variants.size(); ++v)
      report.curves.push_back(curve_of(variants[v].name, cases[c], [&](std::size_t s) -> const Trace& {
        return traces[(c * variants.size() + v) * seeds + s];
      }));
    const auto compare = [&](RegretCurve& curve) {
      std::tie(curve.ratio, curve.ratio_ci) = ratio_of(curve.last, report.curves[c * variants.size()].last);
      if (curve.ratio_ci.low < 0) curve.ratio_ci.low = 0;
      std::vector<double> over = curve.last;
      for (std::size_t s = 0; s < seeds; ++s) over[s] -= report.truth[2 * c].last[s];
      std::tie(curve.over_fixed, curve.over_fixed_ci) = ratio_of(over, ones);
    };
    for (std::size_t v = 0; v < variants.size(); ++v) compare(report.curves[c * variants.size() + v]);
    for (const std::size_t knows : {0u, 1u}) compare(report.truth[2 * c + knows]);
  }
  return report;
}

}  // namespace feedloop
