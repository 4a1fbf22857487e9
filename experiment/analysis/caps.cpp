#include "experiment/analysis/caps.hpp"

#include <algorithm>
#include <cmath>

#include "stats/interval.hpp"

namespace feedloop {

std::vector<double> caps_of(std::initializer_list<const UnitTable*> tables, SimTime now) {
  const auto metrics = metric_registry();
  std::vector<double> caps(metrics.size(), kInfinity);
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (metrics[m].cap_quantile == 0) continue;
    std::vector<double> ratios;
    for (const UnitTable* table : tables)
      for (std::size_t u = 0; u < table->units(); ++u)
        if (const auto v = table->value(u, m, now); v && v->den > 0) ratios.push_back(v->num / v->den);
    if (ratios.empty()) continue;
    const auto rank = static_cast<std::size_t>(std::ceil(metrics[m].cap_quantile * static_cast<double>(ratios.size())));
    const auto at = ratios.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(ratios.begin(), at, ratios.end());
    caps[m] = *at;
  }
  return caps;
}

}  // namespace feedloop
