// Content-based filtering (Lops, de Gemmis, Semeraro 2011, sec. 3.3): items whose content vectors lie nearest to the user's
// recent good plays. It reads what an item is, not who played it: a new item is found at once, and one play is a beginning.
#pragma once

#include "engine/retrieval/source.hpp"

namespace feedloop {

class Content final : public Source {
 public:
  static constexpr std::string_view kName = "content";
  static constexpr std::string_view kDoc = "Items whose content is nearest to the user's recent good plays; needs no training.";
  static constexpr Signal kSignal = Signal::Content;
  static constexpr std::int64_t kQuota = 50;
  struct Params {
    std::int64_t seeds = kHistory;
    double recency = 0.25;
    void describe(Describe& d) {
      d.integer("seeds", seeds, {1, kHistory}, "plays",
                "Recent plays that items are compared with, weighted by how well they went.");
      d.number("recency", recency, {0, 4}, "", "Weights fall with (1 + plays since) to minus this power; 0 = all plays alike.");
    }
  };
  explicit Content(const Params& params) : params_(params) {}

  // Scores are cosines summed over the watched items by weight (see watched.hpp); only positive ones are nominated, and
  // none of the items compared with. Exact search: 16 multiplications an item of the catalogue.
  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  // The watched item with the largest term of that sum.
  std::optional<ItemId> seed(const RetrievalQuery& query, ItemId item) const override;
  void visit_state(State&) override {}

 private:
  Params params_;
};

}  // namespace feedloop
