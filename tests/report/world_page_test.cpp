#include "report/world_page.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

WorldFacts some() {
  WorldFacts f;
  f.users = 4000;
  f.ctr = 0.1234;
  f.slot_ctr = {0.3, 0.2, 0.1};
  f.slot_seen = {1, 0.7, 0.5};
  f.shown = {100, 50, 20, 5, 0};
  f.ratio_share.assign(21, 1.0 / 21);
  f.daily_users = {5, 6, 7};
  f.retention = {1, 0.4, 0.3};
  f.days = 3;
  return f;
}

}  // namespace

TEST_CASE("the page of a world names every constant of it and what is known from outside") {
  const Scenario scenario = parse_scenario(
      "name = \"w\"\nworld.examination.eta = 0.7\n[[variant]]\nname = \"a\"\nshare = 0.5\n[[variant]]\nname = \"b\"\nshare = "
      "0.5\n",
      "w.toml");
  const std::string page = world_markdown(scenario, some(), {1.5, 2.0}, "pictures/world");
  for (const Parameter& p : schema().rows())
    if (p.path.starts_with("world.")) CHECK_THAT(page, Contains("| `" + p.path + "` |"));
  CHECK_THAT(page, Contains("| `world.examination.eta` | 0.7 |") && Contains("Joachims et al. 2017"));
  CHECK_THAT(page, Contains("| CTR | 12.34 % |") && Contains("s = 1.50, q = 2.0") && Contains("pictures/world/ranks.svg"));
  CHECK_THAT(page, !Contains("nan"));
  CHECK_THAT(world_text(some(), {}, {}), Contains("12.34 %") && !Contains("nan"));
}

TEST_CASE("pictures stand alone and say so where there is nothing to draw") {
  for (const auto& [name, svg] : world_pictures(some(), {1.5, 2.0})) {
    INFO(name);
    CHECK_THAT(svg, StartsWith("<svg") && Contains("xmlns=") && !Contains("var(--") && Contains("<style>"));
  }
  WorldFacts nothing;
  for (const auto& [name, svg] : world_pictures(nothing, {}))
    if (name != "hours.svg") CHECK_THAT(svg, Contains("not enough data"));
}
