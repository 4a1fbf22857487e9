// Which build this is.
#pragma once

#include <string>

namespace feedloop {

std::string build_commit();
std::string build_compiler();
// Of everything that decides whether a checkpoint's bytes can be read: compiler, flags' word sizes, commit.
std::string build_fingerprint();

}  // namespace feedloop
