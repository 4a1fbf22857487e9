#include "base/csv.hpp"

#include <unistd.h>

#include <functional>

#include <fmt/format.h>

#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

// A file that goes when the test ends.
struct TempFile {
  std::filesystem::path path;
  explicit TempFile(std::string_view text)
      : path(std::filesystem::temp_directory_path() / fmt::format("feedloop_csv_test_{}.csv", getpid())) {
    write_file(path, text);
  }
  ~TempFile() { std::filesystem::remove(path); }
};

constexpr std::size_t kWindow = 1 << 20;

std::vector<std::vector<std::string>> rows(std::string_view text, std::size_t window = kWindow) {
  const TempFile file(text);
  CsvReader reader(file.path, window);
  std::vector<std::vector<std::string>> out{reader.header()};
  while (reader.next()) {
    out.emplace_back();
    for (std::size_t i = 0; i < reader.header().size(); ++i) out.back().emplace_back(reader.field(i));
  }
  return out;
}

// What the reader says of a faulty text, with the file's name taken off.
std::string fault(std::string_view text, const std::function<void(CsvReader&)>& also = {}, std::size_t window = kWindow) {
  const TempFile file(text);
  try {
    CsvReader reader(file.path, window);
    while (reader.next())
      if (also) also(reader);
  } catch (const Error& e) {
    return std::string(e.what()).substr(file.path.string().size());
  }
  return "no fault";
}

using Rows = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("line ends of either kind and a byte-order mark and blank lines make no difference") {
  const Rows expected{{"a", "b"}, {"1", "2"}, {"3", "4"}};
  CHECK(rows("a,b\n1,2\n3,4\n") == expected);
  CHECK(rows("a,b\r\n1,2\r\n3,4\r\n") == expected);
  CHECK(rows("a,b\n1,2\n3,4") == expected);
  CHECK(rows("\xEF\xBB\xBF"
             "a,b\n1,2\n3,4\n") == expected);
  CHECK(rows("\n\na,b\n\n1,2\r\n\r\n3,4\n\n") == expected);
}

TEST_CASE("quotes hold commas and line ends and doubled quotes") {
  CHECK(rows("a,b\n\"x,y\",\"one\ntwo\"\n\"say \"\"hi\"\"\",\"\"\n") ==
        Rows{{"a", "b"}, {"x,y", "one\ntwo"}, {"say \"hi\"", ""}});
}

TEST_CASE("empty fields are fields") {
  CHECK(rows("a,b,c\n,,\n1,,3\n") == Rows{{"a", "b", "c"}, {"", "", ""}, {"1", "", "3"}});
}

TEST_CASE("a quote never closed is reported where it opens") {
  CHECK(fault("a,b\n1,2\n3,\"four\n5,6\n") == ":3:3: a quote is opened here and never closed");
}

TEST_CASE("text after a closing quote is reported where it stands") {
  CHECK_THAT(fault("a,b\n\"1\"x,2\n"), Contains(":2:4: text after a closing quote"));
}

TEST_CASE("a record of another width is reported with its line and both widths") {
  CHECK(fault("a,b\n1,2\n1,2,3\n") == ":3:5: 3 fields where the header has 2");
  CHECK(fault("a,b\n1\n") == ":2:1: 1 fields where the header has 2");
  // Line breaks inside quotes count.
  CHECK_THAT(fault("a,b\n\"x\ny\",2\n1\n"), Contains(":4:1: 1 fields"));
}

TEST_CASE("where the pieces end in which a file is read makes no difference") {
  const char* texts[] = {
      "\xEF\xBB\xBF"
      "a,b\r\n\r\n\"x,\"\"y\"\"\",\"one\r\ntwo\"\r\n,\"\"\n1234567890,12345678901234567890",
      "a,b\n1,2\n3,\"four\n5,6\n", "a,b\n\"x\ny\",2\n\"1\"x,2\n", "a,b\n\n\n1\n", "\n\n"};
  for (const char* text : texts)
    for (std::size_t window = 1; window <= 80; ++window) {
      CAPTURE(text, window);
      CHECK(fault(text, {}, window) == fault(text));
      if (fault(text) == "no fault") CHECK(rows(text, window) == rows(text));
    }
}

TEST_CASE("numbers are finite and complete or reported with column name and place") {
  const TempFile file("a,b\n1.5,-2e3\n");
  CsvReader reader(file.path);
  REQUIRE(reader.next());
  CHECK(reader.number(0) == 1.5);
  CHECK(reader.number(1) == -2000);
  for (const char* bad : {"x", "", "1.5x", "inf", "nan", "1e999", " 1"}) {
    CAPTURE(bad);
    CHECK(fault(fmt::format("a,b\n1,2\n7,{}\n", bad), [](CsvReader& r) { r.number(1); }) ==
          fmt::format(":3:3: `b` = \"{}\" is not a finite number", bad));
  }
}

TEST_CASE("an unknown column names its neighbours and those there are") {
  const TempFile file("user_id,item_id\n");
  CsvReader reader(file.path);
  CHECK(reader.column("item_id") == 1);
  CHECK_THROWS_WITH(reader.column("usr_id"),
                    Contains("has no column `usr_id`, did you mean `user_id`?; columns are user_id, item_id"));
}

TEST_CASE("a missing file and a directory and an empty file are refused by name") {
  CHECK_THROWS_WITH(CsvReader("/no/such/file.csv"), "/no/such/file.csv: cannot be read: No such file or directory");
  CHECK_THROWS_WITH(CsvReader("/tmp"), "/tmp: is a directory, not a file");
  CHECK_THAT(fault(""), Contains("is empty; expected a header line"));
  CHECK_THAT(fault("\xEF\xBB\xBF\n"), Contains("is empty"));
}

TEST_CASE("a text written as a field is read back") {
  for (const char* text : {"plain", "", "a,b", "\"", "two\nlines", "\r\n", " blanks ", "größe"}) {
    CAPTURE(text);
    const TempFile file(fmt::format("{},last\n{},x\n", csv_field("a,\"name\""), csv_field(text)));
    CsvReader reader(file.path);
    CHECK(reader.header()[0] == "a,\"name\"");
    REQUIRE(reader.next());
    CHECK(reader.field(0) == text);
  }
  CHECK(csv_field("plain") == "plain");
}

TEST_CASE("a file is written whole or not at all") {
  const TempFile file("before");
  write_file(file.path, "after");
  CHECK(read_file(file.path) == "after");
  CHECK_FALSE(std::filesystem::exists(file.path.string() + ".part"));
  CHECK_THROWS_WITH(write_file("/no/such/folder/x.csv", "y"),
                    "/no/such/folder/x.csv: cannot be written: No such file or directory");
}
