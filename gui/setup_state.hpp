// What a person is doing on the Setup screen.
#pragma once

#include <cstddef>
#include <set>
#include <string>

namespace feedloop {

struct SetupState {
  std::string filter;     // of the parameters
  std::string open_path;  // typed for "Open a file"
  std::set<std::string, std::less<>> open_groups;
  std::size_t first_card = 0, first_row = 0;
  std::string draft_key, draft_text;  // a value being typed, or refused and not lost
  std::string drag_key;               // a slider being moved
  double drag_position = 0;
  bool focus_filter = false;  // type into it from the next frame on
  bool show_card = true;      // bring the chosen card into view
  bool confirm = false;       // a run would be forgotten: Start was pressed once
};

}  // namespace feedloop
