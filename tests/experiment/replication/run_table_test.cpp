#include "experiment/replication/run_table.hpp"

#include "base/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / "feedloop_run_table_test";
  Folder() { fs::remove_all(path), fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};
const std::vector<std::string> kKeys{"1,a,", "2,a,", "11,b,"};

}  // namespace

TEST_CASE("a table that was left after any run goes on to the bytes of one that was not") {
  const Folder folder;
  const auto rows = [](std::size_t run) { return std::vector<std::string>{fmt::format("x{}", run), "y"}; };
  RunTable whole(folder.path / "whole.csv", "run,point,value", kKeys, false);
  while (whole.done() < whole.planned()) whole.add(rows(whole.done()));
  const std::string expected = read_file(folder.path / "whole.csv");
  CHECK(expected == "run,point,value\n1,a,x0\n1,a,y\n2,a,x1\n2,a,y\n11,b,x2\n11,b,y\n");
  for (std::size_t stop = 0; stop <= kKeys.size(); ++stop) {
    const fs::path file = folder.path / fmt::format("stop{}.csv", stop);
    {
      RunTable first(file, "run,point,value", kKeys, false);
      while (first.done() < stop) first.add(rows(first.done()));
    }
    RunTable second(file, "run,point,value", kKeys, true);
    CHECK(second.done() == stop);
    while (second.done() < second.planned()) second.add(rows(second.done()));
    CHECK(read_file(file) == expected);
  }
}

TEST_CASE("a table never mixes two studies and never replaces one") {
  const Folder folder;
  const fs::path file = folder.path / "t.csv";
  const auto open = [&](const std::string& header, const std::vector<std::string>& keys, bool resume) {
    return error_of([&] { RunTable(file, header, keys, resume); });
  };
  CHECK(open("run,value", kKeys, true).find("nothing to resume") != std::string::npos);
  RunTable(file, "run,value", kKeys, false).add({"x"});
  CHECK(open("run,value", kKeys, false).find("add --resume") != std::string::npos);
  CHECK(open("run,other", kKeys, true).find("its columns") != std::string::npos);
  CHECK(open("run,value", {"1,b,", "2,b,"}, true).find("t.csv:2: holds another study") != std::string::npos);
  CHECK(open("run,value", kKeys, true) == "no error");
  write_file(file, read_file(file) + "2,a,x");
  CHECK(open("run,value", kKeys, true).find("t.csv:3: ends within a row") != std::string::npos);
  CHECK(error_of([&] { RunTable("/nonexistent/t.csv", "run", kKeys, false); }).find("/nonexistent/t.csv") != std::string::npos);
}

}  // namespace feedloop
