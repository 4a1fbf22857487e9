#include "data/csv_export.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/random.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;
using Catch::Contains;
using Catch::EndsWith;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<MetricInfo> infos(const std::vector<std::string>& names) {
  std::vector<MetricInfo> out;
  for (const std::string& name : names) out.push_back({name, name, "", 1, 2, Direction::Neither, ""});
  return out;
}

VariantReport variant(const std::string& name, std::int64_t units, double ctr) {
  return {name, 0.5, units, 20, 30, {{"ctr", ctr, 0.25, units}, {"Gini of \"exposure\"", 0.75, kNoValue, units}}};
}

// Two layers, one with awkward names; three units.
Report sample() {
  Report r;
  ExperimentReport e;
  e.layer = "Home Page/2";
  e.variants = {variant("control", 2, 0.5), variant("a, \"b\"\nc", 1, 0.1)};
  EffectReport x;
  x.variant = "a, \"b\"\nc";
  x.metric = "ctr";
  x.effect = -0.4;
  x.ci = {-0.5, -0.3};
  x.lift_ci = {-kInf, kInf};
  x.sequential.p = 1;
  x.verdict = "worse";
  e.effects = {x};
  ExperimentReport other;
  other.layer = "ctr_num";  // the name of a metric's column
  other.variants = {{"größe", 1, 3, 20, 30, {}}, {"x", 0, 0, 0, 0, {}}};
  r.experiments = {e, other};
  r.series = {{"Home Page/2", "control", "ctr", {1, 2}, {0.5, 0.1 + 0.2}, {kNoValue}, {kNoValue, 0.75}}};
  return r;
}

// The report's archive.
void write_archive(const std::filesystem::path& file) {
  Archive a = Archive::create(file, {"tiny", "name = \"tiny\"\n", "0123456789abcdef", 7, "build", 3, 2});
  a.begin_units();
  for (std::uint32_t u = 0; u < 3; ++u)
    a.unit(10 - u, 0.1 * u, {u % 2 ? "a, \"b\"\nc" : "control", "größe"}, infos({"ctr", "D1 kept"}), {1.0 + u, kNoValue},
           {10, kNoValue});
  a.commit_units();
  a.finish();
}

std::string failure(const std::filesystem::path& file, const std::filesystem::path& folder, const Report& report = sample()) {
  Archive a = Archive::open(file, ArchiveMode::Read);
  return error_of([&] { export_csv(a, report, folder); });
}

}  // namespace

TEST_CASE("a number of a table reads back to the same bits and a missing one is an empty field") {
  CHECK(csv_number(kNoValue).empty());
  CHECK(csv_number(kInf) == "Inf");
  CHECK(csv_number(-kInf) == "-Inf");
  CHECK(csv_number(0.1) == "0.1");
  CHECK(csv_number(0.1 + 0.2) == "0.30000000000000004");
  CHECK(csv_number(-0.0) == "-0.0");
  CHECK(csv_number(1e300) == "1e+300");
  const auto same = [](double x) {
    const std::string s = csv_number(x);
    double back = 0;
    const auto r = std::from_chars(s.data(), s.data() + s.size(), back);
    return r.ptr == s.data() + s.size() && std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(x);
  };
  for (const double x :
       {0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993.0, 1e16, 123456.0})
    CHECK(same(x));
  Rng rng = stream({71}, Stream::Test, entity_key(0));
  int tried = 0, wrong = 0;
  while (tried < 100'000) {  // over all exponents
    const std::uint64_t high = rng(), low = rng();
    const double x = std::bit_cast<double>(high << 32 | low);
    if (!std::isfinite(x)) continue;
    ++tried;
    wrong += !same(x);
  }
  CHECK(wrong == 0);
}

TEST_CASE("a column's name is made of lower-case letters and digits and underscores") {
  CHECK(column_name("d1_retention") == "d1_retention");
  CHECK(column_name("Home Page/2") == "home_page_2");
  CHECK(column_name("  größe  ") == "gr_e");
  CHECK(column_name("2nd") == "x_2nd");
  CHECK(column_name("日本") == "unnamed");
}

