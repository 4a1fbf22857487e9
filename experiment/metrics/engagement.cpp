#include "experiment/metrics/engagement.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {
namespace {

using Kept = std::optional<UnitValue>;
using Count = double (*)(const SlotOutcome&);

double impressions(const SlotOutcome&) { return 1; }
double nothing(const SlotOutcome&) { return 0; }
double clicks(const SlotOutcome& o) { return o.clicked; }
double minutes(const SlotOutcome& o) { return static_cast<double>(o.watched_ms) / 60000.0; }
double completions(const SlotOutcome& o) { return o.completed; }
double skips(const SlotOutcome& o) { return o.skipped; }
double bounces(const SlotOutcome& o) { return o.bounced; }
double likes(const SlotOutcome& o) { return o.liked; }
double saves(const SlotOutcome& o) { return o.saved; }
double shares(const SlotOutcome& o) { return o.shared; }
double dismissals(const SlotOutcome& o) { return o.dismissed; }
double rating(const SlotOutcome& o) { return o.rating; }
double answers(const SlotOutcome& o) { return o.rating > 0; }

double sum(const Interaction& page, Count count) {
  double total = 0;
  for (const SlotOutcome& o : page.outcome.slots) total += count(o);
  return total;
}

// Of all that the user watched, what somebody passed on to them too.
double watched(const Interaction& page) {
  double total = sum(page, minutes);
  for (const DirectPlay& d : page.outcome.direct) total += minutes(d.outcome);
  return total;
}
void adds_watched(UnitValue& v, const UnitContext&, const Interaction& page) { v.num += watched(page); }

template <Count Num, Count Den>
void ratio(UnitValue& v, const UnitContext&, const Interaction& page) {
  for (const SlotOutcome& o : page.outcome.slots) {
    v.num += Num(o);
    v.den += Den(o);
  }
}

// True for the first page of a 24-hour block.
bool begins_day(const UnitContext& x, const Interaction& page) {
  const auto day = [&](SimTime t) { return std::floor((t - x.entered).days()); };
  return x.last == kNever || day(x.last) != day(page.request.time);
}

Kept as_is(const UnitValue& v, const UnitContext&) { return v; }
// Days since the unit entered: the same in every world, so watching less cannot hide in a smaller denominator.
Kept per_day(const UnitValue& v, const UnitContext& x) { return UnitValue{v.num, (x.now - x.entered).days()}; }
Kept per_unit(const UnitValue& v, const UnitContext&) { return v.den > 0 ? Kept({v.num / v.den, 1.0}) : std::nullopt; }

}  // namespace

const Metric kCtr{
    "ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, "Clicks / impressions.", "impression", ratio<clicks, impressions>,
    as_is};

const Metric kUserCtr{"user_ctr",
                      "CTR, mean over users",
                      "%",
                      100,
                      2,
                      Direction::HigherIsBetter,
                      "Mean over users of their own clicks / impressions: every user weighs the same.",
                      "user",
                      ratio<clicks, impressions>,
                      per_unit,
                      0,
                      false};

const Metric kWatchPerUserDay{"watch_per_user_day",
                              "Watch time per user-day",
                              "min",
                              1,
                              2,
                              Direction::HigherIsBetter,
                              "Minutes watched / days since the user entered, over all users who entered, active or not.",
                              "user-day",
                              adds_watched,
                              per_day};

const Metric kCappedWatchPerUserDay{
    "capped_watch_per_user_day",
    "Watch time per user-day, capped",
    "min",
    1,
    2,
    Direction::HigherIsBetter,
    "The same with what a user watches a day capped at the 99th percentile of all users of the experiment.",
    "user-day",
    adds_watched,
    per_day,
    0.99,
    false};

const Metric kWatchPerActiveDay{"watch_per_active_day",
                                "Watch time per active day",
                                "min",
                                1,
                                2,
                                Direction::HigherIsBetter,
                                "Minutes watched / days on which the user came (24-hour blocks since they entered).",
                                "active day",
                                [](UnitValue& v, const UnitContext& x, const Interaction& p) {
                                  v.num += watched(p);
                                  v.den += begins_day(x, p);
                                },
                                as_is};

const Metric kWatchPerClick{
    "watch_per_click", "Watch time per click", "min", 1, 2, Direction::HigherIsBetter, "Minutes watched / clicks.",
    "click",           ratio<minutes, clicks>, as_is};

