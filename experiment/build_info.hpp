// Which build this is.
#pragma once

#include <string>

namespace feedloop {

std::string build_commit();
std::string build_compiler();
// Of what decides whether a checkpoint's bytes can be read: commit and changes to it, compiler, kind of build.
std::string build_fingerprint();

}  // namespace feedloop
