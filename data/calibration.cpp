#include "data/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "data/calibration_draws.hpp"
#include "data/distinct_choices.hpp"
#include "data/golden_section.hpp"
#include "data/log_statistics.hpp"
#include "data/regenerate.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr std::int64_t kEnoughUsers = 5000, kMostUsers = 10000;

std::vector<std::uint32_t> drawn_order(std::size_t n, CalibrationDraw purpose, Seed seed) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  Rng rng = calibration_stream(seed, purpose, 0);
  shuffle(rng, order);
  return order;
}

std::int64_t scenario_users(std::int64_t wanted, std::int64_t in_log) {
  if (wanted > 0) return wanted;
  if (in_log >= kEnoughUsers) return std::min(in_log, kMostUsers);
  return (kEnoughUsers + in_log - 1) / in_log * in_log;
}

// Activities of the log's users whose distribution is that of all people, those whom the log hides included: the quantile of
// the fitted law at each user's rank.
std::vector<double> activity_by_rank(const InteractionLog& log, const VisitRate& rate) {
  std::vector<std::uint32_t> order(log.users.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto counts = log.events_per_user();
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return counts[a] != counts[b] ? counts[a] < counts[b] : a < b; });
  std::vector<double> activity(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(order.size());
    activity[order[k]] = rate.median * std::exp(rate.sigma * normal_isf(1 - share));
  }
  return activity;
}

void fill_users(const InteractionLog& log, Calibration& fit) {
  const auto counts = log.events_per_user();
  std::vector<double> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());
  fit.median_events = sorted_quantile(sorted, 0.5);
  fit.user_of_row = drawn_order(counts.size(), CalibrationDraw::UserOrder, fit.options.seed);
  const PopulationParams& p = fit.world.population;
  std::vector<double> activity;
  if (fit.rate.identified)
    activity = activity_by_rank(log, fit.rate);
  else
    for (const std::int64_t n : counts) activity.push_back(p.activity_median * static_cast<double>(n) / fit.median_events);
  for (const std::uint32_t u : fit.user_of_row) {
    fit.capped_users += activity[u] > p.activity_max;
    fit.tables.users.push_back({std::clamp(activity[u], 1e-6, p.activity_max), fit.tastes.users[u]});
  }
}

void fill_items(Calibration& fit) {
  fit.item_of_row = drawn_order(fit.categories.of_item.size(), CalibrationDraw::ItemOrder, fit.options.seed);
  for (const std::uint32_t i : fit.item_of_row)
    fit.tables.items.push_back({fit.categories.of_item[i], fit.appeal.offset[i], fit.tastes.items[i]});
}

// Without users nothing is known of what items have in common but their category: vectors are drawn as the world draws its own.
std::vector<Latent> drawn_items(const Categories& categories, double spread, Seed seed) {
  const auto around = [](const Latent& centre, double sd, Rng rng) {
    Latent v;
    for (std::size_t k = 0; k < kLatentDims; ++k)
      v[k] = centre[k] + static_cast<float>(sd * normal(rng) / std::sqrt(static_cast<double>(kLatentDims)));
    normalise(v);
    return v;
  };
  std::vector<Latent> items;
  for (std::size_t i = 0; i < categories.of_item.size(); ++i) {
    const auto c = static_cast<std::uint64_t>(categories.of_item[i]);
    const Latent centre = around({}, 1, calibration_stream(seed, CalibrationDraw::Centre, c));
    items.push_back(around(centre, spread, calibration_stream(seed, CalibrationDraw::UnidentifiedItem, i)));
  }
  return items;
}

std::vector<double> drawn_exposure(const Calibration& fit) {
  std::vector<double> exposure;
  for (const std::uint32_t i : fit.item_of_row) exposure.push_back(fit.appeal.exposure[i]);
  return exposure;
}

