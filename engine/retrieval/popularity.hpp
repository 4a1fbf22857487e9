// What most people click or watch lately: the whole catalogue's decayed counters, published every few minutes.
//
// Of the published list either the top is nominated, the same for everyone, or each request draws from it in proportion to
// weights: w = s for a score up to T, T (s / T)^(1 - discount) above it, T = discount_above times the list's mean. Draws are
// without replacement, by exponential races: the k least of -ln(u) / w (Efraimidis and Spirakis 2006, "Weighted random sampling
// with a reservoir", algorithm A).
#pragma once

#include "engine/retrieval/source.hpp"

namespace feedloop {

class Popularity final : public Source {
 public:
  static constexpr std::string_view kName = "popularity";
  static constexpr std::string_view kDoc = "Items with the most decayed clicks (or watch value), the same for everyone.";
  static constexpr Signal kSignal = Signal::Everyone;
  static constexpr std::int64_t kQuota = 60;
  struct Params {
    std::string by = "clicks";
    double publish_minutes = 15;
    std::int64_t depth = 400;
    std::string take = "top";
    double discount = 0, discount_above = 1;
    void describe(Describe& d) {
      d.text("by", by, {"clicks", "value"}, "What is counted: clicks, or plays weighted by how well they went.");
      d.number("publish_minutes", publish_minutes, {1, 1440}, "min", "Time between publications.");
      d.integer("depth", depth, {1, 100000}, "items", "Length of the published list.");
      d.text("take", take, {"top", "sample"},
             "What a request is given of the list: its top, or a draw of its own in proportion to what is counted.");
      d.number("discount", discount, {0, 1}, "",
               "take = sample: what an item has beyond discount_above counts to the power of 1 less this; 1 = nothing of it.");
      d.number("discount_above", discount_above, {0.001, 1000}, "",
               "take = sample: from this many times the list's mean on an item is discounted.");
    }
  };
  explicit Popularity(const Params& params) : params_(params) {}

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void publish(const PublishInput& in) override;
  void visit_state(State& s) override {
    s(list_);
    s(published_);
    s(seed_.value);
  }
  const std::vector<Scored>& list() const { return list_; }

 private:
  void draw(RequestId request, std::size_t k, std::vector<Scored>& out) const;

  Params params_;
  std::vector<Scored> list_;
  SimTime published_;
  Seed seed_;  // of draws
};

}  // namespace feedloop
