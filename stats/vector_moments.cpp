#include "stats/vector_moments.hpp"

#include <cmath>
#include <limits>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {

void VectorMoments::add(std::span<const double> x) {
  const std::size_t k = size();
  const double before = static_cast<double>(n), share = 1 / static_cast<double>(++n);
  for (std::size_t i = 0; i < k; ++i) {
    const double delta = x[i] - mean[i];
    for (std::size_t j = 0; j <= i; ++j) products[i * k + j] += delta * (x[j] - mean[j]) * before * share;
  }
  for (std::size_t i = 0; i < k; ++i) mean[i] += (x[i] - mean[i]) * share;
}

void VectorMoments::merge(const VectorMoments& other) {
  FEEDLOOP_CHECK(size() == other.size(), "moments of vectors of different lengths");
  if (other.n == 0) return;
  if (n == 0) {
    *this = other;
    return;
  }
  const std::size_t k = size();
  const double na = static_cast<double>(n), nb = static_cast<double>(other.n), share = nb / (na + nb), weight = na * share;
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      products[i * k + j] += other.products[i * k + j] + (other.mean[i] - mean[i]) * (other.mean[j] - mean[j]) * weight;
  for (std::size_t i = 0; i < k; ++i) mean[i] += (other.mean[i] - mean[i]) * share;
  n += other.n;
}

double VectorMoments::variance_of_mean(std::span<const double> gradient) const {
  if (n < 2) return kNaN;
  const std::size_t k = size();
  double sum = 0, scale = 0;
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      if (gradient[i] == 0 || gradient[j] == 0) continue;  // a component of no account may have overflowed
      const double term = (i == j ? 1 : 2) * gradient[i] * gradient[j] * products[i * k + j];
      sum += term;
      scale += std::abs(term);
    }
  if (!(sum > 1e-14 * scale)) sum = std::isnan(sum) ? kNaN : 0;
  const double count = static_cast<double>(n);
  return sum / (count - 1) / count;
}

VectorMoments centred(std::int64_t n, std::span<const double> sums, std::span<const double> products) {
  const std::size_t k = sums.size();
  FEEDLOOP_CHECK(products.size() == k * k, "sums of products of another size than the sums");
  VectorMoments out(k);
  if (n <= 0) return out;
  out.n = n;
  for (std::size_t i = 0; i < k; ++i) {
    out.mean[i] = sums[i] / static_cast<double>(n);
    for (std::size_t j = 0; j <= i; ++j) {
      double& centred_product = out.products[i * k + j];
      centred_product = products[i * k + j] - sums[i] * out.mean[j];
      const double rounding = 4 * std::numeric_limits<double>::epsilon() * std::abs(products[i * k + j]);
      if (i == j && !(centred_product > rounding)) centred_product = 0;
    }
  }
  return out;
}

}  // namespace feedloop
