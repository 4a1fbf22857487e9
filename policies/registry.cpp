#include <array>

#include "policies/bootstrapped_thompson.hpp"
#include "policies/epsilon_greedy.hpp"
#include "policies/exp3.hpp"
#include "policies/explore_then_commit.hpp"
#include "policies/greedy.hpp"
#include "policies/kl_ucb.hpp"
#include "policies/lin_thompson.hpp"
#include "policies/lin_ucb.hpp"
#include "policies/logistic_thompson.hpp"
#include "policies/random.hpp"
#include "policies/softmax.hpp"
#include "policies/thompson.hpp"
#include "policies/ucb1.hpp"

namespace feedloop {

std::span<const PolicyEntry> policy_registry() {
  static constexpr std::array table{
      registry_entry<Policy, Greedy>(),
      registry_entry<Policy, EpsilonGreedy>(),
      registry_entry<Policy, Random>(),
      registry_entry<Policy, Softmax>(),
      registry_entry<Policy, Ucb1>(),
      registry_entry<Policy, KlUcb>(),
      registry_entry<Policy, Thompson>(),
      registry_entry<Policy, Exp3>(),
      registry_entry<Policy, ExploreThenCommit>(),
      registry_entry<Policy, LinUcb>(),
      registry_entry<Policy, LinThompson>(),
      registry_entry<Policy, LogisticThompson>(),
      registry_entry<Policy, BootstrappedThompson>(),
  };
  return table;
}

}  // namespace feedloop
