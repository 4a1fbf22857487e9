// What quantities are worth in one run.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/registry.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/run.hpp"

namespace feedloop::testing {

struct Asked {
  std::string_view quantity;
  Claim claim = {};
  std::string_view variant = {};
};

inline std::vector<double> measure_all(const Scenario& scenario, const std::vector<Asked>& asked,
                                       WorldWatcher* watcher = nullptr) {
  std::vector<std::unique_ptr<Probe>> probes;
  RunOptions options;
  if (watcher) options.watchers.push_back(watcher);
  for (const Asked& a : asked) {
    probes.push_back(find_entry(quantity_registry(), a.quantity)->make(a.claim, a.variant));
    options.watchers.push_back(probes.back().get());
  }
  const Report report = run(scenario, options);
  std::vector<double> values;
  for (const auto& probe : probes) values.push_back(probe->value(report));
  return values;
}

// Of one variant, by their names.
inline std::vector<double> measure(const Scenario& scenario, const std::vector<std::string>& quantities,
                                   std::string_view variant = "treatment", const std::string& metric = "ctr",
                                   WorldWatcher* watcher = nullptr) {
  std::vector<Asked> asked;
  for (const std::string& name : quantities) {
    asked.push_back({name, {}, variant});
    asked.back().claim.metric = metric;
  }
  return measure_all(scenario, asked, watcher);
}

}  // namespace feedloop::testing
