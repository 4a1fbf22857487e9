#include "data/slot_curve.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Plan {
  double eta = 0.7;
  int slots = 8, pages = 8000, items = 16, users = 0;
  bool favours = false;  // the better half of the items stand in the upper half of the page with chance 0.8
  double floor = 0;      // every slot below the first is looked at with this chance
};

// A page of eight slots, an item each; the first half of the items are clicked at 0.4 when looked at, the others at 0.1.
InteractionLog planted(const Plan& plan, std::uint64_t key) {
  InteractionLog log;
  log.has_slot = log.has_click = log.has_propensity = true;
  for (int p = 0; p < plan.pages; ++p)
    for (int k = 1; k <= plan.slots; ++k) {
      Rng rng = stream(Seed{12}, Stream::Test, entity_key(key, static_cast<std::uint64_t>(p), static_cast<std::uint64_t>(k)));
      const double good = !plan.favours ? 0.5 : 2 * k <= plan.slots ? 0.8 : 0.2;
      const bool is_good = rng.uniform() < good;
      const auto half = static_cast<std::uint32_t>(plan.items / 2);
      LogRow row;
      row.item = uniform_below(rng, half) + (is_good ? 0 : half);
      row.slot = static_cast<std::int16_t>(k);
      row.propensity = (is_good ? good : 1 - good) / half;
      if (plan.users > 0) row.viewer = static_cast<std::uint32_t>(p / (plan.pages / plan.users));
      const double look = plan.floor > 0 && k > 1 ? plan.floor : std::pow(k, -plan.eta);
      row.chosen = rng.uniform() < look * (is_good ? 0.4 : 0.1);
      log.seen.push_back(row);
    }
  for (int i = 0; i < plan.items; ++i) log.items.push_back({std::to_string(i), "", {0}});
  for (int u = 0; u < plan.users; ++u) log.viewers.push_back(std::to_string(u));
  return log;
}

}  // namespace

// 4.5 standard errors: each comparison fails without cause with probability 7e-6.
TEST_CASE("a planted decay of attention is recovered where lots were drawn") {
  for (const double eta : {0.0, 0.5, 1.0}) {
    const SlotCurve c = fit_slots(planted({.eta = eta}, 1), false);
    CHECK(c.lots == SlotLots::Even);
    REQUIRE(c.identified);
    INFO("eta " << eta << ": " << c.eta << " +- " << c.eta_se);
    CHECK(std::fabs(c.eta - eta) < 4.5 * c.eta_se);
    CHECK(c.eta_se < 0.05);
    CHECK(c.power_law_p > 1e-5);
  }
  CHECK(fit_slots(planted({.users = 40}, 1), false).eta == Approx(fit_slots(planted({}, 1), false).eta));
}

TEST_CASE("propensities undo that what stands higher is better") {
  const InteractionLog log = planted({.favours = true}, 2);
  const SlotCurve fair = fit_slots(log, false), naive = fit_slots(log, true);
  CHECK(fair.lots == SlotLots::Propensities);
  CHECK(std::fabs(fair.eta - 0.7) < 4.5 * fair.eta_se);
  CHECK(naive.eta > 0.7 + 4.5 * naive.eta_se);  // as if lots had been drawn
}

TEST_CASE("errors of many pages a viewer are the viewers'") {
  // Each viewer's pages are copies of one: as many pages, less to learn.
  InteractionLog log = planted({.pages = 400, .users = 400}, 3);
  const double one = fit_slots(log, false).eta_se;
  std::vector<LogRow> rows;
  for (std::size_t k = 0; k < log.seen.size(); k += 8)
    for (int copy = 0; copy < 10; ++copy)
      rows.insert(rows.end(), log.seen.begin() + static_cast<std::ptrdiff_t>(k),
                  log.seen.begin() + static_cast<std::ptrdiff_t>(k) + 8);
  log.seen = rows;
  CHECK(fit_slots(log, false).eta_se == Approx(one));
}

TEST_CASE("a curve that no power law describes is told from one") {
  CHECK(fit_slots(planted({.floor = 0.3}, 4), false).power_law_p < 1e-6);
}

TEST_CASE("without lots, or without clicks in two slots, nothing is identified and clicks are counted all the same") {
  InteractionLog log = planted({.pages = 200}, 5);
  log.has_propensity = false;
  SlotCurve c = fit_slots(log, false);
  CHECK(c.lots == SlotLots::None);
  CHECK_FALSE(c.identified);
  CHECK(c.slots.size() == 8);
  CHECK(c.slots[0].rows == 200);
  CHECK(std::isnan(c.eta));
  CHECK(fit_slots(log, true).lots == SlotLots::Declared);
  for (LogRow& r : log.seen) r.chosen = r.chosen && r.slot == 1;
  CHECK_FALSE(fit_slots(log, true).identified);
  log.seen.resize(1);
  CHECK_FALSE(fit_slots(log, true).identified);
}