// The chance that a visit left a row in a thinned log: rows kept of a visit are negative binomial, seen from one on, and the
// law's weight at none, by maximum likelihood, is that of the visits that left nothing.
double chance_of_a_row(const LogVisits& visits) {
  std::map<std::int64_t, double> with;
  double n = 0;
  for (const LogVisit& v : visits.visits) {
    with[v.rows] += 1;
    n += 1;
  }
  const auto none = [](double a, double mean) { return std::pow(a / (a + mean), a); };
  const auto log_likelihood = [&](double a, double mean) {
    double sum = -n * std::log1p(-none(a, mean));
    for (const auto& [rows, count] : with) {
      const auto k = static_cast<double>(rows);
      sum += count * (std::lgamma(k + a) - std::lgamma(a) - std::lgamma(k + 1) + a * std::log(a / (a + mean)) +
                      k * std::log(mean / (a + mean)));
    }
    return sum;
  };
  const auto best_mean = [&](double log_a) {
    return golden_maximum(std::log(1e-3), std::log(1e4), 1e-4,
                          [&](double x) { return log_likelihood(std::exp(log_a), std::exp(x)); });
  };
  const double log_a = golden_maximum(std::log(0.2), std::log(100.0), 1e-3,
                                      [&](double x) { return log_likelihood(std::exp(x), std::exp(best_mean(x))); });
  return 1 - none(std::exp(log_a), std::exp(best_mean(log_a)));
}

// By visit, in their order.
std::vector<std::int64_t> choices_of(const InteractionLog& log, const LogVisits& visits) {
  std::vector<std::int64_t> chosen;
  std::size_t row = 0;
  for (const LogVisit& v : visits.visits) {
    chosen.push_back(0);
    for (std::int64_t k = 0; k < v.rows; ++k) chosen.back() += log.seen[row++].chosen;
  }
  return chosen;
}

// The chance that a person with n visits has the events that whoever made the log asked for: the sum of n draws from the log's
// own numbers of choices per visit.
std::vector<double> shown_by_visits(const InteractionLog& log, const LogVisits& visits, int least) {
  std::vector<double> shown{0};
  if (least <= 1) return shown;
  std::vector<double> choices(static_cast<std::size_t>(least), 0.0);  // P(j choices in a visit), j < least
  for (const std::int64_t chosen : choices_of(log, visits))
    if (chosen < least) choices[static_cast<std::size_t>(chosen)] += 1 / static_cast<double>(visits.visits.size());
  std::vector<double> sum(choices.size(), 0.0);
  sum[0] = 1;
  for (int n = 1; n <= 200; ++n) {
    std::vector<double> next(sum.size(), 0.0);
    double below = 0;
    for (std::size_t a = 0; a < sum.size(); ++a)
      for (std::size_t b = 0; a + b < sum.size(); ++b) next[a + b] += sum[a] * choices[b];
    for (const double p : next) below += p;
    sum = std::move(next);
    if (below < 1e-6) break;
    shown.push_back(1 - below);
  }
  return shown;
}

void fit_clock(const InteractionLog& log, const LogSource& source, Calibration& fit) {
  if (!log.has_time) return;
  const auto shift = static_cast<std::int64_t>(std::llround(source.utc_offset_h * 3'600'000));
  auto [first, last] = log.span_ms();
  if (source.window_ms) std::tie(first, last) = *source.window_ms;
  std::vector<std::int64_t> arrivals;
  if (log.has_users()) {
    fit.visits = split_visits(log, fit.options.session_gap_min);
    std::vector<double> silences = fit.visits.within_s;
    silences.insert(silences.end(), fit.visits.between_s.begin(), fit.visits.between_s.end());
    fit.gap_crossing_min = gap_crossing_min(silences);
    for (const LogVisit& v : fit.visits.visits) arrivals.push_back(v.begin_ms + shift);
  } else {
    for (const LogRow& r : log.seen) arrivals.push_back(r.time_ms + shift);
  }
  fit.week = fit_week(arrivals, first + shift, last + shift);
  if (fit.week.identified) {
    std::string& week = fit.world.visits.week;
    const std::size_t hours = fit.week.days ? kHoursOfWeek : 24;
    for (std::size_t h = 0; h < hours; ++h) week += fmt::format("{}{:.3f}", h ? "," : "", fit.week.intensity[h]);
  }
  if (!source.window_ms || !log.has_users()) return;
  fit.window_days = static_cast<double>(last - first) / 86'400'000;
  if (source.sampled_rows < 1) fit.visit_kept = chance_of_a_row(fit.visits);
  std::vector<std::int64_t> visits(log.viewers.size());
  for (const LogVisit& v : fit.visits.visits) ++visits[v.viewer];
  std::erase(visits, 0);
  const VisitParams& p = fit.world.visits;
  fit.rate = fit_visit_rate(visits, fit.window_days, shown_by_visits(log, fit.visits, source.sampled_min_events),
                            sd_of_mean_week(fit.window_days, p.weekly_sigma, p.weekly_correlation), fit.visit_kept);
  if (!fit.rate.identified) return;
  fit.people = static_cast<double>(visits.size()) / (1 - fit.rate.share_hidden);
  fit.world.population.activity_median = std::clamp(fit.rate.median, 0.001, 50.0);
  fit.world.population.activity_sigma = std::clamp(fit.rate.sigma, 0.0, 3.0);
}

