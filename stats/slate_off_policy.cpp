#include "stats/slate_off_policy.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Eigenvalues>

#include "base/check.hpp"

namespace feedloop {
namespace {

WeightSummary one_weight(double w) { return {1, w > 0 ? 0 : 1, w, 0, w}; }

}  // namespace

std::string_view to_string(SlateMethod m) {
  constexpr std::array<std::string_view, kSlateMethods> kNames{"sips",       "iips",   "rips",   "pseudo_inverse",
                                                               "cascade_dr", "snsips", "sniips", "snrips"};
  return kNames[static_cast<std::size_t>(m)];
}

SlateSums::SlateSums(std::size_t slots)
    : slots_(slots), plain_(kPlain), normalised_(kNormalised, VectorMoments(2 * slots)), weights_(4) {}

void SlateSums::add(std::span<const SlateSlot> slate, double page_weight) {
  FEEDLOOP_CHECK(slate.size() <= slots_, "a slate is longer than was said");
  if (slate.empty()) return;
  const double whole = slate.back().prefix_weight;
  double sips = 0, iips = 0, rips = 0, total = 0, cascade = 0, page = 1, before = 1;
  std::array<std::vector<double>, kNormalised> terms;
  for (auto& t : terms) t.assign(2 * slots_, 0.0);
  for (std::size_t k = 0; k < slate.size(); ++k) {
    const SlateSlot& s = slate[k];
    sips += whole * s.reward;
    iips += s.item_weight * s.reward;
    rips += s.prefix_weight * s.reward;
    total += s.reward;
    page += s.item_weight - 1;
    cascade += s.prefix_weight * (s.reward - s.q) + before * s.v;
    before = s.prefix_weight;
    const double weights[kNormalised]{whole, s.item_weight, s.prefix_weight};
    for (std::size_t m = 0; m < kNormalised; ++m) {
      terms[m][k] = weights[m] * s.reward;
      terms[m][slots_ + k] = weights[m];
    }
    weights_[1].merge(one_weight(s.item_weight));
    weights_[2].merge(one_weight(s.prefix_weight));
  }
  if (!std::isnan(page_weight)) page = page_weight;
  weights_[0].merge(one_weight(whole));
  weights_[3].merge(one_weight(page));
  plain_.add(std::array{sips, iips, rips, page * total, cascade});
  for (std::size_t m = 0; m < kNormalised; ++m) normalised_[m].add(terms[m]);
}

void SlateSums::merge(const SlateSums& other) {
  plain_.merge(other.plain_);
  for (std::size_t m = 0; m < kNormalised; ++m) normalised_[m].merge(other.normalised_[m]);
  for (std::size_t m = 0; m < weights_.size(); ++m) weights_[m].merge(other.weights_[m]);
}

OffPolicyEstimate SlateSums::estimate(SlateMethod method) const {
  const auto m = static_cast<std::size_t>(method);
  OffPolicyEstimate out;
  out.units = plain_.n;
  if (plain_.n == 0) return out;
  std::vector<double> gradient;
  if (m < kPlain) {
    out.value = plain_.mean[m];
    gradient.assign(kPlain, 0.0);
    gradient[m] = 1;
    out.se = out.se_fixed = std::sqrt(plain_.variance_of_mean(gradient));
  } else {
    const VectorMoments& v = normalised_[m - kPlain];
    gradient.assign(2 * slots_, 0.0);
    out.value = 0;
    for (std::size_t k = 0; k < slots_; ++k) {
      const double weight = v.mean[slots_ + k];
      if (!(weight > 0)) {  // nothing of this slot was logged, or pi_e never fills it as it was filled
        out.value = kNaN;
        return out;
      }
      out.value += v.mean[k] / weight;
      gradient[k] = 1 / weight;
    }
    out.se_fixed = std::sqrt(v.variance_of_mean(gradient));
    for (std::size_t k = 0; k < slots_; ++k) gradient[slots_ + k] = -v.mean[k] / v.mean[slots_ + k] / v.mean[slots_ + k];
    out.se = std::sqrt(v.variance_of_mean(gradient));
  }
  if (plain_.n >= 2) out.status = out.se > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return out;
}

const WeightSummary& SlateSums::weights(SlateMethod m) const {
  switch (m) {
    case SlateMethod::Sips:
    case SlateMethod::Snsips:
      return weights_[0];
    case SlateMethod::Iips:
    case SlateMethod::Sniips:
      return weights_[1];
    case SlateMethod::PseudoInverse:
      return weights_[3];
    default:
      return weights_[2];
  }
}

std::vector<double> pseudo_inverse_weights(std::span<const std::uint32_t> slates, std::span<const double> logging,
                                           std::size_t slots, std::size_t actions, std::span<const double> evaluation) {
  const std::size_t size = slots * actions;
  FEEDLOOP_CHECK(size <= 2000 && slates.size() == logging.size() * slots && evaluation.size() == size,
                 "a list of slates of another shape");
  Eigen::MatrixXd gamma = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size));
  const auto index = [&](std::size_t s, std::size_t k) {
    return static_cast<Eigen::Index>(k * actions + slates[s * slots + k]);
  };
  for (std::size_t s = 0; s < logging.size(); ++s)
    for (std::size_t k = 0; k < slots; ++k)
      for (std::size_t j = 0; j < slots; ++j) gamma(index(s, k), index(s, j)) += logging[s];
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(gamma);
  const Eigen::VectorXd& values = eigen.eigenvalues();
  const Eigen::Map<const Eigen::VectorXd> q(evaluation.data(), static_cast<Eigen::Index>(size));
  Eigen::VectorXd projected = eigen.eigenvectors().transpose() * q;
  const double smallest = values.cwiseAbs().maxCoeff() * static_cast<double>(size) * 1e-14;
  for (Eigen::Index i = 0; i < values.size(); ++i) projected[i] = values[i] > smallest ? projected[i] / values[i] : 0;
  const Eigen::VectorXd solved = eigen.eigenvectors() * projected;
  std::vector<double> out(logging.size(), 0.0);
  for (std::size_t s = 0; s < logging.size(); ++s)
    for (std::size_t k = 0; k < slots; ++k) out[s] += solved[index(s, k)];
  return out;
}

double uniform_slate_weight(std::span<const double> at_slot, std::span<const double> anywhere, std::size_t actions) {
  const auto n = static_cast<double>(actions), slots = static_cast<double>(at_slot.size());
  double weight = 0;
  for (std::size_t k = 0; k < at_slot.size(); ++k) {
    const double s = at_slot.size() == actions ? 1 : n * ((n - 1) * anywhere[k] - slots + 1) / (n - slots);
    weight += (n - 1) * at_slot[k] + (s - n + n / slots) / n;
  }
  return weight;
}

}  // namespace feedloop
