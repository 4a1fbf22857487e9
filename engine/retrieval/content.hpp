// Content-based filtering (Lops, de Gemmis, Semeraro 2011, sec. 3.3): items whose content vectors lie nearest to the user's
// recent good plays. It reads what an item is, not who played it: a new item is found at once, and one play is a beginning.
#pragma once

#include "engine/index/vector_index.hpp"
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
    std::string index = "auto";
    void describe(Describe& d) {
      d.integer("seeds", seeds, {1, kHistory}, "plays",
                "Recent plays that items are compared with, weighted by how well they went.");
      d.number("recency", recency, {0, 4}, "", "Weights fall with (1 + plays since) to minus this power; 0 = all plays alike.");
      d.text("index", index, names_of(index_kinds()), "How the content vectors are searched.");
    }
  };
  explicit Content(const Params& params) : params_(params), index_(index_kind(params.index)) {}

  // Scores are cosines summed over the watched items by weight (see watched.hpp); only positive ones are nominated, and
  // none of the items compared with.
  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  // The watched item with the largest term of that sum.
  std::optional<ItemId> seed(const RetrievalQuery& query, ItemId item) const override;
  void publish(const PublishInput& in) override;  // an upload can be found from then on
  void visit_state(State& s) override { s(index_); }

 private:
  Params params_;
  VectorIndex index_;  // of the catalogue's content
};

}  // namespace feedloop
