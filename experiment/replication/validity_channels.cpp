// Interference, one channel at a time. In the mixed world of an experiment each user's outcome is compared with what the same
// user did in the world where everybody had their variant, on the same random numbers: what differs can only have come from
// the other variant. The bias of the experiment's estimate is what treatment's users gained from control being there, less
// what control's gained from treatment:
//
//   naive - GTE = (Y1 mixed - Y1 all treated) - (Y0 mixed - Y0 all control),   each over the users whom the mixed world gave it
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/replication/power_study.hpp"
#include "experiment/replication/shared_worlds.hpp"
#include "experiment/replication/validity.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

constexpr std::string_view kMetric = "ctr";

struct Channel {
  std::string_view id, what;
  std::vector<std::string> sets;  // over closed.toml, what opens it
};

std::vector<Channel> channels() {
  return {
      {"closed", "all channels closed", {}},
      {"training", "one ranker trained on everybody's pages", {"engine.ranking.logistic.min_positives=20"}},
      {"trending", "a trending list of everybody's clicks", {"engine.quota.trending=40"}},
      {"popularity", "popularity counted over everybody", {"engine.quota.popularity=60"}},
      {"covisitation", "co-visitation over everybody's plays", {"engine.quota.covisitation=100"}},
      {"factors", "matrix factorisation of everybody's plays", {"engine.quota.matrix_factorization=100"}},
      {"exposure", "exposure counted over everybody, for new items", {"engine.quota.fresh=40"}},
      {"household", "plays passed on within a household", {"world.spillover.household=0.3"}},
  };
}

// One user's sums of the metric in one world, and the variant they were served.
struct Lived {
  std::size_t variant = 0;
  double num = 0, den = 0;
  friend bool operator==(const Lived& a, const Lived& b) { return a.num == b.num && a.den == b.den; }
};

class Lives final : public UnitSink {
 public:
  explicit Lives(const Experiment& experiment) : experiment_(experiment) {}
  void unit(std::uint32_t user, double, const std::vector<std::string>& variants, const std::vector<MetricInfo>& metrics,
            const std::vector<double>& numerators, const std::vector<double>& denominators) override {
    std::size_t m = 0, v = 0;
    while (metrics[m].name != kMetric) ++m;
    while (experiment_.variants[v].name != variants[0]) ++v;
    users[user] = {v, numerators[m], denominators[m]};
  }
  std::map<std::uint32_t, Lived> users;

 private:
  const Experiment& experiment_;
};

std::map<std::uint32_t, Lived> live(Scenario scenario, double treated_share, const std::string& salt, SharedWorlds& shared,
                                    Observer* observer) {
  scenario.experiments[0].salt += salt;
  scenario.experiments[0].variants[0].share = 1 - treated_share;
  scenario.experiments[0].variants[1].share = treated_share;
  Lives lives(scenario.experiments[0]);
  run(scenario, {.checkpoints = &shared, .resume = true, .units = &lives}, observer);
  shared.end_of_first_run();
  return std::move(lives.users);
}

struct Leak {
  double bias = 0;     // of control's value in the all-control world
  double touched = 0;  // share of users whose outcome the other variant changed
};

Leak leak(const std::map<std::uint32_t, Lived>& mixed, const std::array<std::map<std::uint32_t, Lived>, 2>& alone) {
  std::array<double, 2> num{}, den{}, num_alone{}, den_alone{};
  std::size_t touched = 0;
  for (const auto& [user, life] : mixed) {
    const Lived& other = alone[life.variant].at(user);
    touched += !(life == other);
    num[life.variant] += life.num;
    den[life.variant] += life.den;
    num_alone[life.variant] += other.num;
    den_alone[life.variant] += other.den;
  }
  const auto spill = [&](std::size_t v) { return num[v] / den[v] - num_alone[v] / den_alone[v]; };
  return {(spill(1) - spill(0)) / (num_alone[0] / den_alone[0]),
          static_cast<double>(touched) / static_cast<double>(mixed.size())};
}

double ratio(const std::map<std::uint32_t, Lived>& lives) {
  RatioMoments m;
  for (const auto& [user, life] : lives) m.add(life.num, life.den);
  return ratio_estimate(m).value;
}

}  // namespace

ValiditySection validity_of_channels(const ValidityOptions& options) {
  const int seeds = by_tier(options.tier, 3, 6, 12), salts = by_tier(options.tier, 1, 3, 5);
  const std::string users = by_tier<std::string>(options.tier, "150", "300", "400");
  ValiditySection section{
      "Interference, one channel at a time",
      fmt::format("closed.toml with {} users, {} seeds, {} assignments each, and for each seed the worlds of all "
                  "control and all treatment; bias of {} as a share of control's, Student's interval over seeds.",
                  users, seeds, salts, kMetric),
      {}};
  for (const Channel& channel : channels()) {
    std::vector<std::string> sets = channel.sets;
    sets.push_back("world.population.users=" + users);
    const Scenario base = load_scenario(options.scenarios / "closed.toml", sets);
    std::vector<double> bias, touched;
    double worst_limit = 0;
    for (int seed = 0; seed < seeds; ++seed) {
      options.label(fmt::format("channel {}, seed {} of {}", channel.id, seed + 1, seeds));
      const Scenario scenario = nth_world(base, seed);
      SharedWorlds shared(false);
      const std::array alone{live(scenario, 0, "", shared, options.observer), live(scenario, 1, "", shared, options.observer)};
      std::vector<double> b, t;
      for (int salt = 0; salt < salts; ++salt) {
        const Leak l = leak(live(scenario, 0.5, fmt::format("#{}", salt), shared, options.observer), alone);
        b.push_back(l.bias);
        t.push_back(l.touched);
      }
      bias.push_back(measured_mean(b).mean);
      touched.push_back(measured_mean(t).mean);
      if (seed == 0) {  // the limits p -> 0 and p -> 1 are the worlds that tell the truth
        const Report report = run(scenario, {.truth = true, .checkpoints = &shared, .resume = true}, options.observer);
        for (const TruthReport& t1 : report.experiments[0].truth)
          if (t1.metric == kMetric) worst_limit = std::fabs(t1.effect - (ratio(alone[1]) - ratio(alone[0])));
      }
    }
    const MeasuredMean b = measured_mean(bias), t = measured_mean(touched);
    const bool closed = channel.sets.empty();
    // How large a bias is, and of which sign, is the channel's own affair; that it is there at all is what "touched" decides.
    section.checks.push_back({fmt::format("channel.{}.bias", channel.id), fmt::format("{}: bias", channel.what),
                              closed ? "exactly 0" : "", b.mean, b.ci, b.n, true,
                              closed ? b.mean == 0 && b.sd == 0 : !b.ci.contains(0), closed});
    section.checks.push_back({fmt::format("channel.{}.touched", channel.id),
                              fmt::format("{}: users whose outcome the other variant changed", channel.what),
                              closed ? "none" : "some", t.mean, t.ci, t.n, true, closed ? t.mean == 0 : t.mean > 0});
    section.checks.push_back(
        {fmt::format("channel.{}.limits", channel.id),
         fmt::format("{}: shares of 0 and 1 are the worlds that tell the truth; largest difference", channel.what),
         "0",
         worst_limit,
         {},
         1,
         false,
         worst_limit < 1e-12});
  }
  return section;
}

}  // namespace feedloop
