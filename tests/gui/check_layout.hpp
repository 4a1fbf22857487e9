// The layout lint as a check, with what was on the screen when it fails.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

namespace feedloop::testing {

inline void check_layout(const Screen& screen, std::string_view what) {
  const std::vector<std::string> faults = screen.faults();
  const Rect window = screen.backend.window();
  INFO(fmt::format("{}x{}, {}: {}", window.width(), window.height(), what, fmt::join(faults, "\n")));
  CHECK(faults.empty());
}

}  // namespace feedloop::testing
