#include "data/calibration.hpp"

#include <cmath>

#include "base/parallel.hpp"
#include "data/calibration_files.hpp"
#include "data/calibration_text.hpp"
#include "data/slot_log.hpp"
#include "experiment/run.hpp"
#include "experiment/scenario.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

struct Bytes {
  std::string scenario, items, users, text, regenerated;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

Bytes bytes_of(const Seed seed, int threads) {
  set_threads(threads);
  const LogSource source = sample_source();
  const InteractionLog log = read_interaction_log(source);
  const Calibration fit = calibrate(log, source, {.seed = seed});
  const InteractionLog again = regenerate_log(log, fit, source);
  const auto paths = calibration_paths("fitted.toml", source);
  set_threads(0);
  const auto n = static_cast<int>(fit.categories.names.size());
  return {scenario_toml(log, fit, paths, source), item_table(log, fit), user_table(log, fit),
          calibration_text(log, fit, source) +
              comparison_text(describe_log(log, fit.categories.of_item, n), describe_log(again, fit.categories.of_item, n)),
          events_csv(again)};
}

}  // namespace

TEST_CASE("a calibration is the same bytes on any number of threads, and another with another seed") {
  const Bytes one = bytes_of(Seed{1}, 1);
  CHECK(one == bytes_of(Seed{1}, 3));
  CHECK(one == bytes_of(Seed{1}, 8));
  CHECK(one.items != bytes_of(Seed{2}, 2).items);
}

TEST_CASE("of several labels an item takes the rarest, and the rarest of too many become other") {
  InteractionLog log;
  for (int l = 0; l < 40; ++l) {
    log.labels.push_back("label " + std::to_string(100 + l));
    for (int k = 0; k <= l; ++k) log.items.push_back({std::to_string(log.items.size()), "", {l}});
  }
  log.items.push_back({"both", "", {35, 39}});
  const Categories c = choose_categories(log);
  REQUIRE(c.names.size() == kMaxCategories);
  CHECK(c.names[0] == "label 139");
  CHECK(c.names.back() == "other");
  CHECK(c.merged == 9);
  CHECK(c.of_item[0] == kMaxCategories - 1);
  CHECK(c.names[static_cast<std::size_t>(c.of_item.back())] == "label 135");
  double sum = 0;
  for (const double s : c.catalogue_share) sum += s;
  CHECK(sum == Approx(1));
}

TEST_CASE("the scenario's size is the log's times a whole number, or as asked") {
  const InteractionLog log = read_interaction_log(sample_source());
  const Calibration fit = calibrate(log, sample_source(), {});
  CHECK(fit.world.population.users >= 5000);
  CHECK(fit.world.population.users % std::ssize(log.users) == 0);
  CHECK(fit.world.items.count == 500);
  CHECK(calibrate(log, sample_source(), {.users = 77}).world.population.users == 77);
}

// The truth is known: items of the fitted world should be close to one another where they are in the world that made the log.
// 500 items give 124,750 pairs; were the vectors unrelated, their correlation would be about 0 +- 0.01 (pairs share items).
TEST_CASE("latent vectors of the bundled log resemble those of the world that made it") {
  const InteractionLog log = read_interaction_log(sample_source());
  const TasteFactors fit = fit_tastes(log, choose_categories(log).of_item, Seed{5});
  const Scenario scenario = load_scenario(std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "data/sample/world.toml");
  const World world(scenario.settings.read<WorldParams>("world"), Seed{scenario.seed()}, SimTime{0});
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < 500; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double a = dot(fit.items[i], fit.items[j]);
      const double b =
          dot(world.truth(ItemId{std::stoull(log.items[i].id)}).v, world.truth(ItemId{std::stoull(log.items[j].id)}).v);
      n += 1, x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
    }
  const double correlation = (xy / n - x / n * y / n) / std::sqrt((xx / n - x / n * x / n) * (yy / n - y / n * y / n));
  INFO(correlation);
  CHECK(correlation > 0.2);
}

