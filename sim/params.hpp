// The world's constants, each described once: defaults and equations follow docs/WORLD.md.
#pragma once

#include <string>

#include "base/parameters.hpp"

namespace feedloop {

constexpr int kMaxCategories = 32;
constexpr int kDevices = 3;  // mobile, desktop, TV
constexpr int kCountries = 4;

struct ItemParams {
  std::int64_t count = 3000, categories = 20;
  double category_exponent = 0.7, arrivals_per_day = 0.01, spread = 0.9, creator_quality_share = 0.4,
         clickbait_quality_correlation = -0.35, duration_median_min = 5.8, duration_sigma = 0.8, duration_clickbait = -0.25,
         duration_tail_share = 0, duration_tail_factor = 9.4, content_noise = 0.3, items_per_creator = 10, creator_floor = 0,
         freshness_appeal = 0.3, freshness_days = 14, viral_per_day = 1e-4, viral_appeal = 1.5, viral_hours = 36, hit_day = -1,
         hit_appeal = 4, hit_links = 0, series_share = 0.3, region_locked_share = 0.03, adult_share = 0.03,
         blocked_share = 0.003, sponsored_share = 0.02;
  std::string table;
  void describe(Describe& d);
};

struct PopulationParams {
  std::int64_t users = 10000;
  double arrivals_per_day = 0.02, activity_median = 0.65, activity_sigma = 1.0, activity_max = 20, taste_concentration = 0.25,
         taste_rank_exponent = 0.35, taste_noise = 0.5, household_correlation = 0.3, susceptibility_sigma = 0.2,
         frailty_sigma = 0.8, tenure_median_days = 90, tenure_sigma = 1.0, satisfaction_start = 0.15, onboarding_share = 0.7,
         onboarding_noise = 0.5, mix_concentration = 0;
  std::string mix_shares, table;
  void describe(Describe& d);
};

struct VisitParams {
  double satisfaction_gain = 0.08, weekly_sigma = 0.7, weekly_correlation = 0.6, newcomer_boost = 1.2, newcomer_days = 3,
         weekend = 1.12, weekday = 0.95, page_min = 0.6, budget_median_min = 22, budget_sigma = 0.8, continue_intercept = 0.0,
         continue_satisfaction = 1.0, search_share = 0.02, search_new_interest = 0.3;
  std::int64_t max_pages = 12;
  std::string week;
  void describe(Describe& d);
};

struct ExaminationParams {
  std::string model = "pbm";  // pbm, cascade, dbn, screens
  double eta = 0.5, keep_on = 0.93, after_click = 0.5, after_click_relevance = 0.4;
  bool scroll = false;
  void describe(Describe& d);
};

struct ChoiceParams {
  double intercept = -1.78, affinity = 0.75, quality = 0.25, clickbait = 0.72, trust = 0.5, fatigue = 0.35, novelty = 0.15,
         device = 0.2;
  double relevance_affinity = 0.8, relevance_quality = 0.6, relevance_clickbait = 0.8, relevance_residual = 0.6;
  void describe(Describe& d);
};

struct WatchParams {
  double bounce_intercept = -2.2, bounce_clickbait = 1.0, bounce_relevance = 0.6, bounce_mean_s = 7.8;
  double complete_intercept = -1.3, complete_relevance = 0.9, complete_log_duration = 0.7;
  double partial_intercept = -0.4, partial_relevance = 0.5, partial_sigma = 0.9;
  bool autoplay = false;
  double loop_shape = 1.4, loop_scale = 0.607, loop_relevance = 0.5, loop_mean_relevance = 0;
  double like = -3.2, save = -4.2, share = -5.0, dismiss = -5.5, survey_share = 0.02;
  void describe(Describe& d);
};

struct DynamicsParams {
  double satisfaction_rate = 0.08, satisfaction_half_life_days = 0, trust_rate = 0.02, trust_half_life_days = 0,
         fatigue_hours = 18, drift_rate = 0.010, drift_return = 0.002, aversion = 1.0, aversion_half_life_days = 30,
         interest_per_day = 0.01, interest_strength = 0.5, habit_rate = 0.08, habit_scale = 1.0;
  void describe(Describe& d);
};

struct ChurnParams {
  double intercept = -1.2, satisfaction = 0.84, tenure = 0.9, recency = 0.25, reactivation_per_day = 0.001;
  void describe(Describe& d);
};

struct SpilloverParams {
  double relevance = 1.0, household = 0.05, network = 0;
  std::int64_t neighbours = 5;
  void describe(Describe& d);
};

struct BotParams {
  double share = 0, pages_per_day = 300, click = 0.8, watch_min_s = 2, watch_max_s = 5, burst_hour = 12, burst_minutes = 20,
         burst_pages = 20;
  std::int64_t burst_day = -1;
  void describe(Describe& d);
};

struct WorldParams {
  ItemParams items;
  PopulationParams population;
  VisitParams visits;
  ExaminationParams examination;
  ChoiceParams choice;
  WatchParams watch;
  DynamicsParams dynamics;
  ChurnParams churn;
  SpilloverParams spillover;
  BotParams bots;
  void describe(Describe& d);
};

}  // namespace feedloop
