#include "base/slate_rules.hpp"

#include <algorithm>
#include <cstring>

namespace feedloop {
namespace {

// Bits of a level: one for creator run, six for each count, which is at most kMaxSlate.
constexpr std::array<int, kSlateRules> kShift{0, 1, 7, 13};
constexpr std::array<int, kSlateRules> kBits{1, 6, 6, 6};
constexpr int shift_of(SlateRule rule) { return kShift[static_cast<std::size_t>(rule)]; }

// Lanes run over candidates.
typedef std::int32_t Lanes __attribute__((vector_size(SlateRules::kLanes * sizeof(std::int32_t))));

Lanes load(const std::vector<std::int32_t>& v, std::size_t at) {
  Lanes x;
  std::memcpy(&x, v.data() + at, sizeof x);
  return x;
}
void store(std::vector<std::int32_t>& v, std::size_t at, Lanes x) { std::memcpy(v.data() + at, &x, sizeof x); }
Lanes all(std::int32_t x) { return x - Lanes{}; }

}  // namespace

ItemTraits traits_of(const ItemFacts& item) { return {item.category, item.creator, item.series, item.sponsored, false}; }

std::int32_t slate_level(const SlateLimits& limits, std::span<const ItemTraits> slate, const ItemTraits& candidate) {
  int category = 1, series = 1, sponsored = 1, run = 0;
  for (const ItemTraits& t : slate) {
    category += t.category == candidate.category;
    series += t.series == candidate.series;
    sponsored += t.sponsored;
    run = t.creator == candidate.creator ? run + 1 : 0;
  }
  std::array<int, kSlateRules> beyond{};
  beyond[0] = limits.creator_run < kMaxSlate && run >= limits.creator_run;
  beyond[1] = std::max(0, category - limits.per_category);
  beyond[2] = candidate.series > 0 ? std::max(0, series - limits.per_series) : 0;
  beyond[3] = candidate.sponsored && slate.size() < kSponsoredTop ? std::max(0, sponsored - limits.sponsored) : 0;
  std::int32_t level = 0;
  for (std::size_t r = 0; r < beyond.size(); ++r) level |= beyond[r] << kShift[r];
  return level;
}

int excess(std::int32_t level, SlateRule rule) {
  return level >> shift_of(rule) & ((1 << kBits[static_cast<std::size_t>(rule)]) - 1);
}

void SlateRules::begin(const SlateLimits& limits, std::span<const Candidate> candidates) {
  limits_ = limits;
  active_ = limits != SlateLimits{};
  size_ = candidates.size();
  const std::size_t padded = (size_ + kLanes - 1) / kLanes * kLanes;
  level_.assign(padded, kTaken);
  if (active_) {
    for (auto* v : {&category_, &series_, &creator_, &sponsored_, &of_category_, &of_series_, &taken_}) v->resize(padded);
    for (std::size_t i = 0; i < size_; ++i) {
      const ItemTraits& t = candidates[i].traits;
      category_[i] = static_cast<std::int32_t>(t.category.value);
      series_[i] = static_cast<std::int32_t>(t.series);
      creator_[i] = static_cast<std::int32_t>(t.creator.value);
      sponsored_[i] = -static_cast<std::int32_t>(t.sponsored);
    }
  }
  restart();
}

void SlateRules::restart() {
  left_ = size_;
  slot_ = sponsored_slots_ = run_ = 0;
  run_creator_ = -1;
  if (!active_) {
    std::fill_n(level_.begin(), size_, 0);
    least_ = size_ > 0 ? 0 : kTaken;
    return;
  }
  std::fill(of_category_.begin(), of_category_.end(), 0);
  std::fill(of_series_.begin(), of_series_.end(), 0);
  std::fill_n(taken_.begin(), size_, 0);
  std::fill(taken_.begin() + static_cast<std::ptrdiff_t>(size_), taken_.end(), -1);
  level_all();
}

void SlateRules::take(std::size_t candidate) {
  --left_;
  if (!active_) {
    level_[candidate] = kTaken;
    if (left_ == 0) least_ = kTaken;
    return;
  }
  taken_[candidate] = -1;
  if (slot_ < kSponsoredTop) sponsored_slots_ -= sponsored_[candidate];
  run_ = creator_[candidate] == run_creator_ && slot_ > 0 ? run_ + 1 : 1;
  run_creator_ = creator_[candidate];
  ++slot_;
  const Lanes category = all(category_[candidate]), series = all(series_[candidate]);
  for (std::size_t i = 0; i < level_.size(); i += kLanes) {
    // A comparison that holds is -1.
    store(of_category_, i, load(of_category_, i) - (load(category_, i) == category));
    store(of_series_, i, load(of_series_, i) - (load(series_, i) == series));
  }
  level_all();
}

void SlateRules::level_all() {
  const bool run_full = limits_.creator_run < kMaxSlate && slot_ > 0 && run_ >= limits_.creator_run;
  const int sponsored_beyond = slot_ < kSponsoredTop ? std::max(0, sponsored_slots_ + 1 - limits_.sponsored) : 0;
  const Lanes zero{}, taken = all(kTaken);
  const Lanes run = all(run_full ? 1 << shift_of(SlateRule::CreatorRun) : 0), creator = all(run_creator_);
  const Lanes sponsored = all(sponsored_beyond << shift_of(SlateRule::Sponsored));
  Lanes least = taken;
  for (std::size_t i = 0; i < level_.size(); i += kLanes) {
    const Lanes category_beyond = load(of_category_, i) + 1 - limits_.per_category;
    const Lanes series_beyond = load(of_series_, i) + 1 - limits_.per_series;
    const Lanes series = load(series_, i) != 0;
    Lanes level = ((load(creator_, i) == creator) & run) | (load(sponsored_, i) & sponsored);
    level |= (category_beyond > 0 ? category_beyond : zero) << shift_of(SlateRule::Category);
    level |= (series & (series_beyond > 0 ? series_beyond : zero)) << shift_of(SlateRule::Series);
    level = load(taken_, i) != 0 ? taken : level;
    least = level < least ? level : least;
    store(level_, i, level);
  }
  least_ = kTaken;
  for (std::size_t l = 0; l < kLanes; ++l) least_ = std::min(least_, least[l]);
}

void SlateRules::admitted(std::vector<std::uint16_t>& out) const {
  out.clear();
  if (left_ == 0) return;
  for (std::size_t i = 0; i < size_; ++i)
    if (level_[i] == least_) out.push_back(static_cast<std::uint16_t>(i));
}

bool SlateRules::can_bind() const {
  if (!active_) return false;
  // More of one id among the candidates than its cap.
  const auto exceeds = [this](std::vector<std::int32_t> ids, std::int32_t cap, std::int32_t ignored) {
    if (cap >= kMaxSlate) return false;
    ids.resize(size_);
    std::erase(ids, ignored);
    std::sort(ids.begin(), ids.end());
    for (std::size_t i = static_cast<std::size_t>(cap); i < ids.size(); ++i)
      if (ids[i] == ids[i - static_cast<std::size_t>(cap)]) return true;
    return false;
  };
  return exceeds(category_, limits_.per_category, -1) || exceeds(series_, limits_.per_series, 0) ||
         exceeds(creator_, limits_.creator_run, -1) ||
         std::count(sponsored_.begin(), sponsored_.begin() + static_cast<std::ptrdiff_t>(size_), -1) > limits_.sponsored;
}

}  // namespace feedloop
