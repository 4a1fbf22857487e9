#include "experiment/bubble/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/slate_rules.hpp"
#include "experiment/analysis/exposure.hpp"
#include "experiment/bubble/circle.hpp"
#include "experiment/bubble/projection.hpp"
#include "experiment/metrics/hidden.hpp"
#include "experiment/simulation.hpp"
#include "stats/diversity.hpp"
#include "stats/poisson_bootstrap.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kPanelUsers = 4096;
constexpr std::size_t kMostReplicates = 48, kFewestReplicates = 8, kCountsKept = 8'000'000;  // a large catalogue gets fewer
constexpr int kLorenzPoints = 60;

// What each measure can be: an interval does not reach further.
constexpr std::array<Interval, kBubbleMeasures> kPossible{
    {{0, 2}, {0, 2}, {1, kMaxCategories}, {0, 2}, {0, 2}, {0, 1}, {0, 1}, {0, kInfinity}}};

using Values = std::array<double, kBubbleMeasures>;

// What a panel user was shown on one day.
struct PanelDay {
  std::array<float, kLatentDims> sum{};  // of the items' vectors
  std::array<std::uint16_t, kMaxCategories> categories{};
  std::int32_t shown = 0, pages = 0;
  double page_distance = 0;  // sum over pages
};

// What the measures ask of a panel user at the end of a day. NaN: nothing was shown.
struct PanelWeek {
  double spread = kNoValue, drift = kNoValue, categories = kNoValue, page_distance = kNoValue;
  Latent mean{};  // of the items shown, at unit length
};

CategoryMix mix_of(std::size_t categories, std::span<const std::uint32_t> items, const std::vector<MapItem>& facts) {
  CategoryMix mix{std::vector<std::int32_t>(categories, 0), kNoValue};
  std::vector<std::int64_t> counts(categories, 0);
  for (const std::uint32_t i : items) {
    ++mix.count[facts[i].category];
    ++counts[facts[i].category];
  }
  mix.entropy = entropy(counts);
  return mix;
}

std::uint64_t lot(std::size_t user) {
  return Hasher().add(std::string_view("bubble")).add(static_cast<std::uint64_t>(user)).value();
}

}  // namespace

class BubbleRecorder::Recording {
 public:
  explicit Recording(const Study& study);
  void begin(const Simulation& world, std::size_t experiment, std::size_t variant);
  void add(std::span<const Interaction> pages);
  void day(const Simulation& world);
  void end(const Simulation& world);
  std::shared_ptr<const BubbleReport> take();

 private:
  static constexpr std::size_t kDays = kBubbleWindow;
  std::size_t items() const { return report_.items.size(); }
  void choose_users(const Simulation& world);
  void add_for_user(const Interaction& page, BubbleUser& user) const;
  void add_for_panel(const Interaction& page, PanelDay& day) const;
  PanelWeek week_of(const Simulation& world, std::size_t place) const;
  Values panel_values(const std::vector<PanelWeek>& weeks, const std::vector<std::size_t>& by_categories,
                      std::size_t replicate) const;
  void catalogue_values(std::span<const std::int64_t> shown, Values& out) const;
  double weight(std::size_t user, std::size_t replicate) const {
    return replicate == 0 ? 1.0 : weights_[user * replicates_ + replicate - 1];
  }
  void follow(const Simulation& world, std::size_t place, bool last);
  void close_day();

  const Study& study_;
  BubbleReport report_;
  std::optional<Projection> plane_;
  std::size_t replicates_;
  std::vector<std::uint8_t> weights_;                       // users x replicates
  std::vector<std::uint32_t> panel_;                        // ids, ascending
  std::vector<std::int32_t> panel_place_, followed_place_;  // by user; -1: not one of them
  std::vector<Latent> first_taste_;                         // by panel place

