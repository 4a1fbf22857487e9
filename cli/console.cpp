#include "cli/console.hpp"

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace feedloop {
namespace {

std::atomic<bool> asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) {
  if (asked.exchange(true)) _exit(3);
}

std::string clock_text(double seconds) {
  const auto s = static_cast<int>(seconds + 0.5);
  return s >= 3600 ? fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60) : fmt::format("{}:{:02}", s / 60, s % 60);
}

}  // namespace

void install_signal_handlers() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_asked() { return asked.load(); }

Console::Console() : terminal_(isatty(STDERR_FILENO) != 0), start_(Clock::now()), last_(start_) {}

Console::~Console() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void Console::on_progress(const Progress& p) {
  if (!terminal_) return;
  const auto now = Clock::now();
  if (done_at_start_ < 0) done_at_start_ = p.done;
  if (drawn_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double share = p.done - done_at_start_;
  const double left = share > 0 ? elapsed * (1 - p.done) / share : 0;
  std::string line = fmt::format("\r\x1b[K{}  ", p.label);
  if (p.days > 0) line += fmt::format("day {:.1f} of {:.0f}  ", p.day, p.days);
  line += fmt::format("{:3.0f} %  ", 100 * p.done);
  if (p.requests > 0) line += fmt::format("{:.0f} requests/s  ", elapsed > 0 ? static_cast<double>(p.requests) / elapsed : 0);
  line += share > 0 ? clock_text(left) + " left" : "";
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace feedloop
