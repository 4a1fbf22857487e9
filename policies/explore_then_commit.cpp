#include "policies/explore_then_commit.hpp"

#include <cmath>

#include "base/distributions.hpp"

namespace feedloop {
namespace {

class CommitLaw final : public SlotLaw {
 public:
  // NaN: still to be explored.
  explicit CommitLaw(std::vector<double> means) : means_(std::move(means)) {}
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override {
    const auto [open, best] = look(admitted);
    if (open == 0) return best;
    std::size_t left = uniform_below(rng, static_cast<std::uint32_t>(open));
    for (std::size_t i = 0;; ++i)
      if (is_open(admitted[i]) && left-- == 0) return i;
  }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override {
    const auto [open, best] = look(admitted);
    if (open == 0) return i == best ? 1 : 0;
    return is_open(admitted[i]) ? 1 / static_cast<double>(open) : 0;
  }

 private:
  bool is_open(std::uint16_t at) const { return means_[at] != means_[at]; }
  // How many are still to be explored, and the best of the others.
  std::pair<std::size_t, std::size_t> look(std::span<const std::uint16_t> admitted) const {
    std::size_t open = 0, best = 0;
    for (std::size_t i = 0; i < admitted.size(); ++i) {
      open += is_open(admitted[i]);
      if (means_[admitted[i]] > means_[admitted[best]]) best = i;
    }
    return {open, best};
  }
  std::vector<double> means_;
};

}  // namespace

std::unique_ptr<SlotLaw> ExploreThenCommit::law(const Ranking& ranking, const Request&, Rng&) const {
  std::vector<double> means;
  means.reserve(ranking.candidates.size());
  for (const Candidate& c : ranking.candidates)
    means.push_back(book_.tally(c.item).shown < params_.impressions ? std::nan("") : book_.belief(c).mean);
  return std::make_unique<CommitLaw>(std::move(means));
}

}  // namespace feedloop
