#include "engine/ranking/training_rows.hpp"

namespace feedloop {

float HeadTotals::mean(std::size_t head) const {
  return static_cast<float>(std::max(positive[head], 0.5) / std::max(weight, 1.0));
}

double HeadTotals::log_odds(std::size_t head) const {
  // A day without negatives has infinite odds; start from rare ones instead.
  return std::log(std::max(positive[head], 1e-6 * weight) / std::max(negative[head], 1e-6 * weight));
}

HeadTotals head_totals(const TrainingLog& log, const SlotTreatment& slots) {
  HeadTotals t;
  for (const LabelledRow& row : log.rows()) {
    t.weight += static_cast<double>(row.weight);
    for (std::size_t h = 0; h < kHeads; ++h) {
      const HeadTarget target = head_target(h, row.label[h], slots.lift_of(row.slot));
      t.hits[h] += row.label[h] > 0;
      t.positive[h] += static_cast<double>(row.weight * target.positive);
      t.negative[h] += static_cast<double>(row.weight * target.negative);
    }
  }
  return t;
}

std::vector<float> rows_with_slot(const TrainingLog& log, const SlotTreatment& slots, std::size_t first) {
  const auto width = static_cast<std::size_t>(log.width());
  std::vector<float> out((log.rows().size() - first) * (width + 1));
  for (std::size_t i = first; i < log.rows().size(); ++i) {
    float* row = out.data() + (i - first) * (width + 1);
    std::copy_n(log.features().data() + i * width, width, row);
    row[width] = slots.column(log.rows()[i].slot);
  }
  return out;
}

}  // namespace feedloop
