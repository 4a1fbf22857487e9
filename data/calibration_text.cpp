#include "data/calibration_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace feedloop {
namespace {

std::string row(std::string_view name, const std::string& value, const std::string& interval = "", std::string_view note = "") {
  std::string out = fmt::format("  {:<34}{:>12}  {:<20}{}", name, value, interval, note);
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

std::string range(const Interval& ci, int digits) {
  return std::isfinite(ci.low) && std::isfinite(ci.high) ? fmt::format("[{:.{}f}, {:.{}f}]", ci.low, digits, ci.high, digits)
                                                         : "";
}

std::string auc_row(std::string_view name, const Auc& auc) {
  return row(name, fmt::format("{:.3f}", auc.value), range(auc.ci, 3));
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string what_was_read(const InteractionLog& log, const LogSource& source) {
  std::string out = fmt::format("Log: {} rows of {}; {} events of {} users on a catalogue of {} items.\n", log.rows,
                                source.log.filename().string(), log.events.size(), log.users.size(), log.items.size());
  if (log.below_value)
    out += fmt::format("  {} rows have a value below {} and are no choices.\n", log.below_value, source.min_value);
  if (log.sparse_users)
    out += fmt::format("  {} users with fewer than {} events were left out, with {} events.\n", log.sparse_users,
                       source.min_events, log.sparse_events);
  if (log.unlisted_items)
    out += fmt::format("  {} items of the log, with {} events, are missing in {}; they are kept in the category \"unknown\".\n",
                       log.unlisted_items, log.unlisted_events, source.items.filename().string());
  if (log.repeated)
    out += fmt::format("  {} events repeat a user and an item; they count in popularity and activity, once in taste.\n",
                       log.repeated);
  if (!log.has_time) out += "  It has no times; none are needed.\n";
  return out;
}

std::string estimated(const InteractionLog& log, const Calibration& fit) {
  std::string out = "\nESTIMATED                                  value  95 % interval\n";
  out += row("popularity curve, s", fmt::format("{:.4f}", fit.curve.s), range(fit.curve.s_ci, 4),
             "p(rank) ~ (rank + q)^-s, maximum likelihood");
  const bool vague = !(fit.curve.s_ci.high - fit.curve.s_ci.low < fit.curve.s);
  out += row("popularity curve, q", fmt::format("{:.3f}", fit.curve.q), range(fit.curve.q_ci, 1),
             vague ? "hardly identified by so few events" : "");
  out += row("item intensities, Gamma shape", fmt::format("{:.3f}", fit.appeal.shape), "", "shrinks counts of few events");
  out += row("log-popularity beyond taste, sd", fmt::format("{:.3f}", fit.appeal.log_popularity_sd));
  out += row("activity, log-mean of events", fmt::format("{:.3f}", fit.activity.log_mean), range(fit.activity.log_mean_ci, 3),
             fit.activity.identified ? fmt::format("lognormal, cut off below {:.0f} events", fit.activity.smallest)
                                     : "plain moments: the cut hides too much to tell");
  out += row(
      "activity, log-sd", fmt::format("{:.3f}", fit.activity.log_sd), range(fit.activity.log_sd_ci, 3),
      fit.activity.identified ? fmt::format("so {} of all users lie below the cut", percent(fit.activity.share_below)) : "");
  out +=
      row("world.choice.affinity", fmt::format("{:.3f}", fit.affinity), range(fit.affinity_ci, 3),
          fmt::format("log-lift per sd of taste ({:.2f} per unit of p.v) that held-out events confirm", fit.tastes.strength));
  out += row("users with a taste vector", std::to_string(log.users.size()), "",
             fmt::format("{} dimensions, ridge {:g}", kLatentDims, fit.tastes.lambda));
  out += row("items with a vector of their own", std::to_string(std::ssize(log.items) - fit.tastes.unidentified_items), "",
             fmt::format("the other {} are drawn around their category", fit.tastes.unidentified_items));

  const HoldOut& h = fit.tastes.hold_out;
  out += fmt::format(
      "\n  Hold-out of {} events, refitted without them: the chance that one ranks above an item its user never chose\n",
      h.events);
  out += auc_row("taste alone", h.taste) + auc_row("popularity alone", h.popularity) + auc_row("taste and popularity", h.both) +
         auc_row("taste, against items as popular", h.taste_matched);

  out += fmt::format("\n  Categories: {}, the rarest label of each item{}\n", fit.categories.names.size(),
                     fit.categories.merged ? fmt::format("; {} rare ones are merged as \"other\"", fit.categories.merged) : "");
  std::vector<double> events(fit.categories.names.size());
  for (const LogEvent& e : log.events) events[static_cast<std::size_t>(fit.categories.of_item[e.item])] += 1;
  for (std::size_t c = 0; c < events.size(); ++c)
    out += fmt::format("  {:>4}  {:<24}{:>8} of items{:>8} of events\n", c, fit.categories.names[c],
                       percent(fit.categories.catalogue_share[c]), percent(events[c] / static_cast<double>(log.events.size())));
  return out;
}

std::string assumed(const Calibration& fit) {
  const double share = fit.options.appeal_share;
  const ItemAppeal& a = fit.appeal;
  std::string out = "\nASSUMED, since the log is silent\n";
  out += fmt::format(
      "  appeal or exposure      {:.0f} % of log-popularity is an item's appeal, the rest is how often it was shown "
      "(--appeal-share). The\n"
      "                          world's own quality and clickbait take variance {:.2f} of {:.2f}, so the table's\n"
      "                          offsets are {:.2f} logit per unit of log-popularity; 0 at the item behind an average event.\n",
      100 * share, a.own_variance, a.log_popularity_sd * a.log_popularity_sd, a.coefficient);
  out += fmt::format(
      "  sessions per day        in proportion to a user's events; the median user ({:g} events) makes {:g}, as in the "
      "default\n"
      "                          world; {} users are capped at {:g}.\n",
      fit.median_events, fit.world.population.activity_median, fit.capped_users, fit.world.population.activity_max);
  out += fmt::format("  number of users         {} in the scenario; beyond the log's own they are drawn from its rows.\n",
                     fit.world.population.users);
  out +=
      "  taste and exposure      the source showed items to everybody alike: what it recommended by taste counts as taste.\n"
      "  taste without error     vectors stand as estimated; what a user's few events leave unclear is missing in affinity, "
      "which is\n"
      "                          therefore rather too small than too large.\n"
      "  odds and lifts          affinity moves the odds of a click as it moves the odds of an event.\n"
      "  upload order, new items the catalogue is in an order drawn by lot; arrivals are copies of its rows.\n"
      "  value column            a threshold only (--min-value): how well an item is rated does not move its quality.\n";
  return out;
}

std::string not_identifiable() {
  return "\nNOT IDENTIFIABLE from such a log; the default world's values stand\n"
         "  impressions and CTR, so choice.intercept           a missing event is not a dislike: it may never have been seen\n"
         "  positions and examination                          no slates are logged\n"
         "  propensities                                       so no off-policy estimate either\n"
         "  quality and clickbait, apart                       both only show in what follows a choice\n"
         "  durations, watch time, completion                  not logged\n"
         "  satisfaction, trust, fatigue, drift of taste       not logged\n"
         "  churn, return, retention                           the clock is that of entering events, not of visits\n"
         "  hour of day, day of week                           times are UTC without the users' zones\n"
         "  devices, countries, households                     not logged\n"
         "  users who came once and left                       the log begins at a minimum of events\n";
}

}  // namespace

std::string calibration_text(const InteractionLog& log, const Calibration& fit, const LogSource& source) {
  return what_was_read(log, source) + estimated(log, fit) + assumed(fit) + not_identifiable();
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
         "  Nothing was tuned to close the gaps. The regenerated log holds what the world holds: taste as far as a hold-out "
         "confirms it,\n"
         "  clicks that saturate at the default intercept, quality and clickbait that no log measured, visits by the default "
         "clock.\n";
}

}  // namespace feedloop
