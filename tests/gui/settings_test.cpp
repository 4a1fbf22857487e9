#include "gui/settings.hpp"

#include <cstdlib>

#include "base/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace feedloop;

TEST_CASE("Settings come back as they were saved") {
  const TemporaryFolder dir;
  setenv("XDG_CONFIG_HOME", (dir / "config").c_str(), 1);
  const std::filesystem::path file = settings_file();
  CHECK(file == dir / "config" / "feedloop" / "dashboard.json");
  CHECK(load_settings(file) == DashboardSettings{});
  const DashboardSettings s{1700, 990, 1.25, "light", "/a/b.toml", true, true, {{"quickstart", 0.001}}};
  REQUIRE(save_settings(file, s));
  CHECK(load_settings(file) == s);
}

TEST_CASE("Damaged settings are defaults, and whole parts of them are kept") {
  const TemporaryFolder dir;
  for (const char* text :
       {"", "{", "[]", "null", "{\"width\": \"wide\"}", "{\"zoom\": 1e99}", "{\"width\": -5, \"height\": 1e12}"})
    CHECK(load_settings(dir.write("s.json", text)) == DashboardSettings{});
  const DashboardSettings s =
      load_settings(dir.write("s.json", R"({"theme": "light", "zoom": "big", "seconds_per_user_day": {"a": -1, "b": 2}})"));
  CHECK(s.theme == "light");
  CHECK(s.zoom == 1);
  CHECK(s.seconds_per_user_day == std::map<std::string, double>{{"b", 2}});
}

TEST_CASE("Settings that cannot be written cost nothing but the memory") {
  const TemporaryFolder dir;
  dir.write("file", "in the way");
  CHECK_FALSE(save_settings(dir / "file" / "feedloop" / "dashboard.json", {}));
  CHECK_FALSE(save_settings({}, {}));
  CHECK(load_settings(dir / "file" / "dashboard.json") == DashboardSettings{});
}
