#include "sim/sample_table.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::string header(const std::string& first, char letter) {
  std::string h = first;
  for (int k = 0; k < kLatentDims; ++k) h += fmt::format(",{}{}", letter, k);
  return h + "\n";
}

std::string latent(const std::string& first = "1") {
  std::string v = "," + first;
  for (int k = 1; k < kLatentDims; ++k) v += ",0.5";
  return v;
}

struct TemporaryFile {
  std::filesystem::path path;
  explicit TemporaryFile(const std::string& text)
      : path(std::filesystem::temp_directory_path() /
             fmt::format("feedloop_sample_table_{}.csv", static_cast<const void*>(this))) {
    write_file(path, text);
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
};

std::string items_error(const std::string& text, int categories = 5) {
  const TemporaryFile f(text);
  try {
    read_item_table(f.path, categories);
  } catch (const Error& e) {
    const std::string what = e.what(), name = f.path.string();
    REQUIRE(what.starts_with(name));
    return what.substr(name.size());
  }
  return "no error";
}

std::string users_error(const std::string& text) {
  const TemporaryFile f(text);
  try {
    read_user_table(f.path);
  } catch (const Error& e) {
    const std::string what = e.what(), name = f.path.string();
    REQUIRE(what.starts_with(name));
    return what.substr(name.size());
  }
  return "no error";
}

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

}  // namespace

TEST_CASE("rows of measured items are read and their vectors set to length one") {
  const TemporaryFile f(header("movie,category,appeal", 'v') + "Heat,2,-0.25" + latent() + "\n\"Ran, 1985\",0,1.5" +
                        latent("3") + "\n");
  const auto rows = read_item_table(f.path, 5);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].category == 2);
  CHECK(rows[0].appeal == -0.25);
  CHECK(rows[1].category == 0);
  for (const auto& r : rows) CHECK(static_cast<double>(dot(r.v, r.v)) == Approx(1).epsilon(1e-6));
  CHECK(static_cast<double>(rows[0].v[0] / rows[0].v[1]) == Approx(2).epsilon(1e-6));
  CHECK(static_cast<double>(rows[1].v[0] / rows[1].v[1]) == Approx(6).epsilon(1e-6));
}

TEST_CASE("rows of measured users are read") {
  const TemporaryFile f(header("activity", 'p') + "0.5" + latent() + "\n100" + latent() + "\n");
  const auto rows = read_user_table(f.path);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].activity == 0.5);
  CHECK(rows[1].activity == 100);
  CHECK(static_cast<double>(dot(rows[0].p, rows[0].p)) == Approx(1).epsilon(1e-6));
}

TEST_CASE("a bad row of items is named by line and column") {
  const std::string h = header("category,appeal", 'v'), good = "1,0" + latent() + "\n";
  CHECK_THAT(items_error(h + good + "5,0" + latent() + "\n"), StartsWith(":3:1: ") && Contains("0..4"));
  CHECK_THAT(items_error(h + good + "-1,0" + latent() + "\n"), StartsWith(":3:1: "));
  CHECK_THAT(items_error(h + "1.5,0" + latent() + "\n"), StartsWith(":2:1: "));
  CHECK_THAT(items_error(h + "1,loud" + latent() + "\n"), StartsWith(":2:3: ") && Contains("loud") && Contains("appeal"));
  CHECK_THAT(items_error(h + "1,nan" + latent() + "\n"), StartsWith(":2:3: "));
  CHECK_THAT(items_error(h + "1,0" + latent("inf") + "\n"), StartsWith(":2:5: "));
  CHECK_THAT(items_error(h + "1,0" + latent("") + "\n"), StartsWith(":2:5: "));
  CHECK_THAT(items_error(h + "1,0" + latent("1e30") + "\n"), StartsWith(":2:5: "));  // its square overflows
  CHECK_THAT(items_error(h + good + "\n1,0\n"), StartsWith(":4:") && Contains("18"));
}

TEST_CASE("a vector without length is named") {
  std::string row = "1,0";
  for (int k = 0; k < kLatentDims; ++k) row += ",0";
  CHECK_THAT(items_error(header("category,appeal", 'v') + row + "\n"), StartsWith(":2:5: ") && Contains("no length"));
}

TEST_CASE("a missing column is named with the nearest one") {
  CHECK_THAT(items_error(header("categry,appeal", 'v') + "1,0" + latent() + "\n"),
             StartsWith(":1:1: ") && Contains("`category`") && Contains("did you mean `categry`"));
  CHECK_THAT(items_error("category,appeal\n1,0\n"), StartsWith(":1:1: ") && Contains("`v0`"));
}

TEST_CASE("a bad row of users is named by line and column") {
  const std::string h = header("activity", 'p');
  CHECK_THAT(users_error(h + "0" + latent() + "\n"), StartsWith(":2:1: ") && Contains("(0, 100]"));
  CHECK_THAT(users_error(h + "1" + latent() + "\n-2" + latent() + "\n"), StartsWith(":3:1: "));
  CHECK_THAT(users_error(h + "101" + latent() + "\n"), StartsWith(":2:1: "));
}

TEST_CASE("tables without rows or without a file are refused") {
  CHECK_THAT(items_error(header("category,appeal", 'v')), Contains("no rows"));
  CHECK_THAT(users_error(header("activity", 'p')), Contains("no rows"));
  CHECK_THAT(items_error(""), Contains("empty"));
  CHECK_THROWS_AS(read_item_table("/nonexistent/items.csv", 5), Error);
}

TEST_CASE("the zero vector is set to the first axis") {
  Latent v{};
  normalise(v);
  CHECK(v[0] == 1);
  CHECK(dot(v, v) == 1);
}
