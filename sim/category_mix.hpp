// A user's own mix of categories, beside what the latent taste says: shares m_u of choices, Dirichlet about the population's M
// with concentration K (Minka 2000, "Estimating a Dirichlet distribution"). An item of category c appeals by ln(m_uc / M_c)
// more, so that odds of a choice go with m_uc / M_c, whose mean over users is 1.
#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "sim/params.hpp"

namespace feedloop {

// Shares that sum to 1. Throws Error, without a key: another number of entries than categories, one that is not positive.
// Requires: not empty.
std::vector<double> read_category_shares(const std::string& text, std::int64_t categories);

class CategoryMixes {
 public:
  CategoryMixes() = default;  // nobody differs from the mean
  // `items_in`: items of each category, on whose shares mixes centre where no shares are given. A user's mix is a pure function
  // of seed, id and the parameters.
  CategoryMixes(const PopulationParams& params, const std::vector<double>& items_in, Seed seed, std::size_t users);

  // ln(m_uc / M_c), at least -6: below a 400th of the mean all is alike. 0 where concentration is 0.
  double lift(UserId user, int category) const {
    return lift_.empty() ? 0 : static_cast<double>(lift_[user.index() * categories_ + static_cast<std::size_t>(category)]);
  }
  const std::vector<double>& centre() const { return centre_; }  // M; empty where concentration is 0

 private:
  std::size_t categories_ = 0;
  std::vector<double> centre_;
  std::vector<float> lift_;  // by user, category
};

}  // namespace feedloop
