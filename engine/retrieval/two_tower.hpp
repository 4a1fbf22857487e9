// Retrieval by two towers: the user's vector is computed at request time from what is known of them at that moment, item
// vectors are published nightly, and an item that is uploaded gets its vector at once and joins the index (or waits for the
// night, to compare). Learns from satisfied plays with the user inputs that were logged when the page was served.
#pragma once

#include "engine/index/vector_index.hpp"
#include "engine/retrieval/source.hpp"
#include "engine/retrieval/towers.hpp"

namespace feedloop {

class TwoTower final : public Source {
 public:
  static constexpr std::string_view kName = "two_tower";
  static constexpr std::string_view kDoc = "Items whose tower's vector fits the user's, both learned from features.";
  static constexpr Signal kSignal = Signal::Content;
  static constexpr std::int64_t kQuota = 300;
  struct Params {
    TowersParams towers;
    std::int64_t examples = 60'000;
    double min_value = 0.3;
    std::string index = "auto", new_items = "upload";
    void describe(Describe& d);
  };
  explicit TwoTower(const Params& params);

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  std::size_t dims() const override { return static_cast<std::size_t>(towers_.dims()); }
  std::optional<Affinity> affinity() const override { return Affinity::Towers; }
  std::size_t input_width() const override;
  void user_input(const RetrievalQuery& query, float* out) const override;
  bool embed_user(const RetrievalQuery& query, float* out) const override;
  const float* item_vector(ItemId item) const override;

  void observe(std::span<const Interaction> batch, Catalog catalog) override;
  void publish(const PublishInput& in) override;
  void train(const TrainingLog& log, const PublishInput& in) override;
  void corrupt_index(Rng rng) override { index_.permute(rng); }
  void visit_state(State& s) override;

 private:
  void embed(Catalog items);  // appends to the index

  Params params_;
  Towers towers_;
  VectorIndex index_;
  // The last plays, oldest first: what the user tower was asked, what was played, and how well.
  std::vector<float> inputs_, values_;
  std::vector<std::uint32_t> items_;
  std::vector<std::uint32_t> beside_, beside_counts_;  // what stood beside each and was not clicked; where that is learned from
  std::uint64_t nights_ = 0;
};

}  // namespace feedloop
