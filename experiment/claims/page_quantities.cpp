#include "experiment/claims/page_quantities.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "experiment/simulation.hpp"
#include "stats/sample_quantile.hpp"
#include "stats/tails.hpp"

namespace feedloop {

void PageClicks::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page)) pages_[static_cast<std::size_t>(std::ranges::count_if(page.outcome.slots, &SlotOutcome::clicked))] += 1;
}

double ZeroClickPages::value(const Report&) const { return pages_[0] / std::accumulate(pages_.begin(), pages_.end(), 0.0); }

double ClickDispersion::value(const Report&) const {
  double n = 0, sum = 0, squares = 0;
  for (std::size_t k = 0; k < pages_.size(); ++k) {
    const auto clicks = static_cast<double>(k);
    n += pages_[k];
    sum += clicks * pages_[k];
    squares += clicks * clicks * pages_[k];
  }
  return (squares / n - sum / n * (sum / n)) / (sum / n);
}

void DaysToHundred::begin(const Study& study) {
  Probe::begin(study);
  shown_.assign(study.world.all_items().size(), 0);
  days_.assign(shown_.size(), kNoValue);
  const double until = std::min(claim().days.high, static_cast<double>(study.params.days));
  for (std::size_t i = 0; i < days_.size(); ++i) {
    const double day = (study.world.all_items()[i].uploaded - study.t0).days();
    if (day >= claim().days.low && day < (claim().days.low + until) / 2 && !study.world.all_items()[i].blocked)
      days_[i] = kInfinity;
  }
}

void DaysToHundred::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page))
      for (const Slot& slot : page.slate.slots) {
        const std::size_t i = slot.item.index();
        if (++shown_[i] == 100 && std::isinf(days_[i]))
          days_[i] = (page.request.time - study().world.all_items()[i].uploaded).days();
      }
}

double DaysToHundred::value(const Report&) const {
  std::vector<double> days;
  std::ranges::copy_if(days_, std::back_inserter(days), [](double d) { return !std::isnan(d); });
  return days.empty() ? kNoValue : upper_median(std::move(days));
}

void AfterWord::begin(const Study& study) {
  Probe::begin(study);
  users_.clear();
}

int AfterWord::category_of(ItemId item) const {
  return 1 + static_cast<int>(study().world.all_items()[item.index()].category.index());
}

void AfterWord::close(User& user) {
  if (user.open != 0 && user.after[32] > 0) {
    before_ += user.before;
    after_ += user.after[static_cast<std::size_t>(user.open) - 1] / user.after[32];
  }
  user.open = 0;
}

void AfterWord::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (!mine(page)) continue;
    User& user = users_[page.request.user.value];
    if (page.request.page == 0) {
      std::rotate(user.past.begin(), user.past.end() - 1, user.past.end());
      user.past[0] = {};
      if (user.open != 0 && ++user.sessions > 2) close(user);
    }
    const auto listen = [&] {
      const int said = user.open == 0 ? word(page) : 0;
      double of = 0, all = 0;
      for (const Counts& session : user.past) {
        of += said != 0 ? session[static_cast<std::size_t>(said) - 1] : 0;
        all += session[32];
      }
      if (said == 0 || all == 0) return;
      user.open = said;
      user.sessions = 0;
      user.before = of / all;
      user.after = {};
    };
    const auto count = [&] {
      for (const Slot& slot : page.slate.slots)
        for (const std::size_t k : {static_cast<std::size_t>(category_of(slot.item)) - 1, std::size_t{32}}) {
          user.past[0][k] += 1;
          user.after[k] += 1;
        }
    };
    if (before_page()) listen();
    count();
    if (!before_page()) listen();
  }
}

double AfterWord::value(const Report&) const { return before_ > 0 ? after_ / before_ : kNoValue; }

int AfterDismissal::word(const Interaction& page) const {
  for (std::size_t k = 0; k < page.outcome.slots.size(); ++k)
    if (page.outcome.slots[k].dismissed) return category_of(page.slate.slots[k].item);
  return 0;
}

void LayersP::begin(const Study& study) {
  Probe::begin(study);
  const auto& experiments = study.scenario.experiments;
  came_.assign(study.world.population().users.size(), false);
  if (experiments.size() > 1)
    table_.assign(experiments[0].variants.size(), std::vector<double>(experiments[1].variants.size(), 0.0));
}

void LayersP::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (came_[page.request.user.index()] || table_.empty()) continue;
    came_[page.request.user.index()] = true;
    table_[study().assignment.variant_in(page.cell, 0)][study().assignment.variant_in(page.cell, 1)] += 1;
  }
}

double LayersP::independence_p(const std::vector<std::vector<double>>& table) {
  std::vector<double> columns(table.front().size(), 0.0);
  double all = 0;
  for (const auto& row : table)
    for (std::size_t c = 0; c < row.size(); ++c) {
      columns[c] += row[c];
      all += row[c];
    }
  double chi2 = 0;
  for (const auto& row : table) {
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double expected = sum * columns[c] / all;
      if (!(expected > 0)) return kNoValue;
      chi2 += (row[c] - expected) * (row[c] - expected) / expected;
    }
  }
  return chi2_sf(chi2, static_cast<double>((table.size() - 1) * (columns.size() - 1)));
}

}  // namespace feedloop
