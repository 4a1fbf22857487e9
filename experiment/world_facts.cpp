#include "experiment/world_facts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "experiment/study.hpp"
#include "stats/diversity.hpp"
#include "stats/sample_quantile.hpp"

namespace feedloop {
namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : kNoValue; }

Quartiles quartiles(std::vector<double> x) {
  if (x.empty()) return {};
  std::sort(x.begin(), x.end());
  const auto at = [&](double q) { return sample_quantile(x, q); };
  return {at(0.25), at(0.5), at(0.75)};
}

class Collector final : public WorldWatcher {
 public:
  void begin(const Study& study) override {
    study_ = &study;
    const std::size_t users = study.world.population().users.size();
    sessions_.resize(users);
    plays_today_.resize(users);
    running_.resize(users);
    days_ = static_cast<std::size_t>(study.params.days);
    active_.resize(users * days_);
    daily_users_.resize(days_);
    daily_sessions_.resize(days_);
    shown_.resize(study.world.all_items().size());
    facts.ratio_share.resize(21);
  }

  void pages(const Simulation&, std::span<const Interaction> pages) override {
    for (const Interaction& page : pages) add(page);
  }

  void end(const Simulation& world) override { finish(world.catalog(study_->end).size()); }

  WorldFacts facts;

 private:
  struct Running {
    SimTime begin, end;
    bool open = false;
  };

