// Off-policy evaluation against the simulator's truth. A small world logs by policy `random`; the log goes through a file and
// the code of `feedloop ope`; the truth is asked of the world.
//
// The value of a target is the clicks a slot that its pages would get from the users, in the moments, that the log met: slots
// of the page are drawn by the target, all else is as logged. For a page it is the mean over slates of the target and over
// the user's luck above a slot of
//   sum_k P(slot k is examined) P(click | examined), at the user's state when the eye reaches slot k,
// of which the inner probabilities are the world's closed form and the slates are drawn. Its own error is a hundredth of an
// estimate's variance. Two estimands: the mean over the pages logged, and that over the pages of all users of whom the log's
// are a sample. The second is what an interval with users as units is for.
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "data/off_policy_evaluation.hpp"
#include "data/slot_log.hpp"
#include "engine/retrieval/source.hpp"
#include "experiment/simulation.hpp"
#include "sim/examination.hpp"
#include "stats/moments.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

namespace feedloop {
namespace {

constexpr int kItems = 12;
constexpr std::size_t kSlots = 4;
constexpr const char* kTargetNames[] = {"cubes", "best"};

// No source nominates, so that every item is a candidate of every page; one page a visit, as what a visit has shown is not
// shown again; no rule binds, and nothing comes from outside the page.
Scenario uniform_world(int users, std::uint64_t seed) {
  std::vector<std::string> sets{"policy.name=random",
                                fmt::format("engine.slate.size={}", kSlots),
                                fmt::format("seed={}", seed),
                                "epoch_minutes=60",
                                "world.visits.max_pages=1",
                                "world.items.arrivals_per_day=0",
                                "world.items.region_locked_share=0",
                                "world.items.adult_share=0",
                                "world.items.blocked_share=0",
                                "world.population.activity_median=1.5",
                                "world.choice.novelty=0",
                                "world.spillover.household=0",
                                "engine.rerank.seen.capacity=0"};
  for (const char* rule : {"per_category", "per_series", "creator_run", "sponsored"})
    sets.push_back(fmt::format("engine.rerank.rules.{}=32", rule));
  for (const SourceEntry& s : source_registry()) sets.push_back(fmt::format("engine.quota.{}=0", s.name));
  return SmallScenario{.users = users, .items = kItems, .warmup_days = 0, .days = 3, .treatment = "", .sets = sets}.make();
}

// Draws slates without repeats: item after item by its weight among those left, or always the same list.
struct Target {
  std::string name;
  std::vector<double> weight;  // by item
  bool fixed = false;          // the heaviest items, in order

  std::vector<std::size_t> draw(Rng& rng) const {
    std::vector<double> left = weight;
    std::vector<std::size_t> slate;
    while (slate.size() < kSlots) {
      std::size_t pick = 0;
      if (fixed) {
        pick = static_cast<std::size_t>(std::max_element(left.begin(), left.end()) - left.begin());
      } else {
        double u = rng.uniform() * std::accumulate(left.begin(), left.end(), 0.0);
        while (pick + 1 < left.size() && (u -= left[pick]) >= 0) ++pick;
        while (left[pick] == 0) --pick;
      }
      slate.push_back(pick);
      left[pick] = 0;
    }
    return slate;
  }

  // P(item at slot), over all slates.
  EvaluatedPolicy table() const {
    EvaluatedPolicy p;
    p.kind = EvaluatedPolicy::Kind::Table;
    p.name = name;
    p.table.source = name;
    for (std::size_t k = 0; k < kSlots; ++k) p.table.positions.push_back(fmt::format("{}", k + 1));
    for (std::size_t i = 0; i < weight.size(); ++i) p.table.actions.push_back(fmt::format("{}", i));
    p.table.probability.assign(kSlots * weight.size(), 0.0);
    std::vector<double> left = weight;
    add_marginals(left, 0, 1, p.table.probability);
    return p;
  }

