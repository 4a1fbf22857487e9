#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/training_log.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {
namespace {

// Content retrieval finds an upload at once by its content vector; without it the ways can be told apart. The pool is of new
// items alone.
std::vector<Variant> ways() {
  using Overrides = std::vector<std::pair<std::string, Value>>;
  const std::pair<std::string, Value> nightly{"engine.retrieval.two_tower.new_items", "nightly"},
      pool{"engine.retrieval.fresh.min_impressions", 0.0}, no_pool{"engine.quota.fresh", std::int64_t{0}};
  std::vector<Variant> made{
      {"nightly publication only", 1, Overrides{nightly, no_pool}},
      {"injection: pool and one slot", 1, Overrides{nightly, pool, {"policy.explore.exposure_slots", std::int64_t{1}}}},
      {"incremental: pool after 15 min", 1, Overrides{nightly, pool, {"engine.retrieval.fresh.delay_minutes", 15.0}}},
      {"online embedding", 1, Overrides{no_pool}}};
  for (Variant& way : made) way.overrides.emplace_back("engine.quota.content", std::int64_t{0});
  return made;
}

constexpr Duration kWatched = kDay * 2;  // after the upload: all uploads have that long, and longer waits count as none

struct Upload {
  double hour = 0;  // of the day, UTC
  double wait = 0,
         to_night = 0;  // hours until the first impression, infinite without one in two days; until the next nightly training
  double past_night() const { return wait - to_night; }
};

// Uploads from t0 until two days before the end. Everybody is served alike.
std::vector<Upload> uploads_of(const Scenario& scenario) {
  const Study study(scenario);
  Simulation simulation(study);
  std::vector<SimTime> first(study.world.all_items().size(), kNever);
  while (simulation.now() < study.end)
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      for (const Interaction& page : pages)
        for (const Slot& slot : page.slate.slots)
          first[slot.item.index()] = std::min(first[slot.item.index()], page.request.time);
    });
  const double night = scenario.settings.read<TrainingParams>("engine.training").hour_utc;
  std::vector<Upload> uploads;
  for (const ItemFacts& item : study.world.all_items()) {
    if (item.uploaded < study.t0 || item.uploaded >= study.end - kWatched || item.blocked) continue;
    const double hour = 24 * std::fmod(item.uploaded.days(), 1.0);
    const SimTime shown = first[item.id.index()];
    uploads.push_back({hour, shown > item.uploaded + kWatched ? INFINITY : 24 * (shown - item.uploaded).days(),
                       std::fmod(night - hour + 24, 24.0)});
  }
  return uploads;
}

// Over seeds; a quantile that is not reached in two days is only known to be longer.
std::string hours(std::span<const double> by_seed) {
  const bool known = std::all_of(by_seed.begin(), by_seed.end(), [](double x) { return std::isfinite(x); });
  return known ? over_seeds(by_seed) : "over 48";
}

// The ceil(q n)-th smallest.
double quantile(std::vector<double> values, double q) {
  if (values.empty()) return NAN;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::max(0.0, std::ceil(q * static_cast<double>(values.size())) - 1))];
}

}  // namespace

std::vector<EvaluationTable> evaluate_first_impression(const Scenario& scenario, const EvaluationOptions& options) {
  EvaluationTable table{"From upload to the first impression",
                        {"way into retrieval", "uploads", "median, h", "90 %, h", "not in 48 h, %", "before the next night, %"},
                        {},
                        ""};
  EvaluationTable afternoon{
      "Uploads between 14:30 and 15:30 UTC: hours from upload",
      {"way into retrieval", "uploads", "to the nightly training", "to the first impression, least", "median"},
      {},
      ""};
  int world = 0;
  for (const Variant& way : ways()) {
    std::vector<Upload> all, near;
    std::vector<double> median, late, never, early;
    for (int s = 0; s < options.seeds; ++s) {
      options.begin(world++, static_cast<int>(ways().size()) * options.seeds);
      Scenario one = with_variants(nth_world(scenario, s), {});
      one.experiments.clear();
      for (const auto& [key, value] : way.overrides) one.settings.set(key, value, {});
      const std::vector<Upload> uploads = uploads_of(one);
      const auto share = [&](auto is) {
        return 100 * static_cast<double>(std::count_if(uploads.begin(), uploads.end(), is)) /
               static_cast<double>(uploads.size());
      };
      std::vector<double> waits;
      for (const Upload& u : uploads) waits.push_back(u.wait);
      median.push_back(quantile(waits, 0.5));
      late.push_back(quantile(waits, 0.9));
      never.push_back(share([](const Upload& u) { return std::isinf(u.wait); }));
      early.push_back(share([](const Upload& u) { return u.past_night() < 0; }));
      all.insert(all.end(), uploads.begin(), uploads.end());
    }
    table.rows.push_back(
        {way.name, fmt::format("{}", all.size()), hours(median), hours(late), over_seeds(never), over_seeds(early)});
    std::copy_if(all.begin(), all.end(), std::back_inserter(near),
                 [](const Upload& u) { return std::fabs(u.hour - 15) < 0.5; });
    std::vector<double> waits;
    for (const Upload& u : near) waits.push_back(u.wait);
    std::sort(near.begin(), near.end(), [](const Upload& a, const Upload& b) { return a.past_night() < b.past_night(); });
    afternoon.rows.push_back({way.name, fmt::format("{}", near.size())});
    if (near.empty())
      afternoon.rows.back().insert(afternoon.rows.back().end(), 3, "–");
    else
      for (const double x : {near[0].to_night, near[0].wait, quantile(waits, 0.5)})
        afternoon.rows.back().push_back(std::isfinite(x) ? fmt::format("{:.2f}", x) : "over 48");
  }
  table.note = fmt::format(
      "Everybody is served alike; {} seeds, with Student's 95 % interval. Content retrieval is off: it finds an upload at "
      "once. Injection: the pool of new items, and one slot of a page for items that were hardly shown. Incremental: the pool "
      "takes an upload after 15 minutes, and it must win its slot by score.",
      options.seeds);
  afternoon.note = "Of all seeds. The least wait stands beside the same upload's time to the nightly training.";
  return {std::move(table), std::move(afternoon)};
}

}  // namespace feedloop
