#include "engine/ranking/gradient_boosting.hpp"

#include <algorithm>
#include <vector>

#include "base/parallel.hpp"
#include "engine/ranking/training_rows.hpp"

namespace feedloop {

void GradientBoosting::train(const TrainingInput& in) {
  const HeadTotals totals = head_totals(in.log, in.slots);
  if (totals.hits[0] < params_.min_positives || in.log.width() == 0) return;
  const std::vector<float> rows = rows_with_slot(in.log, in.slots);
  const auto width = static_cast<std::size_t>(in.log.width()) + 1;
  std::vector<std::size_t> heads;
  for (std::size_t h = 0; h < kHeads; ++h)
    if (in.wanted[h] && totals.hits[h] >= params_.min_positives) heads.push_back(h);
  parallel_for(heads.size(), 1, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) {
      const std::size_t h = heads[i];
      std::vector<float> label(in.log.rows().size()), weight(label.size());
      for (std::size_t r = 0; r < label.size(); ++r) {
        const LabelledRow& row = in.log.rows()[r];
        const HeadTarget target = head_target(h, row.label[h], in.slots.lift_of(row.slot));
        label[r] = target.label();
        weight[r] = row.weight * target.weight();
      }
      models_[h] = Booster::train(params_.boosting, {rows, width, label, weight}, in.seed).save();
    }
  });
  for (std::size_t h = 0; h < kHeads; ++h) mean_[h] = totals.mean(h);
  flatten();
}

void GradientBoosting::flatten() {
  std::vector<std::string> trained;
  for (std::size_t h = 0; h < kHeads; ++h) {
    place_[h] = models_[h].empty() ? -1 : static_cast<int>(trained.size());
    if (place_[h] >= 0) trained.push_back(models_[h]);
  }
  forest_ = trained.empty() ? Forest() : Forest(trained);
}

void GradientBoosting::score(const ScoringInput& in, std::span<Candidate> candidates) const {
  const auto width = static_cast<std::size_t>(in.width), shared = static_cast<std::size_t>(in.shared);
  const std::size_t n = in.rows.size() / width, stride = padded_rows(n);
  if (n == 0) return;
  thread_local std::vector<std::uint8_t> bins;  // buffers, filled anew by every call
  thread_local std::vector<float> margins;
  bins.resize(std::max<std::size_t>(forest_.columns() * stride, bins.size()));
  margins.resize(std::max<std::size_t>(forest_.heads() * n, margins.size()));
  const auto fill = [&](std::size_t feature, float value) {
    for (std::size_t c = forest_.first_column(feature); c < forest_.first_column(feature + 1); ++c)
      std::fill_n(bins.begin() + static_cast<std::ptrdiff_t>(c * stride), n, forest_.bin(c, value));
  };
  for (std::size_t f = 0; f < shared; ++f) fill(f, in.rows[f]);
  forest_.bin_rows(in.rows.data(), width, n, shared, width, bins.data(), stride);
  fill(width, 0);  // slot 1
  std::uint32_t wanted = 0;
  for (std::size_t h = 0; h < kHeads; ++h)
    if (in.wanted[h] && place_[h] >= 0) wanted |= 1u << place_[h];
  forest_.predict(bins.data(), stride, n, wanted, margins.data());
  for (Candidate& c : candidates)
    for (std::size_t h = 0; h < kHeads; ++h)
      if (in.wanted[h])
        c.heads[h] = place_[h] >= 0 ? head_prediction(h, margins[static_cast<std::size_t>(place_[h]) * n + c.row]) : mean_[h];
}

void GradientBoosting::visit_state(State& s) {
  for (std::string& model : models_) s(model);
  s(mean_);
  if (s.loading()) flatten();
}

}  // namespace feedloop
