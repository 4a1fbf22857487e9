#include "base/parameters.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

struct Greedy {
  double epsilon = 0.05;
  std::int64_t slots = 10;
  void describe(Describe& d) {
    d.number("epsilon", epsilon, {0, 1}, "probability", "Chance that a slot explores.");
    d.integer("slots", slots, {1, 50}, "items", "Size of a slate.");
  }
};

struct World {
  bool churn = true;
  std::string preset = "video";
  std::string title;
  Greedy greedy;
  void describe(Describe& d) {
    d.flag("churn", churn, "Users may leave.");
    d.text("preset", preset, {"video", "news"}, "What is served.");
    d.text("title", title, {}, "Any words.");
    d.group("policy", greedy);
  }
};

const Schema& schema() {
  static const Schema s = [] {
    Schema built;
    World w;
    built.add("world", w);
    return built;
  }();
  return s;
}

const Place kHere{"a.toml", 4, 7};

}  // namespace

TEST_CASE("one description gives the table of parameters in order") {
  std::vector<std::string> paths;
  for (const Parameter& p : schema().rows()) paths.push_back(p.path);
  CHECK(paths ==
        std::vector<std::string>{"world.churn", "world.preset", "world.title", "world.policy.epsilon", "world.policy.slots"});
  const Parameter* epsilon = schema().find("world.policy.epsilon");
  REQUIRE(epsilon);
  CHECK(std::get<double>(epsilon->initial) == 0.05);
  CHECK(epsilon->unit == "probability");
  CHECK(epsilon->allowed() == "a number in [0, 1]");
  CHECK(schema().find("world.policy.slots")->allowed() == "a whole number in [1, 50]");
  CHECK(schema().find("world.preset")->allowed() == "one of video, news");
  CHECK(schema().find("epsilon") == nullptr);
}

TEST_CASE("values set are the values read and the others keep their defaults") {
  Settings s(schema());
  s.set("world.policy.epsilon", 0.2, kHere);
  s.set("world.preset", std::string("news"), kHere);
  const World w = s.read<World>("world");
  CHECK(w.greedy.epsilon == 0.2);
  CHECK(w.greedy.slots == 10);
  CHECK(w.preset == "news");
  CHECK(w.churn);
  CHECK(s.read<Greedy>("world.policy").epsilon == 0.2);
}

TEST_CASE("an unknown key is refused with its place and the nearest known one") {
  Settings s(schema());
  CHECK_THROWS_WITH(s.set("world.policy.epsilom", 0.1, kHere),
                    "a.toml:4:7: unknown key `world.policy.epsilom`; did you mean `world.policy.epsilon`?");
  CHECK_THROWS_WITH(s.set("engine.retrieval.slots", std::int64_t{1}, kHere), Contains("did you mean `world.policy.slots`?"));
  CHECK_THROWS_WITH(s.set("completely.different.thing", 1.0, kHere), Contains("`feedloop params` lists all keys"));
}

TEST_CASE("a value of the wrong type is refused and whole numbers are fine numbers") {
  Settings s(schema());
  CHECK_THROWS_WITH(s.set("world.policy.slots", 2.5, kHere),
                    Contains("has the wrong type; allowed is a whole number in [1, 50]"));
  CHECK_THROWS_WITH(s.set("world.churn", std::int64_t{1}, kHere), Contains("allowed is true or false"));
  CHECK_THROWS_WITH(s.set("world.policy.epsilon", std::string("high"), kHere), Contains("wrong type"));
  s.set("world.policy.epsilon", std::int64_t{1}, kHere);
  CHECK(std::get<double>(s.at("world.policy.epsilon")) == 1.0);
}

TEST_CASE("a value out of range is refused and the ends of the range are allowed") {
  Settings s(schema());
  CHECK_THROWS_WITH(s.set("world.policy.epsilon", 1.5, kHere),
                    "a.toml:4:7: `world.policy.epsilon` = 1.5 is out of range; allowed is a number in [0, 1]");
  CHECK_THROWS_AS(s.set("world.policy.slots", std::int64_t{51}, kHere), Error);
  CHECK_THROWS_AS(s.set("world.policy.epsilon", std::numeric_limits<double>::quiet_NaN(), kHere), Error);
  s.set("world.policy.epsilon", 0.0, kHere);
  s.set("world.policy.slots", std::int64_t{50}, kHere);
}

TEST_CASE("an unknown choice is refused with the nearest and all choices") {
  Settings s(schema());
  CHECK_THROWS_WITH(s.set("world.preset", std::string("vidoe"), kHere),
                    Contains("did you mean \"video\"?; allowed is one of video, news"));
  s.set("world.title", std::string("any words at all"), kHere);
}

TEST_CASE("a refused value leaves the settings as they were") {
  Settings s(schema());
  const auto before = s.digest();
  CHECK_THROWS_AS(s.set("world.policy.epsilon", 7.0, kHere), Error);
  CHECK(s.digest() == before);
}

TEST_CASE("texts from a command line are read by the type of their key") {
  Settings s(schema());
  const Place where{"--set"};
  s.set_text("world.policy.epsilon=0.25", where);
  s.set_text("world.policy.slots=12", where);
  s.set_text("world.churn=false", where);
  s.set_text("world.title=a=b, 7 and true", where);
  const World w = s.read<World>("world");
  CHECK(w.greedy.epsilon == 0.25);
  CHECK(w.greedy.slots == 12);
  CHECK_FALSE(w.churn);
  CHECK(w.title == "a=b, 7 and true");
  s.set_text("world.title=true", where);
  CHECK(std::get<std::string>(s.at("world.title")) == "true");
  CHECK_THROWS_WITH(s.set_text("world.churn", where), Contains("--set: `world.churn` is not of the form key=value"));
  CHECK_THROWS_AS(s.set_text("world.policy.slots=1.5", where), Error);
  CHECK_THROWS_AS(s.set_text("world.policy.slots=many", where), Error);
  CHECK_THROWS_AS(s.set_text("world.policy.slots=", where), Error);
  CHECK_THROWS_WITH(s.set_text("world.polcy.slots=3", where), Contains("did you mean `world.policy.slots`?"));
}

TEST_CASE("the digest changes with any value below its prefix and with nothing else") {
  Settings a(schema()), b(schema());
  CHECK(a.digest() == b.digest());
  b.set("world.policy.epsilon", 0.06, kHere);
  CHECK(a.digest() != b.digest());
  CHECK(a.digest("world.policy") != b.digest("world.policy"));
  CHECK(a.digest("world.title") == b.digest("world.title"));
  b.set("world.policy.epsilon", 0.05, kHere);
  CHECK(a.digest() == b.digest());
}

TEST_CASE("values are written so that they read back") {
  CHECK(to_text(Value{true}) == "true");
  CHECK(to_text(Value{std::int64_t{-7}}) == "-7");
  CHECK(std::stod(to_text(Value{0.1 + 0.2})) == 0.1 + 0.2);
  CHECK(to_text(Value{std::string("news")}) == "\"news\"");
}

TEST_CASE("the nearest word is found within a third of its length and no farther") {
  const std::vector<std::string> words{"thompson_linear", "epsilon_greedy", "softmax"};
  CHECK(nearest("epsilongreedy", words) == "epsilon_greedy");
  CHECK(nearest("sotfmax", words) == "softmax");
  CHECK(nearest("ridge_regression", words).empty());
  CHECK(nearest("x", {}).empty());
}
