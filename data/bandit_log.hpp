// A log of decisions with the probabilities they were made with: what was shown where, how likely that was, what it earned.
// Read from CSV with columns found by name. It is kept in memory as numbers, some 60 bytes a row, beside the text while it is
// read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

// Empty names are found among the usual ones, whatever their case and underscores:
//   reward      reward, click, clicked, clicks, label, y
//   action      action, action_id, item_id, item, movie_id, video_id, product_id, article_id
//   propensity  marginal, propensity_score, propensity, pscore, logging_probability, probability, prob
//   position    position, slot, rank, pos
//   time        timestamp, time, ts                 unit        unit, unit_id, user, user_id
//   slate       slate, slate_id, request, request_id, page_id
//   set size    action_set, n_actions               propensity's standard error   <its column>_error
struct BanditLogSource {
  std::filesystem::path file;
  std::string reward, action, propensity, position, time, unit, slate, action_set;
  std::vector<std::string> context;                        // columns of categories; none unless named
  std::vector<std::pair<std::string, std::string>> where;  // rows with these values only
  std::optional<Interval> reward_range;                    // rewards outside are refused
  bool decisions_only = false;  // what was shown where suffices: neither propensities nor rewards are read
  bool conditional = false;     // take `propensity` before `marginal`
};

struct BanditLog {
  std::filesystem::path file;
  std::vector<std::string> actions, positions;  // names, shorter first, then by text; one position, "", without a column
  std::vector<std::vector<std::string>> context_values;  // by context column, in order of appearance
  std::vector<std::vector<std::uint32_t>> contexts;      // distinct combinations: a value's index by column
  std::vector<std::uint32_t> action, position, context;  // by row: indices into the above
  std::vector<std::uint32_t> unit, slate;                // by row, in order of appearance; the row itself without a column
  std::vector<std::uint32_t> order;                      // row's place after a stable sort by time
  std::vector<double> reward, propensity;                // by row; empty for decisions only
  std::vector<double> propensity_error;                  // by row; empty without a column
  std::vector<std::int32_t> action_set;                  // by row; empty without a column
  std::vector<std::int32_t> line;                        // of the file, by row
  bool has_position = false, has_unit = false, has_slate = false, has_time = false;
  std::string reward_column, propensity_column;
  std::uint32_t units = 0, slates = 0;
  std::size_t size() const { return action.size(); }
};

// Throws Error with file, line and column: a missing column (above all of propensities), an empty or malformed field, a
// propensity outside (0, 1], a reward outside its range, propensities that do not belong together (below), no row.
// Where every (action, position) pair has one propensity all through the log, those of a position may not add up to more than
// 1 over its actions.
BanditLog read_bandit_log(const BanditLogSource& source);

}  // namespace feedloop
