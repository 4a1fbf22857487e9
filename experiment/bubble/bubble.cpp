#include "experiment/bubble/bubble.hpp"

#include <algorithm>

namespace feedloop {

std::span<const Exposure> BubbleUser::recent(std::size_t day) const {
  const std::size_t end = until[day], n = std::min(end, kRecent);
  return std::span(exposures).subspan(end - n, n);
}

const std::array<MetricInfo, kBubbleMeasures>& bubble_measures() {
  const auto measure = [](std::string name, std::string title, std::string unit, double scale, int decimals, std::string doc) {
    MetricInfo m{std::move(name), std::move(title), std::move(unit), scale, decimals, Direction::Neither, std::move(doc)};
    m.needs_truth = m.of_variant = true;
    return m;
  };
  static const std::array<MetricInfo, kBubbleMeasures> all{
      measure("spread", "Taste spread", "", 1, 2,
              "How far the items shown to a user lie from the user's taste (1 - cosine), mean over users. Falling: a bubble "
              "closes."),
      measure("drift", "Taste drift", "", 1, 3,
              "How far tastes moved since the experiment began (1 - cosine), mean over users."),
      measure("categories", "Categories a week", "", 1, 1,
              "Effective number of categories that the median user was shown in a week: exp(entropy), as many evenly shown "
              "ones would be as diverse."),
      measure("between", "Between-user distance", "", 1, 3,
              "How far the average items of two users lie from each other (1 - cosine), mean over pairs. Up: personalised; "
              "down: all are shown the same."),
      measure("intra_list", "Intra-list distance", "", 1, 3,
              "How far the items of one page lie from each other (1 - cosine), mean over users."),
      measure("gini", "Gini of exposure", "", 1, 3, "0: every item is shown equally often; near 1: one item takes all."),
      measure("coverage", "Catalogue coverage", "%", 100, 1, "Share of the catalogue shown at least once in the week."),
      measure("entropy", "Entropy of exposure", "nats", 1, 2, "-sum p ln p over the items' shares of impressions."),
  };
  return all;
}

}  // namespace feedloop
