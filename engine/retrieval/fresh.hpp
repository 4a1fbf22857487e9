// The pool of new items: what was uploaded lately or has hardly been shown, so that the catalogue can be learned at all.
#pragma once

#include "engine/retrieval/source.hpp"

namespace feedloop {

class Fresh final : public Source {
 public:
  static constexpr std::string_view kName = "fresh";
  static constexpr std::string_view kDoc = "New and hardly shown items, a different handful for each request.";
  static constexpr Signal kSignal = Signal::Everyone;
  static constexpr std::int64_t kQuota = 20;
  struct Params {
    double max_age_days = 3, min_impressions = 200, delay_minutes = 0;
    std::string publish = "at_once";
    void describe(Describe& d) {
      d.number("max_age_days", max_age_days, {0, 365}, "days", "Items up to this age are in the pool.");
      d.number("min_impressions", min_impressions, {0, 1e6}, "impressions",
               "Items with fewer decayed impressions are in the pool too.");
      d.number("delay_minutes", delay_minutes, {0, 43200}, "min", "Time from upload until an item may enter the pool.");
      d.text(
          "publish", publish, {"at_once", "nightly"},
          "When the pool is made anew: every epoch, so that an upload waits an epoch at most, or with the nightly training.");
    }
  };
  explicit Fresh(const Params& params) : params_(params) {}

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void publish(const PublishInput& in) override;
  void train(const TrainingLog&, const PublishInput&) override { due_ = true; }
  void visit_state(State& s) override {
    s(pool_);
    s(due_);
  }

 private:
  Params params_;
  std::vector<ItemId> pool_;
  bool due_ = true;  // no pool since the last night
};

}  // namespace feedloop
