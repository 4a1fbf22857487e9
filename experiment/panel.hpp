// A sample of users whose items are kept one by one, to hold users against one another: who is in it is keyed by the user, the
// same in every world.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"

namespace feedloop {

class Panel {
 public:
  // Each of the units with probability `size` / `units`, at most 1.
  Panel(std::size_t units, std::size_t size);

  void add(const Interaction& page);

  std::span<const std::uint32_t> members() const { return members_; }  // units, in the order of their hashes
  // What the member was shown: distinct ids, ascending.
  std::span<const std::int64_t> items(std::size_t member) const { return shown_[member]; }

  void visit_state(State& s) { s(shown_); }

 private:
  std::vector<std::uint32_t> members_;
  std::vector<std::int32_t> place_;               // by unit: among the members, -1 = none
  std::vector<std::vector<std::int64_t>> shown_;  // by member
};

}  // namespace feedloop
