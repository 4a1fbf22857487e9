// What is clicked right now: counters with a short half-life, published every few minutes to everyone at once, over all
// requests or over those of the same country, country and age group, or variant.
#pragma once

#include "engine/retrieval/hot_lists.hpp"
#include "engine/retrieval/source.hpp"

namespace feedloop {

class Trending final : public Source {
 public:
  static constexpr std::string_view kName = "trending";
  static constexpr std::string_view kDoc = "Items with the most clicks in the last hours.";
  static constexpr Signal kSignal = Signal::Everyone;
  static constexpr std::int64_t kQuota = 40;
  struct Params {
    std::string scope = "global", by = "clicks";
    double half_life_hours = 6, publish_minutes = 15;
    std::int64_t depth = 200;
    void describe(Describe& d) {
      d.text("scope", scope, {"global", "region", "demographic", "variant"},
             "Whose clicks count: everybody's, those from the request's country, from its country and age group, or those of "
             "the variant that serves; where a list is short, everybody's goes on.");
      d.text("by", by, {"clicks", "value"},
             "What is counted: clicks, or plays weighted by how well they went, to which what is left at once adds nothing.");
      d.number("half_life_hours", half_life_hours, {0.1, 720}, "h", "Half-life of a click.");
      d.number("publish_minutes", publish_minutes, {1, 1440}, "min", "Time between publications.");
      d.integer("depth", depth, {1, 100000}, "items", "Length of the published list.");
    }
  };
  explicit Trending(const Params& params) : params_(params) {}

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void observe(std::span<const Interaction> batch, Catalog catalog) override;
  void publish(const PublishInput& in) override;
  void visit_state(State& s) override { s(lists_); }

 private:
  Group group_of(const Request& request, std::uint32_t cell) const;

  Params params_;
  HotLists lists_;
};

}  // namespace feedloop
