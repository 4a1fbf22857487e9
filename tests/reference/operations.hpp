// Which of our functions answers which operation of the reference files.
#pragma once

#include <span>
#include <string_view>

#include "tests/reference/fixtures.hpp"

namespace feedloop::reference {

struct Operation {
  std::string_view family, op;
  json (*answer)(const json& input);  // the fields that we compute, by the reference's names
};
std::span<const Operation> operations();

}  // namespace feedloop::reference
