// Times in foreign logs: Unix seconds, Unix milliseconds, or ISO 8601.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace feedloop {

// What the world's time 0 is called in logs that Feedloop writes: Monday, 1 January 2024, 0 h UTC, since its clock begins on a
// Monday.
constexpr std::int64_t kWorldBegins_s = 1'704'067'200;

// Auto: numbers up to 1e11 are seconds (the year 5138), above milliseconds; anything else is ISO 8601.
enum class TimeFormat : std::uint8_t { Auto, Seconds, Milliseconds, Iso };
inline const std::vector<std::string> kTimeFormats{"auto", "seconds", "milliseconds", "iso"};  // their names, in order

// Milliseconds since 1970-01-01T00:00Z, in [0, 1e14). ISO 8601 is YYYY-MM-DD, then perhaps T or a blank and hh:mm, perhaps :ss
// and a fraction, then perhaps Z or an offset +hh, +hhmm or +hh:mm; without one it is UTC. A leap second counts as the next
// minute's first. Throws Error, without a place: not such a time, no such date, before 1970.
std::int64_t parse_log_time_ms(std::string_view text, TimeFormat format);

std::string iso_time(std::int64_t ms);  // 2019-11-24T00:03:13Z, seconds cut off. Requires: ms >= 0

}  // namespace feedloop
