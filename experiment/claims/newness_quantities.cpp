#include "experiment/claims/newness_quantities.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/slate_rules.hpp"
#include "engine/params.hpp"
#include "engine/ranking/scorer.hpp"
#include "experiment/claims/engine_quantities.hpp"
#include "experiment/simulation.hpp"
#include "stats/sample_quantile.hpp"

namespace feedloop {

void ArrivalUtility::pages(const Simulation& world, std::span<const Interaction> pages) {
  // What was known before the first epoch is not to be had: its pages are left out.
  if (before_.empty()) {
    before_ = world.features();
    return;
  }
  UtilityQuantity::pages(world, pages);
  for (const Interaction& page : pages) before_[page.request.user.index()] = world.features()[page.request.user.index()];
}

bool NewcomerUtility::chosen(const Interaction& page) const {
  return page.request.page == 0 && before(page.request.user).total_clicks == 0;
}

bool ReturningUtility::chosen(const Interaction& page) const {
  const OnlineFeatures& user = before(page.request.user);
  return page.request.page == 0 && user.total_clicks > 0 && (page.request.time - user.last_request).days() >= kAwayDays;
}

void ColdPages::pages(const Simulation& world, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    if (!mine(page)) continue;
    std::int64_t clicks = world.features()[page.request.user.index()].total_clicks;
    for (const SlotOutcome& slot : page.outcome.slots) clicks -= slot.clicked;
    cold_ += clicks < kCold;
    pages_ += 1;
  }
}

void VisitsToWarm::begin(const Study& study) {
  Probe::begin(study);
  visits_.assign(study.world.population().users.size(), 0);
  by_visit_.resize(kMost);
  from_ = days_of(study, claim()).from;
}

void VisitsToWarm::pages(const Simulation& world, std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    const std::size_t user = page.request.user.index();
    if (!mine(page)) continue;
    Rate* rate = nullptr;
    if (study().world.population().users[user].joined >= from_) {
      visits_[user] += page.request.page == 0;
      if (visits_[user] >= 1 && visits_[user] <= kMost) rate = &by_visit_[visits_[user] - 1];
    } else if (world.features()[user].total_clicks >= ColdPages::kCold) {
      rate = &warm_;
    }
    if (!rate) continue;
    for (const SlotOutcome& slot : page.outcome.slots) rate->clicks += slot.clicked;
    rate->shown += static_cast<double>(page.outcome.slots.size());
  }
}

double VisitsToWarm::value(const Report&) const {
  if (by_visit_[0].shown == 0 || warm_.shown == 0) return kNoValue;
  for (std::size_t v = 0; v < kMost; ++v)
    if (by_visit_[v].clicks * warm_.shown >= kWarm * warm_.clicks * by_visit_[v].shown) return static_cast<double>(v + 1);
  return kMost + 1;
}

void UploadQuantity::begin(const Study& study) {
  Probe::begin(study);
  first_.assign(study.world.all_items().size(), kNever);
  night_h_ = settings().read<TrainingParams>("engine.training").hour_utc;
}

void UploadQuantity::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page))
      for (const Slot& slot : page.slate.slots)
        first_[slot.item.index()] = std::min(first_[slot.item.index()], page.request.time);
}

void UploadQuantity::end(const Simulation& world) {
  const SimTime from = days_of(study(), claim()).from;
  for (const ItemFacts& item : world.catalog(world.now())) {
    if (item.uploaded < from || (world.now() - item.uploaded).days() <= kWatchedDays || item.blocked) continue;
    const Duration wait = first_[item.id.index()] - item.uploaded;
    const double hour = 24 * std::fmod(item.uploaded.days(), 1.0), to_night = std::fmod(night_h_ - hour + 24, 24.0);
    wait_h_.push_back(wait.days() > kWatchedDays ? kInfinity : wait.hours());
    past_night_h_.push_back(wait_h_.back() - to_night);
  }
}

double UploadWait::value(const Report&) const {
  return wait_h_.empty() ? kNoValue : std::min(upper_median(wait_h_), 24 * kWatchedDays);
}

