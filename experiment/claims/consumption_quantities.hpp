// Whether what users consume narrows while they use the platform, and whether it does so more for those who take what is
// recommended to them (Nguyen, Hui, Harper, Terveen & Konstan 2014, "Exploring the filter bubble: the effect of using
// recommender systems on content diversity", WWW).
//
// A consumption is a click or a direct play, in the claim's days. It is *taken* when the item was recommended, that is when a
// source that goes by plays or content (Signal, engine/retrieval/source.hpp) had nominated it for the page, and the page does
// not answer a search; what else is consumed users found in lists that are the same for everyone, by searching, or were told
// of. A user's first kStart consumptions, in which the recommender gets to know them, are left out. Users count with kBlocks
// blocks of kBlock after them or more. Followers are those whose taken share is above the median of all who count, ignorers the
// others. The diversity of some items is the mean of 1 - cos over pairs of their content vectors.
#pragma once

#include <string>
#include <vector>

#include "experiment/claims/quantity.hpp"

namespace feedloop {

// "everybody", "followers", "ignorers".
std::vector<std::string> taking_groups();

// Means over the variant's users of the claim's group; NaN where the group is empty or nothing is known of it.
class ConsumptionQuantity : public Probe {
 public:
  using Probe::Probe;
  static constexpr std::size_t kStart = 15, kBlock = 10, kBlocks = 4;

  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  void end(const Simulation& world) override;
  double value(const Report&) const override { return value_; }

 protected:
  struct Consumed {
    ItemId item;
    bool taken, liked;
    float recommended;  // diversity of what the page recommended; NaN below two items
  };
  virtual double of(std::span<const Consumed> consumed) const = 0;  // of one user, after the start; NaN: not known
  double diversity(std::span<const ItemId> items) const;
  double diversity(std::span<const Consumed> block) const;

 private:
  std::vector<std::vector<Consumed>> users_;
  double value_ = kNoValue;
};

class TakenShare final : public ConsumptionQuantity {
 public:
  using ConsumptionQuantity::ConsumptionQuantity;

 private:
  double of(std::span<const Consumed> consumed) const override;
};

// Diversity of the first block.
class ConsumptionDiversity final : public ConsumptionQuantity {
 public:
  using ConsumptionQuantity::ConsumptionQuantity;

 private:
  double of(std::span<const Consumed> consumed) const override;
};

// Diversity of the last block less that of the first.
class ConsumptionChange final : public ConsumptionQuantity {
 public:
  using ConsumptionQuantity::ConsumptionQuantity;

 private:
  double of(std::span<const Consumed> consumed) const override;
};

// The same of what was recommended on the pages of the block: the mean over its consumptions.
class RecommendedChange final : public ConsumptionQuantity {
 public:
  using ConsumptionQuantity::ConsumptionQuantity;

 private:
  double of(std::span<const Consumed> consumed) const override;
};

// Share of consumptions with a like.
class ConsumptionLiked final : public ConsumptionQuantity {
 public:
  using ConsumptionQuantity::ConsumptionQuantity;

 private:
  double of(std::span<const Consumed> consumed) const override;
};

}  // namespace feedloop