// Visits bunch events, if people come at their own rate; where counts do not look so, they are taken to vary as by chance
// alone.
void fit_counts(const InteractionLog& log, const LogSource& source, Calibration& fit) {
  constexpr double kLeastP = 0.01;
  const auto events = log.events_per_user();
  const std::int64_t declared = source.sampled_min_events > 1 ? std::max(source.sampled_min_events, source.min_events) : 0;
  const std::int64_t cut = std::min(declared, *std::min_element(events.begin(), events.end()));
  ActivityNoise noise;
  if (chosen_once(log))
    noise.counted = [distinct = fit_distinct_choices(events, log.events_per_item())](double choices) {
      return distinct.expected(choices);
    };
  if (!fit.visits.visits.empty()) noise.dispersion = dispersion_of_visits(choices_of(log, fit.visits));
  fit.activity = fit_activity(events, cut, noise);
  fit.dispersion = noise.dispersion;
  if ((fit.activity.identified && !(fit.activity.fit_p < kLeastP)) || noise.dispersion == 1) return;
  noise.dispersion = 1;
  const ActivityLaw plain = fit_activity(events, cut, noise);
  if (fit.activity.identified && !(plain.identified && plain.fit_p > fit.activity.fit_p)) return;
  fit.activity = plain;
  fit.dispersion = 1;
}

void fit_page(const InteractionLog& log, const LogSource& source, Calibration& fit) {
  if (!log.has_slot) return;
  int deepest = 0;
  for (const LogRow& r : log.seen) deepest = std::max<int>(deepest, r.slot);
  fit.page_slots = std::min(deepest, 32);
  if (!log.has_click) return;
  fit.slots = fit_slots(log, source.random_slots);
  if (plays_loop(log)) fit.slots.identified = false;  // what plays by itself is not looked for
  if (fit.slots.identified) fit.world.examination.eta = std::clamp(fit.slots.eta, 0.0, 3.0);
}

RegenerateOptions like(const InteractionLog& log, const Calibration& fit) {
  RegenerateOptions options{.world = fit.world,
                            .tables = fit.tables,
                            .seed = fit.options.seed,
                            .events = 0,
                            .exposure = drawn_exposure(fit),
                            .once = log.has_users() && chosen_once(log)};
  if (fit.page_slots > 0) options.slots = fit.page_slots;
  options.slots = static_cast<int>(std::min<std::int64_t>(options.slots, std::ssize(log.items)));
  return options;
}

double clicks_per_row(const InteractionLog& log) {
  const auto clicks = std::count_if(log.seen.begin(), log.seen.end(), [](const LogRow& r) { return r.chosen; });
  return static_cast<double>(clicks) / static_cast<double>(log.seen.size());
}

// Impressions enough to tune by: some weeks of so many users that some two thousand clicks come together, within bounds.
RegenerateOptions trial(const InteractionLog& log, const Calibration& fit) {
  constexpr double kMostDays = 28, kDaysUnknown = 7, kClicks = 2000, kPagesOfVisit = 2;
  constexpr std::int64_t kLeastTried = 400, kMostTried = 5000;
  RegenerateOptions options = like(log, fit);
  options.impressions = true;
  options.days = kDaysUnknown;
  if (log.has_time) {
    const auto [first, last] = log.span_ms();
    options.days = std::clamp(static_cast<double>(last - first) / 86'400'000, 1.0, kMostDays);
  }
  const double rows_of_user = options.days * fit.world.population.activity_median * kPagesOfVisit * options.slots;
  const double users = kClicks / (std::max(clicks_per_row(log), 1e-6) * rows_of_user);
  options.world.population.users = std::min<std::int64_t>(
      fit.world.population.users,
      std::llround(std::clamp(users, static_cast<double>(kLeastTried), static_cast<double>(kMostTried))));
  return options;
}

