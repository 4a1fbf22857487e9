#include "base/parallel.hpp"
#include "engine/index/vector_index.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

// Vectors on a half circle: the inner product with a query falls with the angle between them.
class HalfCircle final : public Source {
 public:
  explicit HalfCircle(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      const double turn = 3.14159 * static_cast<double>(i) / static_cast<double>(n);
      vectors_.push_back(static_cast<float>(std::cos(turn)));
      vectors_.push_back(static_cast<float>(std::sin(turn)));
    }
  }
  void nominate(const RetrievalQuery&, std::size_t, std::vector<Scored>&) const override {}
  std::size_t dims() const override { return 2; }
  const float* item_vector(ItemId item) const override {
    return 2 * item.index() < vectors_.size() ? &vectors_[2 * item.index()] : nullptr;
  }
  void visit_state(State&) override {}

 private:
  std::vector<float> vectors_;
};

}  // namespace

TEST_CASE("exact search recalls all of exact search and the other kinds nearly all") {
  const HalfCircle source(1500);
  const std::vector<float> queries{1, 0, 0, 1, 0.6f, 0.8f};
  const std::vector<double> by_kind = recall_of_kinds(source, 2000, queries, 60);
  REQUIRE(by_kind.size() == index_kinds().size());
  CHECK(by_kind[0] == 1);
  for (const double x : by_kind) CHECK(x > 0.9);
}

TEST_CASE("tables of retrieval do not depend on threads", "[threads]") {
  const Scenario scenario = SmallScenario{.users = 60, .items = 150, .warmup_days = 1, .days = 1}.make();
  for (const auto evaluate :
       {evaluate_recall, evaluate_leave_one_out, evaluate_log_q, evaluate_negatives, evaluate_crossover}) {
    set_threads(1);
    const auto one = evaluate(scenario, {.seeds = 2});
    set_threads(2);
    const auto two = evaluate(scenario, {.seeds = 2});
    set_threads(0);
    REQUIRE(one.size() == two.size());
    for (std::size_t t = 0; t < one.size(); ++t) {
      CHECK(one[t].rows == two[t].rows);
      CHECK(one[t].note == two[t].note);
      for (const auto& row : one[t].rows) CHECK(row.size() == one[t].columns.size());
    }
  }
}
