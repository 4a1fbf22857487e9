#include <array>

#include "policies/epsilon_greedy.hpp"
#include "policies/greedy.hpp"

namespace feedloop {

std::span<const PolicyEntry> policy_registry() {
  static constexpr std::array table{policy_entry<Greedy>(), policy_entry<EpsilonGreedy>()};
  return table;
}

}  // namespace feedloop
