#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/caps.hpp"
#include "stats/moment_lanes.hpp"
#include "stats/multiple_testing.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

constexpr const char* kScenario = R"(
name = "analysis-bench"
warmup_days = 7
days = 35
world.population.users = 1000000
world.population.arrivals_per_day = 0
world.items.count = 2000
[[variant]]
name = "control"
share = 0.34
[[variant]]
name = "b"
share = 0.33
[[variant]]
name = "c"
share = 0.33
)";

constexpr std::size_t kUnits = 1'000'000, kChunk = 10'000;
constexpr int kPages = 2, kSlots = 8, kTurns = 5;

// Two pages a unit, days apart: what matters here is only that no metric is constant.
Interaction page_of(const Study& study, std::size_t unit, int ordinal) {
  Rng rng = stream({1}, Stream::Test, entity_key(unit, static_cast<std::uint64_t>(ordinal)));
  constexpr std::array kReturns{1, 7, 10, 20, 30};
  Interaction page;
  page.request.user = UserId{unit};
  page.request.time = study.t0 + kHour * static_cast<std::int64_t>(unit % 72);  // of entry
  if (ordinal > 0) page.request.time = page.request.time + kDay * kReturns[rng() % kReturns.size()] + kHour * 6;
  page.request.page = static_cast<std::uint8_t>(rng() % 2);
  page.cell = static_cast<std::uint32_t>(study.assignment.cell_of(page.request, {}));
  page.slate.slots.resize(kSlots);
  page.outcome.slots.resize(kSlots);
  for (int s = 0; s < kSlots; ++s) {
    page.slate.slots[static_cast<std::size_t>(s)].item = ItemId{rng() % 2000};
    const std::uint32_t luck = rng();
    if (luck % 4 != 0) continue;
    SlotOutcome& o = page.outcome.slots[static_cast<std::size_t>(s)];
    o.seen = o.clicked = true;
    o.watched_ms = static_cast<std::int64_t>(luck >> 12);
    o.completed = (luck & 16u) != 0;
    o.skipped = !o.completed && (luck & 32u) != 0;
    o.bounced = o.skipped && (luck & 64u) != 0;
    o.liked = (luck & 128u) != 0;
    o.saved = (luck & 0x300u) == 0;
    o.shared = (luck & 0xc00u) == 0;
    o.rating = static_cast<std::uint8_t>((luck & 0x3000u) == 0 ? 1 + (luck >> 16) % 5 : 0);
  }
  page.outcome.slots.front().dismissed = rng() % 64 == 0;
  return page;
}

UnitTable empty_table(const Study& study) {
  UnitTableOptions options;
  options.days = static_cast<std::size_t>(study.params.days);
  return UnitTable(study.world.population().users.size(), study.world.all_items().size(), study.assignment.cells(), nullptr,
                   options);
}

void add_pages(const Study& study, UnitTable& units, int ordinal, Duration earlier) {
  for (std::size_t begin = 0; begin < kUnits; begin += kChunk) {
    std::vector<Interaction> pages;
    for (std::size_t u = begin; u < std::min(kUnits, begin + kChunk); ++u) {
      pages.push_back(page_of(study, u, ordinal));
      pages.back().request.time = pages.back().request.time - earlier;
    }
    units.add(pages);
  }
}

UnitTable table_of(const Study& study) {
  auto before = std::make_shared<UnitTable>(empty_table(study));
  before->enter_all(study.before);
  add_pages(study, *before, 0, kDay * 4);  // of entry in the first three days
  UnitTable units = empty_table(study);
  for (int ordinal = 0; ordinal < kPages; ++ordinal) add_pages(study, units, ordinal, kDay * 0);
  units.set_before(before);
  return units;
}

using Moments = std::vector<std::vector<RatioMoments>>;

// From the folds of the first twenty metrics to every treatment's tests, corrected for all of them.
constexpr std::size_t kWatched = 20;

std::vector<double> tests_of_twenty(const Study& study, const UnitTable& units, SimTime now) {
  std::vector<MomentLanes> variants(3, MomentLanes(kWatched));
  const std::vector<std::size_t> variant_of = variant_by_cell(study, 0);
  const std::vector<double> caps = caps_of({&units}, now);
  std::vector<double> num(variants[0].width(), kNoValue), den(num);
  for (std::size_t u = 0; u < units.units(); ++u) {
    if (!units.entered(u)) continue;
    for (std::size_t m = 0; m < kWatched; ++m) {
      const auto v = units.value(u, m, now);
      const UnitValue x = v ? capped(*v, caps[m]) : UnitValue{kNoValue, kNoValue};
      num[m] = x.num;
      den[m] = x.den;
    }
    variants[variant_of[units.cell(u)]].add(num, den);
  }
  std::vector<double> p;
  for (std::size_t v = 1; v < variants.size(); ++v)
    for (std::size_t m = 0; m < kWatched; ++m) p.push_back(compare(variants[0][m], variants[v][m], study.analysis.alpha).p);
  return holm(p);
}

