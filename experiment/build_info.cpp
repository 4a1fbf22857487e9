#include "experiment/build_info.hpp"

#include <fmt/format.h>

#include "commit.hpp"

namespace feedloop {

std::string build_commit() { return FEEDLOOP_COMMIT; }
std::string build_compiler() { return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__); }
std::string build_fingerprint() { return fmt::format("{} {} {}", build_commit(), build_compiler(), FEEDLOOP_FLAGS); }

}  // namespace feedloop
