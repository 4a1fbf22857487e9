#include "tests/reference/operations.hpp"

namespace feedloop::reference {

std::span<const Operation> posterior_operations() { return {}; }

}  // namespace feedloop::reference