double AfternoonWait::value(const Report&) const {
  if (past_night_h_.empty()) return kNoValue;
  const double least = *std::min_element(past_night_h_.begin(), past_night_h_.end());
  return std::isfinite(least) ? std::fmod(night_h_ - 15 + 24, 24.0) + least : kNoValue;
}

void UploadCalibration::begin(const Study& study) {
  Probe::begin(study);
  head_ = static_cast<std::size_t>(claim().metric == "watch" ? Head::Watch : Head::Click);
  struct Record {
    double quality = 0;
    std::size_t items = 0;
    double mean() const { return quality / static_cast<double>(items); }
  };
  std::map<std::uint32_t, Record> creators;
  for (const ItemFacts& item : study.world.catalog(study.t0)) {
    Record& r = creators[static_cast<std::uint32_t>(item.creator.value)];
    r.quality += static_cast<double>(study.world.truth(item.id).quality);
    r.items += 1;
  }
  std::erase_if(creators, [](const auto& c) { return c.second.items < kKnown; });
  if (creators.empty()) return;
  std::vector<double> means;
  for (const auto& [id, record] : creators) means.push_back(record.mean());
  const double median = upper_median(std::move(means));
  const ClaimDays days = days_of(study, claim());
  for (const ItemFacts& item : study.world.all_items()) {
    const auto at = creators.find(static_cast<std::uint32_t>(item.creator.value));
    if (item.uploaded < days.from || item.uploaded >= days.until || at == creators.end() || at->second.mean() <= median)
      continue;
    uploads_[static_cast<std::uint32_t>(item.id.value)] = {};
  }
}

void UploadCalibration::pages(const Simulation& world, std::span<const Interaction> pages) {
  // Models and item features are those that the epoch was served with, and so are the impressions until its pages are counted.
  const Pipeline& pipeline = pipeline_of(world, cell());
  const Catalog catalog = world.catalog(world.now());
  std::vector<ItemId> items;
  for (const auto& [item, upload] : uploads_)
    if (item < pipeline.item_features().current().items() && upload.impressions < kWatched) items.push_back(ItemId{item});
  std::vector<const Interaction*> asked;
  for (const Interaction& page : pages)
    if (Hasher().add(page.request.id.value).value() % 8 == 0) asked.push_back(&page);
  if (items.empty() || !pipeline.live().scorer->ready()) asked.clear();

  std::vector<std::vector<Step>> steps(asked.size());
  parallel_for(asked.size(), 2, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) {
      const Request& request = asked[i]->request;
      const UserState& live = world.users()[request.user.index()];
      const SimTime time = std::max(request.time, live.as_of);
      const UserState state = study().world.state_at(live, request.user, time);
      const auto scored = world.engine().cell(cell()).score(request, world.features()[request.user.index()], catalog, items);
      for (std::size_t k = 0; k < items.size(); ++k)
        steps[i].push_back({static_cast<double>(scored[k].heads[head_]),
                            head_ == static_cast<std::size_t>(Head::Watch)
                                ? study().world.expected_value(state, request.user, items[k], time) / 60'000
                                : study().world.click_probability(state, request.user, items[k], time)});
    }
  });
  for (std::size_t k = 0; k < items.size(); ++k) {
    Upload& upload = uploads_[static_cast<std::uint32_t>(items[k].value)];
    const auto above = std::upper_bound(kSteps.begin(), kSteps.end(), upload.impressions);
    Step& step = upload.steps[static_cast<std::size_t>(above - kSteps.begin()) - 1];
    for (const auto& of_request : steps) {
      step.predicted += of_request[k].predicted;
      step.expected += of_request[k].expected;
    }
  }

  for (const Interaction& page : pages)
    for (std::size_t k = 0; mine(page) && k < page.slate.slots.size(); ++k) {
      const auto at = uploads_.find(static_cast<std::uint32_t>(page.slate.slots[k].item.value));
      if (at != uploads_.end()) at->second.impressions += 1;
    }
}

