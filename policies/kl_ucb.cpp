#include "policies/kl_ucb.hpp"

#include <cmath>

namespace feedloop {
namespace {

double divergence(double p, double q) { return p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q)); }

class KlLaw final : public SlotLaw {
 public:
  KlLaw(std::vector<ItemBook::Belief> beliefs, double budget) : beliefs_(std::move(beliefs)), budget_(budget) {}
  std::size_t draw(Rng&, std::span<const std::uint16_t> admitted) const override {
    std::size_t best = 0;
    double most = bound(admitted[0]);
    for (std::size_t i = 1; i < admitted.size(); ++i) {
      if (most >= 1) break;
      const auto& b = beliefs_[admitted[i]];
      if (b.mean <= most && b.weight * divergence(b.mean, most) >= budget_) continue;
      const double value = bound(admitted[i]);
      if (value > most) most = value, best = i;
    }
    return best;
  }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override {
    Rng unused = stream({}, Stream::Exploration, {});
    return draw(unused, admitted) == i ? 1 : 0;
  }
  bool certain() const override { return true; }

 private:
  double bound(std::uint16_t at) const { return kl_upper_bound(beliefs_[at].mean, beliefs_[at].weight, budget_); }
  std::vector<ItemBook::Belief> beliefs_;
  double budget_;
};

}  // namespace

double kl_upper_bound(double mean, double n, double budget) {
  if (n <= 0) return 1;
  // Pinsker's inequality bounds it from above. d is convex in q, so Newton from there comes down without overshooting.
  double q = std::min(1 - 1e-12, mean + std::sqrt(budget / (2 * n)));
  for (int step = 0; step < 50; ++step) {
    const double over = n * divergence(mean, q) - budget;
    const double slope = n * (q - mean) / (q * (1 - q));
    if (over <= 0 || slope <= 0) break;
    const double next = std::max(mean, q - over / slope);
    if (q - next < 1e-9) return next;
    q = next;
  }
  return q;
}

std::unique_ptr<SlotLaw> KlUcb::law(const Ranking& ranking, const Request&, Rng&) const {
  const double t = std::max(1.0, book_.rounds()), log_t = std::log(t);
  std::vector<ItemBook::Belief> beliefs;
  beliefs.reserve(ranking.candidates.size());
  for (const Candidate& c : ranking.candidates) beliefs.push_back(book_.belief(c));
  return std::make_unique<KlLaw>(std::move(beliefs), log_t + params_.c * std::log(std::max(1.0, log_t)));
}

}  // namespace feedloop
