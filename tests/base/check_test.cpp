#include "base/check.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Runs `body` in a child process; what it wrote to stderr, and whether it aborted.
template <class Body>
std::pair<std::string, bool> in_child(Body body) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  std::fflush(nullptr);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // not the test runner's
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    body();
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char buffer[512];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return {text, WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT};
}

}  // namespace

TEST_CASE("a failed check aborts and says what and where and in which context") {
  const auto [text, aborted] = in_child([] {
    set_check_context("scenario tiny seed 7");
    FEEDLOOP_CHECK(1 + 1 == 3, "arithmetic moved");
  });
  CHECK(aborted);
  for (const char* part : {"1 + 1 == 3", "arithmetic moved", "check_test.cpp", "scenario tiny seed 7"})
    CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("a check that holds does nothing") {
  const auto [text, aborted] = in_child([] { FEEDLOOP_CHECK(true, "fine"); });
  CHECK_FALSE(aborted);
  CHECK(text.empty());
}
