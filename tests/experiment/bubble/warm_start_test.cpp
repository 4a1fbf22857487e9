#include "experiment/bubble/warm_start.hpp"

#include <map>

#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

struct InMemory final : CheckpointStore {
  std::map<std::string, std::string, std::less<>> kept;
  bool wants = false;
  void put(std::string_view name, const Writer& write) override { kept[std::string(name)] = written(write); }
  bool due() override { return wants; }
  std::optional<std::string> get(std::string_view name) override {
    const auto at = kept.find(name);
    return at == kept.end() ? std::nullopt : std::optional(at->second);
  }
};

}  // namespace

TEST_CASE("Only the end of the warm-up is kept, and what the inner store wants goes there") {
  const Scenario scenario = SmallScenario{.warmup_days = 2, .days = 2}.make();
  const auto warm = std::make_shared<WarmStart>();
  InMemory inner;
  WarmStartStore store(warm, scenario, &inner);
  CHECK_FALSE(store.due());  // after day 1 of 2
  inner.wants = true;
  CHECK(store.due());
  store.put("world-0", "end");
  inner.wants = false;
  CHECK_FALSE(store.due());
  store.put("world-0", "of a later day");
  store.put("world-1", "mixed");
  REQUIRE(warm->bytes() != nullptr);
  CHECK(*warm->bytes() == "end");
  CHECK(inner.kept.size() == 2);
}

TEST_CASE("A store offers the kept warm-up, unless the inner one has its own") {
  const Scenario scenario = SmallScenario{}.make();
  const auto warm = std::make_shared<WarmStart>();
  InMemory inner;
  WarmStartStore store(warm, scenario, &inner);
  CHECK_FALSE(store.get("world-0").has_value());
  warm->keep("kept");
  CHECK(store.get("world-0") == "kept");
  CHECK_FALSE(store.get("world-1").has_value());
  inner.kept["world-0"] = "own";
  CHECK(store.get("world-0") == "own");
}
