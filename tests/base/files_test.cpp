#include "base/files.hpp"

#include <filesystem>
#include <unistd.h>

#include "tests/support/catch.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("feedloop-files-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("a file reads back as it was written and nothing stands beside it") {
  const Folder folder;
  const std::string text("line\r\n\0end", 10);
  write_file(folder.path / "a.txt", text);
  CHECK(read_file(folder.path / "a.txt") == text);
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("asking whether a file can be written leaves nothing and changes nothing") {
  const Folder folder;
  check_writable(folder.path / "new.txt");
  CHECK(fs::is_empty(folder.path));
  write_file(folder.path / "old.txt", "kept");
  check_writable(folder.path / "old.txt");
  CHECK(read_file(folder.path / "old.txt") == "kept");
}

TEST_CASE("a file written in pieces has its name when it is whole and is gone when it is not") {
  const Folder folder;
  {
    OutputFile file(folder.path / "a.txt");
    file.append("one,");
    OutputFile moved = std::move(file);
    moved.append("two");
    CHECK_FALSE(fs::exists(folder.path / "a.txt"));
    moved.finish();
  }
  CHECK(read_file(folder.path / "a.txt") == "one,two");
  { OutputFile(folder.path / "a.txt").append("three"); }
  CHECK(read_file(folder.path / "a.txt") == "one,two");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
  CHECK_THROWS_WITH(OutputFile("/nonexistent/x.csv"), "/nonexistent/x.csv: cannot be written: No such file or directory");
  CHECK_THROWS_WITH(OutputFile("/tmp"), "/tmp: is a directory, not a file");
}

TEST_CASE("errors name the file that was asked for and the system's reason") {
  CHECK_THROWS_WITH(check_writable("/nonexistent/x.json"), "/nonexistent/x.json: cannot be written: No such file or directory");
  CHECK_THROWS_WITH(write_file("/nonexistent/x.json", ""), "/nonexistent/x.json: cannot be written: No such file or directory");
  CHECK_THROWS_WITH(read_file("/nonexistent"), "/nonexistent: cannot be read: No such file or directory");
  CHECK_THROWS_WITH(read_file("/tmp"), "/tmp: is a directory, not a file");
}

}  // namespace feedloop
