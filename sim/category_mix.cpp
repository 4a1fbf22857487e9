#include "sim/category_mix.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "sim/number_list.hpp"

namespace feedloop {
namespace {

constexpr double kLeastLift = -6;
constexpr double kLeastShare = 1e-6;  // of a category without items, so that its Dirichlet parameter is one

void scale_to_1(std::vector<double>& shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& s : shares) s /= sum;
}

}  // namespace

std::vector<double> read_category_shares(const std::string& text, std::int64_t categories) {
  std::vector<double> shares = read_numbers(text, false, "a share");
  if (std::ssize(shares) != categories)
    throw Error(fmt::format("has {} numbers; allowed is one for each of the {} categories (world.items.categories)",
                            shares.size(), categories));
  scale_to_1(shares);
  for (const double s : shares)
    if (s < kLeastShare)
      throw Error(fmt::format("has a share of {:.2g}; allowed are shares of {:g} of the sum at least", s, kLeastShare));
  return shares;
}

CategoryMixes::CategoryMixes(const PopulationParams& p, const std::vector<double>& items_in, Seed seed, std::size_t users)
    : categories_(items_in.size()) {
  if (p.mix_concentration == 0) return;
  if (p.mix_shares.empty()) {
    centre_ = items_in;
    scale_to_1(centre_);
    for (double& s : centre_) s = std::max(s, kLeastShare);
    scale_to_1(centre_);
  } else {
    centre_ = read_category_shares(p.mix_shares, std::ssize(items_in));
  }
  std::vector<double> alpha(centre_);
  for (double& a : alpha) a *= p.mix_concentration;
  lift_.resize(users * categories_);
  parallel_for(users, 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t u = begin; u < end; ++u) {
      Rng rng = stream(seed, Stream::CategoryMix, entity_key(u));
      const auto mix = dirichlet(rng, alpha);
      for (std::size_t c = 0; c < categories_; ++c)
        lift_[u * categories_ + c] = static_cast<float>(std::max(kLeastLift, std::log(mix[c] / centre_[c])));
    }
  });
}

}  // namespace feedloop
