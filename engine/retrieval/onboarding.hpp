// What a stranger is likely to want before anything is known of them: what is popular in their country on their kind of
// device, and within the categories they picked at sign-up. Whoever searches, stranger or not, gets the category searched for.
#pragma once

#include "engine/retrieval/hot_lists.hpp"
#include "engine/retrieval/source.hpp"

namespace feedloop {

class Onboarding final : public Source {
 public:
  static constexpr std::string_view kName = "onboarding";
  static constexpr std::string_view kDoc =
      "For users who are not warm yet: what is popular in their country on their device, and in the categories picked at "
      "sign-up; for whoever searches, in that category.";
  static constexpr Signal kSignal = Signal::Everyone;
  static constexpr std::int64_t kQuota = 40;
  struct Params {
    std::int64_t depth = 200, picks = 5;
    double half_life_days = 7, publish_minutes = 60;
    void describe(Describe& d) {
      d.number("half_life_days", half_life_days, {0.1, 365}, "days", "Half-life of a click within a country and device.");
      d.number("publish_minutes", publish_minutes, {1, 1440}, "min", "Time between publications.");
      d.integer("depth", depth, {1, 100000}, "items", "Length of each published list.");
      d.integer("picks", picks, {0, 32}, "categories",
                "How many of the categories picked at sign-up count, in order of their ids; 0 = nobody was asked.");
    }
  };
  explicit Onboarding(const Params& params) : params_(params) {}

  // Every other item is of the country and device; between them the picked categories take turns; a search is for its category
  // alone. Scores are 1 / rank.
  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void observe(std::span<const Interaction> batch, Catalog catalog) override;
  void publish(const PublishInput& in) override;
  void visit_state(State& s) override {
    s(local_);
    s(by_category_);
  }

 private:
  Params params_;
  HotLists local_;                                // by country and device
  std::vector<std::vector<Scored>> by_category_;  // clicked items only, by the item statistics' clicks
};

}  // namespace feedloop
