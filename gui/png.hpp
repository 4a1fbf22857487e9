// Files that appear whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "gui/soft_raster.hpp"

namespace feedloop {

std::string png_bytes(const Image& image);
// Through a temporary file beside `path`, then a rename. Throws Error with the path and the system's reason.
void write_whole(const std::string& path, std::string_view bytes);
// Throws the same Error now, before hours of work, when no file can be made beside `path`. Leaves no trace.
void require_writable(const std::string& path);

}  // namespace feedloop
