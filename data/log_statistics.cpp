#include "data/log_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/check.hpp"
#include "stats/diversity.hpp"

namespace feedloop {
namespace {

// KL divergence of each user's distribution over labels from that of all events, ascending.
std::vector<double> profile_divergences(const InteractionLog& log) {
  std::vector<std::vector<double>> own(log.users.size(), std::vector<double>(log.labels.size()));
  std::vector<double> all(log.labels.size()), weight(log.users.size());
  for (const LogEvent& e : log.events) {
    const auto& labels = log.items[e.item].labels;
    const double part = 1.0 / static_cast<double>(labels.size());
    for (const int l : labels) {
      own[e.user][static_cast<std::size_t>(l)] += part;
      all[static_cast<std::size_t>(l)] += part;
    }
    weight[e.user] += 1;
  }
  const auto total = static_cast<double>(log.events.size());
  std::vector<double> divergences;
  for (std::size_t u = 0; u < own.size(); ++u) {
    if (weight[u] == 0) continue;
    double kl = 0;
    for (std::size_t l = 0; l < all.size(); ++l)
      if (const double p = own[u][l] / weight[u]; p > 0) kl += p * std::log(p * total / all[l]);
    divergences.push_back(kl);
  }
  std::sort(divergences.begin(), divergences.end());
  return divergences;
}

}  // namespace

double sorted_quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

double total_variation(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += std::fabs(a[k] - b[k]);
  return sum / 2;
}

LogStatistics describe_log(const InteractionLog& log, const std::vector<int>& category, int categories) {
  FEEDLOOP_CHECK(!log.events.empty(), "statistics of an empty log");
  LogStatistics s;
  s.events = std::ssize(log.events);
  const auto total = static_cast<double>(s.events);

  auto users = log.events_per_user();
  std::erase(users, 0);
  std::sort(users.begin(), users.end());
  s.users = std::ssize(users);
  const std::vector<double> activity(users.begin(), users.end());
  s.user_mean = total / static_cast<double>(s.users);
  s.user_median = sorted_quantile(activity, 0.5);
  s.user_p90 = sorted_quantile(activity, 0.9);
  s.user_max = activity.back();
  s.user_gini = gini(users);

  auto items = log.events_per_item();
  s.item_gini = gini(items);
  s.top_1pct = top_share(items, 0.01);
  s.top_10pct = top_share(items, 0.1);
  s.top_20pct = top_share(items, 0.2);
  std::sort(items.begin(), items.end(), std::greater<>());
  for (std::int64_t sum = 0; 2 * sum < s.events; ++s.half_items) sum += items[static_cast<std::size_t>(s.half_items)];
  s.chosen_items = std::count_if(items.begin(), items.end(), [](auto n) { return n > 0; });
  s.single_share = static_cast<double>(std::count(items.begin(), items.end(), 1)) / static_cast<double>(s.chosen_items);
  s.density = (total - static_cast<double>(log.repeated)) / (static_cast<double>(s.users) * static_cast<double>(items.size()));

  s.category_share.assign(static_cast<std::size_t>(categories), 0);
  for (const LogEvent& e : log.events) s.category_share[static_cast<std::size_t>(category[e.item])] += 1 / total;
  const auto divergences = profile_divergences(log);
  s.profile_kl_median = sorted_quantile(divergences, 0.5);
  s.profile_kl_p90 = sorted_quantile(divergences, 0.9);
  return s;
}

}  // namespace feedloop
