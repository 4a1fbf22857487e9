// What a person is doing on the Runs screen.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace feedloop {

struct RunsState {
  bool asked = false;                         // for the list
  std::size_t first_row = 0;                  // of the table
  std::vector<std::filesystem::path> pinned;  // to compare, at most kMostPinned, in the order pinned
  std::size_t other = 0;                      // which of the pinned after the first the table compares it with
  std::filesystem::path selected;             // the row whose actions are shown
  bool confirm_delete = false;                // of `selected`
  double worlds = 10;                         // to replicate in
};
constexpr std::size_t kMostPinned = 4;

}  // namespace feedloop
