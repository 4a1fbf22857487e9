// What may be shown at all, and the rules of a slate: how many items of a category, of a series, of one creator in a row and of
// sponsors it may hold. The re-ranker and every policy build slates by them.
//
// A slate is never left short because of a rule: where nobody left keeps to all rules, those give way who can, by as little as
// possible. That is the *level* of a candidate after the slots so far, and a slot may hold any candidate of the least level
// left. Level 0 keeps all rules. Otherwise the level is a number in which a dearer rule outweighs all cheaper ones, so rules
// give way in this order, cheapest first:
//
//   creator run  the last `creator_run` items are all by this item's creator
//   category     items of this category beyond `per_category`, this one included: the cap rises by one at a time
//   series       items of this series beyond `per_series`; what stands alone has none
//   sponsored    sponsored items beyond `sponsored` in the first kSponsoredTop slots
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"

namespace feedloop {

// The hard rules that read the item and the request alone; they never give way. Requires: request.country < 32.
inline bool licensed(const ItemFacts& item, const Request& request) { return item.regions >> request.country & 1; }
inline bool old_enough(const ItemFacts& item, const Request& request) { return request.age_bucket >= item.min_age; }
inline bool may_be_shown(const ItemFacts& item, const Request& request) {
  return !item.blocked && licensed(item, request) && old_enough(item, request);
}

enum class SlateRule : std::uint8_t { CreatorRun, Category, Series, Sponsored };  // cheapest first
constexpr int kSlateRules = 4;
constexpr std::array<std::string_view, kSlateRules> kSlateRuleNames{"creator_run", "category", "series", "sponsored"};
constexpr int kSponsoredTop = 20;  // slots in which sponsored items count

ItemTraits traits_of(const ItemFacts& item);  // not under-exposed

// The level of a candidate after the slots so far.
std::int32_t slate_level(const SlateLimits& limits, std::span<const ItemTraits> slate, const ItemTraits& candidate);
// By how much a rule gives way at that level: 1 for creator run, items beyond the cap for the others.
int excess(std::int32_t level, SlateRule rule);

// The levels of all candidates of a ranking while a slate is built; the same as slate_level, kept current in one pass over
// the candidates a slot. Reusable over requests: begin() forgets. One thread at a time.
class SlateRules {
 public:
  static constexpr std::int32_t kTaken = INT32_MAX;
  static constexpr std::size_t kLanes = 8;

  // Requires: the slate will have kMaxSlate slots at most.
  void begin(const SlateLimits& limits, std::span<const Candidate> candidates);
  void restart();  // the same candidates, none taken
  void take(std::size_t candidate);

  std::size_t left() const { return left_; }
  std::int32_t least() const { return least_; }  // level of who may stand in the next slot; kTaken when nobody is left
  bool admits(std::size_t candidate) const { return level_[candidate] == least_ && left_ > 0; }
  // By candidate; kTaken for the taken and for what fills up the last group of kLanes.
  std::span<const std::int32_t> levels() const { return level_; }
  // Positions of the admitted, in order of the candidates.
  void admitted(std::vector<std::uint16_t>& out) const;
  // Whether there is a slate of these candidates that a rule would change.
  bool can_bind() const;

 private:
  void level_all();

  SlateLimits limits_;
  bool active_ = false;  // any rule is on
  std::size_t size_ = 0, left_ = 0;
  std::int32_t least_ = kTaken;
  int slot_ = 0, sponsored_slots_ = 0, run_ = 0;  // run_: length of the run of one creator that ends the slate
  std::int32_t run_creator_ = -1;
  // By candidate, in groups of kLanes.
  std::vector<std::int32_t> category_, series_, creator_, sponsored_;  // flags are 0 or -1
  std::vector<std::int32_t> of_category_, of_series_;                  // taken so far of the same
  std::vector<std::int32_t> taken_;                                    // 0 or -1
  std::vector<std::int32_t> level_;
};

}  // namespace feedloop
