#include "tests/reference/operations.hpp"

namespace feedloop::reference {

std::span<const Operation> adjustment_operations() { return {}; }

}  // namespace feedloop::reference
