#include "data/log_time.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/time.hpp"

namespace feedloop {
namespace {

constexpr double kLargestSeconds = 1e11, kLargestMs = 1e14;
constexpr const char* kAllowed = "allowed are Unix seconds or milliseconds, or ISO 8601 such as 2019-11-24T00:03:13Z";

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error(fmt::format("\"{}\" {}; {}", text, why, kAllowed));
}

// Reads fixed-width whole numbers off the front of a text.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t width, std::int64_t& out) {
    if (rest_.size() < width) return false;
    const auto read = std::from_chars(rest_.data(), rest_.data() + width, out);
    if (read.ec != std::errc{} || read.ptr != rest_.data() + width || rest_.front() == '-') return false;
    rest_.remove_prefix(width);
    return true;
  }
  // A fraction of any length, as milliseconds, cut off.
  bool fraction_ms(std::int64_t& out) {
    std::size_t n = 0;
    out = 0;
    for (std::int64_t scale = 100; n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9'; ++n, scale /= 10)
      out += scale * (rest_[n] - '0');
    rest_.remove_prefix(n);
    return n > 0;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Days from 1970-01-01 in the Gregorian calendar (Hinnant 2013, "chrono-compatible low-level date algorithms").
std::int64_t days_from_civil(std::int64_t y, std::int64_t m, std::int64_t d) {
  y -= m <= 2;
  const std::int64_t era = floor_div(y, 400), of_era = y - era * 400;
  const std::int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::int64_t days_in(std::int64_t y, std::int64_t m) {
  return m == 12 ? 31 : days_from_civil(y, m + 1, 1) - days_from_civil(y, m, 1);
}

std::int64_t iso_ms(std::string_view text) {
  Digits in(text);
  std::int64_t y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0, zh = 0, zm = 0, sign = 0;
  bool good = in.number(4, y) && in.take('-') && in.number(2, mo) && in.take('-') && in.number(2, d);
  if (good && (in.take('T') || in.take(' '))) {
    good = in.number(2, h) && in.take(':') && in.number(2, mi);
    if (good && in.take(':')) {
      good = in.number(2, s);
      if (good && in.take('.')) good = in.fraction_ms(ms);
    }
    if (good && !in.take('Z')) {
      sign = in.take('+') ? 1 : in.take('-') ? -1 : 0;
      if (sign != 0) {
        good = in.number(2, zh);
        if (good && !in.done()) {
          in.take(':');
          good = in.number(2, zm);
        }
      }
    }
  }
  if (!good || !in.done()) refuse(text, "is not a time");
  if (mo < 1 || mo > 12 || d < 1 || d > days_in(y, mo) || h > 23 || mi > 59 || s > 60 || zh > 23 || zm > 59)
    refuse(text, "is no date and time that there is");
  return ((days_from_civil(y, mo, d) * 24 + h - sign * zh) * 60 + mi - sign * zm) * 60'000 + s * 1000 + ms;
}

}  // namespace

std::int64_t parse_log_time_ms(std::string_view text, TimeFormat format) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool numeric = read.ec == std::errc{} && read.ptr == text.data() + text.size() && std::isfinite(number);
  if (format == TimeFormat::Iso || (format == TimeFormat::Auto && !numeric)) {
    const std::int64_t ms = iso_ms(text);
    if (ms < 0) refuse(text, "is before 1970, outside what is allowed");
    if (ms >= static_cast<std::int64_t>(kLargestMs)) refuse(text, "is after the year 5138, outside what is allowed");
    return ms;
  }
  if (!numeric) refuse(text, format == TimeFormat::Seconds ? "is not a number of seconds" : "is not a number of milliseconds");
  if (number < 0) refuse(text, "is before 1970, outside what is allowed");
  const bool seconds = format == TimeFormat::Seconds || (format == TimeFormat::Auto && number <= kLargestSeconds);
  const double ms = seconds ? number * 1000 : number;
  if (!(ms < kLargestMs)) refuse(text, "is after the year 5138, outside what is allowed");
  return static_cast<std::int64_t>(ms);
}

std::string iso_time(std::int64_t ms) {
  const std::int64_t second = floor_div(ms, 1000), day = floor_div(second, 86400), of_day = second - day * 86400;
  // The inverse of days_from_civil (same source).
  const std::int64_t z = day + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  const std::int64_t d = doy - (153 * mp + 2) / 5 + 1, m = mp + (mp < 10 ? 3 : -9);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", yoe + era * 400 + (m <= 2), m, d, of_day / 3600, of_day / 60 % 60,
                     of_day % 60);
}

}  // namespace feedloop
