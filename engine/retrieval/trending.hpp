// What is clicked right now: counters with a short half-life, published every few minutes to everyone at once.
#pragma once

#include "engine/retrieval/source.hpp"

namespace feedloop {

class Trending final : public Source {
 public:
  static constexpr std::string_view kName = "trending";
  static constexpr std::string_view kDoc = "Items with the most clicks in the last hours.";
  static constexpr std::int64_t kQuota = 40;
  struct Params {
    double half_life_hours = 6, publish_minutes = 15;
    std::int64_t depth = 200;
    void describe(Describe& d) {
      d.number("half_life_hours", half_life_hours, {0.1, 720}, "h", "Half-life of a click.");
      d.number("publish_minutes", publish_minutes, {1, 1440}, "min", "Time between publications.");
      d.integer("depth", depth, {1, 100000}, "items", "Length of the published list.");
    }
  };
  explicit Trending(const Params& params) : params_(params) {}

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void observe(std::span<const Interaction> batch, Catalog catalog) override;
  void publish(const PublishInput& in) override;
  void visit_state(State& s) override {
    s(clicks_);
    s(list_);
    s(published_);
  }

 private:
  Params params_;
  std::vector<float> clicks_;  // by item, decayed as of `published_`
  std::vector<Scored> list_;
  SimTime published_;
};

}  // namespace feedloop