struct Looks {
  double ctr = 0;  // over slots as the log has them
  double clicks = 0;
  double go_on = 0;  // chance of another page
};

Looks looks_of(InteractionLog log, const std::vector<SlotCtr>& weights, double gap_min) {
  make_canonical(log);
  Looks out;
  std::map<int, std::pair<double, double>> by_slot;
  for (const LogRow& r : log.seen) {
    by_slot[r.slot].first += 1;
    by_slot[r.slot].second += r.chosen;
  }
  double rows = 0, clicks = 0;
  for (const SlotCtr& s : weights) {
    const auto at = by_slot.find(s.slot);
    if (at == by_slot.end()) continue;
    rows += static_cast<double>(s.rows);
    clicks += static_cast<double>(s.rows) * at->second.second / at->second.first;
  }
  if (weights.empty())
    for (const auto& [slot, n] : by_slot) {
      rows += n.first;
      clicks += n.second;
    }
  out.ctr = clicks / rows;
  for (const auto& [slot, n] : by_slot) out.clicks += n.second;
  const LogVisits visits = split_visits(log, gap_min);
  double pages = 0;
  for (const LogVisit& v : visits.visits) pages += static_cast<double>(v.pages);
  out.go_on = 1 - static_cast<double>(visits.visits.size()) / pages;
  return out;
}

// Variance of the clicks per row, clustered by viewer and by item (Cameron, Gelbach & Miller 2011, "Robust inference with
// multiway clustering", eq. 2.7); what items add counts twice, since the world draws items of its own.
double ctr_variance(const InteractionLog& log, double ctr) {
  std::vector<double> by_viewer(std::max<std::size_t>(log.viewers.size(), 1)), by_item(log.items.size());
  double rows = 0, viewers = 0, items = 0;
  for (const LogRow& r : log.seen) {
    const double x = (r.chosen ? 1 : 0) - ctr;
    rows += x * x;
    by_viewer[r.viewer] += x;
    by_item[r.item] += x;
  }
  for (const double x : by_viewer) viewers += x * x;
  for (const double x : by_item) items += x * x;
  const auto n = static_cast<double>(log.seen.size());
  return ((log.has_users() ? viewers : rows) + 2 * std::max(0.0, items - rows)) / (n * n);
}

// Variance of the chance of another page, clustered by viewer.
double go_on_variance(const LogVisits& visits, double go_on, double pages) {
  double sum = 0, own = 0;
  for (std::size_t k = 0; k < visits.visits.size(); ++k) {
    const LogVisit& v = visits.visits[k];
    if (k > 0 && v.viewer != visits.visits[k - 1].viewer) {
      sum += own * own;
      own = 0;
    }
    own += (1 - go_on) * static_cast<double>(v.pages) - 1;
  }
  return (sum + own * own) / (pages * pages);
}

