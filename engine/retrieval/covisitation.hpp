// Item-to-item: what was played by those who played this. Cosine of co-plays with shrinkage (Linden, Smith, York 2003;
// Sarwar et al. 2001), published nightly.
#pragma once

#include "engine/retrieval/source.hpp"

namespace feedloop {

class Covisitation final : public Source {
 public:
  static constexpr std::string_view kName = "covisitation";
  static constexpr std::string_view kDoc = "Items played by those who played the user's recent items.";
  static constexpr Signal kSignal = Signal::Plays;
  static constexpr std::int64_t kQuota = 100;
  struct Params {
    std::int64_t window = 10, neighbours = 50, seeds = 15;
    double shrinkage = 10;
    void describe(Describe& d) {
      d.integer("window", window, {1, 50}, "plays", "Two plays of a user are a pair when at most this many plays apart.");
      d.integer("neighbours", neighbours, {1, 1000}, "items", "Neighbours kept per item.");
      d.integer("seeds", seeds, {1, kHistory}, "items", "Recent items of the user whose neighbours are nominated.");
      d.number("shrinkage", shrinkage, {0, 1000}, "pairs", "Added to the pair count below the line: rare pairs weigh less.");
    }
  };
  explicit Covisitation(const Params& params) : params_(params) {}

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  // The watched item whose neighbours gave `item` the largest vote.
  std::optional<ItemId> seed(const RetrievalQuery& query, ItemId item) const override;
  void train(const TrainingLog& log, const PublishInput& in) override;
  bool reads_log() const override { return true; }
  void visit_state(State& s) override {
    s(first_);
    s(neighbours_);
  }

  std::span<const Scored> neighbours(ItemId item) const;  // best first

 private:
  Params params_;
  std::vector<std::uint32_t> first_;  // by item: where its neighbours start; one more at the end
  std::vector<Scored> neighbours_;
};

}  // namespace feedloop
