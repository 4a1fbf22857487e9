#include "sim/params.hpp"

namespace feedloop {

void ItemParams::describe(Describe& d) {
  d.integer("count", count, {1, 5e6}, "items", "Size of the catalogue at time 0.");
  d.integer("categories", categories, {1, kMaxCategories}, "categories", "Number of categories.");
  d.number("category_exponent", category_exponent, {0, 3}, "", "P(category) is proportional to rank^-exponent.");
  d.number("arrivals_per_day", arrivals_per_day, {0, 1}, "share/day", "New items a day, as a share of the initial catalogue.");
  d.number("spread", spread, {0, 10}, "", "Noise of an item's latent vector around its category's centre (sigma_v).");
  d.number("creator_quality_share", creator_quality_share, {0, 1}, "",
           "Share of an item's quality variance that is its creator's (rho).");
  d.number("clickbait_quality_correlation", clickbait_quality_correlation, {-1, 1}, "",
           "Correlation of clickbait and quality.");
  d.number("duration_median_min", duration_median_min, {0.05, 600}, "min", "Median duration.");
  d.number("duration_sigma", duration_sigma, {0, 3}, "", "Standard deviation of log duration.");
  d.number("duration_clickbait", duration_clickbait, {-2, 2}, "", "Log duration gains this much per unit of clickbait.");
  d.number("duration_tail_share", duration_tail_share, {0, 1}, "share", "Items that are longer by a factor: a heavy tail.");
  d.number("duration_tail_factor", duration_tail_factor, {1, 1000}, "", "That factor.");
  d.number("content_noise", content_noise, {0, 10}, "", "Noise of the observable content vector around the latent one.");
  d.number("items_per_creator", items_per_creator, {1, 1e6}, "items",
           "Mean catalogue of a creator; productivity is Pareto(1.2).");
  d.number("creator_floor", creator_floor, {0, 1e9}, "impressions",
           "A creator whose items had fewer impressions in 28 days uploads no more; 0 = nobody leaves.");
  d.number("freshness_appeal", freshness_appeal, {0, 5}, "logit", "Appeal a new item has on top, decaying with age.");
  d.number("freshness_days", freshness_days, {0.01, 3650}, "days", "Time constant of that decay (tau).");
  d.number("viral_per_day", viral_per_day, {0, 10}, "1/day", "Rate at which an item goes viral.");
  d.number("viral_appeal", viral_appeal, {-10, 10}, "logit", "Appeal a viral item has on top.");
  d.number("viral_hours", viral_hours, {0.01, 10000}, "h", "How long that lasts.");
  d.number("hit_day", hit_day, {-1, 4000}, "day",
           "At noon UTC of this day since the warm-up began, one item of the catalogue goes viral for sure; -1 = never.");
  d.number("hit_appeal", hit_appeal, {-20, 20}, "logit", "Appeal that one has on top.");
  d.number("hit_links", hit_links, {0, 1}, "share", "Visits that begin with a link to it from elsewhere, while it is viral.");
  d.number("series_share", series_share, {0, 1}, "share", "Items that are an episode of one of their creator's series.");
  d.number("region_locked_share", region_locked_share, {0, 1}, "share", "Items that are licensed in one country only.");
  d.number("adult_share", adult_share, {0, 1}, "share", "Items that the youngest age group must not be shown.");
  d.number("blocked_share", blocked_share, {0, 1}, "share", "Items that moderation has blocked.");
  d.number("sponsored_share", sponsored_share, {0, 1}, "share", "Items whose clicks somebody pays for.");
  d.text("table", table, {}, "CSV of measured items (from `feedloop calibrate`), relative to the scenario; empty = generated.");
}

void PopulationParams::describe(Describe& d) {
  d.integer("users", users, {1, 5e6}, "users", "Users alive at time 0; arrivals come on top.");
  d.number("arrivals_per_day", arrivals_per_day, {0, 1}, "share/day", "New users a day, as a share of the initial population.");
  d.number("activity_median", activity_median, {0.001, 50}, "sessions/day", "Median activity a_u of a user.");
  d.number("activity_sigma", activity_sigma, {0, 3}, "", "Standard deviation of log activity.");
  d.number("activity_max", activity_max, {0.01, 100}, "sessions/day", "Activity is cut here.");
  d.number("taste_concentration", taste_concentration, {0.01, 100}, "",
           "Dirichlet concentration of a user's category affinities.");
  d.number("taste_rank_exponent", taste_rank_exponent, {0, 3}, "", "Affinities are tilted by category rank^-exponent.");
  d.number("taste_noise", taste_noise, {0, 10}, "",
           "Noise of a user's latent taste around the mix of category centres (sigma_u).");
  d.number("household_correlation", household_correlation, {0, 1}, "", "Correlation of tastes within a household.");
  d.number("susceptibility_sigma", susceptibility_sigma, {0, 2}, "",
           "Standard deviation of log clickbait susceptibility (kappa_u).");
  d.number("frailty_sigma", frailty_sigma, {0, 3}, "logit", "Standard deviation of churn frailty.");
  d.number("tenure_median_days", tenure_median_days, {0, 3650}, "days", "Median tenure of users alive at time 0.");
  d.number("tenure_sigma", tenure_sigma, {0, 3}, "", "Standard deviation of log tenure.");
  d.number("satisfaction_start", satisfaction_start, {-1, 1}, "",
           "Satisfaction S(0) of users alive at time 0; newcomers start at 0.");
  d.number("onboarding_share", onboarding_share, {0, 1}, "share",
           "Users who answer at sign-up, by picking the 3 to 5 categories they like best.");
  d.number("onboarding_noise", onboarding_noise, {0, 100}, "",
           "Noise of the picks, in standard deviations of the user's liking over the categories.");
  d.number("mix_concentration", mix_concentration, {0, 1e6}, "",
           "Dirichlet concentration of a user's own mix of categories, beside taste (K); 0 = nobody has one.");
  d.text("mix_shares", mix_shares, {},
         "Shares of choices by category that users' mixes centre on (M), between commas; empty = the catalogue's.");
  d.text("table", table, {}, "CSV of measured users (from `feedloop calibrate`), relative to the scenario; empty = generated.");
}

void VisitParams::describe(Describe& d) {
  d.number("satisfaction_gain", satisfaction_gain, {0, 2}, "", "Visit intensity is multiplied by exp(gain * S).");
  d.number("weekly_sigma", weekly_sigma, {0, 2}, "", "Standard deviation of a user's weekly log activity.");
  d.number("weekly_correlation", weekly_correlation, {0, 0.999}, "", "Autocorrelation of weekly activity from week to week.");
  d.number("newcomer_boost", newcomer_boost, {0, 10}, "",
           "A newcomer's intensity is multiplied by 1 + boost * exp(-age / days).");
  d.number("newcomer_days", newcomer_days, {0.1, 365}, "days", "Time constant of the newcomer boost.");
  d.number("weekend", weekend, {0.01, 5}, "", "Intensity on Saturday and Sunday.");
  d.number("weekday", weekday, {0.01, 5}, "", "Intensity on other days.");
  d.number("page_min", page_min, {0.01, 60}, "min", "Time to look through a page.");
  d.number("budget_median_min", budget_median_min, {0.1, 1440}, "min", "Median time budget of a session.");
  d.number("budget_sigma", budget_sigma, {0, 3}, "", "Standard deviation of the log budget.");
  d.number("continue_intercept", continue_intercept, {-10, 10}, "logit", "Chance to open another page, at S = 0.");
  d.number("continue_satisfaction", continue_satisfaction, {-10, 10}, "logit", "What satisfaction adds to it.");
  d.number("search_share", search_share, {0, 1}, "probability",
           "Chance that a visit begins with a search in a liked category.");
  d.number("search_new_interest", search_new_interest, {0, 1}, "probability",
           "Chance that a visit in the week after a new interest begins with a search for it.");
  d.integer("max_pages", max_pages, {1, 200}, "pages", "Most pages of a session.");
  d.text("week", week, {},
         "Measured intensity of each hour of the platform's week (UTC), from Monday, 0 h on: 168 numbers or, every day alike, "
         "24, between commas; only their ratios count. Empty: by hour of the user's own day, weekday and weekend.");
}

void ExaminationParams::describe(Describe& d) {
  d.text(
      "model", model, {"pbm", "cascade", "dbn", "screens"},
      "How the eye goes down a page: by position; slot after slot until a click; on after a click that pleased; by screens.");
  d.number("eta", eta, {0, 3}, "", "pbm: slot k is examined with probability k^-eta; screens: the screen stands for the slot.");
  d.number("keep_on", keep_on, {0, 1}, "probability",
           "cascade, dbn: chance to look at the next slot after one without a click.");
  d.number("after_click", after_click, {0, 1}, "probability", "dbn: chance to look on after a click, at the least.");
  d.number("after_click_relevance", after_click_relevance, {0, 1}, "probability",
           "dbn: times sigma(r), added to it; cut at 1.");
  d.flag("scroll", scroll, "Slots count on over the pages of a visit, instead of anew on each page.");
}

void ChoiceParams::describe(Describe& d) {
  d.number("intercept", intercept, {-20, 20}, "logit", "Appeal a0 of an average item to an average user.");
  d.number("affinity", affinity, {-10, 10}, "logit", "Per standard deviation of affinity.");
  d.number("quality", quality, {-10, 10}, "logit", "Per unit of quality.");
  d.number("clickbait", clickbait, {-10, 10}, "logit", "Per unit of clickbait, times the user's susceptibility.");
  d.number("trust", trust, {-10, 10}, "logit", "Per unit of trust.");
  d.number("fatigue", fatigue, {0, 10}, "logit", "Taken off per ln(1 + recent consumption in the category).");
  d.number("novelty", novelty, {-10, 10}, "logit", "Per unit of novelty of the page; negative: people mind change.");
  d.number("device", device, {0, 5}, "logit", "Added on TV and taken off on mobile.");
  d.number("relevance_affinity", relevance_affinity, {-10, 10}, "", "True relevance r per standard deviation of affinity.");
  d.number("relevance_quality", relevance_quality, {-10, 10}, "", "True relevance per unit of quality.");
  d.number("relevance_clickbait", relevance_clickbait, {-10, 10}, "", "Taken off true relevance per unit of clickbait.");
  d.number("relevance_residual", relevance_residual, {0, 10}, "",
           "Standard deviation of the fixed residual of a (user, item) pair.");
}

void WatchParams::describe(Describe& d) {
  d.number("bounce_intercept", bounce_intercept, {-20, 20}, "logit", "Chance that a click bounces.");
  d.number("bounce_clickbait", bounce_clickbait, {-10, 10}, "logit", "Added per unit of clickbait.");
  d.number("bounce_relevance", bounce_relevance, {-10, 10}, "logit", "Taken off per unit of relevance.");
  d.number("bounce_mean_s", bounce_mean_s, {0.1, 600}, "s", "Mean watch time of a bounce.");
  d.number("complete_intercept", complete_intercept, {-20, 20}, "logit", "Chance to watch to the end.");
  d.number("complete_relevance", complete_relevance, {-10, 10}, "logit", "Added per unit of relevance.");
  d.number("complete_log_duration", complete_log_duration, {-10, 10}, "logit", "Taken off per ln(duration / 10 min).");
  d.number("partial_intercept", partial_intercept, {-20, 20}, "logit", "Typical share watched when not to the end.");
  d.number("partial_relevance", partial_relevance, {-10, 10}, "logit", "Added per unit of relevance.");
  d.number("partial_sigma", partial_sigma, {0, 10}, "logit", "Standard deviation of the logit of the share watched.");
  d.flag("autoplay", autoplay, "A feed that plays one item after the other: no click, and plays may loop.");
  d.number("loop_shape", loop_shape, {0.01, 100}, "",
           "autoplay: watched share of the duration is Gamma(shape, scale e^(c (r - mean))).");
  d.number("loop_scale", loop_scale, {0.001, 100}, "", "autoplay: that scale.");
  d.number("loop_relevance", loop_relevance, {-10, 10}, "", "autoplay: that c.");
  d.number("loop_mean_relevance", loop_mean_relevance, {-10, 10}, "", "autoplay: the relevance at which the scale is that.");
  d.number("like", like, {-20, 20}, "logit", "Chance of a like after a click, at r = 0; slope 1.");
  d.number("save", save, {-20, 20}, "logit", "Chance of a save; slope 1.");
  d.number("share", share, {-20, 20}, "logit", "Chance of a share; slope 1.2.");
  d.number("dismiss", dismiss, {-20, 20}, "logit", "Chance of \"not interested\"; slope -1.2.");
  d.number("survey_share", survey_share, {0, 1}, "probability", "Share of plays that are asked for a rating.");
}

void DynamicsParams::describe(Describe& d) {
  d.number("satisfaction_rate", satisfaction_rate, {0, 1}, "", "S <- (1 - rate) S + rate tanh(r / 2) per item consumed.");
  d.number("satisfaction_half_life_days", satisfaction_half_life_days, {0, 3650}, "days",
           "Half-life with which satisfaction goes back to 0; 0 = never.");
  d.number("trust_rate", trust_rate, {0, 1}, "", "T <- (1 - rate) T + rate tanh(r / 2) per item consumed.");
  d.number("trust_half_life_days", trust_half_life_days, {0, 3650}, "days", "The same of trust; 60 is the slow variant.");
  d.number("fatigue_hours", fatigue_hours, {0.01, 10000}, "h", "Time constant of category fatigue.");
  d.number("drift_rate", drift_rate, {0, 1}, "", "Taste moves towards what satisfied, by rate * tanh(r / 2).");
  d.number("drift_return", drift_return, {0, 1}, "", "Pull of taste back to its anchor per such item.");
  d.number("aversion", aversion, {0, 10}, "logit", "Taken off a category's appeal by \"not interested\".");
  d.number("aversion_half_life_days", aversion_half_life_days, {0.01, 3650}, "days", "Half-life of that aversion.");
  d.number("interest_per_day", interest_per_day, {0, 1}, "probability",
           "Daily chance that a user finds a new interest, and an old one weakens.");
  d.number("interest_strength", interest_strength, {0, 10}, "",
           "How far that moves taste and its anchor between the two categories.");
  d.number("habit_rate", habit_rate, {0, 1}, "", "How fast a visit's page becomes what the user is used to.");
  d.number("habit_scale", habit_scale, {0.01, 100}, "", "Distance from it at which novelty is 1.");
}

void ChurnParams::describe(Describe& d) {
  d.number("intercept", intercept, {-20, 20}, "logit", "Daily churn hazard of a newcomer at S = 0.");
  d.number("satisfaction", satisfaction, {-10, 10}, "logit", "Taken off per unit of satisfaction.");
  d.number("tenure", tenure, {0, 10}, "logit", "Taken off per ln(1 + tenure in days).");
  d.number("recency", recency, {0, 10}, "logit", "Added per ln(1 + days since the last visit).");
  d.number("reactivation_per_day", reactivation_per_day, {0, 1}, "probability", "Daily chance that a churned user returns.");
}

void SpilloverParams::describe(Describe& d) {
  d.number("relevance", relevance, {-10, 10}, "", "Plays of a higher relevance are passed on.");
  d.number("household", household, {0, 1}, "probability", "Chance that one is, to somebody of the household.");
  d.number("network", network, {0, 1}, "probability", "Chance that one is, to each neighbour of the user's network.");
  d.integer("neighbours", neighbours, {1, 7}, "users", "Size of that network.");
}

void BotParams::describe(Describe& d) {
  d.number("share", share, {0, 1}, "share",
           "Accounts that are bots: they come at any hour, all for one item, and never leave.");
  d.number("pages_per_day", pages_per_day, {0, 1500}, "pages/day", "How often a bot acts.");
  d.number("click", click, {0, 1}, "probability", "Chance that an action plays the target.");
  d.number("watch_min_s", watch_min_s, {0, 3600}, "s", "Shortest such play.");
  d.number("watch_max_s", watch_max_s, {0, 3600}, "s", "Longest such play.");
  d.integer("burst_day", burst_day, {-1, 4000}, "day",
            "Day since the warm-up began on which all bots act together, and on no other; -1 = they act every day.");
  d.number("burst_hour", burst_hour, {0, 24}, "h", "UTC hour at which the burst begins.");
  d.number("burst_minutes", burst_minutes, {0.1, 1440}, "min", "How long it lasts.");
  d.number("burst_pages", burst_pages, {0, 1500}, "pages", "How often each bot acts in it.");
}

void WorldParams::describe(Describe& d) {
  d.group("items", items);
  d.group("population", population);
  d.group("visits", visits);
  d.group("examination", examination);
  d.group("choice", choice);
  d.group("watch", watch);
  d.group("dynamics", dynamics);
  d.group("churn", churn);
  d.group("spillover", spillover);
  d.group("bots", bots);
}

}  // namespace feedloop