TEST_CASE("the tables of a report hold its numbers") {
  const Report r = sample();
  CHECK(daily_csv(r).text ==
        "layer,variant,metric,day,value,low,high\n"
        "Home Page/2,control,ctr,1,0.5,,\n"
        "Home Page/2,control,ctr,2,0.30000000000000004,,0.75\n");
  CHECK(daily_csv(r).rows == 2);
  CHECK(effects_csv(r).text ==
        "layer,variant,control,metric,value,control_value,effect,se,ci_low,ci_high,lift,lift_low,lift_high,p,always_valid_p,"
        "always_valid_low,always_valid_high,adjusted_p,verdict\n"
        "Home Page/2,\"a, \"\"b\"\"\nc\",control,ctr,0.1,0.5,-0.4,,-0.5,-0.3,,-Inf,Inf,,1,,,,worse\n");
  CHECK(variants_csv(r).text ==
        "layer,variant,position,share,units,requests,impressions,ctr,ctr_se,ctr_n,gini_of_exposure,gini_of_exposure_se,"
        "gini_of_exposure_n\n"
        "Home Page/2,control,0,0.5,2,20,30,0.5,0.25,2,0.75,,2\n"
        "Home Page/2,\"a, \"\"b\"\"\nc\",1,0.5,1,20,30,0.1,0.25,1,0.75,,1\n"
        "ctr_num,größe,0,1,3,20,30,,,,,,\n"
        "ctr_num,x,1,0,0,0,0,,,,,,\n");
  Report with_group = r;
  with_group.experiments[0].group_effects.emplace_back();
  with_group.experiments[0].group_effects[0].variant = "control";
  with_group.experiments[0].group_effects[0].metric = "ctr";
  with_group.experiments[0].group_effects[0].effect = 0.25;
  CHECK(effects_csv(with_group).rows == effects_csv(r).rows + 1);
  CHECK_THAT(effects_csv(with_group).text, EndsWith("Home Page/2,control,control,ctr,0.5,0.5,0.25,,,,,,,,,,,,\n"));
  Report with_truth = r;
  with_truth.experiments[0].truth = {{"t", "ctr", 0.5, 0.25, -0.125, true, -0.25, 0.125, 0.25},
                                     {"t", "gini", 1, 0.5, kNoValue, false}};
  CHECK(truth_csv(with_truth).text ==
        "layer,variant,metric,effect,se,bias,covered,spill_on_treated,spill_on_control,sampling\n"
        "Home Page/2,t,ctr,0.5,0.25,-0.125,TRUE,-0.25,0.125,0.25\nHome Page/2,t,gini,1,0.5,,,,,\n");
  CHECK(truth_csv(with_truth).rows == 2);
}

TEST_CASE("units are exported in the order of users under a column for each layer and sum") {
  const TemporaryFolder folder;
  write_archive(folder / "run.db");
  Archive a = Archive::open(folder / "run.db", ArchiveMode::Read);
  const auto files = export_csv(a, sample(), folder / "out");
  REQUIRE(files.size() == 4);  // no truth was asked
  CHECK(files[0].file == folder / "out/units.csv");
  CHECK(files[0].rows == 3);
  CHECK(read_file(folder / "out/units.csv") ==
        "user,entry_day,home_page_2,ctr_num,ctr_num_2,ctr_den,d1_kept_num,d1_kept_den\n"
        "8,0.2,control,größe,3,10,,\n"
        "9,0.1,\"a, \"\"b\"\"\nc\",größe,2,10,,\n"
        "10,0,control,größe,1,10,,\n");
  for (const ExportedFile& f : files) {
    CsvReader reader(f.file);  // as others read it: every record has the header's fields
    std::int64_t rows = 0;
    while (reader.next()) ++rows;
    CHECK(rows == f.rows);
    CHECK_FALSE(std::filesystem::exists(f.file.string() + ".part"));
  }
}

TEST_CASE("the truth has a table where it was asked for") {
  const TemporaryFolder folder;
  write_archive(folder / "run.db");
  Archive a = Archive::open(folder / "run.db", ArchiveMode::Read);
  Report r = sample();
  r.experiments[0].truth = {{"control", "ctr", 0.5, 0.25, 0.125, true}};
  CHECK(export_csv(a, r, folder / "out").back().file == folder / "out/truth.csv");
}

TEST_CASE("an export replaces nothing and a refused one leaves nothing") {
  const TemporaryFolder folder;
  const auto file = folder / "run.db", out = folder / "out";
  write_archive(file);
  CHECK(failure(file, out) == "no error");
  const std::string before = read_file(out / "units.csv");
  CHECK(failure(file, out) ==
        fmt::format("{}: exists and is not overwritten; give another folder with -o", (out / "units.csv").string()));
  CHECK(read_file(out / "units.csv") == before);
  std::filesystem::create_directory(folder / "stale");
  folder.write("stale/truth.csv", "of another run\n");  // would be taken for this run's
  CHECK_THAT(failure(file, folder / "stale"), Contains("truth.csv: exists"));
  CHECK_FALSE(std::filesystem::exists(folder / "stale/units.csv"));
  CHECK_THAT(failure(file, folder / "no/such"), Contains("no/such: cannot be made: No such file or directory"));
  CHECK_THAT(failure(file, file), Contains("run.db: is a file, not a folder"));
  Report more = sample();
  more.experiments[0].variants[0].units = 99;
  CHECK_THAT(failure(file, folder / "damaged", more),
             Contains("run.db: is damaged (it holds 3 units and its report counts 100)"));
  more.experiments.pop_back();
  CHECK_THAT(failure(file, folder / "damaged", more), Contains("its units are of 2 experiments and its report of 1"));
  CHECK_FALSE(std::filesystem::exists(folder / "damaged"));
  Archive::create(folder / "bare.db", {"tiny", "", "", 7, "build", 3, 2});
  CHECK_THAT(failure(folder / "bare.db", folder / "damaged"), Contains("bare.db: holds no units"));
  CHECK_FALSE(std::filesystem::exists(folder / "damaged"));
}
