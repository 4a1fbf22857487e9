// A list that editors keep by hand. Without a hand, they are played by someone without statistics: now and then they pick, by
// chance and by turns of the categories, items whose plays went well, however few the plays were.
#pragma once

#include "engine/retrieval/source.hpp"

namespace feedloop {

class Editorial final : public Source {
 public:
  static constexpr std::string_view kName = "editorial";
  static constexpr std::string_view kDoc = "A short list that editors keep, the same for everyone.";
  static constexpr Signal kSignal = Signal::Everyone;
  static constexpr std::int64_t kQuota = 10;
  struct Params {
    std::int64_t items = 10;
    double refresh_days = 7;
    std::string ids;
    void describe(Describe& d) {
      d.integer("items", items, {1, 1000}, "items", "Length of a chosen list.");
      d.number("refresh_days", refresh_days, {0.01, 365}, "days", "Time between new choices.");
      d.text("ids", ids, {},
             "The list as item ids, such as 12,55; an item appears once it is uploaded. Empty = chosen among items that did no "
             "worse per play than their category.");
    }
  };
  explicit Editorial(const Params& params);  // throws Error: `ids` is not a list of ids, or names one twice

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void publish(const PublishInput& in) override;
  void visit_state(State& s) override {
    s(list_);
    s(chosen_);
  }

 private:
  std::vector<ItemId> choose(const PublishInput& in) const;

  Params params_;
  std::vector<ItemId> by_hand_;
  std::vector<ItemId> list_;
  SimTime chosen_;
};

}  // namespace feedloop