// The obvious twin: a unit and a metric at a time.
Moments row_by_row(const Study& study, const UnitTable& units, SimTime now) {
  Moments moments(3, std::vector<RatioMoments>(metric_registry().size()));
  const std::vector<double> caps = caps_of({&units}, now);
  for (std::size_t u = 0; u < units.units(); ++u)
    for (std::size_t m = 0; m < metric_registry().size(); ++m)
      if (const auto v = units.value(u, m, now)) {
        const UnitValue x = capped(*v, caps[m]);
        moments[study.assignment.variant_in(units.cell(u), 0)][m].add(x.num, x.den);
      }
  return moments;
}

// The textbook's: means first, then squares of what differs from them.
Moments two_passes(const Study& study, const UnitTable& units, SimTime now) {
  Moments moments(3, std::vector<RatioMoments>(metric_registry().size()));
  const std::vector<double> caps = caps_of({&units}, now);
  for (const bool first : {true, false}) {
    for (std::size_t u = 0; u < units.units(); ++u)
      for (std::size_t m = 0; m < metric_registry().size(); ++m)
        if (const auto v = units.value(u, m, now)) {
          const UnitValue x = capped(*v, caps[m]);
          RatioMoments& r = moments[study.assignment.variant_in(units.cell(u), 0)][m];
          if (first) {
            ++r.n;
            r.mean_num += x.num;
            r.mean_den += x.den;
          } else {
            const double num = x.num - r.mean_num, den = x.den - r.mean_den;
            r.m2_num += num * num;
            r.m2_den += den * den;
            r.c += num * den;
          }
        }
    if (!first) continue;
    for (auto& variant : moments)
      for (RatioMoments& r : variant) {
        if (r.n == 0) continue;
        r.mean_num /= static_cast<double>(r.n);
        r.mean_den /= static_cast<double>(r.n);
      }
  }
  return moments;
}

bool same(const Moments& a, const Moments& b) {
  for (std::size_t v = 0; v < a.size(); ++v)
    for (std::size_t m = 0; m < a[v].size(); ++m) {
      const RatioMoments &x = a[v][m], &y = b[v][m];
      if (x.n != y.n || x.mean_num != y.mean_num || x.mean_den != y.mean_den || x.m2_num != y.m2_num || x.m2_den != y.m2_den ||
          x.c != y.c)
        return false;
    }
  return true;
}

template <class Body>
double seconds_of(Body body) {
  const double start = cpu_us();
  body();
  return (cpu_us() - start) * 1e-6;
}

}  // namespace

std::string bench_analysis() {
  const int all = threads();
  set_threads(1);
  const Scenario scenario = parse_scenario(kScenario, "analysis-bench");
  const Study study(scenario);
  const UnitTable units = table_of(study);
  FEEDLOOP_CHECK(units.units() == kUnits, "users who arrive later");
  Moments ours, twin, textbook;
  ExperimentReport report;
  std::vector<double> whole, moments, caps, rows, passes, watched, adjusted_p;
  for (int turn = 0; turn < kTurns; ++turn) {  // in turn, so that a busy machine slows all of them
    whole.push_back(seconds_of([&] { report = analyse(study, units, 0, study.end, nullptr); }));
    moments.push_back(seconds_of([&] { ours = moments_of(study, units, 0, study.end); }));
    caps.push_back(seconds_of([&] { caps_of({&units}, study.end); }));
    rows.push_back(seconds_of([&] { twin = row_by_row(study, units, study.end); }));
    watched.push_back(seconds_of([&] { adjusted_p = tests_of_twenty(study, units, study.end); }));
    passes.push_back(seconds_of([&] { textbook = two_passes(study, units, study.end); }));
  }
  const std::vector<std::int64_t> entered = entered_of(study, units, 0);
  const AnalysisInput in{study, units, 0, study.end, nullptr, nullptr, ours, entered, entered, caps_of({&units}, study.end)};
  std::vector<std::pair<std::string, double>> parts;
  ExperimentReport again;
  for (const AnalysisEntry& entry : analysis_registry())
    if (entry.reads <= in.offers()) parts.emplace_back(entry.name, seconds_of([&] { entry.run(in, again); }));
  set_threads(all);
  FEEDLOOP_CHECK(same(ours, twin), "the twins disagree");
  for (const EffectReport& e : report.effects)
    for (const std::size_t m : in.judged_metrics())
      FEEDLOOP_CHECK(e.metric != metric_registry()[m].name || e.se > 0, "an effect that was not worked out");
  FEEDLOOP_CHECK(adjusted_p.size() == 2 * kWatched, "a test that was left out");
  nlohmann::ordered_json j;
  j["workload"] = "analysis";
  j["units"] = kUnits;
  j["metrics"] = metric_registry().size();
  j["variants"] = 3;
  j["seconds"] = median(whole);
  j["moments_seconds"] = median(moments);
  j["of_which_caps_seconds"] = median(caps);
  for (const auto& [name, seconds] : parts) j["parts_seconds"][name] = seconds;
  j["twenty_metrics_seconds"] = median(watched);
  j["row_by_row_seconds"] = median(rows);
  j["ratio_row_by_row"] = median(rows) / median(moments);
  j["two_passes_seconds"] = median(passes);
  j["ratio_two_passes"] = median(passes) / median(moments);
  return j.dump(2) + "\n";
}

}  // namespace feedloop