TEST_CASE("the report names what was estimated, assumed and not identifiable") {
  const LogSource source = sample_source();
  const InteractionLog log = read_interaction_log(source);
  const std::string text = calibration_text(log, calibrate(log, source, {.users = 500}), source);
  for (const char* word :
       {"ESTIMATED", "ASSUMED", "NOT IDENTIFIABLE", "popularity curve, s", "world.choice.affinity", "impressions and CTR",
        "positions", "churn", "world.visits.week", "satisfaction", "500 in the scenario"})
    CHECK_THAT(text, Contains(word));
}

namespace {

std::int64_t world_ms(std::int64_t day) { return 1000 * kWorldBegins_s + 86'400'000 * day; }

bool covers(const Interval& ci, double estimate, double truth) {
  const double se = (ci.high - ci.low) / (2 * 1.96);
  return se > 0 && std::fabs(estimate - truth) < 4.5 * se;
}

// A world whose constants a log can show: nobody arrives or leaves, and nothing but chance decides what is shown.
const std::vector<std::string> kPlain{"world.population.arrivals_per_day=0",
                                      "world.items.arrivals_per_day=0",
                                      "world.churn.intercept=-20",
                                      "world.population.activity_median=1.2",
                                      "world.population.activity_sigma=0.6",
                                      "world.visits.satisfaction_gain=0",
                                      "world.examination.eta=0.7",
                                      "world.spillover.household=0",
                                      "world.items.duration_median_min=3",
                                      "world.visits.week=1,1,1,1,1,1,2,2,2,2,2,2,3,3,3,3,3,3,4,4,4,4,4,4",
                                      "policy.name=random"};

}  // namespace

// The way of a reader: a run of Feedloop writes its decisions, and `calibrate` reads them. 4.5 standard errors: each of the
// five comparisons with an interval fails without cause with probability 7e-6, and the quarter of arrivals in an hour's fourth
// of the day, of some 4,500 of which it is 0.4 +- 0.007, is off by 0.03 with less.
TEST_CASE("a log exported from a run with known constants is calibrated, and the estimates cover them") {
  const TemporaryFolder folder;
  auto sets = kPlain;
  sets.push_back("seed=5");
  const Scenario scenario = SmallScenario{.users = 250, .items = 100, .days = 14, .treatment = "", .sets = sets}.make();
  SlotLog slots(folder / "log.csv", scenario);
  RunOptions run_options;
  run_options.watchers.push_back(&slots);
  run(scenario, run_options);
  slots.finish();
  std::string items = "itemId,category,duration_s\n";
  const World world(scenario.settings.read<WorldParams>("world"), Seed{scenario.seed()}, SimTime{0});
  for (const ItemFacts& item : world.all_items())
    items += fmt::format("{},{},{}\n", item.id.value, item.category.value, item.duration_s);

  LogSource source;
  source.log = folder / "log.csv";
  source.items = folder.write("items.csv", items);
  source.random_slots = true;
  source.window_ms = {world_ms(1), world_ms(15)};  // the experiment's days, after the warm-up's one
  const InteractionLog log = read_interaction_log(source);
  CHECK(log.has_click);
  CHECK(log.has_played);
  const Calibration fit = calibrate(log, source, {.session_gap_min = 3});
  REQUIRE(fit.slots.identified);
  INFO("eta " << fit.slots.eta << ", activity " << fit.rate.median << ", sigma " << fit.rate.sigma << ", duration "
              << fit.durations.median_min.value << ", " << fit.durations.sigma.value);
  CHECK(covers(fit.slots.eta_ci, fit.slots.eta, 0.7));
  CHECK(fit.slots.eta_se < 0.08);
  REQUIRE(fit.rate.identified);
  CHECK(covers(fit.rate.median_ci, fit.rate.median, 1.2));
  CHECK(covers(fit.rate.sigma_ci, fit.rate.sigma, 0.6));
  CHECK(covers(fit.durations.median_min.ci, fit.durations.median_min.value, 3));
  CHECK(covers(fit.durations.sigma.ci, fit.durations.sigma.value, 0.8));
  REQUIRE(fit.week.days);
  CHECK(fit.week.evening_share == Approx(0.4).margin(0.03));
  CHECK(fit.page_slots == 20);
}

