// What a reader says of a text that it does not take.
#pragma once

#include <algorithm>
#include <string>

#include "base/check.hpp"
#include "base/error.hpp"

namespace feedloop {

// The Error's message, or empty.
template <class Read>
std::string refusal(Read read) {
  try {
    read();
  } catch (const Error& e) {
    const std::string what = e.what();
    FEEDLOOP_CHECK(!what.empty(), "an Error without a message");
    FEEDLOOP_CHECK(std::none_of(what.begin(), what.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
                   "an Error of several lines, or with control characters");
    return what;
  }
  return {};
}

}  // namespace feedloop
