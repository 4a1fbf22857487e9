// What a fit of tastes is judged by: choices that were kept from it, each against items that its user never chose.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "sim/sample_table.hpp"
#include "stats/interval.hpp"

namespace feedloop {

// Who chose what, once a pair: for each user the items, ascending.
using Choices = std::vector<std::vector<std::uint32_t>>;

// Chance that a held-out choice scores above an item the user never chose, averaged over comparisons; the interval has
// users as units (95 %).
struct Auc {
  double value = kNaN;
  Interval ci;
};

enum class Against { Even, Matched };  // opponents drawn evenly from the catalogue, or by popularity in training

class Contest {
 public:
  // `all` = `train` and `held_out` together. Requires: a choice in `train`.
  Contest(const Choices& all, const Choices& train, const Choices& held_out, std::size_t items, Seed seed);

  using Score = std::function<double(std::size_t user, std::uint32_t item)>;
  Auc auc(Against against, const Score& score) const;

  // Log-lift per unit of p . v, with its standard error by the sandwich over users. Conditional logit against opponents drawn
  // by popularity, where popularity cancels: P(choice beats opponent) = sigma(strength * difference of p . v). 0 when nothing
  // was held out.
  std::pair<double, double> strength(const std::vector<Latent>& users, const std::vector<Latent>& items) const;

  double log_popularity(std::size_t item) const { return log_popularity_[item]; }  // in training
  std::int64_t events() const;
  std::int64_t users() const;  // with a held-out choice

 private:
  static constexpr int kOpponents = 5;
  struct Round {
    std::uint32_t item;
    std::array<std::uint32_t, kOpponents> even, matched;
  };
  std::vector<std::vector<Round>> by_user_;
  std::vector<double> log_popularity_;
};

}  // namespace feedloop