// Clicks and pages as frequent as the log's: the intercepts at which a log regenerated from the world shows them (indirect
// inference; Gourieroux, Monfort & Renault 1993), by steps on the logit scale, where both move one for one.
void tune(const InteractionLog& log, Calibration& fit) {
  if (!log.has_click || plays_loop(log)) return;
  RegenerateOptions options = trial(log, fit);
  const auto rows = static_cast<double>(log.seen.size());
  const double ctr = clicks_per_row(log);
  double go_on = 0, pages = 0;
  for (const LogVisit& v : fit.visits.visits) pages += static_cast<double>(v.pages);
  // Pages can be told apart where rows of one instant are many.
  const bool paged = log.has_users() && log.has_time && fit.page_slots > 1 && rows > 0.5 * fit.page_slots * pages;
  if (paged) go_on = 1 - static_cast<double>(fit.visits.visits.size()) / pages;
  const bool tune_pages = paged && go_on > 0 && go_on < 1;
  double intercept = fit.world.choice.intercept, more = fit.world.visits.continue_intercept, clicks = 0;
  for (int step = 0; step < 5; ++step) {
    options.world.choice.intercept = std::clamp(intercept, -20.0, 20.0);
    options.world.visits.continue_intercept = std::clamp(more, -10.0, 10.0);
    const Looks got = looks_of(regenerate_log(options), fit.slots.slots, fit.options.session_gap_min);
    if (!(got.ctr > 0 && got.ctr < 1)) break;
    intercept += logit(ctr) - logit(got.ctr);
    if (tune_pages && got.go_on > 0 && got.go_on < 1) more += logit(go_on) - logit(got.go_on);
    clicks = got.clicks;
    fit.tuned = true;
  }
  if (!fit.tuned) return;
  fit.world.choice.intercept = std::clamp(intercept, -20.0, 20.0);
  // Of the logit, with the draws of the regenerated clicks in it.
  const double se = std::sqrt(ctr_variance(log, ctr) / std::pow(ctr * (1 - ctr), 2) + 1 / clicks);
  fit.intercept = {fit.world.choice.intercept, {intercept - 1.96 * se, intercept + 1.96 * se}};
  if (!tune_pages) return;
  fit.world.visits.continue_intercept = std::clamp(more, -10.0, 10.0);
  const double page_se = std::sqrt(go_on_variance(fit.visits, go_on, pages)) / (go_on * (1 - go_on));
  fit.go_on = {fit.world.visits.continue_intercept, {more - 1.96 * page_se, more + 1.96 * page_se}};
}

InteractionLog regenerate(const InteractionLog& log, const Calibration& fit, const LogSource& source, bool same_people);

// Mixes of the users' own, beside tastes, at the concentration at which users of a regenerated log are as far apart as the
// log's: 1 / K is about what tastes make of it and what mixes do, and steps go by that (indirect inference, as above).
void tune_mixes(const InteractionLog& log, const LogSource& source, Calibration& fit) {
  fit.mix = fit_mixes(log, fit.categories.of_item, fit.categories.names.size(), source.min_events);
  if (!fit.mix.identified) return;
  tune(log, fit);  // how far clicks saturate decides how far mixes part
  PopulationParams& p = fit.world.population;
  const auto apart = [&](double x) {
    p.mix_concentration = x > 0 ? std::clamp(1 / x, 1e-3, 1e6) : 0;
    const MixFit again = fit_mixes(regenerate(log, fit, source, !fit.rate.identified), fit.categories.of_item,
                                   fit.categories.names.size(), source.min_events);
    return std::isfinite(again.concentration) ? 1 / again.concentration : 0.0;
  };
  const double wanted = 1 / fit.mix.concentration, error = fit.mix.inverse_se;
  fit.mix_by_taste = apart(0);
  double x = wanted - fit.mix_by_taste, slope = 1;
  if (x > error) {
    for (const double s : fit.mix.shares)
      p.mix_shares += fmt::format("{}{:.5f}", p.mix_shares.empty() ? "" : ",", std::max(s, 1e-5));
    for (int step = 0; step < 4; ++step) {
      const double got = apart(x);
      slope = std::clamp((got - fit.mix_by_taste) / x, 0.25, 2.0);
      if (std::fabs(got - wanted) < 0.25 * error) break;
      x = std::max(x + (wanted - got) / slope, x / 4);
    }
    // The luck of the regenerated log is of the size of the log's own.
    const double half = 1.96 * std::sqrt(2) * error / slope;
    fit.mix_concentration = {std::clamp(1 / x, 1e-3, 1e6),
                             {1 / (x + half), x > half ? 1 / (x - half) : std::numeric_limits<double>::infinity()}};
  }
  p.mix_concentration = std::isfinite(fit.mix_concentration.value) ? fit.mix_concentration.value : 0;
}

void fit_lengths(const InteractionLog& log, Calibration& fit) {
  fit.durations = fit_durations(log, fit.world.items.duration_clickbait);
  if (!std::isfinite(fit.durations.median_min.value)) return;
  fit.world.items.duration_median_min = std::clamp(fit.durations.median_min.value, 0.05, 600.0);
  fit.world.items.duration_sigma = std::clamp(fit.durations.sigma.value, 0.0, 3.0);
}