  void add(const Interaction& page) {
    const Request& r = page.request;
    const std::size_t user = r.user.index();
    const UserTraits& traits = study_->world.population().users[user];
    const auto day = static_cast<std::size_t>((r.time - study_->t0).us / kDay.us);
    ++facts.pages;
    newcomer_pages_ += traits.newcomer;
    if (r.page == 0) {
      close(user);
      running_[user].begin = r.time;
      running_[user].open = true;
      ++sessions_[user];
      ++facts.hours[static_cast<std::size_t>(local_hour(r.time, r.utc_offset_h)) % 24];
      const bool weekend = weekday(local_day(r.time, r.utc_offset_h)) >= 5;
      ++(weekend ? weekend_sessions_ : weekday_sessions_);
      searches_ += r.searched > 0;
      ++daily_sessions_[day];
    }
    running_[user].end = page.outcome.end;
    if (!active_[user * days_ + day]) ++daily_users_[day];
    active_[user * days_ + day] = true;
    if (traits.newcomer && traits.joined >= study_->t0) {
      const auto age = static_cast<std::size_t>((r.time - traits.joined).us / kDay.us);
      came_[{user, age}] = true;
    }
    auto& slots_ctr = facts.slot_ctr;
    if (slots_ctr.size() < page.slate.slots.size()) {
      slots_ctr.resize(page.slate.slots.size());
      facts.slot_seen.resize(slots_ctr.size());
      slot_n_.resize(slots_ctr.size());
    }
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const ItemId item = page.slate.slots[k].item;
      const SlotOutcome& o = page.outcome.slots[k];
      ++facts.impressions;
      ++shown_[item.index()];
      ++slot_n_[k];
      facts.slot_seen[k] += o.seen;
      slots_ctr[k] += o.clicked;
      if (o.clicked || o.watched_ms > 0) play(user, day, item, o);
    }
    for (const DirectPlay& d : page.outcome.direct) {
      ++direct_;
      play(user, day, d.item, d.outcome);
    }
  }

  void play(std::size_t user, std::size_t day, ItemId item, const SlotOutcome& o) {
    const double duration_s = static_cast<double>(study_->world.all_items()[item.index()].duration_s);
    const double ratio = static_cast<double>(o.watched_ms) / (1000 * duration_s);
    ratios_.push_back(ratio);
    ++facts.ratio_share[static_cast<std::size_t>(std::min(20.0, std::floor(10 * ratio)))];
    facts.clicks += o.clicked;
    bounced_ += o.bounced;
    completed_ += o.completed;
    skipped_ += o.skipped;
    liked_ += o.liked;
    minutes_ += static_cast<double>(o.watched_ms) / 60'000;
    if (o.rating > 0) {
      ratings_ += o.rating;
      ++answers_;
    }
    if (plays_today_[user].first != day) flush(user, day);
    ++plays_today_[user].second;
  }

  void flush(std::size_t user, std::size_t day) {
    if (plays_today_[user].second > 0) plays_.push_back(plays_today_[user].second);
    plays_today_[user] = {day, 0};
  }

  void close(std::size_t user) {
    if (running_[user].open) session_min_.push_back((running_[user].end - running_[user].begin).minutes());
    running_[user].open = false;
  }

  void finish(std::size_t items) {
    const auto& population = study_->world.population();
    for (std::size_t u = 0; u < sessions_.size(); ++u) {
      close(u);
      flush(u, 0);
    }
    double user_days = 0, active_days = 0;
    for (const UserTraits& user : population.users)
      user_days += std::max(0.0, (study_->end - std::max(study_->t0, user.joined)).days());
    for (const bool a : active_) active_days += a;
    const double sessions = std::accumulate(sessions_.begin(), sessions_.end(), 0.0);
    const auto clicks = static_cast<double>(facts.clicks);
    const auto plays = static_cast<double>(ratios_.size());
    double slot_clicks = 0;
    for (std::size_t k = 0; k < slot_n_.size(); ++k) {
      slot_clicks += facts.slot_ctr[k];
      facts.slot_ctr[k] = share(facts.slot_ctr[k], slot_n_[k]);
      facts.slot_seen[k] = share(facts.slot_seen[k], slot_n_[k]);
    }
    facts.ctr = share(slot_clicks, static_cast<double>(facts.impressions));
    facts.bounced = share(bounced_, plays);
    facts.completed = share(completed_, plays);
    facts.skipped = share(skipped_, plays);
    facts.liked = share(liked_, plays);
    facts.watch_min_per_click = share(minutes_, clicks);
    facts.watch_ratio = quartiles(ratios_);
    for (double& x : facts.ratio_share) x = share(x, plays);
    facts.session_min = quartiles(session_min_);
    facts.sessions_per_day = share(sessions, user_days);
    facts.sessions_per_active_day = share(sessions, active_days);
    facts.plays_per_active_day = quartiles(plays_);
    facts.pages_per_session = share(static_cast<double>(facts.pages), sessions);
    std::sort(sessions_.begin(), sessions_.end(), std::greater<>());
    // Of the users who were there at all.
    const auto present =
        static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(), [](double s) { return s > 0; }));
    facts.top_tenth_sessions =
        share(std::accumulate(sessions_.begin(), sessions_.begin() + static_cast<std::ptrdiff_t>(present / 10), 0.0), sessions);
    facts.daily_users = daily_users_;
    retention();
    shown_.resize(items);
    std::sort(shown_.begin(), shown_.end(), std::greater<>());
    facts.gini = gini(shown_);
    const auto head = shown_.begin() + static_cast<std::ptrdiff_t>(shown_.size() / 10);
    facts.top_tenth_items = share(static_cast<double>(std::accumulate(shown_.begin(), head, std::int64_t{0})),
                                  static_cast<double>(facts.impressions));
    facts.shown = shown_;
    for (double& h : facts.hours) h = share(h, sessions);
    facts.weekend =
        weekend_days() > 0 && weekend_days() < static_cast<double>(days_)
            ? share(weekend_sessions_ / weekend_days(), weekday_sessions_ / (static_cast<double>(days_) - weekend_days()))
            : kNoValue;
    facts.newcomer_requests = share(newcomer_pages_, static_cast<double>(facts.pages));
    facts.searches_per_session = share(searches_, sessions);
    facts.direct_plays_per_click = share(direct_, clicks);
    facts.wanted_again = share(ratings_, answers_);
  }

  double weekend_days() const {
    double n = 0;
    for (std::size_t d = 0; d < days_; ++d) n += weekday(local_day(study_->t0, 0) + static_cast<std::int64_t>(d)) >= 5;
    return n;
  }

  // Day d counts those whose d-th day lies before the end.
  void retention() {
    const auto& users = study_->world.population().users;
    for (std::size_t d = 0; d < days_; ++d) {
      double n = 0, came = 0;
      for (std::size_t u = 0; u < users.size(); ++u) {
        if (!users[u].newcomer || users[u].joined < study_->t0) continue;
        if (users[u].joined + kDay * static_cast<std::int64_t>(d + 1) > study_->end) continue;
        n += 1;
        came += came_.contains({u, d});
      }
      facts.retention.push_back(n >= 30 ? came / n : kNoValue);
    }
  }

  const Study* study_ = nullptr;
  std::size_t days_ = 0;
  std::vector<double> sessions_;                              // by user
  std::vector<std::pair<std::size_t, double>> plays_today_;   // by user: day, plays of it so far
  std::vector<Running> running_;                              // by user: the session
  std::vector<bool> active_;                                  // users x days
  std::map<std::pair<std::size_t, std::size_t>, bool> came_;  // newcomer, age in days
  std::vector<double> daily_users_, daily_sessions_, slot_n_, ratios_, session_min_, plays_;
  std::vector<std::int64_t> shown_;
  double bounced_ = 0, completed_ = 0, skipped_ = 0, liked_ = 0, minutes_ = 0, ratings_ = 0, answers_ = 0;
  double weekend_sessions_ = 0, weekday_sessions_ = 0, newcomer_pages_ = 0, searches_ = 0, direct_ = 0;
};

}  // namespace

WorldFacts describe_world(const Scenario& scenario, Observer* observer) {
  Variant control = scenario.experiments.front().variants.front();
  control.share = 1;
  const Scenario alone = with_variants(scenario, {control});
  Collector collector;
  RunOptions options;
  options.watchers.push_back(&collector);
  const Report report = run(alone, options, observer);
  WorldFacts facts = std::move(collector.facts);
  facts.users = report.users;
  facts.items = report.items;
  facts.warmup_days = report.warmup_days;
  facts.days = report.days;
  facts.seed = report.seed;
  return facts;
}

}  // namespace feedloop
