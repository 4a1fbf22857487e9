#include "base/files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

namespace feedloop {
namespace {

struct File {
  std::FILE* handle;
  File(const char* name, const char* mode) : handle(std::fopen(name, mode)) {}
  ~File() {
    if (handle) std::fclose(handle);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
};

}  // namespace

std::string read_file(const std::filesystem::path& file) {
  const Place where{file.string()};
  std::error_code ec;
  if (std::filesystem::is_directory(file, ec)) throw Error("is a directory, not a file", where);
  File f(file.c_str(), "rb");
  if (!f.handle) throw Error(fmt::format("cannot be read: {}", std::strerror(errno)), where);
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, f.handle)) > 0;) text.append(buffer, n);
  if (std::ferror(f.handle)) throw Error(fmt::format("cannot be read: {}", std::strerror(errno)), where);
  return text;
}

void check_writable(const std::filesystem::path& file) {
  std::error_code ec;
  if (std::filesystem::is_directory(file, ec)) throw Error("is a directory, not a file", Place{file.string()});
  const std::filesystem::path part = file.string() + ".part";
  const File f(part.c_str(), "wb");
  if (!f.handle) throw Error(fmt::format("cannot be written: {}", std::strerror(errno)), Place{file.string()});
  std::remove(part.c_str());
}

void write_file(const std::filesystem::path& file, std::string_view text) {
  const Place where{file.string()};
  const std::filesystem::path part = file.string() + ".part";
  const auto fail = [&] {
    const int reason = errno;
    std::remove(part.c_str());
    throw Error(fmt::format("cannot be written: {}", std::strerror(reason)), where);
  };
  {
    File f(part.c_str(), "wb");
    if (!f.handle) fail();
    if (std::fwrite(text.data(), 1, text.size(), f.handle) != text.size() || std::fflush(f.handle) != 0) fail();
  }
  if (std::rename(part.c_str(), file.c_str()) != 0) fail();
}

}  // namespace feedloop
