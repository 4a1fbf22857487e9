// Whole files as text, with the system's reason when something is in the way.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace feedloop {

std::string read_file(const std::filesystem::path& file);   // Throws Error
// Writes through a temporary file and a rename, so that a failure leaves nothing half written. Throws Error.
void write_file(const std::filesystem::path& file, std::string_view text);
// Throws the Error that write_file would, and leaves nothing behind: refuse before the work, not after it.
void check_writable(const std::filesystem::path& file);

}  // namespace feedloop
