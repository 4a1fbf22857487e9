#include "base/error.hpp"

#include <fmt/format.h>

namespace feedloop {

std::string Place::text() const {
  if (line <= 0) return source;
  if (column <= 0) return fmt::format("{}:{}", source, line);
  return fmt::format("{}:{}:{}", source, line, column);
}

Error::Error(const std::string& what, const Place& where)
    : std::runtime_error(where.source.empty() ? what : fmt::format("{}: {}", where.text(), what)) {}

}  // namespace feedloop