 private:
  void add_marginals(std::vector<double>& left, std::size_t slot, double reached, std::vector<double>& out) const {
    if (slot == kSlots) return;
    const double all = std::accumulate(left.begin(), left.end(), 0.0);
    const auto best = static_cast<std::size_t>(std::max_element(left.begin(), left.end()) - left.begin());
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left[i] == 0 || (fixed && i != best)) continue;
      const double p = fixed ? reached : reached * left[i] / all;
      out[slot * weight.size() + i] += p;
      const double taken = std::exchange(left[i], 0.0);
      add_marginals(left, slot + 1, p, out);
      left[i] = taken;
    }
  }
};

// Both know what users like on average, as a good recommender would.
std::vector<Target> targets_of(const World& world) {
  std::vector<double> liked(kItems, 0.0);
  const std::size_t users = std::min<std::size_t>(world.population().initial, 500);
  for (std::size_t u = 0; u < users; ++u)
    for (std::size_t i = 0; i < kItems; ++i)
      liked[i] += world.click_probability(world.initial_state(UserId{u}), UserId{u}, ItemId{i}, SimTime{0});
  std::vector<double> cubes;
  for (const double x : liked) cubes.push_back(x * x * x);
  return {{kTargetNames[0], cubes, false}, {kTargetNames[1], liked, true}};
}

// Lives the users' pages a second time, from the same states and with the same luck, and asks the world on the way.
class TrueValue {
 public:
  TrueValue(const Study& study, std::vector<Target> targets, int draws)
      : study_(study),
        eye_(study.scenario.settings.read<ExaminationParams>("world.examination")),
        targets_(std::move(targets)),
        draws_(draws) {
    for (std::size_t u = 0; u < study.world.population().users.size(); ++u)
      users_.push_back(study.world.initial_state(UserId{u}));
  }

  // By page, by target: expected clicks a slot.
  std::vector<std::vector<double>> add(std::span<const Interaction> pages) {
    std::vector<std::vector<double>> values;
    for (const Interaction& page : pages) {
      UserState& user = users_[page.request.user.index()];
      values.emplace_back();
      for (const Target& t : targets_) values.back().push_back(value(user, page.request, t) / static_cast<double>(kSlots));
      study_.world.respond(user, page.request, page.slate);
    }
    return values;
  }
  const std::vector<UserState>& users() const { return users_; }

 private:
  double value(const UserState& from, const Request& logged, const Target& target) const {
    double sum = 0;
    for (int d = 0; d < draws_; ++d) {
      // Luck of its own: no visit of a day has an ordinal as high.
      Request request = logged;
      request.id = RequestId::make(logged.user, from.day, 3000 + static_cast<std::uint32_t>(d), 0);
      Rng rng = stream(study_.seed, Stream::Test, request_key(request.id));
      const std::vector<std::size_t> items = target.draw(rng);
      Slate above;
      for (std::size_t k = 0; k < items.size(); ++k) {
        UserState user = study_.world.state_at(from, request.user, request.time);
        if (k > 0) study_.world.respond(user, request, above);
        sum += examination_probability(static_cast<int>(k) + 1, eye_) *
               study_.world.click_probability(user, request.user, ItemId{items[k]}, request.time);
        above.slots.emplace_back().item = ItemId{items[k]};
      }
    }
    return sum / draws_;
  }

  const Study& study_;
  ExaminationParams eye_;
  std::vector<Target> targets_;
  int draws_;
  std::vector<UserState> users_;
};

// What one log says of one target, and what is true.
struct Judged {
  OffPolicyEvaluation users, rows;  // by units of independence
  double at_log = 0;                // the value at the logged pages
};

BanditLog read(const std::filesystem::path& file) {
  BanditLogSource source;
  source.file = file;
  return read_bandit_log(source);
}

Judged judge(BanditLog log, const Target& target, double at_log) {
  Judged j;
  j.at_log = at_log;
  const EvaluatedPolicy policy = target.table();
  j.users = evaluate_off_policy(log, policy, {}, {});
  log.has_unit = log.has_slate = false;
  j.rows = evaluate_off_policy(log, policy, {}, {});
  return j;
}

struct Lived {
  std::vector<std::vector<Judged>> judged;  // by log, by target
  std::vector<double> everywhere;           // by target: the value over the pages of all logs
};

