// What most people click or watch lately: the whole catalogue's decayed counters, published every few minutes.
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
    void describe(Describe& d) {
      d.text("by", by, {"clicks", "value"}, "What is counted: clicks, or plays weighted by how well they went.");
      d.number("publish_minutes", publish_minutes, {1, 1440}, "min", "Time between publications.");
      d.integer("depth", depth, {1, 100000}, "items", "Length of the published list.");
    }
  };
  explicit Popularity(const Params& params) : params_(params) {}

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void publish(const PublishInput& in) override;
  void visit_state(State& s) override {
    s(list_);
    s(published_);
  }
  const std::vector<Scored>& list() const { return list_; }

 private:
  Params params_;
  std::vector<Scored> list_;
  SimTime published_;
};

}  // namespace feedloop
