#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace feedloop {
namespace {
std::mutex context_mutex;
std::string context;
}  // namespace

void set_check_context(std::string text) {
  const std::lock_guard lock(context_mutex);
  context = std::move(text);
}

void check_failed(const char* condition, const char* message, const char* file, int line) {
  const std::lock_guard lock(context_mutex);
  std::fprintf(stderr, "feedloop: internal error: %s (%s) at %s:%d%s%s\n", message, condition, file, line,
               context.empty() ? "" : "; ", context.c_str());
  std::abort();
}

}  // namespace feedloop
