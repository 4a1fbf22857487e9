#include "data/bandit_log.hpp"

#include "base/error.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

struct Input {
  TemporaryFolder folder;
  BanditLogSource source;
  explicit Input(const std::string& text) { source.file = folder.write("log.csv", text); }
  BanditLog read() const { return read_bandit_log(source); }
  std::string error() const {
    return error_of([&] { read(); });
  }
};

const std::string kHead = "timestamp,item_id,position,click,propensity_score\n";

}  // namespace

TEST_CASE("a log of decisions is read by the usual names of its columns") {
  const BanditLog log = Input(kHead + "2,10,2,1,0.5\n1,9,1,0,0.25\n1,10,1,0,0.125\n").read();
  CHECK(log.actions == std::vector<std::string>{"9", "10"});
  CHECK(log.positions == std::vector<std::string>{"1", "2"});
  CHECK(log.action == std::vector<std::uint32_t>{1, 0, 1});
  CHECK(log.order == std::vector<std::uint32_t>{2, 0, 1});  // equal times stay in the file's order
  CHECK(log.reward == std::vector<double>{1, 0, 0});
  CHECK(log.propensity == std::vector<double>{0.5, 0.25, 0.125});
  CHECK(log.line == std::vector<std::int32_t>{2, 3, 4});
  CHECK(log.units == 3);
  CHECK_FALSE(log.has_unit);
}

TEST_CASE("rows are chosen by value and belong to users and pages") {
  Input input(
      "user,request,item,clicked,propensity,marginal,variant\nu,r,1,1,0.5,0.1,a\nu,r,2,0,0.5,0.2,a\nv,s,1,0,0.5,0.3,b\n");
  CHECK(input.read().units == 2);
  CHECK(input.read().slates == 2);
  CHECK(input.read().propensity_column == "marginal");
  input.source.where = {{"variant", "a"}};
  CHECK(input.read().size() == 2);
  input.source.where = {{"variant", "c"}};
  CHECK_THAT(input.error(), Contains("no row with the values asked for"));
  input.source.where.clear();
  input.source.conditional = true;
  CHECK(input.read().propensity_column == "propensity");
}

TEST_CASE("every fault of a log of decisions is told with its line and column") {
  CHECK_THAT(Input(kHead + "1,9,1,0,0\n").error(),
             Contains("log.csv:2:9: `propensity_score` = 0 is not a propensity; allowed is (0, 1]"));
  CHECK_THAT(Input(kHead + "1,9,1,0,0.5\n1,9,1,0,1.01\n").error(), Contains("log.csv:3:9: `propensity_score` = 1.01"));
  CHECK_THAT(Input(kHead + "1,9,1,0,\n").error(), Contains("log.csv:2:9: `propensity_score` is missing"));
  CHECK_THAT(Input(kHead + "1,9,1,0,nan\n").error(), Contains("log.csv:2:9") && Contains("not a finite number"));
  CHECK_THAT(Input(kHead + "1,9,1,yes,0.5\n").error(), Contains("log.csv:2:7: `click` = \"yes\" is not a finite number"));
  CHECK_THAT(Input(kHead + "1,,1,0,0.5\n").error(), Contains("log.csv:2:3: `item_id` is empty"));
  CHECK_THAT(Input(kHead + "1,9,1,0,0.7\n1,8,1,0,0.7\n").error(),
             Contains("log.csv:2: propensities at position 1 add up to 1.4"));
  CHECK_THAT(Input(kHead).error(), Contains("has no rows"));
  CHECK_THAT(Input("item,click\n1,0\n").error(), Contains("has no propensities") && Contains("--propensity-column"));
  CHECK_THAT(Input("itme,click,pscore\n1,0,1\n").error(), Contains("--action-column") && Contains("did you mean `itme`"));
  Input ranged(kHead + "1,9,1,3,0.5\n");
  ranged.source.reward_range = Interval{0, 1};
  CHECK_THAT(ranged.error(), Contains("log.csv:2:7: `click` = 3 is outside the rewards' range [0, 1]"));
}