void fit_watching(const InteractionLog& log, Calibration& fit) {
  if (!log.has_played) return;
  RegenerateOptions options = trial(log, fit);
  options.world.watch.autoplay = plays_loop(log);
  std::vector<PlaySituation> plays;
  options.plays = &plays;
  regenerate_log(options);
  fit.watch = fit_watch(log, fit.world.watch, plays, fit.options.seed);
  if (!fit.watch.identified) return;
  WatchParams& w = fit.world.watch;
  w.autoplay = fit.watch.loops;
  if (fit.watch.loops) {
    w.loop_shape = fit.watch.loop_shape.value;
    w.loop_scale = fit.watch.loop_scale.value;
    w.loop_mean_relevance = std::clamp(fit.watch.loop_mean_relevance, -10.0, 10.0);
  } else {
    w.bounce_intercept = fit.watch.bounce_intercept.value;
    w.complete_intercept = fit.watch.complete_intercept.value;
    w.partial_intercept = fit.watch.partial_intercept.value;
  }
}

}  // namespace

Categories choose_categories(const InteractionLog& log) {
  std::vector<std::int64_t> with_label(log.labels.size());
  for (const LogItem& item : log.items)
    for (const int l : item.labels) ++with_label[static_cast<std::size_t>(l)];
  const auto rarer = [&](int a, int b) {
    const auto na = with_label[static_cast<std::size_t>(a)], nb = with_label[static_cast<std::size_t>(b)];
    return na != nb ? na < nb : a < b;
  };
  std::vector<int> label(log.items.size());
  std::vector<std::int64_t> items_in(log.labels.size());
  for (std::size_t i = 0; i < label.size(); ++i) {
    label[i] = *std::min_element(log.items[i].labels.begin(), log.items[i].labels.end(), rarer);
    ++items_in[static_cast<std::size_t>(label[i])];
  }

  std::vector<int> order(log.labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](int l) { return items_in[static_cast<std::size_t>(l)] == 0; });
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return items_in[static_cast<std::size_t>(a)] > items_in[static_cast<std::size_t>(b)]; });
  const std::size_t kept = order.size() > kMaxCategories ? kMaxCategories - 1 : order.size();

  Categories out;
  std::vector<int> category_of(log.labels.size(), static_cast<int>(kept));
  for (std::size_t c = 0; c < kept; ++c) {
    category_of[static_cast<std::size_t>(order[c])] = static_cast<int>(c);
    out.names.push_back(log.labels[static_cast<std::size_t>(order[c])]);
  }
  if (kept < order.size()) {
    out.names.emplace_back("other");
    out.merged = static_cast<int>(order.size() - kept);
  }
  out.catalogue_share.assign(out.names.size(), 0);
  for (const int l : label) {
    out.of_item.push_back(category_of[static_cast<std::size_t>(l)]);
    out.catalogue_share[static_cast<std::size_t>(out.of_item.back())] += 1.0 / static_cast<double>(label.size());
  }
  return out;
}

Calibration calibrate(const InteractionLog& log, const LogSource& source, const CalibrationOptions& options) {
  Calibration fit;
  fit.options = options;
  fit.categories = choose_categories(log);
  fit.world.items.count = std::ssize(log.items);
  fit.world.items.categories = std::ssize(fit.categories.names);
  fit_clock(log, source, fit);
  fit_page(log, source, fit);
  fit_lengths(log, fit);

  std::vector<std::int64_t> chosen(log.items.size());
  if (log.has_users())
    chosen = log.events_per_item();
  else
    for (const LogRow& r : log.seen) chosen[r.item] += r.chosen;
  fit.curve = fit_zipf_mandelbrot(chosen);
  if (log.has_users()) {
    fit_counts(log, source, fit);
    fit.tastes = fit_tastes(log, fit.categories.of_item, options.seed);
  } else {
    fit.tastes.items = drawn_items(fit.categories, fit.world.items.spread, options.seed);
  }
  fit.appeal = log.has_click
                   ? measure_clicked_appeal(log, fit.world.examination.eta, fit.world.choice, fit.world.items)
                   : measure_appeal(log, fit.tastes, fit.world.choice, fit.world.items, options.appeal_share, options.seed);
  fill_items(fit);
  if (log.has_users()) {
    fill_users(log, fit);
    fit.world.population.users = std::ssize(log.users);
    // The world standardises p . v by constants that it measures itself.
    const AffinityScale scale = World(fit.world, options.seed, SimTime{0}, fit.tables).affinity_scale();
    fit.affinity = fit.tastes.strength * scale.sd;
    fit.affinity_ci = {fit.tastes.strength_ci.low * scale.sd, fit.tastes.strength_ci.high * scale.sd};
    fit.world.choice.affinity = fit.affinity;
    tune_mixes(log, source, fit);
  } else {
    fit.world.population.users = kEnoughUsers;
  }
  // Who clicks what decides what is watched, and what is watched how long a visit lasts.
  for (int round = 0; round < (log.has_click && log.has_played ? 2 : 1); ++round) {
    tune(log, fit);
    fit_watching(log, fit);
  }
  fit.world.population.users = scenario_users(options.users, log.has_users() ? std::ssize(log.users) : kEnoughUsers);
  return fit;
}

