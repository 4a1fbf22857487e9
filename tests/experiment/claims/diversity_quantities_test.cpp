#include "experiment/claims/diversity_quantities.hpp"

#include <cmath>
#include <map>

#include "base/registry.hpp"
#include "experiment/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

// Clicks by user and category of cell 1, and the entropies by their definition.
struct Clicks final : WorldWatcher {
  std::map<std::uint64_t, std::map<std::size_t, double>> by_user;
  const Study* study = nullptr;
  void begin(const Study& s) override { study = &s; }
  void pages(const Simulation&, std::span<const Interaction> pages) override {
    for (const Interaction& page : pages)
      for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
        if (page.cell == 1 && page.outcome.slots[k].clicked)
          ++by_user[page.request.user.value][study->world.all_items()[page.slate.slots[k].item.index()].category.index()];
  }
};

double entropy_of(const std::map<std::size_t, double>& counts) {
  double total = 0, h = 0;
  for (const auto& [category, n] : counts) total += n;
  for (const auto& [category, n] : counts) h -= n / total * std::log(n / total);
  return h;
}

}  // namespace

TEST_CASE("diversity of clicks is the entropy of their categories within users and together") {
  const Scenario scenario = SmallScenario{}.make();
  const Claim claim;
  Clicks clicks;
  const auto user = find_entry(quantity_registry(), "user_click_entropy")->make(claim, "treatment");
  const auto all = find_entry(quantity_registry(), "click_entropy")->make(claim, "treatment");
  RunOptions options;
  options.watchers = {&clicks, user.get(), all.get()};
  const Report report = run(scenario, options);
  double mean = 0;
  std::map<std::size_t, double> together;
  for (const auto& [id, counts] : clicks.by_user) {
    mean += entropy_of(counts) / static_cast<double>(clicks.by_user.size());
    for (const auto& [category, n] : counts) together[category] += n;
  }
  REQUIRE(clicks.by_user.size() > 20);
  CHECK(user->value(report) == Approx(mean));
  CHECK(all->value(report) == Approx(entropy_of(together)));
  CHECK(mean < entropy_of(together));  // entropy is concave
}
