#include "sim/number_list.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/error.hpp"

namespace feedloop {

std::vector<double> read_numbers(const std::string& text, bool zero, std::string_view what) {
  std::vector<double> numbers;
  for (std::size_t at = 0; !text.empty() && at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string field = text.substr(at, end - at);
    std::erase(field, ' ');
    double x = 0;
    const auto read = std::from_chars(field.data(), field.data() + field.size(), x);
    if (read.ec != std::errc{} || read.ptr != field.data() + field.size() || !(zero ? x >= 0 : x > 0) || !(x <= 1e9))
      throw Error(
          fmt::format("\"{}\" is not {}; allowed are numbers in {}0, 1e9] between commas", field, what, zero ? '[' : '('));
    numbers.push_back(x);
    at = end + 1;
  }
  return numbers;
}

}  // namespace feedloop
