#include "experiment/claims/replica_quantities.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kDepth = 20;

std::unique_ptr<Models> copy_of(const Models& models, const Settings& settings) {
  auto copy = std::make_unique<Models>(settings);
  load_state(*copy, save_state(const_cast<Models&>(models)));  // saving only reads
  return copy;
}

std::vector<ItemId> best(const Source& source, const Request& request, const OnlineFeatures& user, Catalog catalog,
                         std::uint32_t cell) {
  RetrievalQuery query{request, user, catalog, {}, cell, {}, Cohort::Warm};
  std::vector<float> input, vector;
  embed(source, query, input, vector);
  std::vector<Scored> found;
  if (!vector.empty()) source.nominate(query, kDepth, found);
  std::vector<ItemId> items;
  for (const Scored& s : found) items.push_back(s.item);
  std::sort(items.begin(), items.end());
  return items;
}

}  // namespace

ReplicaQuantity::ReplicaQuantity(const Claim& claim, std::string_view variant) : Probe(claim, variant) {}
ReplicaQuantity::~ReplicaQuantity() = default;

void ReplicaQuantity::begin(const Study& study) {
  Probe::begin(study);
  fleet_ = settings().read<FleetParams>("fleet");
  hour_ = from_seconds(settings().read<TrainingParams>("engine.training").hour_utc * 3600);
}

void ReplicaQuantity::pages(const Simulation& world, std::span<const Interaction> pages) {
  std::size_t p = 0;
  while (!world.engine().pipeline(p).serves(static_cast<std::uint32_t>(cell()))) ++p;
  const Models& live = world.engine().pipeline(p).live();
  const SimTime now = world.now();
  if (before_ && live.version != before_->version && trained_ == kNever) trained_ = now;
  const double since = trained_ == kNever ? 0 : (now - trained_).minutes();
  const bool updating = trained_ != kNever && since < fleet_.update_minutes * static_cast<double>(fleet_.replicas - 1);
  const Models& last = updating ? *before_ : live;

  Overlap& overlap = updating ? during_ : outside_;
  for (const Interaction& page : pages) {
    if (!mine(page) || Hasher().add(page.request.id.value).value() % (updating ? 4 : 64) != 0) continue;
    const OnlineFeatures& user = world.features()[page.request.user.index()];
    const Catalog catalog = study().world.catalog(now);
    for (std::size_t s = 0; s < live.sources.size(); ++s) {
      if (live.sources[s]->dims() == 0) continue;
      const auto a = best(*live.sources[s], page.request, user, catalog, page.cell);
      const auto b = best(*last.sources[s], page.request, user, catalog, page.cell);
      if (a.empty() || b.empty()) continue;  // an unknown user: there is no query
      std::vector<ItemId> both;
      std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
      overlap.sum += static_cast<double>(both.size()) / static_cast<double>(std::max(a.size(), b.size()));
      ++overlap.queries;
    }
  }

  // The last epoch before a training: what the replicas have until theirs is due.
  const auto night = [&](SimTime t) { return floor_div((t - hour_).us, kDay.us); };
  if (night(now + study().epoch) > night(now)) {
    before_ = copy_of(live, study().cells[cell()]);
    trained_ = kNever;
  }
}

}  // namespace feedloop
