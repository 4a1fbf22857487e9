// The reader's mistakes. Thrown with the value, the place and what is allowed; caught once, at the top of a front-end.
#pragma once

#include <stdexcept>
#include <string>

namespace feedloop {

// Where in somebody's input: a file, perhaps with line and column (1-based; 0 = unknown), or a command-line flag.
struct Place {
  std::string source;
  int line = 0;
  int column = 0;
  std::string text() const;  // "file:12:5", or empty
};

// One line: control characters of what it quotes are written \n or \xHH.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what, const Place& where = {});
};

// The user asked to stop (Ctrl-C, a closed window). What was done is kept.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace feedloop
