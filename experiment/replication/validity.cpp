#include "experiment/replication/validity.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "stats/proportion.hpp"

namespace feedloop {
namespace {

ValidityCheck share_check(std::string id, std::string statement, std::string expected, std::int64_t hits, std::int64_t n) {
  const MeasuredShare s = measured_share(hits, n);
  return {std::move(id), std::move(statement), std::move(expected), s.value, s.ci, n, true, false};
}

}  // namespace

ValidityCheck rate_check(std::string id, std::string statement, double expected, std::int64_t hits, std::int64_t n) {
  ValidityCheck c = share_check(std::move(id), std::move(statement), fmt::format("{:g} %", 100 * expected), hits, n);
  c.holds = n > 0 && consistent_with_rate(hits, n, expected, kFalseAlarm);
  return c;
}

ValidityCheck at_most_check(std::string id, std::string statement, double limit, double slack, std::int64_t hits,
                            std::int64_t n) {
  std::string expected = fmt::format("≤ {:g} %", 100 * limit);
  if (slack > 0) expected += fmt::format(" + {:g} point", 100 * slack);
  ValidityCheck c = share_check(std::move(id), std::move(statement), std::move(expected), hits, n);
  c.holds = n > 0 && clopper_pearson(hits, n, 2 * kFalseAlarm).low <= limit + slack;
  return c;
}

ValidityCheck near_check(std::string id, std::string statement, double expected, double points, std::int64_t hits,
                         std::int64_t n) {
  ValidityCheck c = share_check(std::move(id), std::move(statement),
                                fmt::format("{:.2f} % ± {:g} points", 100 * expected, 100 * points), hits, n);
  const Interval open = clopper_pearson(hits, n, kFalseAlarm);
  c.holds = n > 0 && open.low <= expected + points && expected - points <= open.high;
  return c;
}

ValidityCheck flat_check(std::string id, std::string statement, const KsTest& test, std::int64_t n) {
  const double open = kFlatPoints < test.d ? ks_sf(std::max<std::int64_t>(n, 1), test.d - kFlatPoints) : 1;
  return {std::move(id),
          fmt::format("{} (Kolmogorov-Smirnov p = {:.2g})", statement, test.p),
          fmt::format("distance ≤ {:g} points", 100 * kFlatPoints),
          test.d,
          {},
          n,
          true,
          n > 0 && open > kFalseAlarm};
}

std::vector<ValiditySection> validity(const ValidityOptions& options) {
  std::vector<ValiditySection> sections;
  for (const auto section :
       {validity_of_peeking, validity_of_cuped, validity_of_assignments, validity_of_worlds, validity_of_channels})
    sections.push_back(section(options));
  return sections;
}

}  // namespace feedloop