const Metric kSessionsPerUserDay{"sessions_per_user_day",
                                 "Sessions per user-day",
                                 "",
                                 1,
                                 3,
                                 Direction::HigherIsBetter,
                                 "Sessions / days since the user entered.",
                                 "user-day",
                                 [](UnitValue& v, const UnitContext&, const Interaction& p) { v.num += p.request.page == 0; },
                                 per_day};

const Metric kActiveDays{"active_days",
                         "Active days",
                         "%",
                         100,
                         2,
                         Direction::HigherIsBetter,
                         "Days on which the user came / days begun since they entered (24-hour blocks).",
                         "user-day",
                         [](UnitValue& v, const UnitContext& x, const Interaction& p) { v.num += begins_day(x, p); },
                         [](const UnitValue& v, const UnitContext& x) -> Kept {
                           return UnitValue{v.num, std::max(1.0, std::ceil((x.now - x.entered).days()))};
                         }};

const Metric kImpressionsPerUserDay{"impressions_per_user_day",
                                    "Impressions per user-day",
                                    "",
                                    1,
                                    1,
                                    Direction::Neither,
                                    "Impressions / days since the user entered.",
                                    "user-day",
                                    ratio<impressions, nothing>,
                                    per_day};

const Metric kClicksPerUserDay{"clicks_per_user_day",
                               "Clicks per user-day",
                               "",
                               1,
                               3,
                               Direction::HigherIsBetter,
                               "Clicks / days since the user entered.",
                               "user-day",
                               ratio<clicks, nothing>,
                               per_day};

const Metric kCompletionRate{
    "completion_rate", "Completion rate",          "%",  100, 2, Direction::HigherIsBetter, "Completed plays / clicks.",
    "click",           ratio<completions, clicks>, as_is};

const Metric kSkipRate{"skip_rate",
                       "Early skips",
                       "%",
                       100,
                       2,
                       Direction::LowerIsBetter,
                       "Plays left within min(10 s, half the duration) / clicks.",
                       "click",
                       ratio<skips, clicks>,
                       as_is};

const Metric kBounceRate{"bounce_rate",
                         "Bounces",
                         "%",
                         100,
                         2,
                         Direction::LowerIsBetter,
                         "Clicks that the user came straight back from / clicks.",
                         "click",
                         ratio<bounces, clicks>,
                         as_is};

const Metric kLikeRate{"like_rate", "Likes per click",    "%",  100, 2, Direction::HigherIsBetter, "Likes / clicks.",
                       "click",     ratio<likes, clicks>, as_is};

const Metric kSaveRate{"save_rate", "Saves per click",    "%",  100, 2, Direction::HigherIsBetter, "Saves / clicks.",
                       "click",     ratio<saves, clicks>, as_is};

const Metric kShareRate{"share_rate", "Shares per click",    "%",  100, 2, Direction::HigherIsBetter, "Shares / clicks.",
                        "click",      ratio<shares, clicks>, as_is};

const Metric kDismissRate{"dismiss_rate",
                          "Not interested",
                          "%",
                          100,
                          3,
                          Direction::LowerIsBetter,
                          "Items marked as not interesting / impressions.",
                          "impression",
                          ratio<dismissals, impressions>,
                          as_is};

const Metric kSurveyRating{"survey_rating",
                           "Survey rating",
                           "of 5",
                           1,
                           2,
                           Direction::HigherIsBetter,
                           "Sum of survey answers, 1 to 5 / answers.",
                           "answer",
                           ratio<rating, answers>,
                           as_is};

const Metric kRevenuePerUserDay{
    "revenue_per_user_day",
    "Revenue per user-day",
    "ct",
    1,
    3,
    Direction::HigherIsBetter,
    "Sum over clicks on sponsored items of their price (analysis.click_price) / days since the user "
    "entered.",
    "user-day",
    [](UnitValue& v, const UnitContext& x, const Interaction& p) {
      for (std::size_t k = 0; k < p.outcome.slots.size(); ++k)
        if (p.outcome.slots[k].clicked) v.num += static_cast<double>(x.platform->click_price[p.slate.slots[k].item.index()]);
    },
    per_day};

}  // namespace feedloop
