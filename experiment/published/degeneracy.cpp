#include "experiment/published/degeneracy.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "policies/random.hpp"
#include "policies/thompson.hpp"
#include "policies/ucb1.hpp"

namespace feedloop {
namespace {

constexpr std::uint32_t kItem = 0xFFFF'0000;  // in place of the step; steps and items are below
constexpr std::uint32_t kSlot = 0xFFFF'0000;  // in place of the item, plus the slot
constexpr std::size_t kMostItems = 65'535;

struct User {
  std::vector<double> mu, mu_0, delta;  // by item of the pool

  void meet(const DegeneracyParams& p, Seed seed, std::uint32_t user, std::size_t items) {
    for (std::size_t a = mu.size(); a < items; ++a) {
      Rng rng = stream(seed, Stream::Published, {user, kItem, static_cast<std::uint32_t>(a)});
      mu_0.push_back(2 * rng.uniform() - 1);
      delta.push_back(p.drift * (p.law == "equal" ? 0.5 : rng.uniform()));
      mu.push_back(mu_0.back());
    }
  }
  double distance() const {
    double sum = 0;
    for (std::size_t a = 0; a < mu.size(); ++a) sum += (mu[a] - mu_0[a]) * (mu[a] - mu_0[a]);
    return std::sqrt(sum);
  }
  double largest() const {
    double most = 0;
    for (std::size_t a = 0; a < mu.size(); ++a) most = std::max(most, std::abs(mu[a] - mu_0[a]));
    return most;
  }
};

// Shows the items of the largest value.
class Knowing {
 public:
  explicit Knowing(bool optimal) : optimal_(optimal) {}
  void show(const User& u, std::vector<std::size_t>& slate) {
    value_.resize(u.mu.size());
    order_.resize(u.mu.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (std::size_t a = 0; a < value_.size(); ++a)
      value_[a] = optimal_ ? u.delta[a] * (2 * (u.mu[a] - u.mu_0[a]) * (2 * logistic(u.mu[a]) - 1) + u.delta[a]) : u.mu[a];
    const auto end = order_.begin() + static_cast<std::ptrdiff_t>(slate.size());
    std::partial_sort(order_.begin(), end, order_.end(),
                      [&](std::size_t a, std::size_t b) { return value_[a] != value_[b] ? value_[a] > value_[b] : a < b; });
    std::copy(order_.begin(), end, slate.begin());
  }

 private:
  bool optimal_;
  std::vector<double> value_;
  std::vector<std::size_t> order_;
};

std::unique_ptr<Policy> learner(DriftRecommender recommender) {
  if (recommender == DriftRecommender::Ucb) {
    Ucb1::Params p;
    p.book.prior_weight = 0;
    return std::make_unique<Ucb1>(p);
  }
  if (recommender == DriftRecommender::Thompson) {
    Thompson::Params p;
    p.book.prior_weight = 2;
    p.book.prior_mean = 0.5;
    return std::make_unique<Thompson>(p);
  }
  return std::make_unique<Random>(Random::Params{});
}

// Shows what a policy draws, and lets it learn.
class Learning {
 public:
  Learning(DriftRecommender recommender, Seed seed, std::uint32_t user)
      : policy_(learner(recommender)), seed_(seed), user_(user) {
    ranking_.slots = 1;
  }
  void show(std::uint32_t step, std::size_t pool, std::vector<std::size_t>& slate) {
    auto& candidates = ranking_.candidates;
    for (std::size_t a = known_; a < pool; ++a) candidates.emplace_back().item = ItemId{a};
    known_ = pool;
    page_.slate.slots.clear();
    for (std::size_t k = 0; k < slate.size(); ++k) {
      Rng rng = stream(seed_, Stream::Published, {user_, step, kSlot + static_cast<std::uint32_t>(k)});
      page_.slate.slots.push_back(policy_->choose_one(ranking_, page_.request, rng));
      const ItemId item = page_.slate.slots.back().item;
      slate[k] = item.index();
      const auto at = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& c) { return c.item == item; });
      std::swap(*at, candidates.back());
      candidates.pop_back();
    }
    for (const std::size_t a : slate) candidates.emplace_back().item = ItemId{a};
  }
  void learn(std::span<const std::uint8_t> clicked) {
    page_.outcome.slots.resize(clicked.size());
    for (std::size_t k = 0; k < clicked.size(); ++k) {
      page_.outcome.slots[k].seen = true;
      page_.outcome.slots[k].clicked = clicked[k];
    }
    policy_->learn(std::span(&page_, 1));
  }

