#include "engine/params.hpp"

#include <set>

#include "engine/retrieval/source.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("every default of the engine lies in its own range and says what it is") {
  for (const Parameter& row : engine_schema().rows()) {
    INFO(row.path);
    Settings settings(engine_schema());
    CHECK_NOTHROW(settings.set(row.path, row.initial, {}));
    CHECK_FALSE(row.doc.empty());
    if (!row.choices.empty()) CHECK(row.choices.size() == std::set<std::string>(row.choices.begin(), row.choices.end()).size());
  }
}

TEST_CASE("every source has a quota key with its own default") {
  const auto serving = engine_settings().read<ServingParams>("engine");
  REQUIRE(serving.quota.by_source.size() == source_registry().size());
  std::size_t i = 0;
  for (const auto& entry : source_registry()) {
    CHECK(serving.quota.by_source[i++] == entry.quota);
    const std::string key = "engine.quota." + std::string(entry.name);
    REQUIRE(engine_schema().find(key) != nullptr);
    CHECK(engine_settings({key + "=7"}).read<ServingParams>("engine").quota.by_source[i - 1] == 7);
  }
}

TEST_CASE("serving keys reach their members") {
  const auto p = engine_settings({"engine.value.skip=-0.5", "engine.rerank.mmr.lambda=0.3", "engine.rerank.seen.capacity=9",
                                  "engine.slate.size=5", "engine.slate.depth=50", "engine.cold.warm_after=3"})
                     .read<ServingParams>("engine");
  CHECK(p.value.weight[static_cast<std::size_t>(Head::Skip)] == -0.5);
  CHECK(p.rerank.mmr.lambda == 0.3);
  CHECK(p.rerank.seen.capacity == 9);
  CHECK(p.slate.size == 5);
  CHECK(p.slate.depth == 50);
  CHECK(p.cold.warm_after == 3);
}
