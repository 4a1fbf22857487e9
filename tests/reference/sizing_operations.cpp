#include "tests/reference/operations.hpp"

namespace feedloop::reference {

std::span<const Operation> sizing_operations() { return {}; }

}  // namespace feedloop::reference