namespace {

InteractionLog regenerate(const InteractionLog& log, const Calibration& fit, const LogSource& source, bool same_people) {
  RegenerateOptions options = like(log, fit);
  options.impressions = log.has_click;
  options.events = log.has_click ? std::ssize(log.seen) : std::ssize(log.events);
  options.world.population.users = log.has_users() ? std::ssize(log.users) : kEnoughUsers;
  if (!log.has_users() && log.has_time) {
    // The log's own time, so that the hours of the week are all in it; the rows are a sample of what so many people leave.
    const auto [first, last] = log.span_ms();
    options.days = std::clamp(static_cast<double>(last - first) / 86'400'000, 0.1, 1000.0);
    const double pages = static_cast<double>(log.seen.size()) / options.slots;
    options.world.population.users = std::clamp<std::int64_t>(
        std::llround(3 * pages / (options.days * fit.world.population.activity_median)), 50, 1'000'000);
  }
  if (fit.rate.identified) {
    const auto [first, last] = *source.window_ms;
    options.days = std::min(static_cast<double>(last - first) / 86'400'000, 1000.0);
    options.world.population.users = std::max<std::int64_t>(1, std::llround(fit.people));
  }
  InteractionLog out = regenerate_log(options);
  if (fit.rate.identified && source.sampled_rows < 1)
    std::erase_if(out.seen, [&](const LogRow& r) {
      Rng rng = calibration_stream(fit.options.seed, CalibrationDraw::Thinning, r.viewer,
                                   static_cast<std::uint64_t>(r.time_ms) * 64 + static_cast<std::uint64_t>(r.slot));
      return rng.uniform() >= source.sampled_rows;
    });
  if (!log.has_users() && out.seen.size() > log.seen.size()) {
    Rng rng = calibration_stream(fit.options.seed, CalibrationDraw::Thinning, 0);
    std::vector<std::uint32_t> order(out.seen.size());
    std::iota(order.begin(), order.end(), 0u);
    shuffle(rng, order);
    order.resize(log.seen.size());
    std::vector<LogRow> some;
    for (const std::uint32_t k : order) some.push_back(out.seen[k]);
    out.seen = std::move(some);
  }
  for (LogRow& r : out.seen) {
    r.item = fit.item_of_row[r.item];
    if (same_people) r.viewer = fit.user_of_row[r.viewer];
    if (!log.has_users()) r.viewer = 0;
  }
  if (same_people) out.viewers = log.users;
  if (!log.has_users()) out.viewers.clear();
  out.items = log.items;
  out.labels = log.labels;
  out.has_played = log.has_played;
  choose_events(out, fit.rate.identified ? source.sampled_min_events : 1);
  return out;
}

}  // namespace

InteractionLog regenerate_log(const InteractionLog& log, const Calibration& fit, const LogSource& source) {
  return regenerate(log, fit, source, log.has_users() && !fit.rate.identified);
}

InteractionLog regenerate_hold_out(const InteractionLog& hold_out, const Calibration& fit, const LogSource& source) {
  return regenerate(hold_out, fit, source, false);
}

}  // namespace feedloop
