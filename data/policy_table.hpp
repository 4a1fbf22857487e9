// A policy as a table: the probability of each action, perhaps by position. Read from CSV in either of two shapes,
//
//   long   action[, position], probability        one row an action and position (names as in data/bandit_log.hpp)
//   wide   action, p_pos1, p_pos2, …              a column a position: p, pos, p_pos, position or prob, then its name
//
// where other columns do not matter, or counted from a log.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/bandit_log.hpp"

namespace feedloop {

struct PolicyTable {
  std::string source;                           // a file's name, for messages
  std::vector<std::string> actions, positions;  // one position, "", holds for all
  std::vector<double> probability;              // row-major: position, action
};

// Throws Error with file and line: a missing column, a probability outside [0, 1], an action listed twice at a position, a
// position whose probabilities do not add up to 1 within 1e-3 (tables are rounded).
PolicyTable read_policy_table(const std::filesystem::path& file);

// How often each action stood at each position.
PolicyTable shares_of(const BanditLog& log);

}  // namespace feedloop
