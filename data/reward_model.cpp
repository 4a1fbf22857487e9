#include "data/reward_model.hpp"

#include <map>
#include <tuple>

namespace feedloop {

std::size_t fold_of(const BanditLog& log, std::size_t row, int folds) {
  const std::size_t key = log.has_unit ? log.unit[row] : log.has_slate ? log.slate[row] : log.order[row];
  return key % static_cast<std::size_t>(folds);
}

RewardModel::RewardModel(const BanditLog& log, std::span<const double> reward, std::size_t actions, const Options& options)
    : log_(log), positions_at_(static_cast<std::uint32_t>(actions)) {
  std::size_t features = actions + log.positions.size();
  for (const auto& values : log.context_values) {
    first_of_context_.push_back(static_cast<std::uint32_t>(features));
    features += values.size();
  }
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::size_t> cell;
  std::vector<std::size_t> of_row(log.size());
  RewardCells all;
  all.width = 2 + first_of_context_.size();
  for (std::size_t i = 0; i < log.size(); ++i) {
    const auto [at, fresh] = cell.try_emplace({log.action[i], log.position[i], log.context[i]}, cell.size());
    of_row[i] = at->second;
    if (fresh) append(log.action[i], log.position[i], log.context[i], all.features);
  }
  for (std::size_t f = 0; f < static_cast<std::size_t>(options.folds); ++f) {
    all.trials.assign(cell.size(), 0.0);
    all.total.assign(cell.size(), 0.0);
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (options.folds > 1 && fold_of(log, i, options.folds) == f) continue;
      all.trials[of_row[i]] += 1;
      all.total[of_row[i]] += reward[i];
    }
    models_.emplace_back(all, features, options.ridge, options.rates ? RidgeRates::Link::Logistic : RidgeRates::Link::Linear);
    converged_ = converged_ && models_.back().converged();
  }
}

double RewardModel::predict(std::size_t fold, std::uint32_t action, std::uint32_t position, std::uint32_t context) const {
  std::vector<std::uint32_t> features;
  append(action, position, context, features);
  return models_[fold].predict(features);
}

void RewardModel::append(std::uint32_t action, std::uint32_t position, std::uint32_t context,
                         std::vector<std::uint32_t>& out) const {
  out.push_back(action);
  out.push_back(positions_at_ + position);
  for (std::size_t c = 0; c < first_of_context_.size(); ++c) out.push_back(first_of_context_[c] + log_.contexts[context][c]);
}

}  // namespace feedloop
