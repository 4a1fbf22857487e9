#include "experiment/replication/run_table.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kKeys{"1,a,", "2,a,", "11,b,"};

}  // namespace

TEST_CASE("a table that was left after any run goes on to the bytes of one that was not") {
  const TemporaryFolder folder;
  const auto rows = [](std::size_t run) { return std::vector<std::string>{fmt::format("x{}", run), "y"}; };
  RunTable whole(folder / "whole.csv", "run,point,value", kKeys, false);
  while (whole.done() < whole.planned()) whole.add(rows(whole.done()));
  const std::string expected = read_file(folder / "whole.csv");
  CHECK(expected == "run,point,value\n1,a,x0\n1,a,y\n2,a,x1\n2,a,y\n11,b,x2\n11,b,y\n");
  for (std::size_t stop = 0; stop <= kKeys.size(); ++stop) {
    const fs::path file = folder / fmt::format("stop{}.csv", stop);
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
  const TemporaryFolder folder;
  const fs::path file = folder / "t.csv";
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