  // Of the world in motion.
  BubbleWorld* world_ = nullptr;
  std::size_t experiment_ = 0, variant_ = 0, done_ = 0;                 // done_: days
  std::vector<PanelDay> user_days_;                                     // kDays x panel, a ring
  std::vector<std::uint32_t> shown_;                                    // kDays x items, a ring
  std::vector<std::uint32_t> resampled_;                                // kDays x items x replicates, a ring
  std::vector<std::vector<Values>> replicate_values_, control_values_;  // by day, by replicate; 0 counts everybody once
  std::size_t worlds_ = 0;
  bool whole_ = true;
};

BubbleRecorder::Recording::Recording(const Study& study) : study_(study) {
  const auto all = study.world.all_items();
  std::vector<float> vectors;
  for (const ItemFacts& item : all) {
    const Latent& v = study.world.truth(item.id).v;
    vectors.insert(vectors.end(), v.begin(), v.end());
  }
  plane_.emplace(vectors, static_cast<std::size_t>(kLatentDims));
  report_.explained = plane_->explained();
  float farthest = 0;
  const auto reach = [&](MapPoint p) {
    farthest = std::max({farthest, std::abs(p.x), std::abs(p.y)});
    return p;
  };
  for (const ItemFacts& item : all) {
    report_.items.push_back(
        {reach(plane_->at(study.world.truth(item.id).v)), static_cast<std::uint8_t>(item.category.index())});
    report_.categories = std::max(report_.categories, item.category.index() + 1);
  }
  for (const UserTraits& user : study.world.population().users) reach(plane_->at(user.anchor));
  report_.reach = std::max(0.1F, std::ceil(farthest * 20) / 20);
  report_.days = static_cast<int>(study.params.days);
  for (int d = 0; d <= report_.days; ++d) {
    report_.day.push_back(static_cast<float>(d));
    report_.catalogue.push_back(static_cast<std::int64_t>(study.world.catalog(study.t0 + kDay * d).size()));
  }
  for (const Experiment& e : study.scenario.experiments) {
    BubbleExperiment& out = report_.experiments.emplace_back();
    out.layer = e.layer;
    for (const Variant& v : e.variants) out.worlds.emplace_back().variant = v.name;
    out.differences.resize(e.variants.size() - 1);
    worlds_ += e.variants.size();
  }

  replicates_ = std::clamp(kCountsKept / std::max<std::size_t>(items(), 1), kFewestReplicates, kMostReplicates) / 4 * 4;
  const std::size_t users = study.world.population().users.size();
  weights_.resize(users * replicates_);
  parallel_for(users, 256, [&](std::size_t b, std::size_t e) {
    for (std::size_t u = b; u < e; ++u)
      for (std::size_t r = 0; r < replicates_; r += 4) {
        Rng rng = stream(study_.seed, Stream::ExposureBootstrap, entity_key(u, 0, r / 4));
        for (std::size_t l = 0; l < 4; ++l) weights_[u * replicates_ + r + l] = static_cast<std::uint8_t>(poisson_one(rng()));
      }
  });
}

// Of the users who were there before t0: the panel by lot; those followed on the map by lot among regular visitors, who have
// something to show.
void BubbleRecorder::Recording::choose_users(const Simulation& world) {
  const auto& traits = study_.world.population().users;
  panel_place_.assign(traits.size(), -1);
  followed_place_.assign(traits.size(), -1);
  std::vector<std::uint32_t> all;
  for (const UserTraits& user : traits)
    if (user.joined < study_.t0) all.push_back(user.id.value);
  const auto draw = [&](std::size_t n, auto&& later) {
    std::vector<std::uint32_t> drawn = all;
    std::ranges::sort(drawn, [&](std::uint32_t a, std::uint32_t b) {
      if (later(a) != later(b)) return later(b);
      return lot(a) != lot(b) ? lot(a) < lot(b) : a < b;
    });
    drawn.resize(std::min(n, drawn.size()));
    std::ranges::sort(drawn);
    return drawn;
  };
  panel_ = draw(kPanelUsers, [](std::uint32_t) { return false; });
  report_.panel = static_cast<std::int64_t>(panel_.size());
  report_.users = draw(kBubbleUsers, [&](std::uint32_t u) {
    const UserState& s = world.users()[u];
    return s.churned || 2 * s.visits < study_.params.warmup_days;  // regular: every other day
  });
  for (std::size_t k = 0; k < panel_.size(); ++k) panel_place_[panel_[k]] = static_cast<std::int32_t>(k);
  for (std::size_t k = 0; k < report_.users.size(); ++k) followed_place_[report_.users[k]] = static_cast<std::int32_t>(k);
  for (const std::uint32_t u : panel_) first_taste_.push_back(world.users()[u].taste);
}

