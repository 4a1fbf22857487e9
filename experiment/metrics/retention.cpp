#include "experiment/metrics/retention.hpp"

namespace feedloop {
namespace {

template <int Day>
void add(UnitValue& v, const UnitContext& x, const Interaction& page) {
  const Duration since = page.request.time - x.entered;
  if (since >= kDay * Day && since < kDay * (Day + 1)) v.num = 1;
}

template <int Day>
std::optional<UnitValue> finish(const UnitValue& v, const UnitContext& x) {
  if (x.entered + kDay * (Day + 1) > x.now) return std::nullopt;
  return UnitValue{v.num, 1.0};
}

}  // namespace

const Metric kD1Retention{"d1_retention",
                          "D1 retention",
                          "%",
                          100,
                          2,
                          Direction::HigherIsBetter,
                          "Share of users active in hours 24-48 after they entered; complete follow-up only.",
                          add<1>,
                          finish<1>};
const Metric kD7Retention{"d7_retention",
                          "D7 retention",
                          "%",
                          100,
                          2,
                          Direction::HigherIsBetter,
                          "Share of users active in hours 168-192 after they entered; complete follow-up only.",
                          add<7>,
                          finish<7>};

}  // namespace feedloop
