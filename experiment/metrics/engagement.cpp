#include "experiment/metrics/engagement.hpp"

namespace feedloop {
namespace {

using Kept = std::optional<UnitValue>;

Kept as_is(const UnitValue& v, const UnitContext&) { return v; }
// Days since the unit entered: the same in every world, so watching less cannot hide in a smaller denominator.
Kept per_day(const UnitValue& v, const UnitContext& x) { return UnitValue{v.num, (x.now - x.entered).days()}; }

template <class Num, class Den>
void count(UnitValue& v, const Interaction& page, Num num, Den den) {
  for (const SlotOutcome& o : page.outcome.slots) {
    v.num += num(o);
    v.den += den(o);
  }
}
double clicked(const SlotOutcome& o) { return o.clicked; }

}  // namespace

const Metric kCtr{"ctr",
                  "CTR",
                  "%",
                  100,
                  2,
                  Direction::HigherIsBetter,
                  "Clicks / impressions.",
                  [](UnitValue& v, const UnitContext&, const Interaction& p) {
                    count(v, p, clicked, [](const SlotOutcome&) { return 1.0; });
                  },
                  as_is};

const Metric kWatchPerUserDay{"watch_per_user_day",
                              "Watch time per user-day",
                              "min",
                              1,
                              2,
                              Direction::HigherIsBetter,
                              "Minutes watched / days since the user entered, over all users who entered, active or not.",
                              [](UnitValue& v, const UnitContext&, const Interaction& p) {
                                for (const SlotOutcome& o : p.outcome.slots)
                                  v.num += static_cast<double>(o.watched_ms) / 60000.0;
                              },
                              per_day};

const Metric kSessionsPerUserDay{"sessions_per_user_day",
                                 "Sessions per user-day",
                                 "",
                                 1,
                                 3,
                                 Direction::HigherIsBetter,
                                 "Sessions / days since the user entered.",
                                 [](UnitValue& v, const UnitContext&, const Interaction& p) { v.num += p.request.page == 0; },
                                 per_day};

const Metric kClicksPerUserDay{"clicks_per_user_day",
                               "Clicks per user-day",
                               "",
                               1,
                               3,
                               Direction::HigherIsBetter,
                               "Clicks / days since the user entered.",
                               [](UnitValue& v, const UnitContext&, const Interaction& p) {
                                 count(v, p, clicked, [](const SlotOutcome&) { return 0.0; });
                               },
                               per_day};

const Metric kCompletionRate{"completion_rate",
                             "Completion rate",
                             "%",
                             100,
                             2,
                             Direction::HigherIsBetter,
                             "Completed plays / clicks.",
                             [](UnitValue& v, const UnitContext&, const Interaction& p) {
                               count(
                                   v, p, [](const SlotOutcome& o) { return o.completed ? 1.0 : 0.0; }, clicked);
                             },
                             as_is};

const Metric kSkipRate{"skip_rate",
                       "Early skips",
                       "%",
                       100,
                       2,
                       Direction::LowerIsBetter,
                       "Plays left within min(10 s, half the duration) / clicks.",
                       [](UnitValue& v, const UnitContext&, const Interaction& p) {
                         count(
                             v, p, [](const SlotOutcome& o) { return o.skipped ? 1.0 : 0.0; }, clicked);
                       },
                       as_is};

const Metric kLikeRate{"like_rate",
                       "Likes per click",
                       "%",
                       100,
                       2,
                       Direction::HigherIsBetter,
                       "Likes / clicks.",
                       [](UnitValue& v, const UnitContext&, const Interaction& p) {
                         count(
                             v, p, [](const SlotOutcome& o) { return o.liked ? 1.0 : 0.0; }, clicked);
                       },
                       as_is};

}  // namespace feedloop