void BubbleRecorder::Recording::begin(const Simulation& world, std::size_t experiment, std::size_t variant) {
  if (world.now() != study_.t0) whole_ = false;
  if (panel_.empty()) choose_users(world);
  world_ = &report_.experiments[experiment].worlds[variant];
  experiment_ = experiment;
  variant_ = variant;
  done_ = 0;
  user_days_.assign(kDays * panel_.size(), {});
  shown_.assign(kDays * items(), 0);
  resampled_.assign(kDays * items() * replicates_, 0);
  replicate_values_.clear();
  world_->users.resize(report_.users.size());
  close_day();  // day 0
  for (std::size_t k = 0; k < report_.users.size(); ++k) follow(world, k, false);
}

void BubbleRecorder::Recording::add_for_user(const Interaction& page, BubbleUser& user) const {
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
    user.exposures.push_back({static_cast<std::uint32_t>(page.slate.slots[k].item.index()),
                              static_cast<float>((page.request.time - study_.t0).days()), page.outcome.slots[k].clicked});
}

void BubbleRecorder::Recording::add_for_panel(const Interaction& page, PanelDay& day) const {
  Latent sum{};
  for (const Slot& slot : page.slate.slots) {
    const ItemTruth& item = study_.world.truth(slot.item);
    for (std::size_t d = 0; d < sum.size(); ++d) sum[d] += item.v[d];
    ++day.categories[static_cast<std::size_t>(item.category)];
  }
  for (std::size_t d = 0; d < sum.size(); ++d) day.sum[d] += sum[d];
  const auto n = static_cast<double>(page.slate.slots.size());
  day.shown += static_cast<std::int32_t>(page.slate.slots.size());
  if (n < 2) return;
  // Vectors have unit length: the cosines of all ordered pairs add up to |sum|^2 - n.
  day.page_distance += 1 - (static_cast<double>(dot(sum, sum)) - n) / (n * (n - 1));
  ++day.pages;
}

void BubbleRecorder::Recording::add(std::span<const Interaction> pages) {
  const std::size_t today = done_ % kDays;
  for (const Interaction& page : pages) {
    const std::size_t user = page.request.user.index();
    if (followed_place_[user] >= 0) add_for_user(page, world_->users[static_cast<std::size_t>(followed_place_[user])]);
    if (panel_place_[user] >= 0)
      add_for_panel(page, user_days_[today * panel_.size() + static_cast<std::size_t>(panel_place_[user])]);
    const std::uint8_t* weights = weights_.data() + user * replicates_;
    for (const Slot& slot : page.slate.slots) {
      const std::size_t row = today * items() + slot.item.index();
      ++shown_[row];
      std::uint32_t* counts = resampled_.data() + row * replicates_;
      for (std::size_t r = 0; r < replicates_; ++r) counts[r] += weights[r];
    }
  }
}

