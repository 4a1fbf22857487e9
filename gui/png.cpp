#include "gui/png.hpp"

#include <fmt/format.h>
#include <stb_image_write.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/check.hpp"
#include "base/error.hpp"

namespace feedloop {

std::string png_bytes(const Image& image) {
  std::string bytes;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  const int done = stbi_write_png_to_func(append, &bytes, image.width, image.height, 4, image.rgba.data(), image.width * 4);
  FEEDLOOP_CHECK(done != 0, "the PNG encoder ran out of memory");
  return bytes;
}

namespace {

// Where the bytes go first. `path` itself must be a file or not exist; a rename over a directory fails only at the end.
std::string temporary_for(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
    throw Error(fmt::format("cannot write {}: it is a directory", path));
  return fmt::format("{}.{}.part", path, getpid());
}

[[noreturn]] void fail(const std::string& path, const std::string& temporary, int reason) {
  std::remove(temporary.c_str());
  throw Error(fmt::format("cannot write {}: {}", path, std::strerror(reason)));
}

}  // namespace

void write_whole(const std::string& path, std::string_view bytes) {
  const std::string temporary = temporary_for(path);
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr) fail(path, temporary, errno);
  errno = 0;
  const bool written =
      bytes.empty() || (std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0);
  const int write_error = errno;
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed) fail(path, temporary, written ? errno : write_error);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) fail(path, temporary, errno);
}

void require_writable(const std::string& path) {
  const std::string temporary = temporary_for(path);
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr) fail(path, temporary, errno);
  std::fclose(file);
  std::remove(temporary.c_str());
}

}  // namespace feedloop
