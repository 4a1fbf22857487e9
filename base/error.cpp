#include "base/error.hpp"

#include <string_view>

#include <fmt/format.h>

namespace feedloop {
namespace {

// A message quotes what somebody wrote: a line break in it would make two messages of one, an escape would reach the terminal.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string Place::text() const {
  if (line <= 0) return source;
  if (column <= 0) return fmt::format("{}:{}", source, line);
  return fmt::format("{}:{}:{}", source, line, column);
}

Error::Error(const std::string& what, const Place& where)
    : std::runtime_error(one_line(where.source.empty() ? what : fmt::format("{}: {}", where.text(), what))) {}

}  // namespace feedloop
