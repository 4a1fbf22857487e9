#include "data/realism.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/time.hpp"
#include "data/log_statistics.hpp"
#include "stats/sample_quantile.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kLeastUsers = 10, kLeastEvents = 50, kLeastImpressions = 100;
constexpr std::size_t kMostValues = 200'000;  // of a sample, so that distances stay cheap

std::vector<double> ascending(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  if (x.size() > kMostValues) {
    std::vector<double> some;
    for (std::size_t k = 0; k < kMostValues; ++k) some.push_back(x[k * x.size() / kMostValues]);
    return some;
  }
  return x;
}

std::vector<double> positive(const std::vector<std::int64_t>& counts) {
  std::vector<double> x;
  for (const std::int64_t n : counts)
    if (n > 0) x.push_back(static_cast<double>(n));
  return ascending(std::move(x));
}

std::vector<double> shares(std::vector<double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  for (double& v : x) v /= sum > 0 ? sum : 1;
  return x;
}

std::vector<double> hours_of_day(const InteractionLog& log, double gap_min, double utc_offset_h) {
  std::vector<double> n(24);
  const auto add = [&](std::int64_t ms) {
    const std::int64_t hour = floor_div(ms + std::llround(utc_offset_h * 3'600'000), 3'600'000);
    n[static_cast<std::size_t>(hour - 24 * floor_div(hour, 24))] += 1;
  };
  if (log.has_users())
    for (const LogVisit& v : split_visits(log, gap_min).visits) add(v.begin_ms);
  else
    for (const LogRow& r : log.seen) add(r.time_ms);
  return shares(std::move(n));
}

std::vector<double> by_item(const InteractionLog& log, const std::vector<int>& slot, std::size_t width) {
  std::vector<double> n(width);
  for (const LogRow& r : log.seen)
    if (r.chosen) n[static_cast<std::size_t>(slot[r.item])] += 1;
  return shares(std::move(n));
}

// Of each user's events those in the category that has most of them, where there are enough to speak of a share; ascending.
// Empty where everything is of one category.
std::vector<double> commonest_shares(const InteractionLog& log, const std::vector<int>& category) {
  constexpr double kLeast = 5;
  const auto categories =
      static_cast<std::size_t>(category.empty() ? 0 : *std::max_element(category.begin(), category.end()) + 1);
  std::vector<double> out;
  if (categories < 2) return out;
  std::vector<std::vector<double>> n(log.viewers.size(), std::vector<double>(categories));
  for (const LogRow& r : log.seen)
    if (r.chosen) n[r.viewer][static_cast<std::size_t>(category[r.item])] += 1;
  for (const auto& own : n)
    if (const double sum = std::accumulate(own.begin(), own.end(), 0.0); sum >= kLeast)
      out.push_back(*std::max_element(own.begin(), own.end()) / sum);
  return ascending(std::move(out));
}

double ctr(const InteractionLog& log) {
  if (!log.has_click) return kNaN;
  const auto clicks = std::count_if(log.seen.begin(), log.seen.end(), [](const LogRow& r) { return r.chosen; });
  return static_cast<double>(clicks) / static_cast<double>(log.seen.size());
}

std::vector<double> quantiles(const std::vector<double>& x) {
  std::vector<double> out;
  if (!x.empty())
    for (const double q : kRealismQuantiles) out.push_back(sample_quantile(x, q));
  return out;
}

std::string number(double x) {
  if (!std::isfinite(x)) return "-";
  return std::fabs(x) >= 1000 ? fmt::format("{:.0f}", x) : fmt::format("{:.3g}", x);
}

}  // namespace

std::vector<Sample> realism_samples(const InteractionLog& log, double gap_min, const std::vector<int>& category) {
  std::vector<Sample> out;
  if (log.has_users()) {
    std::vector<std::int64_t> choices(log.viewers.size());
    for (const LogRow& r : log.seen) choices[r.viewer] += r.chosen;
    out.push_back({"events per user", positive(choices)});
    std::vector<double> first = commonest_shares(log, category);
    if (!first.empty()) out.push_back({"share of first category", std::move(first)});
  }
  std::vector<std::int64_t> of_item(log.items.size());
  for (const LogRow& r : log.seen) of_item[r.item] += r.chosen;
  out.push_back({"events per item", positive(of_item)});
  if (log.has_users() && log.has_time) {
    const LogVisits visits = split_visits(log, gap_min);
    std::vector<double> rows, hours;
    std::vector<std::int64_t> per_user(log.viewers.size());
    for (const LogVisit& v : visits.visits) {
      rows.push_back(static_cast<double>(v.rows));
      ++per_user[v.viewer];
    }
    for (const double s : visits.between_s) hours.push_back(s / 3600);
    out.push_back({"visits per user", positive(per_user)});
    out.push_back({"rows per visit", ascending(std::move(rows))});
    out.push_back({"hours between visits", ascending(std::move(hours))});
  }
  if (log.has_played) {
    std::vector<double> ratio;
    for (const LogPlay& p : plays_of(log, plays_loop(log))) ratio.push_back(p.played_s / p.duration_s);
    if (!ratio.empty()) out.push_back({"share watched", ascending(std::move(ratio))});
  }
  return out;
}