// A world of mixes alone: no tastes, clicks seldom enough not to saturate, items alike and shown alike. What the log says of K
// and M is then the world's own, within 4.5 standard errors, which fails without cause with probability 7e-6 for each of the
// seven. What of it tastes take up depends on the fit; a log regenerated from the whole has the log's K, within 4.5 joint
// errors.
TEST_CASE("users' own mixes of categories lead back to their concentration and their shares") {
  const TemporaryFolder folder;
  auto sets = kPlain;
  for (const char* set :
       {"seed=9", "world.population.mix_concentration=6", "world.items.categories=6", "world.choice.affinity=0",
        "world.choice.intercept=-4", "world.choice.quality=0", "world.choice.clickbait=0", "world.choice.fatigue=0",
        "world.items.freshness_appeal=0", "world.dynamics.aversion=0"})
    sets.emplace_back(set);
  const Scenario scenario = SmallScenario{.users = 300, .items = 600, .sets = sets}.make();
  const RegenerateOptions options{.world = scenario.settings.read<WorldParams>("world"),
                                  .tables = {},
                                  .seed = Seed{scenario.seed()},
                                  .events = 9'000,
                                  .exposure = std::vector<double>(600, 1.0),
                                  .once = false};
  const InteractionLog made = regenerate_log(options);
  LogSource source;
  source.log = folder.write("events.csv", events_csv(made));
  source.items = folder.write("items.csv", items_csv(made));
  const InteractionLog log = read_interaction_log(source);
  const Calibration fit = calibrate(log, source, {});
  REQUIRE(fit.mix.identified);
  INFO("K " << fit.mix.concentration << ", of tastes alone " << 1 / fit.mix_by_taste << ", written "
            << fit.mix_concentration.value);
  CHECK(std::fabs(1 / fit.mix.concentration - 1.0 / 6) < 4.5 * fit.mix.inverse_se);
  CHECK(fit.mix.inverse_se < 0.02);
  for (std::size_t c = 0; c < fit.mix.shares.size(); ++c)  // the catalogue's, which a world's mixes centre on
    CHECK(covers(fit.mix.shares_ci[c], fit.mix.shares[c], fit.categories.catalogue_share[c]));

  REQUIRE(std::isfinite(fit.mix_concentration.value));
  CHECK(fit.world.population.mix_concentration == fit.mix_concentration.value);
  const auto again = [&](const Calibration& of) {
    return fit_mixes(regenerate_log(log, of, source), fit.categories.of_item, fit.categories.names.size(), 5);
  };
  const MixFit with = again(fit);
  CHECK(std::fabs(1 / with.concentration - 1 / fit.mix.concentration) < 4.5 * std::hypot(with.inverse_se, fit.mix.inverse_se));
  Calibration tastes = fit;
  tastes.world.population.mix_concentration = 0;
  CHECK(1 / again(tastes).concentration < 1 / with.concentration);

  const CalibrationPaths paths = calibration_paths(folder / "fitted.toml", source);
  write_together({{paths.items, item_table(log, fit)},
                  {paths.users, user_table(log, fit)},
                  {paths.scenario, scenario_toml(log, fit, paths, source)}});
  const auto written = load_scenario(paths.scenario).settings.read<WorldParams>("world").population;
  CHECK(written.mix_concentration == Approx(fit.mix_concentration.value).epsilon(1e-3));
  CHECK(written.mix_shares == fit.world.population.mix_shares);
  for (const auto& [shares, error] :
       {std::pair{"1,2", "`world.population.mix_shares`: has 2 numbers; allowed is one for each of the 6 categories"},
        {"1,1,1,1,1,-1", "`world.population.mix_shares`: \"-1\" is not a share; allowed are numbers in (0, 1e9]"}})
    CHECK_THROWS_WITH(load_scenario(paths.scenario, {std::string("world.population.mix_shares=") + shares}), Contains(error));
  CHECK_THAT(calibration_text(log, fit, source), Contains("users' mixes of categories, K") && Contains("of a user's mix"));
}