PanelWeek BubbleRecorder::Recording::week_of(const Simulation& world, std::size_t place) const {
  PanelWeek week;
  const Latent& taste = world.users()[panel_[place]].taste;
  week.drift = drift(first_taste_[place], taste);
  std::array<std::int64_t, kMaxCategories> categories{};
  double shown = 0, pages = 0, page_distance = 0;
  for (std::size_t d = 0; d < kDays; ++d) {
    const PanelDay& day = user_days_[d * panel_.size() + place];
    for (std::size_t k = 0; k < week.mean.size(); ++k) week.mean[k] += day.sum[k];
    for (std::size_t c = 0; c < categories.size(); ++c) categories[c] += day.categories[c];
    shown += day.shown;
    pages += day.pages;
    page_distance += day.page_distance;
  }
  if (shown == 0) return week;
  week.spread = 1 - static_cast<double>(dot(week.mean, taste)) / shown;
  week.categories = effective_number(categories);
  if (pages > 0) week.page_distance = page_distance / pages;
  normalise(week.mean);
  return week;
}

Values BubbleRecorder::Recording::panel_values(const std::vector<PanelWeek>& weeks,
                                               const std::vector<std::size_t>& by_categories, std::size_t replicate) const {
  struct Mean {
    double sum = 0, n = 0;
    void add(double x, double w) {
      if (!std::isnan(x)) sum += w * x, n += w;
    }
    double value() const { return n > 0 ? sum / n : kNoValue; }
  } spread, moved, pages;
  std::array<double, kLatentDims> sum{};
  double users = 0, squares = 0;
  for (std::size_t k = 0; k < weeks.size(); ++k) {
    const double w = weight(panel_[k], replicate);
    const PanelWeek& u = weeks[k];
    spread.add(u.spread, w);
    moved.add(u.drift, w);
    pages.add(u.page_distance, w);
    if (std::isnan(u.spread)) continue;
    users += w;
    squares += w * w;
    for (std::size_t d = 0; d < sum.size(); ++d) sum[d] += w * static_cast<double>(u.mean[d]);
  }
  Values out;
  out.fill(kNoValue);
  const auto at = [&](BubbleMeasure m) -> double& { return out[static_cast<std::size_t>(m)]; };
  at(BubbleMeasure::Spread) = spread.value();
  at(BubbleMeasure::Drift) = moved.value();
  at(BubbleMeasure::IntraList) = pages.value();
  // Over pairs of different users, by what their sum is: unit vectors m give sum_{u != v} w_u w_v m_u m_v = |sum|^2 - sum w^2.
  const double pairs = users * users - squares;
  const double together = std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0);
  if (pairs > 0) at(BubbleMeasure::Between) = 1 - (together - squares) / pairs;
  double below = 0;
  for (const std::size_t k : by_categories) {
    below += weight(panel_[k], replicate);
    at(BubbleMeasure::Categories) = weeks[k].categories;
    if (2 * below >= users) break;
  }
  return out;
}

void BubbleRecorder::Recording::catalogue_values(std::span<const std::int64_t> shown, Values& out) const {
  out[static_cast<std::size_t>(BubbleMeasure::Gini)] = gini(shown);
  out[static_cast<std::size_t>(BubbleMeasure::Coverage)] = coverage(shown);
  out[static_cast<std::size_t>(BubbleMeasure::Entropy)] = entropy(shown);
}