double UploadCalibration::value(const Report&) const {
  double off = 0, n = 0, predicted = 0;
  for (const auto& [item, upload] : uploads_) {
    if (upload.impressions < kWatched) continue;
    n += 1;
    for (const Step& step : upload.steps) predicted += step.predicted;
    bool last = true;  // until anybody asks
    for (std::size_t s = 0; s < upload.steps.size(); ++s) {
      const Step& step = upload.steps[s];
      // A step that no request fell into is judged as the one before.
      if (step.expected > 0) last = std::fabs(std::log(step.predicted / step.expected)) > std::log1p(kOff);
      if (last) off += kSteps[s + 1] - kSteps[s];
    }
  }
  return predicted > 0 ? off / n : kNoValue;  // without the head in any variant's objective there is no score to judge
}

void HitHours::begin(const Study& study) {
  Probe::begin(study);
  clicked_.assign(study.world.population().users.size(), false);
  shock_ = study.world.hit_at();
  over_ = shock_ + study.world.viral_time();
}

void HitHours::pages(const Simulation& world, std::span<const Interaction> pages) {
  if (!study().world.hit()) return;
  const ItemId hit = *study().world.hit();
  const Catalog catalog = world.catalog(world.now());
  for (const Interaction& page : pages) {
    const std::size_t user = page.request.user.index();
    const std::size_t slots = page.slate.slots.size();
    const auto at =
        std::find_if(page.slate.slots.begin(), page.slate.slots.end(), [&](const Slot& s) { return s.item == hit; });
    const bool shown = at != page.slate.slots.end();
    for (const DirectPlay& d : page.outcome.direct) clicked_[user] = clicked_[user] || d.item == hit;
    if (std::isnan(hours_) && mine(page) && page.request.time >= shock_ && page.request.time < over_ && !clicked_[user]) {
      const UserState& state = world.users()[user];
      const auto appeal = [&](ItemId item) {
        return study().world.click_probability(state, page.request.user, item, page.request.time);
      };
      const double mine = appeal(hit);
      std::size_t better = 0;
      for (std::size_t i = 0; i < catalog.size() && better < slots; ++i)
        better += may_be_shown(catalog[i], page.request) && appeal(catalog[i].id) > mine;
      last_.push_back({shown, better < slots});
      if (last_.size() > kPages) last_.pop_front();
    }
    if (shown && page.outcome.slots[static_cast<std::size_t>(at - page.slate.slots.begin())].clicked) clicked_[user] = true;
  }
  if (!std::isnan(hours_) || last_.size() < kPages || world.now() >= over_) return;
  const auto is = std::ranges::count_if(last_, &Shown::is), would_be = std::ranges::count_if(last_, &Shown::would_be);
  if (is > 0 && 2 * is >= would_be) hours_ = (world.now() + study().epoch - shock_).hours();
}

void BurstLift::begin(const Study& study) {
  Probe::begin(study);
  equal_ = 1 / static_cast<double>(study.world.all_items().size());
  const auto bots = study.scenario.settings.read<BotParams>("world.bots");
  if (bots.burst_day >= 0) burst_ = SimTime{0} + kDay * bots.burst_day + from_seconds(3600 * bots.burst_hour);
}

void BurstLift::pages(const Simulation&, std::span<const Interaction> pages) {
  const SimTime from = burst_ + from_seconds(60 * kMinutes);
  for (const Interaction& page : pages) {
    const SimTime t = page.request.time;
    const bool before = t < burst_ && t >= burst_ - kDay, after = t >= from && t < from + kHour;
    if (!mine(page) || study().world.population().users[page.request.user.index()].bot || !(before || after)) continue;
    Share& share = before ? before_ : after_;
    for (const Slot& slot : page.slate.slots) share.target += slot.item == study().world.bot_target();
    share.all += static_cast<double>(page.slate.slots.size());
  }
}

double BurstLift::value(const Report&) const {
  if (before_.all == 0 || after_.all == 0) return kNoValue;
  return std::log10((after_.target / after_.all + equal_) / (before_.target / before_.all + equal_));
}

}  // namespace feedloop
