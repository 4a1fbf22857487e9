// What an action earns, learned from a log of decisions: ridge regression (stats/ridge_rates.hpp) on one-hot action, position
// and context columns, logistic for rates and linear otherwise, cross-fitted. The log is dealt into folds by unit, else by
// slate, else by the row's place in time, modulo their number; a row is to be predicted by the model of the other folds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/bandit_log.hpp"
#include "stats/ridge_rates.hpp"

namespace feedloop {

std::size_t fold_of(const BanditLog& log, std::size_t row, int folds);

class RewardModel {
 public:
  struct Options {
    bool rates = false;  // rewards lie in [0, 1]: logistic
    int folds = 5;
    double ridge = 2.5;
  };
  // `reward` by row; `actions` counts those of the log and any that only the policy knows. The log must outlive the model.
  RewardModel(const BanditLog& log, std::span<const double> reward, std::size_t actions, const Options& options);

  // By the model that has not seen this fold.
  double predict(std::size_t fold, std::uint32_t action, std::uint32_t position, std::uint32_t context) const;
  bool converged() const { return converged_; }

 private:
  void append(std::uint32_t action, std::uint32_t position, std::uint32_t context, std::vector<std::uint32_t>& out) const;
  const BanditLog& log_;
  std::uint32_t positions_at_ = 0;
  std::vector<std::uint32_t> first_of_context_;
  std::vector<RidgeRates> models_;  // by fold
  bool converged_ = true;
};

}  // namespace feedloop
