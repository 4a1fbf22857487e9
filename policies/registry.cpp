#include <array>

#include "policies/epsilon_greedy.hpp"
#include "policies/greedy.hpp"

namespace feedloop {

std::span<const PolicyEntry> policy_registry() {
  static constexpr std::array table{registry_entry<Policy, Greedy>(), registry_entry<Policy, EpsilonGreedy>()};
  return table;
}

}  // namespace feedloop
