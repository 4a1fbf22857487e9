// Centred moments of vectors of fixed length: mean and sums of products of deviations, merged by the pairwise update of Chan,
// Golub & LeVeque 1983. For standard errors of functions of several means by the delta method.
// Merging is not associative in floating point: merge in a fixed order where bits matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace feedloop {

struct VectorMoments {
  explicit VectorMoments(std::size_t size) : mean(size, 0.0), products(size * size, 0.0) {}

  std::int64_t n = 0;
  std::vector<double> mean;
  std::vector<double> products;  // size x size, row-major; only the lower triangle is kept

  std::size_t size() const { return mean.size(); }
  void add(std::span<const double> x);  // Requires: finite, of this size
  void merge(const VectorMoments& other);
  // Variance, over n (n - 1), of the mean of gradient . x. NaN below two vectors; what lies below rounding is 0.
  double variance_of_mean(std::span<const double> gradient) const;
};

// The door for foreign data that comes as raw sums over n vectors: sums of components and, size x size, row-major, of products
// of components, of which only the lower triangle is read. A square that lies below rounding is taken as 0.
VectorMoments centred(std::int64_t n, std::span<const double> sums, std::span<const double> products);

}  // namespace feedloop
