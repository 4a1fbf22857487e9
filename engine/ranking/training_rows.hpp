// The training log as what scorers fit: totals of every head, and the rows with the slot as one more column, where it is an
// input (SlotTreatment): serving predicts for slot 1, where the column is 0.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/ranking/heads.hpp"
#include "engine/training_log.hpp"

namespace feedloop {

struct HeadTotals {
  std::array<std::int64_t, kHeads> hits{};            // rows with a label above 0
  std::array<double, kHeads> positive{}, negative{};  // weights
  double weight = 0;                                  // of all rows
  // Mean label of an impression; never 0, so that it can be divided by.
  float mean(std::size_t head) const;
  // Log-odds of the best constant.
  double log_odds(std::size_t head) const;
};
HeadTotals head_totals(const TrainingLog& log, const SlotTreatment& slots);

// Rows from `first` on, of width() + 1: the features, then the slot's column.
std::vector<float> rows_with_slot(const TrainingLog& log, const SlotTreatment& slots, std::size_t first = 0);

}  // namespace feedloop
