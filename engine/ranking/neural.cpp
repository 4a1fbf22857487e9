#include "engine/ranking/neural.hpp"

#include <algorithm>
#include <vector>

#include "engine/ranking/training_rows.hpp"

namespace feedloop {

void Neural::train(const TrainingInput& in) {
  const HeadTotals totals = head_totals(in.log, in.slots);
  if (totals.hits[0] < params_.min_positives || in.log.width() == 0) return;
  const std::size_t n = in.log.rows().size();
  std::vector<float> label(n * kHeads), weight(n * kHeads);
  HeadSet learns{};
  for (std::size_t h = 0; h < kHeads; ++h) learns[h] = in.wanted[h] && totals.hits[h] >= params_.min_positives;
  for (std::size_t r = 0; r < n; ++r) {
    const LabelledRow& row = in.log.rows()[r];
    for (std::size_t h = 0; h < kHeads; ++h) {
      const HeadTarget target = head_target(h, row.label[h], in.slots.lift_of(row.slot));
      label[r * kHeads + h] = target.label();
      weight[r * kHeads + h] = learns[h] ? row.weight * target.weight() : 0;
    }
  }
  const std::vector<float> rows = rows_with_slot(in.log, in.slots);
  if (!network_.train({rows, in.log.width() + 1, label, weight}, in.seed, nights_++)) return;
  for (std::size_t h = 0; h < kHeads; ++h) {
    mean_[h] = totals.mean(h);
    trained_[h] |= learns[h];
  }
}

void Neural::score(const ScoringInput& in, std::span<Candidate> candidates) const {
  const auto width = static_cast<std::size_t>(in.width);
  const std::size_t n = in.rows.size() / width;
  thread_local std::vector<float> rows, logits;  // buffers, filled anew by every call
  rows.resize(n * (width + 1));
  logits.resize(n * kHeads);
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(in.rows.data() + i * width, width, rows.data() + i * (width + 1));
    rows[i * (width + 1) + width] = 0;  // slot 1
  }
  network_.predict(rows, in.width + 1, logits.data());
  for (Candidate& c : candidates)
    for (std::size_t h = 0; h < kHeads; ++h)
      if (in.wanted[h]) c.heads[h] = trained_[h] ? head_prediction(h, logits[c.row * kHeads + h]) : mean_[h];
}

}  // namespace feedloop
