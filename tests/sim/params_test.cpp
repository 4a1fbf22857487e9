#include "sim/params.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("every default of the world lies in its own range and is set by its own key") {
  Schema schema;
  WorldParams defaults;
  schema.add("world", defaults);
  for (const Parameter& row : schema.rows()) {
    INFO(row.path);
    Settings settings(schema);
    CHECK_NOTHROW(settings.set(row.path, row.initial, {}));
    CHECK_FALSE(row.doc.empty());
  }
}

TEST_CASE("a key of the world reaches the member it names") {
  Schema schema;
  WorldParams defaults;
  schema.add("world", defaults);
  Settings settings(schema);
  settings.set_text("world.examination.eta=0.7", {});
  settings.set_text("world.churn.recency=0.4", {});
  settings.set_text("world.items.count=12", {});
  const auto p = settings.read<WorldParams>("world");
  CHECK(p.examination.eta == 0.7);
  CHECK(p.churn.recency == 0.4);
  CHECK(p.items.count == 12);
  CHECK(p.visits.page_min == defaults.visits.page_min);
}