std::optional<Realism> judge_realism(const InteractionLog& log, const LogSource& source, const CalibrationOptions& options,
                                     double share, std::string& why) {
  if (!log.has_time) {
    why = "the log has no times";
    return std::nullopt;
  }
  std::vector<std::int64_t> times;
  for (const LogRow& r : log.seen) times.push_back(r.time_ms);
  const auto at = times.begin() + static_cast<std::ptrdiff_t>((1 - share) * static_cast<double>(times.size() - 1)) + 1;
  std::nth_element(times.begin(), at, times.end());
  Realism out;
  out.split_ms = *at;
  const auto [first, last] = log.span_ms();
  const InteractionLog earlier = part_of(log, first, out.split_ms, source.min_events),
                       hold_out = part_of(log, out.split_ms, last + 1, 1);
  for (const InteractionLog* part : {&earlier, &hold_out}) {
    const bool fits = log.has_users() ? part->users.size() >= kLeastUsers && part->events.size() >= kLeastEvents
                                      : part->seen.size() >= kLeastImpressions &&
                                            std::any_of(part->seen.begin(), part->seen.end(), [](auto& r) { return r.chosen; });
    if (fits) continue;
    why =
        fmt::format("the {} part of the log, {} rows, is too small", part == &earlier ? "earlier" : "later", part->seen.size());
    return std::nullopt;
  }
  LogSource of_earlier = source, of_later = source;
  // Whoever was left out for too few events was so for the whole log's: a part is held to its part of them.
  of_earlier.sampled_min_events = std::max(1, static_cast<int>(std::lround(source.sampled_min_events * (1 - share))));
  of_later.sampled_min_events = 1;
  if (source.window_ms) {
    of_earlier.window_ms = {source.window_ms->first, out.split_ms};
    of_later.window_ms = {out.split_ms, source.window_ms->second};
  }
  const Calibration fit = calibrate(earlier, of_earlier, options);
  const InteractionLog again = regenerate_hold_out(hold_out, fit, of_later);
  out.earlier_rows = std::ssize(earlier.seen);
  out.hold_out_rows = std::ssize(hold_out.seen);
  out.regenerated_rows = std::ssize(again.seen);
  out.earlier_ctr = ctr(earlier);
  out.hold_out_ctr = ctr(hold_out);
  out.regenerated_ctr = ctr(again);

  const double gap = options.session_gap_min;
  const std::vector<int>& category = fit.categories.of_item;
  const auto a = realism_samples(earlier, gap, category), b = realism_samples(hold_out, gap, category),
             c = realism_samples(again, gap, category);
  const auto named = [](const std::vector<Sample>& samples, const std::string& name) {
    const auto found = std::find_if(samples.begin(), samples.end(), [&](const Sample& s) { return s.name == name; });
    return found == samples.end() ? std::vector<double>{} : found->values;
  };
  for (const Sample& s : b) {
    const auto x = named(a, s.name), z = named(c, s.name);
    out.rows.push_back(
        {s.name, quantiles(x), quantiles(s.values), quantiles(z), ks_two_sample(s.values, x), ks_two_sample(s.values, z)});
  }
  const auto compare = [&](const char* name, const auto& f) {
    const auto middle = f(hold_out, source.utc_offset_h);
    // The world's clock is the users' own; a regenerated log has no offset.
    out.shares.push_back(
        {name, total_variation(middle, f(earlier, source.utc_offset_h)), total_variation(middle, f(again, 0.0))});
  };
  compare("hour of the day", [&](const InteractionLog& l, double offset) { return hours_of_day(l, gap, offset); });
  compare("category of events",
          [&](const InteractionLog& l, double) { return by_item(l, fit.categories.of_item, fit.categories.names.size()); });
  return out;
}

std::string realism_text(const Realism& r, double share) {
  std::string out = fmt::format(
      "\nREALISM ON A HOLD-OUT: the last {:.0f} % of rows, from {} on, beside a log regenerated from a fit of the rows before\n"
      "  rows: {} before, {} held out, {} regenerated\n",
      100 * share, iso_time(r.split_ms), r.earlier_rows, r.hold_out_rows, r.regenerated_rows);
  out += fmt::format("  {:<24}{:<13}{:>9}{:>9}{:>9}{:>9}{:>9}   {}\n", "", "", "10 %", "25 %", "50 %", "75 %", "90 %",
                     "KS distance to the hold-out");
  for (const RealismRow& row : r.rows) {
    const auto line = [&](std::string_view name, std::string_view part, const std::vector<double>& q, const KsTest* ks) {
      out += fmt::format("  {:<24}{:<13}", name, part);
      for (std::size_t k = 0; k < std::size(kRealismQuantiles); ++k)
        out += fmt::format("{:>9}", q.empty() ? "-" : number(q[k]));
      if (ks) out += std::isfinite(ks->d) ? fmt::format("   {:.3f}  (p {:.2g})", ks->d, ks->p) : "   not enough data";
      out += "\n";
    };
    line(row.name, "held out", row.hold_out, nullptr);
    line("", "regenerated", row.regenerated, &row.against_regenerated);
    line("", "before", row.earlier, &row.against_earlier);
  }
  if (std::isfinite(r.hold_out_ctr))
    out += fmt::format("  clicks per impression: held out {:.3g}, regenerated {:.3g}, before {:.3g}\n", r.hold_out_ctr,
                       r.regenerated_ctr, r.earlier_ctr);
  for (const RealismShare& s : r.shares)
    out += fmt::format("  {}, share that would have to move: regenerated {:.1f} %, before {:.1f} %\n", s.name,
                       100 * s.regenerated, 100 * s.earlier);
  return out +
         "  \"before\" says how far the log is from itself: no world fitted to the past can be expected to come nearer than "
         "that.\n"
         "  p is of independent values, which rows of one user are not: read the distances.\n";
}

}  // namespace feedloop