TEST_CASE("a log of one category says nothing of mixes, and why") {
  LogSource source = sample_source();
  source.items.clear();
  const InteractionLog log = read_interaction_log(source);
  const Calibration fit = calibrate(log, source, {});
  CHECK_FALSE(fit.mix.identified);
  CHECK(fit.world.population.mix_concentration == 0);
  CHECK_THAT(calibration_text(log, fit, source), Contains("there is one category only"));
  CHECK_THAT(scenario_toml(log, fit, calibration_paths("fitted.toml", source), source), !Contains("mix_"));
}

// Half of all arrivals are on Saturdays, and the days of a run's log are the world's own: of some 4,000 arrivals a half is
// 0.5 +- 0.008, and users whose weeks differ share each week among its days alike, so that 0.04 is five standard errors.
TEST_CASE("the days of the week of a run's log are those that its world was given") {
  const TemporaryFolder folder;
  std::string week;
  for (int hour = 0; hour < 168; ++hour) week += fmt::format("{}{}", hour > 0 ? "," : "", hour / 24 == 5 ? 6 : 1);
  auto sets = kPlain;
  for (const std::string& set : {std::string("seed=7"), "world.visits.week=" + week}) sets.push_back(set);
  const Scenario scenario = SmallScenario{.users = 250, .items = 50, .days = 14, .treatment = "", .sets = sets}.make();
  SlotLog slots(folder / "log.csv", scenario);
  RunOptions run_options;
  run_options.watchers.push_back(&slots);
  run(scenario, run_options);
  slots.finish();
  LogSource source;
  source.log = folder / "log.csv";
  source.min_events = 1;
  source.window_ms = {world_ms(1), world_ms(15)};
  const InteractionLog log = read_interaction_log(source);
  const Calibration fit = calibrate(log, source, {.session_gap_min = 3});
  CHECK(fit.week.arrivals > 3000);
  REQUIRE(fit.week.days);
  double saturday = 0;
  for (std::size_t h = 5 * 24; h < 6 * 24; ++h) saturday += fit.week.intensity[h] / 168;
  CHECK(saturday == Approx(0.5).margin(0.04));
  CHECK_THAT(scenario_toml(log, fit, calibration_paths(folder / "fitted.toml", source), source), Contains("week = "));
}

