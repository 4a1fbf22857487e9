#include "stats/overlap.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

std::vector<std::int64_t> distinct(std::span<const std::int64_t> ids) {
  std::vector<std::int64_t> out(ids.begin(), ids.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

double jaccard_of_distinct(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  std::size_t common = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    common += *i == *j;
    const bool left = *i <= *j, right = *j <= *i;
    i += left;
    j += right;
  }
  const std::size_t all = a.size() + b.size() - common;
  return all == 0 ? kNaN : static_cast<double>(common) / static_cast<double>(all);
}

}  // namespace

double jaccard(std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
  return jaccard_of_distinct(distinct(a), distinct(b));
}

double mean_jaccard(std::span<const std::vector<std::int64_t>> lists,
                    std::span<const std::pair<std::size_t, std::size_t>> pairs) {
  std::vector<std::vector<std::int64_t>> sets;
  sets.reserve(lists.size());
  for (const auto& list : lists) sets.push_back(distinct(list));
  double sum = 0;
  std::int64_t defined = 0;
  for (const auto& [a, b] : pairs) {
    FEEDLOOP_CHECK(a < sets.size() && b < sets.size(), "a pair names a list that is not there");
    const double j = jaccard_of_distinct(sets[a], sets[b]);
    if (std::isnan(j)) continue;
    sum += j;
    ++defined;
  }
  return defined == 0 ? kNaN : sum / static_cast<double>(defined);
}

}  // namespace feedloop