// One world whose households are dealt to `logs` logs.
Lived live(int users, std::uint64_t seed, std::size_t logs, int draws) {
  const Scenario scenario = uniform_world(users, seed);
  const Study study(scenario);
  const std::vector<Target> targets = targets_of(study.world);
  Simulation simulation(study);
  TrueValue truth(study, targets, draws);
  TemporaryFolder folder;
  std::vector<std::unique_ptr<SlotLog>> files;
  for (std::size_t g = 0; g < logs; ++g) {
    files.push_back(std::make_unique<SlotLog>(folder / fmt::format("{}.csv", g), scenario));
    files.back()->begin(study);
  }
  std::vector<std::vector<double>> sum(logs, std::vector<double>(targets.size(), 0.0));
  std::vector<double> pages_of(logs, 0.0);
  while (simulation.now() < study.end)
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      const auto values = truth.add(pages);
      for (std::size_t i = 0; i < pages.size(); ++i) {
        REQUIRE(pages[i].slate.slots.size() == kSlots);
        REQUIRE(pages[i].slate.slots[0].action_set == kItems);  // else the truth of a table would be another
        const std::size_t g = pages[i].request.household.value % logs;
        files[g]->pages(simulation, pages.subspan(i, 1));
        for (std::size_t t = 0; t < targets.size(); ++t) sum[g][t] += values[i][t];
        ++pages_of[g];
      }
    });
  for (std::size_t u = 0; u < truth.users().size(); ++u) {
    UserState a = truth.users()[u], b = simulation.users()[u];
    REQUIRE(save_state(a) == save_state(b));
  }
  Lived out;
  for (std::size_t g = 0; g < logs; ++g) {
    files[g]->finish();
    const BanditLog log = read(folder / fmt::format("{}.csv", g));
    out.judged.emplace_back();
    for (std::size_t t = 0; t < targets.size(); ++t) out.judged[g].push_back(judge(log, targets[t], sum[g][t] / pages_of[g]));
  }
  for (std::size_t t = 0; t < targets.size(); ++t) {
    double all = 0, pages = 0;
    for (std::size_t g = 0; g < logs; ++g) all += sum[g][t], pages += pages_of[g];
    out.everywhere.push_back(all / pages);
  }
  return out;
}

// How an estimator did over logs.
struct Score {
  explicit Score(std::string name) : estimator(std::move(name)) {}
  std::string estimator;
  int covered_at_log = 0, covered_everywhere = 0;  // users as units
  int rows_at_log = 0, rows_everywhere = 0;        // rows as units
  RatioMoments error;                              // against the truth at the log
  double z() const { return error.mean_num / std::sqrt(error.variance_num() / static_cast<double>(error.n)); }
};

// "clipped_ips (c = 8, tuned)" is clipped_ips; "iips (a page)" keeps its name.
std::string short_name(const std::string& estimator) {
  const auto at = estimator.find(" (");
  return at == std::string::npos || estimator.ends_with("(a page)") ? estimator : estimator.substr(0, at);
}

using Scores = std::vector<Score>;

void add(Scores& scores, const Judged& j, double everywhere) {
  const auto one = [&](const std::string& name, double slots, const Interval& users, const Interval& rows, double value) {
    auto at = std::find_if(scores.begin(), scores.end(), [&](const Score& s) { return s.estimator == name; });
    if (at == scores.end()) at = scores.insert(scores.end(), Score(name));
    const auto inside = [&](const Interval& ci, double x) { return ci.low <= x * slots && x * slots <= ci.high; };
    at->covered_at_log += inside(users, j.at_log);
    at->covered_everywhere += inside(users, everywhere);
    at->rows_at_log += inside(rows, j.at_log);
    at->rows_everywhere += inside(rows, everywhere);
    at->error.add(value / slots - j.at_log);
  };
  one("logged average", 1, j.users.logged_interval, j.rows.logged_interval, j.users.logged.value);
  for (const OffPolicyAnswer& a : j.users.answers) {
    const std::string name = short_name(a.estimator);
    const bool page = name.ends_with("(a page)");  // pages are its units either way
    Interval rows = a.interval;
    for (const OffPolicyAnswer& b : j.rows.answers)
      if (!page && short_name(b.estimator) == name) rows = b.interval;
    one(name, page ? static_cast<double>(kSlots) : 1, a.interval, rows, a.estimate.value);
  }
}