// A world that shows items to everybody alike, by lot, so that its clicks, pages and plays are those of regenerated logs; and
// without tastes, of which a log shows too little for the intercept to be the world's own. The same 4.5 standard errors for
// each of the six.
TEST_CASE("clicks, pages and plays of a log of impressions lead back to the constants that made them") {
  const TemporaryFolder folder;
  auto sets = kPlain;
  for (const char* set :
       {"seed=6", "world.choice.intercept=-1.2", "world.visits.continue_intercept=0.4", "world.watch.bounce_intercept=-1.5",
        "world.watch.complete_intercept=-0.8", "world.watch.partial_intercept=0.2", "world.choice.affinity=0"})
    sets.emplace_back(set);
  const InteractionLog made = invent_log(SmallScenario{.users = 400, .items = 200, .sets = sets}.make(), 150'000, true);
  LogSource source;
  source.log = folder.write("events.csv", events_csv(made));
  source.items = folder.write("items.csv", items_csv(made));
  source.random_slots = true;
  const InteractionLog log = read_interaction_log(source);
  CHECK(log.seen.size() == 150'000);
  const Calibration fit = calibrate(log, source, {.session_gap_min = 3});
  REQUIRE(fit.tuned);
  REQUIRE(fit.watch.identified);
  INFO("intercept " << fit.intercept.value << ", go on " << fit.go_on.value << ", bounce " << fit.watch.bounce_intercept.value
                    << ", complete " << fit.watch.complete_intercept.value << ", partial " << fit.watch.partial_intercept.value
                    << ", eta " << fit.slots.eta << ", affinity " << fit.affinity << ", sd of items "
                    << fit.appeal.log_popularity_sd << ", their coefficient " << fit.appeal.coefficient
                    << ", interval of the intercept " << fit.intercept.ci.low << " to " << fit.intercept.ci.high);
  CHECK(covers(fit.slots.eta_ci, fit.slots.eta, 0.7));
  CHECK(covers(fit.intercept.ci, fit.intercept.value, -1.2));
  CHECK(covers(fit.go_on.ci, fit.go_on.value, 0.4));
  CHECK(covers(fit.watch.bounce_intercept.ci, fit.watch.bounce_intercept.value, -1.5));
  CHECK(covers(fit.watch.complete_intercept.ci, fit.watch.complete_intercept.value, -0.8));
  CHECK(covers(fit.watch.partial_intercept.ci, fit.watch.partial_intercept.value, 0.2));
}

// The rates of clicks differ by the luck of some 800 clicks in either log and of the people behind them, 5 to 6 % together: a
// quarter is over four standard errors.
TEST_CASE("a log without users is a world without a table of users, and its regenerated log has the log's clicks") {
  const TemporaryFolder folder;
  const InteractionLog made = invent_log(SmallScenario{.users = 100, .items = 60, .sets = kPlain}.make(), 20'000, true);
  std::string rows = "itemId,time,position,click\n";
  for (const LogRow& r : made.seen)
    rows += fmt::format("{},{},{},{}\n", made.items[r.item].id, r.time_ms / 1000, r.slot, int{r.chosen});
  LogSource source;
  source.log = folder.write("events.csv", rows);
  source.random_slots = true;
  const InteractionLog log = read_interaction_log(source);
  CHECK_FALSE(log.has_users());
  const Calibration fit = calibrate(log, source, {});
  CHECK(fit.tables.users.empty());
  CHECK(fit.tables.items.size() == 60);
  REQUIRE(fit.tuned);
  const auto ctr = [](const InteractionLog& l) {
    double clicks = 0;
    for (const LogRow& r : l.seen) clicks += r.chosen;
    return clicks / static_cast<double>(l.seen.size());
  };
  const InteractionLog again = regenerate_log(log, fit, source);
  CHECK(again.seen.size() == log.seen.size());
  CHECK(ctr(again) == Approx(ctr(log)).epsilon(0.25));
  const std::string text = calibration_text(log, fit, source);
  for (const char* word :
       {"impressions without users", "tastes, world.choice.affinity", "the log has no users", "5000 in the scenario"})
    CHECK_THAT(text, Contains(word));
  const CalibrationPaths paths = calibration_paths(folder / "fitted.toml", source);
  write_together({{paths.items, item_table(log, fit)}, {paths.scenario, scenario_toml(log, fit, paths, source)}});
  const Scenario scenario = load_scenario(paths.scenario, {"days=1", "warmup_days=1", "world.population.users=60"});
  CHECK(std::get<std::int64_t>(scenario.settings.at("engine.slate.size")) == 20);
  CHECK(run(scenario).requests > 20);
}

// A log of the sample's world as it is now. Users come in visits, so that their events bunch; lively ones run out of items that
// they have not chosen yet; who has fewer than 20 events is left out, and declared to be. The law of all 400 comes back: within
// 4.5 joint standard errors, which counts the two fits as independent though one log's users are in both, so that it fails
// without cause with probability below 7e-6. The truth is between 0 and 5 % without an event.
TEST_CASE("a declared minimum of events says where the law of activity is cut") {
  const std::filesystem::path folder = std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "data/sample";
  const InteractionLog made = invent_log(load_scenario(folder / "world.toml"), 15000);
  const TemporaryFolder own;
  LogSource source;
  source.log = own.write("events.csv", events_csv(made));
  source.items = own.write("items.csv", items_csv(made));
  source.min_events = source.sampled_min_events = 20;
  const Calibration declared = calibrate(read_interaction_log(source), source, {});
  CHECK(declared.activity.smallest == 20);
  source.min_events = source.sampled_min_events = 1;
  const InteractionLog log = read_interaction_log(source);
  const Calibration whole = calibrate(log, source, {});
  REQUIRE(declared.activity.identified);
  REQUIRE(whole.activity.identified);
  CHECK(declared.dispersion > 2);
  CHECK(declared.activity.fit_p > 0.001);
  CHECK(whole.activity.fit_p > 0.001);
  const auto counts = log.events_per_user();
  const auto shown = std::count_if(counts.begin(), counts.end(), [](auto n) { return n >= 20; });
  INFO("hidden " << declared.activity.share_below << ", in truth " << 1 - static_cast<double>(shown) / 400);
  CHECK(declared.activity.share_below == Approx(1 - static_cast<double>(shown) / 400).margin(0.25));
  CHECK(whole.activity.share_below < 0.08);
  const auto se = [](const Interval& ci) { return (ci.high - ci.low) / (2 * 1.96); };
  const auto near = [&](double a, const Interval& a_ci, double b, const Interval& b_ci) {
    return std::fabs(a - b) < 4.5 * std::hypot(se(a_ci), se(b_ci));
  };
  CHECK(se(declared.activity.log_mean_ci) < 0.3);
  CHECK(near(declared.activity.log_mean, declared.activity.log_mean_ci, whole.activity.log_mean, whole.activity.log_mean_ci));
  CHECK(near(declared.activity.log_sd, declared.activity.log_sd_ci, whole.activity.log_sd, whole.activity.log_sd_ci));
}

// One row in fifty is kept, so that half of the visits leave none. A quarter either way is five standard errors of the 400
// users' median, with room for the law of rows per visit, which is only near.
TEST_CASE("a declared thinning of rows gives back the visits that left none", "[slow]") {
  const TemporaryFolder folder;
  auto sets = kPlain;
  sets.emplace_back("seed=8");
  const InteractionLog made = invent_log(SmallScenario{.users = 400, .items = 100, .sets = sets}.make(), 250'000, true);
  std::string rows = "userId,itemId,time,click\n";
  for (std::size_t k = 0; k < made.seen.size(); ++k) {
    Rng rng = stream(Seed{8}, Stream::Test, entity_key(k));
    if (rng.uniform() >= 0.02) continue;
    const LogRow& r = made.seen[k];
    rows += fmt::format("{},{},{},{}\n", r.viewer, r.item, r.time_ms / 1000, int{r.chosen});
  }
  LogSource source;
  source.log = folder.write("events.csv", rows);
  source.min_events = 1;
  source.window_ms = {made.seen.front().time_ms / 86'400'000 * 86'400'000, made.seen.back().time_ms + 1};
  const InteractionLog log = read_interaction_log(source);
  const Calibration naive = calibrate(log, source, {});
  source.sampled_rows = 0.02;
  const Calibration fit = calibrate(log, source, {});
  REQUIRE(fit.rate.identified);
  INFO(fit.rate.median << " with the thinning declared, " << naive.rate.median << " without; kept " << fit.visit_kept);
  CHECK(fit.rate.median == Approx(1.2).epsilon(0.25));
  CHECK(naive.rate.median < 0.8 * 1.2);
  CHECK(fit.visit_kept < 0.8);
}
