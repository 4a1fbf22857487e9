#include "base/files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

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

InputFile::InputFile(const std::filesystem::path& file) : path_(file) {
  const Place where{file.string()};
  std::error_code ec;
  if (std::filesystem::is_directory(file, ec)) throw Error("is a directory, not a file", where);
  file_.reset(std::fopen(file.c_str(), "rb"));
  if (!file_) throw Error(fmt::format("cannot be read: {}", std::strerror(errno)), where);
}

bool InputFile::append_to(std::string& text, std::size_t bytes) {
  const std::size_t before = text.size();
  text.resize(before + bytes);
  const std::size_t n = std::fread(text.data() + before, 1, bytes, file_.get());
  text.resize(before + n);
  if (std::ferror(file_.get())) throw Error(fmt::format("cannot be read: {}", std::strerror(errno)), Place{path_.string()});
  return n > 0;
}

OutputFile::OutputFile(std::filesystem::path file) : path_(std::move(file)), part_(path_.string() + ".part") {
  std::error_code ec;
  if (std::filesystem::is_directory(path_, ec)) throw Error("is a directory, not a file", Place{path_.string()});
  file_.reset(std::fopen(part_.c_str(), "wb"));
  if (!file_) fail();
}

OutputFile::OutputFile(OutputFile&&) noexcept = default;

OutputFile::~OutputFile() {
  if (!file_) return;
  file_.reset();
  std::remove(part_.c_str());
}

void OutputFile::fail() const {
  const int reason = errno;
  throw Error(fmt::format("cannot be written: {}", std::strerror(reason)), Place{path_.string()});
}

void OutputFile::append(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail();
}

void OutputFile::flush() {
  if (std::fflush(file_.get()) != 0) fail();
}

void OutputFile::finish() {
  flush();
  if (std::rename(part_.c_str(), path_.c_str()) != 0) fail();
  file_.reset();
}

std::string read_file(const std::filesystem::path& file) {
  InputFile in(file);
  std::string text;
  while (in.append_to(text, 1 << 16)) {
  }
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