void BubbleRecorder::Recording::follow(const Simulation& world, std::size_t place, bool last) {
  BubbleUser& user = world_->users[place];
  const UserId id{report_.users[place]};
  const SimTime now = world.now();
  const UserState state = study_.world.state_at(world.users()[id.index()], id, now);
  user.taste.push_back(plane_->at(state.taste));
  user.until.push_back(user.exposures.size());
  const std::span<const Exposure> recent = user.recent(user.until.size() - 1);
  std::vector<MapPoint> points;
  std::vector<std::uint32_t> saw;
  for (const Exposure& e : recent) {
    points.push_back(report_.items[e.item].at);
    saw.push_back(e.item);
  }
  user.circle.push_back(holding_circle(points, kCircleShare));
  user.area.push_back(std::numbers::pi_v<float> * user.circle.back().radius * user.circle.back().radius);
  user.saw.push_back(mix_of(report_.categories, saw, report_.items));

  const Request request = study_.world.request_of(id, now);
  std::vector<std::pair<double, std::uint32_t>> best;
  for (const ItemFacts& item : study_.world.catalog(now))
    if (may_be_shown(item, request))
      best.emplace_back(-study_.world.relevance(state, id, item.id, now), static_cast<std::uint32_t>(item.id.index()));
  const auto wanted = static_cast<std::ptrdiff_t>(std::min(std::max(recent.size(), last ? kLikedShown : 0), best.size()));
  std::partial_sort(best.begin(), best.begin() + wanted, best.end());
  std::vector<std::uint32_t> liked;
  for (std::ptrdiff_t i = 0; i < wanted; ++i) liked.push_back(best[static_cast<std::size_t>(i)].second);
  if (last)
    user.liked_items.assign(liked.begin(), liked.begin() + static_cast<std::ptrdiff_t>(std::min(kLikedShown, liked.size())));
  liked.resize(std::min(liked.size(), recent.size()));
  user.liked.push_back(mix_of(report_.categories, liked, report_.items));
}

// What was shown in the days of the ring, for maps.
void BubbleRecorder::Recording::close_day() {
  std::vector<std::uint32_t> shown(items(), 0);
  std::vector<float> heat(kHeatSide * kHeatSide, 0);
  std::vector<std::int64_t> counts(static_cast<std::size_t>(report_.catalogue[done_]), 0);
  double total = 0;
  for (std::size_t d = 0; d < kDays; ++d)
    for (std::size_t i = 0; i < items(); ++i) shown[i] += shown_[d * items() + i];
  const auto square = [&](float at) {
    const float place = (at / report_.reach + 1) / 2 * static_cast<float>(kHeatSide);
    return std::min(static_cast<std::size_t>(std::max(place, 0.0F)), kHeatSide - 1);
  };
  for (std::size_t i = 0; i < items(); ++i) {
    const MapPoint at = report_.items[i].at;
    heat[square(at.y) * kHeatSide + square(at.x)] += static_cast<float>(shown[i]);
    total += shown[i];
    if (i < counts.size()) counts[i] = shown[i];
  }
  if (total > 0)
    for (float& h : heat) h /= static_cast<float>(total);
  world_->shown.push_back(std::move(shown));
  world_->heat.push_back(std::move(heat));
  LorenzCurve& curve = world_->lorenz.emplace_back();
  curve.variant = world_->variant;
  for (const LorenzPoint& p : lorenz_curve(counts, kLorenzPoints)) {
    curve.items.push_back(p.items);
    curve.impressions.push_back(p.share);
  }
}

