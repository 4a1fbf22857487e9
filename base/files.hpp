// Files as text, whole or piece by piece, with the system's reason when something is in the way.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace feedloop {

class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& file);  // Throws Error
  // Appends the next bytes, at most so many; false at the end of the file. Throws Error.
  bool append_to(std::string& text, std::size_t bytes);

 private:
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
};

// Written piece by piece to FILE.part, which takes its name at the end: what is not finished is removed. Memory does not grow
// with the file.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path file);  // Throws Error
  ~OutputFile();
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  void append(std::string_view text);  // Throws Error
  void flush();                        // Throws Error when what was appended does not fit
  void finish();                       // flushes, and gives the file its name. Throws Error
  const std::filesystem::path& path() const { return path_; }

 private:
  [[noreturn]] void fail() const;
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::filesystem::path path_, part_;
  std::unique_ptr<std::FILE, Close> file_;
};

std::string read_file(const std::filesystem::path& file);  // Throws Error
// Writes through a temporary file and a rename, so that a failure leaves nothing half written. Throws Error.
void write_file(const std::filesystem::path& file, std::string_view text);
// Throws the Error that write_file would, and leaves nothing behind: refuse before the work, not after it.
void check_writable(const std::filesystem::path& file);

}  // namespace feedloop
