#include "experiment/claims/precompute_quantities.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "experiment/claims/utility_quantities.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {
namespace {

std::vector<ItemId> ranked(const Recommender& recommender, const Request& request, const OnlineFeatures& user, Catalog catalog,
                           std::size_t& slots) {
  const Ranking ranking = recommender.recommend(request, user, catalog);
  std::vector<ItemId> items;
  for (const Candidate& c : ranking.candidates) items.push_back(c.item);
  slots = static_cast<std::size_t>(ranking.slots);
  return items;
}

bool holds(const std::vector<ItemId>& items, ItemId item) { return std::find(items.begin(), items.end(), item) != items.end(); }

}  // namespace

void PrecomputeQuantity::begin(const Study& study) {
  Probe::begin(study);
  fleet_ = settings().read<FleetParams>("fleet");
  hour_ = from_seconds(settings().read<TrainingParams>("engine.training").hour_utc * 3600);
  night_ = floor_div((study.t0 - hour_).us, kDay.us);
}

void PrecomputeQuantity::make_lists(const Simulation& world) {
  const auto& users = study().world.population().users;
  lists_.assign(users.size(), {});
  parallel_for(users.size(), 16, [&](std::size_t b, std::size_t e) {
    for (std::size_t u = b; u < e; ++u) {
      if (users[u].joined > world.now()) continue;
      Request request = study().world.request_of(users[u].id, world.now());
      request.id = RequestId::make(users[u].id, 0, 0, 0);
      std::size_t slots = 0;
      lists_[u] = ranked(world.engine().cell(cell()), request, world.features()[u], study().world.catalog(world.now()), slots);
    }
  });
}

void PrecomputeQuantity::pages(const Simulation& world, std::span<const Interaction> pages) {
  const std::int64_t night = floor_div((world.now() - hour_).us, kDay.us);
  if (night > night_) make_lists(world);
  night_ = night;
  if (lists_.empty()) return;

  std::vector<const Request*> asked;
  for (const Interaction& page : pages)
    if (mine(page) && Hasher().add(page.request.id.value).value() % 4 == 0 && !lists_[page.request.user.index()].empty())
      asked.push_back(&page.request);
  const auto budget = settings().read<BudgetParams>("engine.budget");
  BudgetParams lookup = budget;  // only the gateway and the store take any time
  for (const Service s : {Service::Index, Service::Ranker, Service::Reranker})
    lookup.service[static_cast<std::size_t>(s)] = {.median_ms = 1e-9, .sigma = 0, .timeout_ms = 1e9};
  std::vector<Sample> samples(asked.size());
  parallel_for(asked.size(), 8, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) {
      const Request& request = *asked[i];
      const OnlineFeatures& user = world.features()[request.user.index()];
      std::size_t slots = 0;
      std::vector<ItemId> fresh = ranked(world.engine().cell(cell()), request, user, study().world.catalog(world.now()), slots);
      fresh.resize(std::min(slots, fresh.size()));
      std::vector<ItemId> listed;
      for (const ItemId item : lists_[request.user.index()])
        if (listed.size() < slots && !holds(user.consumed, item) && (request.page == 0 || !holds(user.shown, item)))
          listed.push_back(item);
      const auto ms = [&](const BudgetParams& p) {
        const Rng luck = stream(study().seed, Stream::Latency, request_key(request.id));
        return static_cast<double>(serve_within(p, {}, request.time, luck).total_ms);
      };
      samples[i] = {Hasher().add(std::string_view("precomputed")).add(request.user.value).unit(),
                    {true_minutes(study(), world, request, fresh), ms(budget)},
                    {true_minutes(study(), world, request, listed), ms(lookup)}};
    }
  });
  samples_.insert(samples_.end(), samples.begin(), samples.end());
}

PrecomputeQuantity::Point PrecomputeQuantity::at(double share) const {
  Point sum{0, 0};
  for (const Sample& s : samples_) {
    const Point& page = s.user < share ? s.listed : s.fresh;
    sum.minutes += page.minutes;
    sum.ms += page.ms;
  }
  const auto n = static_cast<double>(samples_.size());
  return {sum.minutes / n, sum.ms / n};
}

double PrecomputeFrontier::value(const Report&) const {
  double steps = 0;
  Point last = at(0);
  for (const double share : {0.25, 0.5, 0.75, 1.0}) {
    const Point next = at(share);
    steps += next.ms < last.ms && next.minutes < last.minutes;
    last = next;
  }
  return std::isnan(last.ms) ? kNoValue : steps / 4;
}

}  // namespace feedloop
