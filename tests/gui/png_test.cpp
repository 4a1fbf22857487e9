#include "gui/png.hpp"

#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
namespace fs = std::filesystem;

namespace {

fs::path scratch() {
  const fs::path dir = fs::temp_directory_path() / ("feedloop_png_test." + std::to_string(getpid()));
  fs::remove_all(dir);
  fs::create_directories(dir);
  return dir;
}

}  // namespace

TEST_CASE("A PNG has its signature and size in front") {
  const Image image{3, 2, std::vector<std::uint8_t>(24, 200)};
  const std::string bytes = png_bytes(image);
  REQUIRE(bytes.size() > 33);
  CHECK(bytes.substr(0, 8) == "\x89PNG\r\n\x1a\n");
  CHECK(bytes[19] == 3);
  CHECK(bytes[23] == 2);
}

TEST_CASE("A file is replaced whole and no temporary stays") {
  const fs::path dir = scratch(), file = dir / "a.png";
  require_writable(file.string());
  CHECK_FALSE(fs::exists(file));
  write_whole(file.string(), "old");
  write_whole(file.string(), "new bytes");
  CHECK(fs::file_size(file) == 9);
  CHECK(std::distance(fs::directory_iterator(dir), fs::directory_iterator{}) == 1);
}

TEST_CASE("An unwritable path is refused with the path and the reason") {
  const fs::path dir = scratch();
  for (const std::string& path : {(dir / "missing" / "a.png").string(), dir.string()}) {
    CHECK_THROWS_AS(require_writable(path), Error);
    CHECK_THROWS_WITH(write_whole(path, "x"), Catch::Matchers::Contains(path));
  }
  CHECK_THROWS_WITH(write_whole((dir / "missing" / "a.png").string(), "x"),
                    Catch::Matchers::Contains("No such file or directory"));
}
