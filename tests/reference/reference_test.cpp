#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "tests/reference/operations.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop::reference;

namespace {

json read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return json::parse(in);
}

const Operation* find(const std::string& family, const std::string& op) {
  static const std::vector<Operation> all = operations();
  for (const Operation& o : all)
    if (o.family == family && o.op == op) return &o;
  return nullptr;
}

Tally run_family(const json& family) {
  Tally total;
  for (const json& test_case : family.at("cases")) {
    const std::string op = test_case.at("op");
    if (const Operation* o = find(family.at("family"), op)) {
      total.add(compare_case(test_case, o->answer(test_case.at("input"))));
    } else {
      ++total.skipped;
      ++total.lacking["operation " + op];
    }
  }
  return total;
}

std::string lacking_text(const Tally& t) {
  std::string text;
  for (const auto& [name, times] : t.lacking) text += fmt::format("{}{} x{}", text.empty() ? "" : ", ", name, times);
  return text;
}

}  // namespace

TEST_CASE("answers agree with the reference implementations") {
  if (!std::filesystem::exists(folder() / "index.json")) {
    WARN("skipped: there are no reference answers in " << folder().string() << "; set FEEDLOOP_FIXTURES to their folder");
    return;
  }
  Tally total;
  std::vector<std::string> families;
  for (const auto& entry : std::filesystem::directory_iterator(folder()))
    if (entry.path().extension() == ".json" && entry.path().stem() != "index") families.push_back(entry.path().stem().string());
  std::sort(families.begin(), families.end());
  for (const std::string& name : families) {
    const Tally t = run_family(read(folder() / (name + ".json")));
    fmt::print("{:<22} {:>4} cases ran, {:>6} values compared, {:>4} skipped{}{}\n", name, t.ran, t.fields, t.skipped,
               t.lacking.empty() ? "" : "; we lack ", lacking_text(t));
    for (const std::string& fault : t.faults) FAIL_CHECK(name << ": " << fault);
    total.add(t);
  }
  fmt::print("{:<22} {:>4} cases ran, {:>6} values compared, {:>4} skipped\n", "all", total.ran, total.fields, total.skipped);
  CHECK(total.ran > 0);
}

TEST_CASE("a wrong answer is a fault and a missing one is lacking") {
  const json test_case = json::parse(R"({"name": "n", "op": "o", "input": {}, "tol": {"rel": 1e-3, "abs": 0,
    "fields": {"wide": {"rel": 0, "abs": 1}}}, "expected": {"x": 100, "wide": 5, "nan": "NaN", "list": [1, "Infinity"], "none": 3}})");
  const double nan = number("NaN"), inf = number("Infinity");
  const json right{{"x", 100.05}, {"wide", 5.9}, {"nan", nan}, {"list", {1, inf}}};
  const Tally good = compare_case(test_case, right);
  CHECK(good.faults.empty());
  CHECK(good.fields == 5);
  CHECK(good.ran == 1);
  CHECK(good.lacking.at("none") == 1);

  for (const auto& [field, wrong] : std::initializer_list<std::pair<const char*, json>>{
           {"x", 100.2}, {"x", nan}, {"wide", 6.1}, {"nan", 0.0}, {"list", {1, 2}}, {"list", {1, -inf}}, {"list", {1}}}) {
    json got = right;
    got[field] = wrong;
    CAPTURE(field, wrong.dump());
    CHECK(compare_case(test_case, got).faults.size() == 1);
  }
}

TEST_CASE("an undefined reference asks only that ours is undefined too") {
  const json test_case =
      json::parse(R"({"name": "n", "op": "o", "input": {}, "tol": {}, "expected": {"status": "ZERO_VARIANCE"}})");
  CHECK(compare_case(test_case, {{"status", "not enough data"}}).faults.empty());
  CHECK(compare_case(test_case, {{"status", "OK"}}).faults.size() == 1);
}

TEST_CASE("every operation in our table stands in the reference files") {
  if (!std::filesystem::exists(folder() / "index.json")) {
    WARN("skipped: no reference answers");
    return;
  }
  for (const Operation& o : operations()) {
    const json family = read(folder() / (std::string(o.family) + ".json"));
    const auto& cases = family.at("cases");
    CAPTURE(o.family, o.op);
    CHECK(std::any_of(cases.begin(), cases.end(), [&](const json& c) { return c.at("op") == o.op; }));
  }
}
