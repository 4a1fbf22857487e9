// What a call complains of.
#pragma once

#include <string>

#include "base/error.hpp"

namespace feedloop {

// The message of the Error that it throws, or "no error".
template <class F>
std::string error_of(F call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace feedloop
