#include "engine/ranking/logistic.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/linear_solve.hpp"
#include "base/parallel.hpp"
#include "engine/dense.hpp"
#include "engine/ranking/training_rows.hpp"

namespace feedloop {
namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr std::size_t kBlock = 1024;  // rows summed in float before a double takes them

struct Data {
  const TrainingLog& log;
  const SlotTreatment& slots;
  std::size_t n, width;

  // Rows [b, e) with intercept and the slot's column appended.
  Rows block(std::size_t b, std::size_t e) const {
    Rows x(static_cast<Eigen::Index>(e - b), static_cast<Eigen::Index>(width + 2));
    for (std::size_t i = b; i < e; ++i) {
      float* row = x.data() + (i - b) * (width + 2);
      std::copy_n(log.features().data() + i * width, width, row);
      row[width] = 1;
      row[width + 1] = slots.column(log.rows()[i].slot);
    }
    return x;
  }
};

// What rows [begin, end) say of a head at weights w: the slope of their log likelihood, and its curvature (information).
struct Evidence {
  Eigen::VectorXd gradient;
  Eigen::MatrixXd information;
};

void add_evidence(const Data& data, std::size_t begin, std::size_t end, std::size_t head, const Eigen::VectorXd& w,
                  Evidence& out) {
  const Eigen::VectorXf wf = w.cast<float>();
  for (std::size_t b = begin; b < end; b += kBlock) {
    const std::size_t e = std::min(end, b + kBlock);
    Rows x = data.block(b, e);
    const Eigen::VectorXf z = x * wf;
    Eigen::VectorXf residual(z.size()), curvature(z.size());
    for (Eigen::Index i = 0; i < z.size(); ++i) {
      const LabelledRow& row = data.log.rows()[b + static_cast<std::size_t>(i)];
      const float mu = 1.0f / (1.0f + std::exp(-z[i]));
      const HeadTarget target = head_target(head, row.label[head], data.slots.lift_of(row.slot));
      residual[i] = row.weight * (target.positive - target.weight() * mu);
      curvature[i] = std::sqrt(row.weight * target.weight() * std::max(mu * (1 - mu), 1e-6f));
    }
    out.gradient += (x.transpose() * residual).cast<double>();
    x.array().colwise() *= curvature.array();
    out.information += (x.transpose() * x).cast<double>();
  }
}

// False, and the weights as they were, when features are collinear and the ridge is below a float's digits.
bool newton_step(const Evidence& e, Eigen::VectorXd& w) {
  const Eigen::VectorXd move = solve_positive_definite(e.information, e.gradient);
  if (!move.allFinite()) return false;
  // A weight moves by at most 2 a step: the first steps from zero on a rare label would overshoot.
  const double largest = move.cwiseAbs().maxCoeff();
  w += move * (largest > 2.0 ? 2.0 / largest : 1.0);
  return true;
}

}  // namespace

void Logistic::train(const TrainingInput& in) {
  const Data data{in.log, in.slots, in.log.rows().size(), static_cast<std::size_t>(in.log.width())};
  const HeadTotals totals = head_totals(in.log, in.slots);
  if (data.width == 0 || totals.hits[0] < params_.min_positives) return;
  const std::size_t p = data.width + 2;
  weights_.resize(p * kHeads, 0.0);
  parallel_for(kHeads, 1, [&](std::size_t h, std::size_t) {
    mean_[h] = totals.mean(h);
    if (!in.wanted[h] || totals.hits[h] < params_.min_positives) return;
    Eigen::VectorXd w = Eigen::Map<Eigen::VectorXd>(weights_.data() + h * p, static_cast<Eigen::Index>(p));
    if (!trained_[h]) w[static_cast<Eigen::Index>(data.width)] = totals.log_odds(h);
    const std::int64_t steps = trained_[h] ? params_.iterations : params_.first_iterations;
    for (std::int64_t step = 0; step < steps; ++step) {
      Evidence e{-params_.ridge * w, params_.ridge * Eigen::MatrixXd::Identity(w.size(), w.size())};
      add_evidence(data, 0, data.n, h, w, e);
      if (!newton_step(e, w)) break;
    }
    std::copy_n(w.data(), p, weights_.data() + h * p);
    trained_[h] = 1;
  });
}

bool Logistic::update(const TrainingInput& in, std::size_t first) {
  const Data data{in.log, in.slots, in.log.rows().size(), static_cast<std::size_t>(in.log.width())};
  const std::size_t p = data.width + 2;
  if (first == data.n || p * kHeads != weights_.size()) return false;
  std::size_t known = first;
  for (double impressions = 0; known > 0 && impressions < params_.online_impressions; --known)
    impressions += static_cast<double>(in.log.rows()[known - 1].weight);
  std::array<std::uint8_t, kHeads> moved{};
  parallel_for(kHeads, 1, [&](std::size_t h, std::size_t) {
    if (!in.wanted[h] || !trained_[h]) return;
    Eigen::VectorXd w = Eigen::Map<Eigen::VectorXd>(weights_.data() + h * p, static_cast<Eigen::Index>(p));
    Evidence e{Eigen::VectorXd::Zero(w.size()), params_.ridge * Eigen::MatrixXd::Identity(w.size(), w.size())};
    // The weights are where the known rows left them, so these give no slope.
    add_evidence(data, known, first, h, w, e);
    e.gradient.setZero();
    add_evidence(data, first, data.n, h, w, e);
    moved[h] = newton_step(e, w);
    std::copy_n(w.data(), p, weights_.data() + h * p);
  });
  return std::any_of(moved.begin(), moved.end(), [](std::uint8_t m) { return m != 0; });
}

std::span<const double> Logistic::weights(Head head) const {
  const std::size_t p = weights_.size() / kHeads;
  return std::span(weights_).subspan(static_cast<std::size_t>(head) * p, p);
}

void Logistic::score(const ScoringInput& in, std::span<Candidate> candidates) const {
  const auto width = static_cast<std::size_t>(in.width);
  const std::size_t n = in.rows.size() / width, p = width + 2;
  constexpr std::size_t kLanes = padded(kHeads);
  thread_local std::vector<float> weights, logits;  // buffers, filled anew by every call
  weights.assign(p * kLanes, 0.0f);
  logits.resize(n * kLanes);
  for (std::size_t h = 0; h < kHeads; ++h)
    for (std::size_t f = 0; f <= width; ++f) weights[f * kLanes + h] = static_cast<float>(weights_[h * p + f]);
  multiply({n, kLanes, width}, {in.rows.data(), width}, weights.data(), weights.data() + width * kLanes, logits.data());
  for (Candidate& c : candidates)
    for (std::size_t h = 0; h < kHeads; ++h)
      if (in.wanted[h]) c.heads[h] = trained_[h] ? head_prediction(h, logits[c.row * kLanes + h]) : mean_[h];
}

}  // namespace feedloop
