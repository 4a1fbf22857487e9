#include "experiment/claims/utility_quantities.hpp"

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "experiment/simulation.hpp"
#include "sim/examination.hpp"

namespace feedloop {
namespace {

bool misses(const Request& request, ItemId item, int percent) {
  return Hasher().add(request.id.value).add(item.value).value() % 100 < static_cast<std::uint64_t>(percent);
}

}  // namespace

double true_minutes(const Study& study, const Simulation& world, const Request& request, std::span<const ItemId> items) {
  const auto eye = study.scenario.settings.read<ExaminationParams>("world.examination");
  const UserState& user = world.users()[request.user.index()];
  double minutes = 0;
  for (std::size_t k = 0; k < items.size(); ++k)
    minutes += examination_probability(static_cast<int>(k) + 1, eye) *
               study.world.expected_value(user, request.user, items[k], request.time) / 60'000;
  return minutes;
}

void UtilityQuantity::pages(const Simulation& world, std::span<const Interaction> pages) {
  std::vector<const Interaction*> asked;
  for (const Interaction& page : pages)
    if (chosen(page)) asked.push_back(&page);
  std::vector<double> minutes(asked.size(), 0);
  parallel_for(asked.size(), 8, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) {
      const Request& request = asked[i]->request;
      const Ranking ranking =
          world.engine().cell(cell()).recommend(request, known(world, request.user), world.catalog(world.now()));
      std::vector<ItemId> items;
      for (const Candidate& c : ranking.candidates)
        if (std::ssize(items) < ranking.slots && !misses(request, c.item, missed())) items.push_back(c.item);
      minutes[i] = true_minutes(study(), world, request, items);
    }
  });
  for (const double m : minutes) minutes_ += m;
  pages_ += std::ssize(asked);
}

double UtilityQuantity::value(const Report&) const { return pages_ > 0 ? minutes_ / static_cast<double>(pages_) : kNoValue; }

const OnlineFeatures& UtilityQuantity::known(const Simulation& world, UserId user) const {
  return world.features()[user.index()];
}

bool UtilityQuantity::one_in(std::uint64_t n, const Interaction& page) {
  return Hasher().add(page.request.id.value).value() % n == 0;
}

void PartialUtility::begin(const Study& study) {
  Probe::begin(study);
  cells_ = cells_of(study, claim().variant);
}

bool PartialUtility::chosen(const Interaction& page) const { return page.serving.missing != 0 && cells_[page.cell]; }

void OutageUtility::begin(const Study& study) {
  Probe::begin(study);
  const std::vector<bool> cells = cells_of(study, claim().variant);
  const auto first = static_cast<std::size_t>(std::find(cells.begin(), cells.end(), true) - cells.begin());
  store_ = study.cells[first].read<BudgetParams>("engine.budget").service[static_cast<std::size_t>(Service::Store)];
}

bool OutageUtility::chosen(const Interaction& page) const { return is_down(store_, page.request.time); }

}  // namespace feedloop
