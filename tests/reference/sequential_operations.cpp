#include "tests/reference/operations.hpp"

namespace feedloop::reference {

std::span<const Operation> sequential_operations() { return {}; }

}  // namespace feedloop::reference