 private:
  std::unique_ptr<Policy> policy_;
  Seed seed_;
  std::uint32_t user_;
  Ranking ranking_;  // of who is not on the page yet, in any order
  std::size_t known_ = 0;
  Interaction page_;
};

}  // namespace

void DegeneracyParams::describe(Describe& d) {
  d.integer("items", items, {1, kMostItems}, "items", "Items of the pool to begin with.");
  d.integer("slots", slots, {1, kMaxSlate}, "slots", "Items shown in a step.");
  d.integer("steps", steps, {kDegeneracyPoints, 1'000'000}, "steps", "Length of a user's life.");
  d.integer("users", users, {1, 1'000'000}, "users", "Users, each alone, over whom a seed's means are taken.");
  d.number("drift", drift, {0, 10}, "", "By how much a click or its absence moves an interest at most.");
  d.text("law", law, {"uniform", "equal"}, "Whether that is drawn for each item from [0, drift], or half of drift for all.");
}

std::size_t pool_size(std::int64_t items, double eta, std::int64_t step) {
  const double more = eta > 0 ? std::floor(std::pow(static_cast<double>(step), eta)) : 0;
  return static_cast<std::size_t>(items) + static_cast<std::size_t>(more);
}

Degeneracy degenerate(const DegeneracyParams& p, DriftRecommender recommender, double eta, Seed seed, std::uint32_t user) {
  const bool knows = recommender == DriftRecommender::OptimalOracle || recommender == DriftRecommender::Oracle;
  Knowing oracle(recommender == DriftRecommender::OptimalOracle);
  Learning learned(recommender, seed, user);
  User u;
  std::vector<std::size_t> slate(static_cast<std::size_t>(p.slots));
  std::vector<std::uint8_t> clicked(slate.size());
  Degeneracy out;
  std::size_t point = 1;
  for (std::int64_t t = 0; t < p.steps; ++t) {
    const auto step = static_cast<std::uint32_t>(t);
    u.meet(p, seed, user, pool_size(p.items, eta, t));
    if (knows)
      oracle.show(u, slate);
    else
      learned.show(step, u.mu.size(), slate);
    for (std::size_t k = 0; k < slate.size(); ++k) {
      const std::size_t a = slate[k];
      Rng rng = stream(seed, Stream::Published, {user, step, static_cast<std::uint32_t>(a)});
      clicked[k] = bernoulli(rng, logistic(u.mu[a]));
      u.mu[a] += clicked[k] ? u.delta[a] : -u.delta[a];
    }
    if (!knows) learned.learn(clicked);
    for (;
         point <= kDegeneracyPoints && (t + 1) * std::int64_t{kDegeneracyPoints} >= p.steps * static_cast<std::int64_t>(point);
         ++point)
      out.distance[point] = u.distance();
  }
  out.growth = (out.distance.back() - out.distance[kDegeneracyPoints / 2]) / (static_cast<double>(p.steps) / 2) * 1000;
  out.largest = u.largest();
  return out;
}

DegeneracyReport run_degeneracy(const DegeneracyParams& p, Seed seed) {
  if (p.slots > p.items)
    throw Error(fmt::format("`published.degeneracy.slots` = {} is more than there are items, {}", p.slots, p.items));
  if (const std::size_t last = pool_size(p.items, kPoolGrowths.back().eta, p.steps - 1); last > kMostItems)
    throw Error(
        fmt::format("`published.degeneracy.items` = {} and `steps` = {} make a pool of {} items; at most {} are allowed",
                    p.items, p.steps, last, kMostItems));
  const auto users = static_cast<std::size_t>(p.users), pools = kPoolGrowths.size();
  std::vector<Degeneracy> lives(kDriftRecommenders.size() * pools * users);
  parallel_for(lives.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k)
      lives[k] = degenerate(p, static_cast<DriftRecommender>(k / users / pools), kPoolGrowths[k / users % pools].eta, seed,
                            static_cast<std::uint32_t>(k % users));
  });
  DegeneracyReport report;
  for (std::size_t k = 0; k < lives.size(); ++k) {
    Degeneracy& mean = report[k / users / pools][k / users % pools];
    const auto add = [&](double& to, double x) { to += x / static_cast<double>(users); };
    for (std::size_t point = 0; point <= kDegeneracyPoints; ++point) add(mean.distance[point], lives[k].distance[point]);
    add(mean.growth, lives[k].growth);
    add(mean.largest, lives[k].largest);
  }
  return report;
}

}  // namespace feedloop
