#include "base/slate_audit.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Items 0..9 of ten categories and creators; 10 is blocked, 11 licensed in country 1, 12 for age 2, 13 sponsored, 14 like 13,
// 15 of item 0's category, 16 of its creator, 17 and 18 of one series.
std::vector<ItemFacts> shelf() {
  std::vector<ItemFacts> items(19);
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].id = ItemId{i};
    items[i].category = CategoryId{i};
    items[i].creator = CreatorId{i};
  }
  items[10].blocked = true;
  items[11].regions = 2;
  items[12].min_age = 2;
  items[13].sponsored = items[14].sponsored = true;
  items[15].category = CategoryId{0};
  items[16].creator = CreatorId{0};
  items[17].series = items[18].series = 4;
  return items;
}

SlateAudit audit_of(const std::vector<std::uint64_t>& items, const std::vector<std::int32_t>& waived = {}) {
  Interaction page;
  for (std::size_t k = 0; k < items.size(); ++k) {
    page.slate.slots.emplace_back();
    page.slate.slots.back().item = ItemId{items[k]};
    if (k < waived.size()) page.slate.slots.back().waived = waived[k];
  }
  SlateAudit audit;
  audit.add(page, shelf(), {1, 1, 1, 1});
  return audit;
}

std::int64_t broken(const SlateAudit& a, SlateRule rule) { return a.broken[static_cast<std::size_t>(rule)]; }

}  // namespace

TEST_CASE("a slate that keeps all rules has no violation") {
  const SlateAudit audit = audit_of({0, 1, 2, 13, 17});
  CHECK(audit.slates == 1);
  CHECK(audit.slots == 5);
  CHECK(audit.violations() == 0);
}

TEST_CASE("every rule that is broken is counted as its own") {
  CHECK(audit_of({0, 1, 0}).repeated == 1);
  CHECK(audit_of({10}).blocked == 1);
  CHECK(audit_of({11}).unlicensed == 1);
  CHECK(audit_of({12}).under_age == 1);
  CHECK(broken(audit_of({13, 1, 14}), SlateRule::Sponsored) == 1);
  CHECK(broken(audit_of({0, 1, 15}), SlateRule::Category) == 1);
  CHECK(broken(audit_of({0, 16}), SlateRule::CreatorRun) == 1);
  CHECK(broken(audit_of({17, 18}), SlateRule::Series) == 1);
  for (const auto& items :
       std::vector<std::vector<std::uint64_t>>{{10}, {11}, {12}, {13, 1, 14}, {0, 1, 15}, {0, 16}, {17, 18}})
    CHECK(audit_of(items).violations() == 1);
}

TEST_CASE("a rule that gave way as declared is relaxed and not broken") {
  const auto shelf_now = shelf();
  const SlateLimits limits{1, 1, 1, 1};
  const std::vector<ItemTraits> before{traits_of(shelf_now[0]), traits_of(shelf_now[1])};
  const std::int32_t level = slate_level(limits, before, traits_of(shelf_now[15]));
  const SlateAudit audit = audit_of({0, 1, 15}, {0, 0, level});
  CHECK(audit.violations() == 0);
  CHECK(audit.relaxed[static_cast<std::size_t>(SlateRule::Category)] == 1);
  // What was declared of one rule does not cover another.
  CHECK(audit_of({17, 18}, {0, level}).violations() == 1);
}

TEST_CASE("audits of parts add up") {
  SlateAudit sum = audit_of({10, 11});
  sum += audit_of({0, 16});
  CHECK(sum.slates == 2);
  CHECK(sum.slots == 4);
  CHECK(sum.violations() == 3);
}
