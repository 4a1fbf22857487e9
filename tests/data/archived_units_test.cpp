#include "data/archived_units.hpp"

#include <cmath>

#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"
#include "tests/support/temporary_folder.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

Report archive_run(const fs::path& path, const Scenario& s) {
  Archive archive = Archive::create(path, {s.name, s.toml, "0", s.seed(), "build", 60, 2, s.sets});
  const Report report = run(s, {.units = &archive});
  archive.store_report(report, "{}");
  archive.finish();
  return report;
}

}  // namespace

TEST_CASE("the units of an archive add up to what its report says") {
  const TemporaryFolder folder;
  const Scenario s = SmallScenario{.users = 60, .items = 80}.make();
  const Report report = archive_run(folder / "a.db", s);
  const ArchivedUnits units = read_archived_units(folder / "a.db", {});
  CHECK_FALSE(units.identical);
  CHECK(units.seed == s.seed());
  CHECK(units.variants == std::vector<std::string>{"control", "treatment"});
  CHECK(units.shares == std::vector<double>{0.5, 0.5});
  const auto& variants = report.experiments[0].variants;
  REQUIRE(units.metrics[0].metric == "ctr");
  CHECK(units.metrics[0].num.size() == static_cast<std::size_t>(variants[0].units + variants[1].units));
  double clicks = 0, impressions = 0;
  for (std::size_t u = 0; u < units.metrics[0].num.size(); ++u)
    clicks += units.metrics[0].num[u], impressions += units.metrics[0].den[u];
  CHECK(impressions == static_cast<double>(report.impressions));
  CHECK(clicks > 0);
  const ArchivedUnits chosen = read_archived_units(folder / "a.db", {"d1_retention", "ctr"});
  REQUIRE(chosen.metrics.size() == 2);
  CHECK(chosen.metrics[1].num == units.metrics[0].num);
}

TEST_CASE("an A/A archive is known as one, by what its command line said too") {
  const TemporaryFolder folder;
  archive_run(folder / "aa.db", SmallScenario{.users = 60, .items = 80, .treatment = ""}.make());
  CHECK(read_archived_units(folder / "aa.db", {"ctr"}).identical);
  archive_run(folder / "ab.db",
              SmallScenario{.users = 60, .items = 80, .treatment = "", .sets = {"treatment.policy.name=random"}}.make());
  CHECK_FALSE(read_archived_units(folder / "ab.db", {"ctr"}).identical);
}

TEST_CASE("sums adjusted by the past keep their totals, and an archive without a past says so") {
  const TemporaryFolder folder;
  archive_run(folder / "a.db", SmallScenario{.users = 60, .items = 80}.make());
  const ArchivedUnits plain = read_archived_units(folder / "a.db", {"watch_per_user_day", "ctr"});
  const ArchivedUnits adjusted = read_archived_units(folder / "a.db", {"watch_per_user_day", "ctr"}, true);
  REQUIRE(adjusted.metrics.size() == 2);
  for (std::size_t m = 0; m < 2; ++m) {
    double before = 0, after = 0;
    for (std::size_t u = 0; u < plain.metrics[m].num.size(); ++u)
      before += plain.metrics[m].num[u], after += adjusted.metrics[m].num[u];
    CHECK(after == Approx(before));
    CHECK(adjusted.metrics[m].num != plain.metrics[m].num);
    CHECK(adjusted.metrics[m].den == plain.metrics[m].den);
  }
  archive_run(folder / "new.db", SmallScenario{.users = 60, .items = 80, .warmup_days = 0}.make());
  CHECK(error_of([&] { read_archived_units(folder / "new.db", {"ctr"}, true); }).find("nothing of its units' past") !=
        std::string::npos);
}

TEST_CASE("what has no units to assign is refused with its path") {
  const TemporaryFolder folder;
  const Scenario s = SmallScenario{.users = 60, .items = 80}.make();
  const auto error = [&](const char* file, const std::vector<std::string>& metrics) {
    return error_of([&] { read_archived_units(folder / file, metrics); });
  };
  CHECK(error("none.db", {}).find("none.db") != std::string::npos);
  { Archive::create(folder / "begun.db", {s.name, s.toml, "0", s.seed(), "build", 60, 2}); }
  CHECK(error("begun.db", {}).find("begun.db: has no report yet") != std::string::npos);
  archive_run(folder / "a.db", s);
  CHECK(error("a.db", {"ctrr"}).find("did you mean `ctr`?") != std::string::npos);
}

}  // namespace feedloop
