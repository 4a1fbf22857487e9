#include "experiment/claims/window_quantities.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/platform_of.hpp"
#include "experiment/simulation.hpp"
#include "stats/diversity.hpp"

namespace feedloop {

namespace {

double slope_over_weeks(std::span<const double> y) {
  std::vector<double> week(y.size());
  std::iota(week.begin(), week.end(), 0.0);
  return y.size() < 2 ? kNoValue : slope(week, y);
}

std::size_t whole_weeks(const Study& study) { return static_cast<std::size_t>(study.params.days) / 7; }
std::size_t week_of(const Study& study, const Interaction& page) {
  return static_cast<std::size_t>((page.request.time - study.t0).us / (kDay * 7).us);
}

}  // namespace

void WindowMetric::begin(const Study& study) {
  Probe::begin(study);
  until_ = days_of(study, claim()).until;
  const SimTime from = days_of(study, claim()).from;
  const std::size_t users = study.world.population().users.size();
  table_ = std::make_unique<UnitTable>(users, study.world.all_items().size(), study.assignment.cells(),
                                       std::make_shared<const Platform>(platform_of(study, from)));
  table_->enter_all(from);
  came_.assign(users, false);
}

void WindowMetric::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (!mine(page)) continue;
    came_[page.request.user.index()] = true;
    table_->add({&page, 1});
  }
}

double WindowMetric::value(const Report&) const {
  const std::size_t metric = metric_index(claim().metric);
  double num = 0, den = 0;
  for (std::size_t u = 0; u < came_.size(); ++u) {
    if (!came_[u] && !(claim().launch && table_->platform().joined[u] < until_)) continue;
    if (const auto v = table_->value(u, metric, until_)) {
      num += v->num;
      den += v->den;
    }
  }
  return den > 0 ? num / den : kNoValue;
}

void WeeklyTrend::begin(const Study& study) {
  Probe::begin(study);
  platform_ = platform_of(study, study.t0);
  metric_ = metric_index(claim().metric);
  weeks_.assign(whole_weeks(study), {});
}

void WeeklyTrend::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    const std::size_t week = week_of(study(), page);
    if (!mine(page) || week >= weeks_.size()) continue;
    metric_registry()[metric_].add(weeks_[week], {study().t0, page.request.time, &platform_}, page);
  }
}

double WeeklyTrend::value(const Report&) const {
  std::vector<double> logs;
  for (std::size_t w = 0; w < weeks_.size(); ++w) {
    const auto v = metric_registry()[metric_].finish(weeks_[w], {SimTime{0}, SimTime{0} + kDay * 7, &platform_});
    if (!v || !(v->den > 0) || !(v->num > 0)) return kNoValue;
    logs.push_back(std::log(v->num / v->den));
  }
  return slope_over_weeks(logs);
}

void ActiveUsers::begin(const Study& study) {
  Probe::begin(study);
  came_.assign(study.world.population().users.size(), false);
}

void ActiveUsers::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page)) came_[page.request.user.index()] = true;
}

double ActiveUsers::value(const Report&) const { return static_cast<double>(std::count(came_.begin(), came_.end(), true)); }

double clickbait_of(const ItemTruth& item, SimTime) { return static_cast<double>(item.clickbait); }
double quality_of(const ItemTruth& item, SimTime) { return static_cast<double>(item.quality); }
double age_of(const ItemTruth& item, SimTime now) { return (now - item.uploaded).days(); }
double first_day_of(const ItemTruth& item, SimTime now) { return (now - item.uploaded).days() < 1 ? 1 : 0; }

void DayOldQuality::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    for (std::size_t k = 0; mine(page) && k < page.slate.slots.size(); ++k) {
      const ItemTruth& item = study().world.truth(page.slate.slots[k].item);
      const double age = age_of(item, page.request.time);
      if (item.uploaded < study().t0 || age < 1 || age >= 2) continue;
      sum_ += static_cast<double>(item.quality);
      n_ += 1;
    }
}

void CompletedShare::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (!mine(page)) continue;
    for (const SlotOutcome& slot : page.outcome.slots) completed_ += slot.completed;
    shown_ += static_cast<double>(page.outcome.slots.size());
  }
}

void WindowExposure::begin(const Study& study) {
  Probe::begin(study);
  shown_.assign(study.world.all_items().size(), 0);
}

void WindowExposure::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page))
      for (const Slot& slot : page.slate.slots) ++shown_[slot.item.index()];
}

void WindowExposure::end(const Simulation& world) {
  const Catalog catalog = world.catalog(world.now());
  std::size_t kept = 0;
  for (const ItemFacts& item : catalog)
    if (!item.blocked) shown_[kept++] = shown_[item.id.index()];
  shown_.resize(kept);
}

namespace {
double head_share(std::span<const std::int64_t> shown, std::size_t one_in) {
  std::vector<std::int64_t> most(shown.begin(), shown.end());
  std::sort(most.begin(), most.end(), std::greater<>());
  const auto total = std::accumulate(most.begin(), most.end(), std::int64_t{0});
  const auto items = static_cast<std::ptrdiff_t>((most.size() + one_in - 1) / one_in);
  const auto head = std::accumulate(most.begin(), most.begin() + items, std::int64_t{0});
  return total > 0 ? static_cast<double>(head) / static_cast<double>(total) : kNoValue;
}
}  // namespace

double top_tenth(std::span<const std::int64_t> shown) { return head_share(shown, 10); }
double top_hundredth(std::span<const std::int64_t> shown) { return head_share(shown, 100); }

double gini_of(std::span<const std::int64_t> shown) { return gini(shown); }

double coverage_of(std::span<const std::int64_t> shown) {
  const auto some = std::count_if(shown.begin(), shown.end(), [](std::int64_t n) { return n > 0; });
  return shown.empty() ? kNoValue : static_cast<double>(some) / static_cast<double>(shown.size());
}

void SeenGini::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    for (std::size_t k = 0; mine(page) && k < page.slate.slots.size(); ++k)
      shown_[page.slate.slots[k].item.index()] += page.outcome.slots[k].seen;
}

void CreatorGini::end(const Simulation& world) {
  std::vector<std::int64_t> by_creator;
  for (const ItemFacts& item : world.catalog(world.now())) {
    if (by_creator.size() <= item.creator.index()) by_creator.resize(item.creator.index() + 1, 0);
    by_creator[item.creator.index()] += shown_[item.id.index()];
  }
  value_ = gini(by_creator);
}

void CreatorsLeft::end(const Simulation& world) {
  const Creators& creators = world.creators();
  share_ = creators.may_leave() ? static_cast<double>(creators.left_by(world.now())) / static_cast<double>(creators.size()) : 0;
}

void TopTenthTrend::begin(const Study& study) {
  Probe::begin(study);
  shown_.assign(whole_weeks(study), std::vector<std::int64_t>(study.world.all_items().size(), 0));
}

void TopTenthTrend::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    const std::size_t week = week_of(study(), page);
    if (!mine(page) || week >= shown_.size()) continue;
    for (const Slot& slot : page.slate.slots) ++shown_[week][slot.item.index()];
  }
}

double TopTenthTrend::value(const Report&) const {
  std::vector<double> shares;
  for (const auto& week : shown_) shares.push_back(top_tenth(week));
  return slope_over_weeks(shares);
}

}  // namespace feedloop
