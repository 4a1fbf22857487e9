#include "engine/index/hnsw.hpp"

#include <algorithm>
#include <cmath>

#ifdef __SANITIZE_ADDRESS__
#define NO_MANUAL_VECTORIZATION  // hnswlib reads one link past a list to know what to prefetch
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#include <hnswlib/hnswlib.h>
#pragma GCC diagnostic pop

#include "engine/index/inner_product.hpp"

#ifdef __SANITIZE_THREAD__
// hnswlib takes the locks of two neighbours in either order. One thread links a graph here, so none can wait for another.
extern "C" const char* __tsan_default_suppressions() { return "deadlock:hnswlib\n"; }
#endif

namespace feedloop {
namespace {

constexpr std::size_t kLinks = 16, kBuildBreadth = 100, kSeed = 100;

class Hnsw final : public Finder {
 public:
  void train(const VectorRows& rows) override {
    for (std::size_t r = 0; r < rows.count; ++r)
      if (rows.usable(r)) largest_square_ = std::max(largest_square_, square(rows[r]));
  }

  void append(const VectorRows& rows, std::size_t first) override {
    if (first == 0) {
      space_ = std::make_unique<hnswlib::InnerProductSpace>(rows.dims + 1);
      graph_ = std::make_unique<Graph>(space_.get(), rows.count, kLinks, kBuildBreadth, kSeed);
    } else if (rows.count > graph_->max_elements_) {
      graph_->resizeIndex(std::max(rows.count, 2 * graph_->max_elements_));
    }
    std::vector<float> point(rows.dims + 1);
    for (std::size_t r = first; r < rows.count; ++r) {
      if (!rows.usable(r)) continue;
      std::copy_n(rows[r].data(), rows.dims, point.data());
      point[rows.dims] = std::sqrt(std::max(0.0f, largest_square_ - square(rows[r])));
      graph_->addPoint(point.data(), r);
    }
  }

  std::size_t find(const VectorRows&, std::span<const float> query, std::size_t k,
                   std::vector<std::uint32_t>& found) const override {
    thread_local std::vector<float> point;  // a buffer, filled anew by every call
    point.assign(query.begin(), query.end());
    point.push_back(0);
    auto nearest = graph_->searchKnn(point.data(), static_cast<std::size_t>(std::ceil(breadth_ * static_cast<double>(k))));
    for (; !nearest.empty(); nearest.pop()) found.push_back(static_cast<std::uint32_t>(nearest.top().second));
    return 0;
  }

  void set_breadth(double breadth) override { breadth_ = std::max(1.0, breadth); }
  void visit_state(State& s) override { s(largest_square_); }

 private:
  using Graph = hnswlib::HierarchicalNSW<float>;
  static float square(std::span<const float> x) { return inner_product(x.data(), x.data(), x.size()); }

  double breadth_ = 4;
  float largest_square_ = 0;
  std::unique_ptr<hnswlib::InnerProductSpace> space_;
  std::unique_ptr<Graph> graph_;  // points into space_
};

}  // namespace

std::unique_ptr<Finder> make_hnsw() { return std::make_unique<Hnsw>(); }

}  // namespace feedloop
