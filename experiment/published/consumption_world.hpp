// Small worlds of consumption, as in Chaney, Stewart & Engelhardt 2018 ("How algorithmic confounding in recommendation systems
// increases homogeneity and decreases utility", RecSys) and Brennan et al. 2025 ("Reducing symbiosis bias through better A/B
// tests of recommendation algorithms", WWW). Users have preferences over attributes, items have attributes, and utility is
// their inner product. Items arrive a few a period, in order of their numbers. In each period every user sees one list and
// consumes one item of it, or none:
//
//   list      recommended 1, new 1, recommended 2, new 2 …; when one kind runs out, the rest of the other. Recommended are old
//             items, of earlier periods; new ones are this period's, shuffled. Without recommendations: the new ones alone
//   observed  utility * (1 + place)^-0.8, places from 0
//   choice    the largest observed, earlier places first; and only if it is above the user's reserve, where there is one
//
// Recommenders learn between periods from what users have consumed (implicit, yes or no), of the users whose data they may use.
// B is users x items with 1 where consumed, n_i the number of i's consumers:
//
//   item_cf        sum over consumed j of cos(i, j) = |users of i and j| / sqrt(n_i n_j)   (Sarwar et al. 2001)
//   user_cf        sum over consumers v of i of |items of u and v|
//   popularity     n_i
//   content        <mean attributes of what u consumed, attributes of i>                   (Rocchio's profile)
//   factorization  PureSVD (Cremonesi, Koren & Turrin 2010): U U' B, U the leading left singular vectors of B
//   random         0                      oracle         the utility
//
// Equal scores (to single precision) come in random order. What the user has consumed comes last, but under `random` where
// items may be consumed again. Everything is a pure function of the seeds; one run is one thread's work.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace feedloop {

enum class LittleRecommender : std::uint8_t { ItemCf, UserCf, Random, Oracle, Content, Popularity, Factorization };
constexpr std::array<std::string_view, 7> kLittleRecommenders{"item_cf", "user_cf",    "random",       "oracle",
                                                              "content", "popularity", "factorization"};

struct ConsumptionWorld {
  std::size_t users = 0, items = 0, attributes = 0;
  std::size_t arrivals = 1;         // new items a period; the last items % arrivals never arrive
  std::vector<double> preference;   // users x attributes
  std::vector<double> attribute;    // items x attributes
  std::vector<double> utility;      // users x items
  std::vector<double> reserve;      // by user; empty: none
  bool reserve_of_utility = false;  // compared with the utility of the choice instead of what was observed of it
  bool once = false;                // no item is consumed twice
  std::size_t factors = 10;         // of `factorization`
  std::size_t periods() const { return items / arrivals; }
  double utility_of(std::size_t user, std::size_t item) const { return utility[user * items + item]; }
};

// One Dirichlet draw for each row, keyed by the row: rows x alpha.size(). `purpose` tells kinds of rows apart.
std::vector<double> dirichlet_rows(Seed seed, std::uint32_t purpose, std::size_t rows, std::span<const double> alpha);
// Fills `utility` with inner products. Requires: the sizes, `preference` and `attribute`.
void set_utilities(ConsumptionWorld& world);
// Of each user's utilities over all items: the mean of the two middle ones when their number is even.
std::vector<double> median_utilities(const ConsumptionWorld& world);

// Who is served by which recommender, and what it may learn from.
struct ConsumptionRun {
  std::array<LittleRecommender, 2> recommenders{};
  std::vector<std::uint8_t> variant;  // by user: 0 or 1
  bool own_data = false;              // a recommender learns from its own users alone
  std::vector<std::uint8_t> corpus;   // by item: the variant whose users see it; empty: all see all
  std::size_t startup = 10;           // periods without recommendations
  bool retrain = true;                // each period; else once, after the start-up
  Seed seed{};
  std::uint32_t replication = 0;  // luck: the same for a user and period whatever the rest says
};

constexpr std::int32_t kNothing = -1;
// By period and user (period-major): the item consumed, or kNothing.
std::vector<std::int32_t> consume(const ConsumptionWorld& world, const ConsumptionRun& run);

// What users have consumed so far, each item once.
class Consumption {
 public:
  Consumption(std::size_t users, std::size_t items) : users_(users), items_(items), has_(users * items), of_user_(users) {}
  std::size_t users() const { return users_; }
  std::size_t items() const { return items_; }
  bool has(std::size_t user, std::size_t item) const { return has_[user * items_ + item] != 0; }
  std::span<const std::uint16_t> of(std::size_t user) const { return of_user_[user]; }
  void add(std::size_t user, std::size_t item);  // again: no change

 private:
  std::size_t users_, items_;
  std::vector<std::uint8_t> has_;
  std::vector<std::vector<std::uint16_t>> of_user_;  // in order of time
};

// A recommender as learned from the consumption of some users.
class LittleModel {
 public:
  LittleModel(const ConsumptionWorld& world, LittleRecommender kind) : world_(world), kind_(kind) {}
  // Learns anew. `uses`, by user: whose data; `serves`, by user: whose scores will be asked for.
  void train(const Consumption& consumed, std::span<const std::uint8_t> uses, std::span<const std::uint8_t> serves);
  // score[k] of item k, k < score.size(), for a user of `serves`. `sums` is scratch.
  void scores(std::size_t user, std::span<float> score, std::vector<double>& sums) const;

 private:
  void find_factors(std::span<const std::uint8_t> uses);

  const ConsumptionWorld& world_;
  LittleRecommender kind_;
  std::vector<std::vector<std::uint16_t>> of_user_;  // as of the training; empty of users whose data may not be used
  std::vector<double> weight_;                       // users x users: score = scale_i * sum over v of weight B
  std::vector<double> scale_;                        // by item
  std::vector<double> profile_;                      // users x attributes
  std::vector<double> basis_;                        // users x factors, where the last training ended
};

}  // namespace feedloop
