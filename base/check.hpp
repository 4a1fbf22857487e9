// Always-on checks for our own mistakes. A failed check prints the condition, the message, and the context a front-end has
// set (scenario, seed, simulated time), then aborts: a wrong number must not leave the program.
#pragma once

#include <string>

namespace feedloop {

void set_check_context(std::string text);  // printed with a failed check; thread-safe
[[noreturn]] void check_failed(const char* condition, const char* message, const char* file, int line);

}  // namespace feedloop

#define FEEDLOOP_CHECK(condition, message) \
  ((condition) ? void(0) : ::feedloop::check_failed(#condition, message, __FILE__, __LINE__))
