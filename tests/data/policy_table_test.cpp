#include "data/policy_table.hpp"

#include "base/error.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

std::string fault(const std::string& text) {
  TemporaryFolder folder;
  return error_of([&] { read_policy_table(folder.write("p.csv", text)); });
}

}  // namespace

TEST_CASE("a policy is read from long and wide tables alike") {
  TemporaryFolder folder;
  const PolicyTable wide = read_policy_table(folder.write("w.csv", "item_id,alpha,p_pos1,p_pos2\na,7,0.25,1\nb,9,0.75,0\n"));
  const PolicyTable tall = read_policy_table(folder.write("l.csv", "action,position,prob\na,1,0.25\nb,1,0.75\nb,2,0\na,2,1\n"));
  for (const PolicyTable& t : {wide, tall}) {
    CHECK(t.actions == std::vector<std::string>{"a", "b"});
    CHECK(t.positions == std::vector<std::string>{"1", "2"});
    CHECK(t.probability == std::vector<double>{0.25, 0.75, 1, 0});
  }
  const PolicyTable plain = read_policy_table(folder.write("p.csv", "action,probability\nx,1\n"));
  CHECK(plain.positions == std::vector<std::string>{""});
}

TEST_CASE("every fault of a policy table is told with its place") {
  CHECK_THAT(fault("action,prob\na,0.5\nb,0.6\n"), Contains("p.csv:3: probabilities add up to 1.1, not 1"));
  CHECK_THAT(fault("action,position,prob\na,1,1\na,2,0.7\n"), Contains("p.csv:3: probabilities at position 2 add up to 0.7"));
  CHECK_THAT(fault("action,prob\na,1.5\n"), Contains("p.csv:2:3: `prob` = 1.5 is outside [0, 1]"));
  CHECK_THAT(fault("action,prob\na,-0.1\n"), Contains("p.csv:2:3"));
  CHECK_THAT(fault("action,prob\na,0.5\na,0.5\n"), Contains("p.csv:3:1: action `a` is listed twice"));
  CHECK_THAT(fault("action,weight\na,1\n"), Contains("p.csv:1:1") && Contains("probability"));
  CHECK_THAT(fault("action,prob\n"), Contains("no rows"));
}