void BubbleRecorder::Recording::day(const Simulation& world) {
  ++done_;
  if (done_ > static_cast<std::size_t>(report_.days)) return;
  close_day();
  const bool last = done_ == static_cast<std::size_t>(report_.days);
  parallel_for(report_.users.size(), 1, [&](std::size_t b, std::size_t e) {
    for (std::size_t k = b; k < e; ++k) follow(world, k, last);
  });

  std::vector<PanelWeek> weeks(panel_.size());
  parallel_for(panel_.size(), 64, [&](std::size_t b, std::size_t e) {
    for (std::size_t k = b; k < e; ++k) weeks[k] = week_of(world, k);
  });
  std::vector<std::size_t> by_categories;
  for (std::size_t k = 0; k < weeks.size(); ++k)
    if (!std::isnan(weeks[k].categories)) by_categories.push_back(k);
  std::ranges::sort(by_categories, [&](std::size_t a, std::size_t b) {
    return weeks[a].categories != weeks[b].categories ? weeks[a].categories < weeks[b].categories : a < b;
  });
  const auto catalogue = static_cast<std::size_t>(report_.catalogue[done_]);
  std::vector<Values>& values = replicate_values_.emplace_back(replicates_ + 1);
  parallel_for(values.size(), 1, [&](std::size_t b, std::size_t e) {
    for (std::size_t r = b; r < e; ++r) {
      values[r] = panel_values(weeks, by_categories, r);
      std::vector<std::int64_t> shown(catalogue, 0);
      for (std::size_t d = 0; d < kDays; ++d)
        for (std::size_t i = 0; i < catalogue; ++i) {
          const std::size_t row = d * items() + i;
          shown[i] += r == 0 ? shown_[row] : resampled_[row * replicates_ + r - 1];
        }
      catalogue_values(shown, values[r]);
    }
  });

  // The oldest day makes room for tomorrow.
  const std::size_t next = done_ % kDays;
  const auto clear = [&](auto& ring, std::size_t size) {
    std::fill_n(ring.begin() + static_cast<std::ptrdiff_t>(next * size), size,
                typename std::decay_t<decltype(ring)>::value_type{});
  };
  clear(user_days_, panel_.size());
  clear(shown_, items());
  clear(resampled_, items() * replicates_);
}

void BubbleRecorder::Recording::end(const Simulation&) {
  if (done_ != static_cast<std::size_t>(report_.days)) {
    whole_ = false;
    return;
  }
  const double z = normal_isf(study_.analysis.alpha / 2);
  const auto add = [&](BubbleSeries& series, double value, std::span<const double> replicates, const Interval& possible) {
    const double half = z * spread(replicates);
    series.value.push_back(static_cast<float>(value));
    series.low.push_back(static_cast<float>(std::max(value - half, possible.low)));
    series.high.push_back(static_cast<float>(std::min(value + half, possible.high)));
  };
  const auto fill = [&](BubbleTable& table, const std::vector<std::vector<Values>>& days,
                        const std::vector<std::vector<Values>>* less) {
    for (std::size_t m = 0; m < kBubbleMeasures; ++m) {
      // Nothing was shown yet and no taste has moved.
      const Interval possible = less ? Interval{-kInfinity, kInfinity} : kPossible[m];
      add(table[m], m == static_cast<std::size_t>(BubbleMeasure::Drift) ? 0 : kNoValue, {}, possible);
      for (std::size_t d = 0; d < days.size(); ++d) {
        std::vector<double> values;
        for (std::size_t r = 0; r <= replicates_; ++r) values.push_back(days[d][r][m] - (less ? (*less)[d][r][m] : 0));
        add(table[m], values[0], std::span(values).subspan(1), possible);
      }
    }
  };
  fill(world_->measures, replicate_values_, nullptr);
  if (variant_ == 0)
    control_values_ = replicate_values_;
  else
    fill(report_.experiments[experiment_].differences[variant_ - 1], replicate_values_, &control_values_);
  --worlds_;
}

std::shared_ptr<const BubbleReport> BubbleRecorder::Recording::take() {
  return whole_ && worlds_ == 0 ? std::make_shared<const BubbleReport>(std::move(report_)) : nullptr;
}

BubbleRecorder::BubbleRecorder() = default;
BubbleRecorder::~BubbleRecorder() = default;

void BubbleRecorder::begin(const Study& study) { recording_ = std::make_unique<Recording>(study); }
void BubbleRecorder::begin_truth(const Simulation& world, std::size_t experiment, std::size_t variant) {
  recording_->begin(world, experiment, variant);
}
void BubbleRecorder::truth_pages(const Simulation&, std::span<const Interaction> pages) { recording_->add(pages); }
void BubbleRecorder::truth_day(const Simulation& world) { recording_->day(world); }
void BubbleRecorder::end_truth(const Simulation& world) { recording_->end(world); }
std::shared_ptr<const BubbleReport> BubbleRecorder::take() { return recording_ ? recording_->take() : nullptr; }

}  // namespace feedloop
