#include "data/calibration_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace feedloop {
namespace {

std::string range(const Interval& ci, int digits) {
  return std::isfinite(ci.low) && std::isfinite(ci.high) ? fmt::format("[{:.{}f}, {:.{}f}]", ci.low, digits, ci.high, digits)
                                                         : "";
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string what_was_read(const InteractionLog& log, const LogSource& source) {
  std::string out = log.has_users()
                        ? fmt::format("Log: {} rows of {}; {} events of {} users on a catalogue of {} items.\n", log.rows,
                                      source.log.filename().string(), log.events.size(), log.users.size(), log.items.size())
                        : fmt::format("Log: {} rows of {}, impressions without users, on a catalogue of {} items.\n", log.rows,
                                      source.log.filename().string(), log.items.size());
  if (log.has_time) {
    const auto [first, last] = log.span_ms();
    out += fmt::format("  From {} to {}.\n", iso_time(first), iso_time(last));
  } else {
    out += "  It has no times; none are needed for tastes and popularity.\n";
  }
  if (log.outside_window)
    out += fmt::format("  {} rows lie outside the declared window and were dropped.\n", log.outside_window);
  if (log.doubled)
    out += fmt::format("  {} rows are there twice, the same in all that is read; they count once.\n", log.doubled);
  if (log.below_value)
    out += fmt::format("  {} rows have a value below {} and are no choices.\n", log.below_value, source.min_value);
  if (log.sparse_users)
    out += fmt::format("  {} users with fewer than {} events were left out of tastes, with {} events.\n", log.sparse_users,
                       source.min_events, log.sparse_events);
  if (log.unlisted_items)
    out += fmt::format("  {} items of the log, with {} events, are missing in {}; they are kept in the category \"unknown\".\n",
                       log.unlisted_items, log.unlisted_events, source.items.filename().string());
  if (log.doubled_items) out += fmt::format("  {} items are listed twice, alike; they count once.\n", log.doubled_items);
  if (log.disputed_durations)
    out += fmt::format("  {} items have several durations; the longest stands.\n", log.disputed_durations);
  if (log.repeated)
    out += fmt::format("  {} events repeat a user and an item; they count in popularity and activity, once in taste.\n",
                       log.repeated);
  if (log.slots_from_0) out += "  Its first slot is 0; slots count from 1 here.\n";
  return out;
}

// Collects findings of one status after another.
class Findings {
 public:
  void estimated(std::string name, std::string value, std::string interval = "", std::string note = "") {
    add(Status::Estimated, std::move(name), std::move(value), std::move(interval), std::move(note));
  }
  void assumed(std::string name, std::string value, std::string note) {
    add(Status::Assumed, std::move(name), std::move(value), "", std::move(note));
  }
  void unknown(std::string name, std::string note) { add(Status::NotIdentifiable, std::move(name), "", "", std::move(note)); }
  // A key of the world: estimated, or else not identifiable for a reason.
  void key(const std::string& name, const Fitted& x, bool known, int digits, const std::string& how,
           const std::string& why_not) {
    if (known)
      estimated(name, fmt::format("{:.{}f}", x.value, digits), range(x.ci, digits), how);
    else
      unknown(name, why_not);
  }
  std::vector<Finding> all;

 private:
  void add(Status status, std::string name, std::string value, std::string interval, std::string note) {
    all.push_back({status, std::move(name), std::move(value), std::move(interval), std::move(note)});
  }
};

std::string p_value(double p) { return p < 1e-300 ? "p < 1e-300" : fmt::format("p = {:.2g}", p); }

void of_popularity(const Calibration& fit, Findings& out) {
  if (fit.curve.s_ci.low <= 0 || fit.curve.s > 29) {
    out.unknown("popularity curve, s and q", "so few choices an item look like any law, a flat one included");
    return;
  }
  const bool vague = !(fit.curve.s_ci.high - fit.curve.s_ci.low < fit.curve.s);
  out.estimated("popularity curve, s", fmt::format("{:.4f}", fit.curve.s), range(fit.curve.s_ci, 4),
                "p(rank) ~ (rank + q)^-s, maximum likelihood");
  out.estimated("popularity curve, q", fmt::format("{:.3f}", fit.curve.q), range(fit.curve.q_ci, 1),
                vague ? "hardly identified by so few events" : "");
}

void of_mixes(const Calibration& fit, Findings& out) {
  const MixFit& m = fit.mix;
  if (!m.identified) {
    const char* why = fit.categories.names.size() < 2 ? "there is one category only"
                      : m.users < 30                  ? "fewer than 30 users have two events"
                                                      : "users differ in their categories no more than chance makes them";
    out.unknown("users' mixes of categories", why);
    return;
  }
  const std::string by_taste =
      fit.mix_by_taste > 0 ? fmt::format("tastes alone make it {:.1f}", 1 / fit.mix_by_taste) : "tastes alone part nobody";
  out.estimated("users' mixes of categories, K", fmt::format("{:.2f}", m.concentration), range(m.concentration_ci, 2),
                fmt::format("Dirichlet-multinomial of {} users; {} in a regenerated log", m.users, by_taste));
  if (std::isfinite(fit.mix_concentration.value))
    out.estimated("world.population.mix_concentration", fmt::format("{:.2f}", fit.mix_concentration.value),
                  range(fit.mix_concentration.ci, 2), "beside tastes, so that a regenerated log has the log's K");
  else
    out.estimated("world.population.mix_concentration", "0", "", "users need no mix beside their taste to be as far apart");
}

void of_choices(const InteractionLog& log, const Calibration& fit, Findings& out) {
  if (std::isinf(fit.appeal.shape))
    out.estimated("item intensities, Gamma shape", "infinite", "", "items differ no more than chance makes them");
  else
    out.estimated("item intensities, Gamma shape", fmt::format("{:.3f}", fit.appeal.shape), "", "shrinks counts of few events");
  out.estimated(log.has_click ? "log click rate of items, sd" : "log-popularity beyond taste, sd",
                fmt::format("{:.3f}", fit.appeal.log_popularity_sd), "",
                log.has_click ? "clicks over what an item's rows and slots would give any item" : "");
  if (!log.has_users()) return;
  const double p = fit.activity.fit_p;
  const std::string fits = std::isnan(p) ? ""
                           : p < 0.01    ? fmt::format("; but the law does not fit ({}), so these are extrapolated", p_value(p))
                                         : fmt::format("; the law fits with {}", p_value(p));
  out.estimated(
      "activity, log-mean of events", fmt::format("{:.3f}", fit.activity.log_mean), range(fit.activity.log_mean_ci, 3),
      fit.activity.identified
          ? fmt::format("of lognormal rates; variance of counts around them {:.3g} times their mean; cut off below {:.0f}",
                        fit.dispersion, fit.activity.smallest)
          : "plain moments: the cut hides too much to tell");
  out.estimated("activity, log-sd", fmt::format("{:.3f}", fit.activity.log_sd), range(fit.activity.log_sd_ci, 3),
                fit.activity.identified
                    ? fmt::format("so {} of all users lie below the cut{}", percent(fit.activity.share_below), fits)
                    : "");
  out.estimated(
      "world.choice.affinity", fmt::format("{:.3f}", fit.affinity), range(fit.affinity_ci, 3),
      fmt::format("log-lift per sd of taste ({:.2f} per unit of p.v) that held-out events confirm", fit.tastes.strength));
  of_mixes(fit, out);
  out.estimated("users with a taste vector", std::to_string(log.users.size()), "",
                fmt::format("{} dimensions, ridge {:g}", kLatentDims, fit.tastes.lambda));
  out.estimated("items with a vector of their own", std::to_string(std::ssize(log.items) - fit.tastes.unidentified_items), "",
                fmt::format("the other {} are drawn around their category", fit.tastes.unidentified_items));
}

std::string hours(const std::vector<double>& seconds, double q) {
  return seconds.empty() ? "-" : fmt::format("{:.3g}", sorted_quantile(seconds, q) / 3600);
}

void of_visits(const InteractionLog& log, const LogSource& source, const Calibration& fit, Findings& out) {
  const char* kNoUsers = "the log has no users";
  const char* kNoTimes = "the log has no times";
  const char* absent = log.has_users() ? kNoTimes : kNoUsers;
  if (fit.visits.visits.empty()) {
    out.unknown("visits and the silences between", absent);
  } else {
    double rows = 0;
    for (const LogVisit& v : fit.visits.visits) rows += static_cast<double>(v.rows);
    const auto n = static_cast<double>(fit.visits.visits.size());
    out.estimated("visits", fmt::format("{:.0f}", n), "",
                  fmt::format("{:.2f} rows each, ended by a silence of more than {:g} min (--session-gap)", rows / n,
                              fit.visits.gap_min));
    out.estimated("hours between visits, median", hours(fit.visits.between_s, 0.5), "",
                  fmt::format("quartiles {} and {}", hours(fit.visits.between_s, 0.25), hours(fit.visits.between_s, 0.75)));
    if (std::isfinite(fit.gap_crossing_min))
      out.estimated("silences of two kinds cross at, min", fmt::format("{:.1f}", fit.gap_crossing_min), "",
                    "inside visits and between them; what the log itself would take for --session-gap");
    else
      out.unknown("where silences of two kinds cross", "they do not look like two kinds, so --session-gap is a convention");
  }
  const VisitRate& r = fit.rate;
  const std::string cut = source.sampled_min_events > 1 ? fmt::format(" and at {} events", source.sampled_min_events) : "";
  const std::string thin =
      source.sampled_rows < 1 ? fmt::format("; a visit left a row with chance {:.2f}", fit.visit_kept) : "";
  const std::string why = fit.visits.visits.empty() ? absent
                          : fit.window_days == 0
                              ? "no --window was declared: when a user could first and last have been seen is not in the log"
                              : "too few people, or too many of them unseen, for the likelihood to have a peak";
  out.key("world.population.activity_median", {r.median, r.median_ci}, r.identified, 4,
          fmt::format("visits a day over {:.1f} days; Poisson-lognormal, cut at no visit{}{}", fit.window_days, cut, thin),
          why);
  out.key("world.population.activity_sigma", {r.sigma, r.sigma_ci}, r.identified, 3,
          fmt::format("{} of {:.0f} people are not in the log", percent(r.share_hidden), fit.people), why);
  if (fit.week.identified) {
    out.estimated("world.visits.week", fmt::format("{} hours", fit.week.days ? kHoursOfWeek : 24), "",
                  fmt::format("of {:.0f} {}; {} of them from 18 h to 24 h; all hours alike: {}", fit.week.arrivals,
                              log.has_users() ? "visits" : "rows", percent(fit.week.evening_share), p_value(fit.week.flat_p)));
    if (fit.week.days)
      out.estimated("a weekend's day over a weekday", fmt::format("{:.3f}", fit.week.weekend_ratio), "",
                    "in world.visits.week");
    else
      out.unknown("days of the week", "not every day of the week passed in the log, so all are taken to be alike");
    out.assumed("the users' clock", fmt::format("UTC{:+g} h", source.utc_offset_h),
                "everybody lives by it (--utc-offset); the log has no zones of users");
  } else {
    out.unknown("hour of day, day of week", !log.has_time ? kNoTimes : "a day did not pass, or fewer than 50 arrivals");
  }
}

void of_pages(const InteractionLog& log, const Calibration& fit, Findings& out) {
  const SlotCurve& s = fit.slots;
  std::string how;
  switch (s.lots) {
    case SlotLots::Even:
      how = "every item had the same chance in every slot";
      break;
    case SlotLots::Propensities:
      how = "rows weighted by 1 / propensity";
      break;
    case SlotLots::Declared:
      how = "items were put in slots by lot, as declared";
      break;
    case SlotLots::None:
      break;
  }
  if (s.identified && std::isfinite(s.power_law_p)) how += fmt::format("; the power law fits with {}", p_value(s.power_law_p));
  if (s.identified && (s.eta < 0 || s.eta > 3)) how += "; outside the world's [0, 3], so its end is written";
  std::string why = "no slots are logged (positions)";
  if (log.has_slot && !log.has_click)
    why = "the log has slots but no clicks, so nothing was passed by";
  else if (log.has_slot && s.lots == SlotLots::None)
    why = "no lots were drawn: what stood higher was also thought better (--random-slots, or a column of propensities)";
  else if (plays_loop(log))
    why = "a feed that plays by itself has no slots to look at";
  else if (log.has_slot)
    why = "fewer than two slots have a click, or the log says nothing of how steep the fall is";
  out.key("world.examination.eta", {s.eta, s.eta_ci}, s.identified, 3, how, why);
  if (fit.tuned)
    out.estimated("world.choice.intercept", fmt::format("{:.3f}", fit.intercept.value), range(fit.intercept.ci, 3),
                  "a log regenerated from the world has the log's clicks per impression");
  else
    out.unknown("impressions and CTR, so choice.intercept",
                log.has_click ? "a feed that plays by itself has no clicks of this kind"
                              : "a missing event is not a dislike: it may never have been seen");
  out.key("world.visits.continue_intercept", fit.go_on, std::isfinite(fit.go_on.value), 3,
          "the regenerated log goes on to another page as often",
          log.has_users() ? "pages cannot be told apart in the log" : "the log has no users");
}

void of_watching(const InteractionLog& log, const Calibration& fit, Findings& out) {
  const WatchFit& w = fit.watch;
  const bool lengths = std::isfinite(fit.durations.median_min.value);
  const char* no_lengths = "durations of fewer than ten items are known";
  out.key("world.items.duration_median_min", fit.durations.median_min, lengths, 3, "lognormal over items", no_lengths);
  out.key("world.items.duration_sigma", fit.durations.sigma, lengths, 3, "without what clickbait takes off durations",
          no_lengths);
  const std::string why = !log.has_played ? "play times are not logged"
                          : w.plays < 200 ? fmt::format("{} plays of known duration are too few; 200 are needed", w.plays)
                                          : "no constants of the world make plays like these";
  const std::string plays = fmt::format("of {} plays", w.plays);
  if (w.identified && w.loops) {
    out.key("world.watch.loop_shape", w.loop_shape, true, 3, plays + "; the feed plays by itself and loops", why);
    out.key("world.watch.loop_scale", w.loop_scale, true, 3,
            fmt::format("at their mean relevance, {:.2f} in the fitted world", w.loop_mean_relevance), why);
  } else {
    out.key("world.watch.bounce_intercept", w.bounce_intercept, w.identified, 3, plays + ": those left early", why);
    out.key("world.watch.complete_intercept", w.complete_intercept, w.identified, 3, "those watched to the end", why);
    out.key("world.watch.partial_intercept", w.partial_intercept, w.identified, 3, "the share watched of the others", why);
  }
}

std::string hold_out_and_categories(const InteractionLog& log, const Calibration& fit) {
  std::string out;
  const auto auc = [&](std::string_view name, const Auc& a) {
    out += fmt::format("  {:<34}{:>12}  {}\n", name, fmt::format("{:.3f}", a.value), range(a.ci, 3));
  };
  if (log.has_users()) {
    const HoldOut& h = fit.tastes.hold_out;
    out += fmt::format(
        "\n  Hold-out of {} events, refitted without them: the chance that one ranks above an item its user never chose\n",
        h.events);
    auc("taste alone", h.taste);
    auc("popularity alone", h.popularity);
    auc("taste and popularity", h.both);
    auc("taste, against items as popular", h.taste_matched);
  }
  if (!fit.slots.slots.empty()) {
    out += "\n  Clicks by slot         rows   clicks  clicks per row  95 % interval\n";
    for (const SlotCtr& s : fit.slots.slots)
      out += fmt::format("  {:>8}        {:>10}{:>9}{:>16.5f}  {}\n", s.slot, s.rows, s.clicks, s.ctr, range(s.ci, 5));
  }
  out += fmt::format("\n  Categories: {}, the rarest label of each item{}\n", fit.categories.names.size(),
                     fit.categories.merged ? fmt::format("; {} rare ones are merged as \"other\"", fit.categories.merged) : "");
  std::vector<double> chosen(fit.categories.names.size());
  double all = 0;
  for (const LogRow& r : log.seen) {
    chosen[static_cast<std::size_t>(fit.categories.of_item[r.item])] += r.chosen;
    all += r.chosen;
  }
  for (std::size_t c = 0; c < chosen.size(); ++c)
    out += fmt::format("  {:>4}  {:<34}{:>8} of items{:>8} of events{}\n", c, fit.categories.names[c],
                       percent(fit.categories.catalogue_share[c]), percent(chosen[c] / all),
                       fit.mix.identified ? fmt::format("{:>8} of a user's mix  [{}, {}]", percent(fit.mix.shares[c]),
                                                        percent(fit.mix.shares_ci[c].low), percent(fit.mix.shares_ci[c].high))
                                          : "");
  return out;
}

void assumptions(const InteractionLog& log, const Calibration& fit, Findings& out) {
  const ItemAppeal& a = fit.appeal;
  const double share = fit.options.appeal_share;
  if (!log.has_click)
    out.assumed("appeal or exposure", percent(share),
                "of log-popularity is an item's appeal, the rest is how often it was shown (--appeal-share)");
  out.assumed(
      "the world's own part of appeal", fmt::format("{:.2f}", a.own_variance),
      fmt::format("variance of quality and clickbait, of {:.2f} measured; offsets are {:.2f} logit per unit of the rest",
                  a.log_popularity_sd * a.log_popularity_sd, a.coefficient));
  if (log.has_users() && !fit.rate.identified)
    out.assumed("sessions per day", fmt::format("{:g}", fit.world.population.activity_median),
                fmt::format("of the median user ({:g} events), in proportion to events; {} users are capped at {:g}",
                            fit.median_events, fit.capped_users, fit.world.population.activity_max));
  if (fit.rate.identified)
    out.assumed("weekly modulation",
                fmt::format("{:g}, {:g}", fit.world.visits.weekly_sigma, fit.world.visits.weekly_correlation),
                fmt::format("the default world's, taken out of the spread of activity; {} users are capped at {:g} a day",
                            fit.capped_users, fit.world.population.activity_max));
  out.assumed(
      "number of users", std::to_string(fit.world.population.users),
      log.has_users()
          ? fmt::format("{} in the scenario; beyond the log's own they are drawn from its rows", fit.world.population.users)
          : fmt::format("{} in the scenario, generated as in the default world", fit.world.population.users));
  if (log.has_users()) {
    out.assumed("taste and exposure", "", "items were shown to everybody alike: what was recommended by taste counts as taste");
    out.assumed("taste without error", "",
                "vectors stand as estimated; what a user's few events leave unclear makes affinity rather too small");
    out.assumed("odds and lifts", "", "affinity moves the odds of a click as it moves the odds of an event");
  }
  if (fit.tuned)
    out.assumed("who sees what", "",
                "pages of the regenerated log are drawn by each item's share of rows, for everybody alike");
  out.assumed("upload order, new items", "", "the catalogue is in an order drawn by lot; arrivals are copies of its rows");
  if (log.has_value)
    out.assumed("value column", "", "a threshold only (--min-value): how well an item is rated does not move its quality");
}

void unknowns(const InteractionLog& log, Findings& out) {
  if (!log.has_users()) {
    out.unknown("tastes, world.choice.affinity", "the log has no users: nobody's two choices can be laid side by side");
    out.unknown("activity, mixes of categories, households", "the log has no users");
  }
  out.unknown("quality and clickbait, apart", "both only show in what follows a choice");
  out.unknown("satisfaction, trust, fatigue, drift of taste", "not logged");
  out.unknown("churn, return, retention",
              log.has_users() ? "who stays away for good looks like who comes back later" : "the log has no users");
  out.unknown("devices, countries, households", "not read from the log");
  if (log.has_users()) out.unknown("users who came once and left", "too few events to say what they like");
  if (!log.has_propensity) out.unknown("propensities", "not logged, so no off-policy estimate either");
}

}  // namespace

std::vector<Finding> calibration_findings(const InteractionLog& log, const Calibration& fit, const LogSource& source) {
  Findings out;
  of_popularity(fit, out);
  of_choices(log, fit, out);
  of_visits(log, source, fit, out);
  of_pages(log, fit, out);
  of_watching(log, fit, out);
  assumptions(log, fit, out);
  unknowns(log, out);
  return std::move(out.all);
}

std::string calibration_text(const InteractionLog& log, const Calibration& fit, const LogSource& source) {
  std::string out = what_was_read(log, source);
  const auto findings = calibration_findings(log, fit, source);
  const auto list = [&](Status status, std::string_view title) {
    out += fmt::format("\n{}\n", title);
    for (const Finding& f : findings) {
      if (f.status != status) continue;
      std::string line = status == Status::NotIdentifiable
                             ? fmt::format("  {:<46}{}", f.name, f.note)
                             : fmt::format("  {:<36}{:>12}  {:<20} {}", f.name, f.value, f.interval, f.note);
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
  };
  list(Status::Estimated, "ESTIMATED                                    value  95 % interval");
  out += hold_out_and_categories(log, fit);
  list(Status::Assumed, "ASSUMED, since the log is silent");
  list(Status::NotIdentifiable, "NOT IDENTIFIABLE from such a log; the default world's values stand");
  return out;
}

std::string comparison_text(const LogStatistics& a, const LogStatistics& b) {
  std::string out = "\nSOURCE AGAINST A LOG REGENERATED FROM THE FITTED WORLD        source   regenerated\n";
  const auto line = [&](std::string_view name, double x, double y, int digits) {
    out += fmt::format("  {:<52}{:>14.{}f}{:>14.{}f}\n", name, x, digits, y, digits);
  };
  const auto share = [&](std::string_view name, double x, double y) {
    out += fmt::format("  {:<52}{:>14}{:>14}\n", name, percent(x), percent(y));
  };
  const auto whole = [&](std::string_view name, std::int64_t x, std::int64_t y) {
    out += fmt::format("  {:<52}{:>14}{:>14}\n", name, x, y);
  };
  whole("events", a.events, b.events);
  whole("users with an event", a.users, b.users);
  whole("items with an event", a.chosen_items, b.chosen_items);
  out += fmt::format("  {:<52}{:>12.3f} %{:>12.3f} %\n", "density", 100 * a.density, 100 * b.density);
  line("events per user: mean", a.user_mean, b.user_mean, 1);
  line("  median", a.user_median, b.user_median, 1);
  line("  90th percentile", a.user_p90, b.user_p90, 1);
  line("  most", a.user_max, b.user_max, 0);
  line("  Gini", a.user_gini, b.user_gini, 3);
  line("events per item: Gini", a.item_gini, b.item_gini, 3);
  share("  share of the top 1 % of items", a.top_1pct, b.top_1pct);
  share("  share of the top 10 %", a.top_10pct, b.top_10pct);
  share("  share of the top 20 %", a.top_20pct, b.top_20pct);
  whole("  items that make half of all events", a.half_items, b.half_items);
  share("  items with one event, of those chosen", a.single_share, b.single_share);
  line("a user's labels against all, KL in nats: median", a.profile_kl_median, b.profile_kl_median, 3);
  line("  90th percentile", a.profile_kl_p90, b.profile_kl_p90, 3);
  out += fmt::format("  {:<52}{:>14}{:>14}\n", "category shares of events: total variation", "",
                     percent(total_variation(a.category_share, b.category_share)));
  return out +
         "  Nothing but what is said above was tuned to close the gaps. The regenerated log holds what the world holds: taste "
         "as "
         "far as a\n"
         "  hold-out confirms it, clicks that saturate, quality and clickbait that no log measured, and visits as often as the "
         "scenario's\n"
         "  people come.\n";
}

}  // namespace feedloop
