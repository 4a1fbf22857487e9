#include "experiment/metrics/retention.hpp"

namespace feedloop {
namespace {

// Active from the start of day `First` until that of day `End`; -1: for ever.
template <int First, int End>
void active_within(UnitValue& v, const UnitContext& x, const Interaction& page) {
  const Duration since = page.request.time - x.entered;
  if (since >= kDay * First && (End < 0 || since < kDay * End)) v.num = 1;
}

template <int Days>
std::optional<UnitValue> after(const UnitValue& v, const UnitContext& x) {
  if (x.entered + kDay * Days > x.now) return std::nullopt;
  return UnitValue{v.num, 1.0};
}

// Units of one group only: those who signed up since the experiment began, or those who were there before.
template <int Days, bool Newcomers>
std::optional<UnitValue> after_of(const UnitValue& v, const UnitContext& x) {
  return x.newcomer == Newcomers ? after<Days>(v, x) : std::nullopt;
}

constexpr int kChurnDays = 28;

}  // namespace

const Metric kD1Retention{"d1_retention",
                          "D1 retention",
                          "%",
                          100,
                          2,
                          Direction::HigherIsBetter,
                          "Share of users active in hours 24-48 after they entered; complete follow-up only.",
                          "user",
                          active_within<1, 2>,
                          after<2>,
                          0,
                          false};
const Metric kD7Retention{"d7_retention",
                          "D7 retention",
                          "%",
                          100,
                          2,
                          Direction::HigherIsBetter,
                          "Share of users active in hours 168-192 after they entered; complete follow-up only.",
                          "user",
                          active_within<7, 8>,
                          after<8>,
                          0,
                          false};
const Metric kD30Retention{"d30_retention",
                           "D30 retention",
                           "%",
                           100,
                           2,
                           Direction::HigherIsBetter,
                           "Share of users active in the 24 hours from day 30 on after they entered; complete follow-up only.",
                           "user",
                           active_within<30, 31>,
                           after<31>,
                           0,
                           false};
const Metric kD7Rolling{"d7_rolling",
                        "Rolling D7 retention",
                        "%",
                        100,
                        2,
                        Direction::HigherIsBetter,
                        "Share of users active at any time from day 7 on after they entered; at least 8 days of follow-up.",
                        "user",
                        active_within<7, -1>,
                        after<8>,
                        0,
                        false};
const Metric kWeek2Retention{"week2_retention",
                             "Second-week retention",
                             "%",
                             100,
                             2,
                             Direction::HigherIsBetter,
                             "Share of users active in days 7-13 after they entered; complete follow-up only.",
                             "user",
                             active_within<7, 14>,
                             after<14>,
                             0,
                             false};
const Metric kChurn28{"churn_28",
                      "28-day churn",
                      "%",
                      100,
                      2,
                      Direction::LowerIsBetter,
                      "Share of users not seen for 28 days; at least 28 days of follow-up.",
                      "user",
                      [](UnitValue&, const UnitContext&, const Interaction&) {},
                      [](const UnitValue&, const UnitContext& x) -> std::optional<UnitValue> {
                        const double days = (x.now - x.entered).days();
                        if (days < kChurnDays) return std::nullopt;
                        const double seen = x.last == kNever ? 0 : (x.last - x.entered).days();
                        return UnitValue{days - seen >= kChurnDays ? 1.0 : 0.0, 1.0};
                      },
                      0,
                      false};

const Metric kD1New{"d1_new",
                    "D1 retention of new users",
                    "%",
                    100,
                    2,
                    Direction::HigherIsBetter,
                    "Share of the users who signed up since the experiment began that were active in hours 24-48 after they "
                    "entered; complete follow-up only.",
                    "user",
                    active_within<1, 2>,
                    after_of<2, true>,
                    0,
                    false};
const Metric kD1Existing{"d1_existing",
                         "D1 retention of existing users",
                         "%",
                         100,
                         2,
                         Direction::HigherIsBetter,
                         "Share of the users who had signed up before the experiment that were active in hours 24-48 after "
                         "they entered; complete follow-up only.",
                         "user",
                         active_within<1, 2>,
                         after_of<2, false>,
                         0,
                         false};
const Metric kD7New{"d7_new",
                    "D7 retention of new users",
                    "%",
                    100,
                    2,
                    Direction::HigherIsBetter,
                    "Share of the users who signed up since the experiment began that were active in hours 168-192 after they "
                    "entered; complete follow-up only.",
                    "user",
                    active_within<7, 8>,
                    after_of<8, true>,
                    0,
                    false};
const Metric kD7Existing{"d7_existing",
                         "D7 retention of existing users",
                         "%",
                         100,
                         2,
                         Direction::HigherIsBetter,
                         "Share of the users who had signed up before the experiment that were active in hours 168-192 after "
                         "they entered; complete follow-up only.",
                         "user",
                         active_within<7, 8>,
                         after_of<8, false>,
                         0,
                         false};

}  // namespace feedloop