// Of as many intervals as there are logs, how many hold the value.
void print(const std::string& title, const Scores& scores, int Score::*users, int Score::*rows) {
  fmt::print("{}\n  {:20} {:>10} {:>10} {:>10} {:>10}\n", title, "estimator", "by users", "by rows", "sd", "bias, z");
  for (const Score& s : scores)
    fmt::print("  {:20} {:10} {:10} {:10.5f} {:10.2f}\n", s.estimator, s.*users, s.*rows, std::sqrt(s.error.variance_num()),
               s.z());
}

bool is_unbiased(const Score& s) {
  for (const char* name :
       {"replay", "ips", "snips", "dr", "sndr", "iips (a page)", "sniips (a page)", "pseudo_inverse (a page)"})
    if (s.estimator == name) return true;
  return false;
}

constexpr int kLogs = 200;
// Of 200 intervals at 95 %, fewer than 175 cover with P = 2e-5, and all of them with P = 4e-5.
constexpr int kFewest = 175, kMost = 199;

}  // namespace

TEST_CASE("off-policy estimates from the uniform log of a world are right and its click average is not") {
  constexpr std::size_t logs = 8;
  const Lived lived = live(100 * logs, 1, logs, 1);
  for (std::size_t t = 0; t < 2; ++t) {
    Scores scores;
    for (const auto& log : lived.judged) add(scores, log[t], lived.everywhere[t]);
    CHECK(scores[0].covered_at_log == 0);
    for (const Score& s : scores) {
      INFO(s.estimator);
      if (is_unbiased(s)) CHECK(std::abs(s.z()) < 10);   // Student's t with 7 degrees of freedom: 2e-5
      if (is_unbiased(s)) CHECK(s.covered_at_log >= 4);  // of 8 at 95 %, P of fewer: 2e-5
    }
  }
}

TEST_CASE("over 200 seeds intervals cover the true value at the pages that were logged", "[slow]") {
  std::vector<Scores> scores(2);
  for (std::uint64_t seed = 1; seed <= kLogs; ++seed) {
    const Lived lived = live(200, seed, 1, 2);
    for (std::size_t t = 0; t < 2; ++t) add(scores[t], lived.judged[0][t], lived.everywhere[t]);
  }
  for (std::size_t t = 0; t < 2; ++t) {
    print(fmt::format("200 seeds, target `{}`: intervals that hold the value at the logged pages", kTargetNames[t]), scores[t],
          &Score::covered_at_log, &Score::rows_at_log);
    CHECK(scores[t][0].covered_at_log == 0);
    CHECK(std::abs(scores[t][0].z()) > 20);
    for (const Score& s : scores[t]) {
      INFO(s.estimator);
      if (!is_unbiased(s)) continue;
      CHECK(std::abs(s.z()) < 4.5);  // P = 7e-6 if there is no bias
      CHECK(s.covered_at_log >= kFewest);
    }
  }
}

TEST_CASE("over 200 samples of users intervals with users as units cover the true value for all users", "[slow]") {
  const Lived lived = live(200 * kLogs, 1, kLogs, 1);
  for (std::size_t t = 0; t < 2; ++t) {
    Scores scores;
    for (const auto& log : lived.judged) add(scores, log[t], lived.everywhere[t]);
    print(fmt::format("200 samples of users, target `{}`: intervals that hold the value for all users", kTargetNames[t]),
          scores, &Score::covered_everywhere, &Score::rows_everywhere);
    CHECK(scores[0].covered_everywhere == 0);
    for (const Score& s : scores) {
      INFO(s.estimator);
      if (!is_unbiased(s)) continue;
      CHECK(s.covered_everywhere >= kFewest);
      CHECK(s.covered_everywhere <= kMost);
    }
  }
}

}  // namespace feedloop
