#include "engine/ranking/neural.hpp"

#include <algorithm>
#include <vector>

#include "engine/ranking/training_rows.hpp"

namespace feedloop {

namespace {

// Rows of the log from `first` on as a network reads them, with weight for the heads that learn.
struct Batch {
  Batch(const TrainingInput& in, std::size_t first, const HeadSet& learns)
      : rows(rows_with_slot(in.log, in.slots, first)), width(in.log.width() + 1) {
    for (std::size_t r = first; r < in.log.rows().size(); ++r) {
      const LabelledRow& row = in.log.rows()[r];
      for (std::size_t h = 0; h < kHeads; ++h) {
        const HeadTarget target = head_target(h, row.label[h], in.slots.lift_of(row.slot));
        label.push_back(target.label());
        weight.push_back(learns[h] ? row.weight * target.weight() : 0);
      }
    }
  }
  LabelledBatch view() const { return {rows, width, label, weight}; }

  std::vector<float> rows, label, weight;
  int width;
};

}  // namespace

void Neural::train(const TrainingInput& in) {
  const HeadTotals totals = head_totals(in.log, in.slots);
  if (totals.hits[0] < params_.min_positives || in.log.width() == 0) return;
  HeadSet learns{};
  for (std::size_t h = 0; h < kHeads; ++h) learns[h] = in.wanted[h] && totals.hits[h] >= params_.min_positives;
  const Batch batch(in, 0, learns);
  if (!network_.train(batch.view(), in.seed, nights_++)) return;
  for (std::size_t h = 0; h < kHeads; ++h) {
    mean_[h] = totals.mean(h);
    trained_[h] |= learns[h];
  }
}

bool Neural::update(const TrainingInput& in, std::size_t first) {
  HeadSet learns{};
  for (std::size_t h = 0; h < kHeads; ++h) learns[h] = in.wanted[h] && trained_[h] != 0;
  const Batch batch(in, first, learns);
  return network_.update(batch.view());
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
