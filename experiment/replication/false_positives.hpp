// How often each stopping rule finds a difference where there is none: A/A experiments of a scenario, looked at every day.
// Where units keep one variant each, one world is lived with everybody in control, and its units are dealt out to the variants
// again and again (experiment/replication/rerandomise.hpp): every deal is an experiment in which nothing was done. Other
// designs live a small world for every experiment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/replication/measured.hpp"
#include "experiment/replication/rerandomise.hpp"
#include "experiment/scenario.hpp"
#include "experiment/snapshot.hpp"

namespace feedloop {

struct FalsePositiveRate {
  std::string rule;       // as in StoppingReport
  MeasuredShare stopped;  // of the experiments that could be tested; Wilson's 95 % interval
};

struct FalsePositives {
  std::string metric;
  std::int64_t done = 0, asked = 0;  // experiments
  std::vector<FalsePositiveRate> rates;
};

class NullExperiments {
 public:
  // Lives the world that is dealt out again, reporting to the observer, which may stop it (Interrupted). Throws Error where the
  // design has no test to look at.
  NullExperiments(const Scenario& scenario, std::size_t experiment, Observer* observer);

  bool deals() const { return deals_; }  // one world dealt out again; false: a world for each experiment
  // One sentence: where the experiments come from.
  const std::string& method() const { return method_; }
  // Metrics that can be measured: of those that a report follows.
  const std::vector<std::string>& metrics() const { return metrics_; }

  // `treatment` against control, `asked` times. Tells how it stands after every few; false from `told` stops it. The n-th
  // experiment does not depend on how many are asked for. Requires: one of metrics().
  FalsePositives measure(std::string_view metric, std::size_t treatment, std::int64_t asked,
                         const std::function<bool(const FalsePositives&)>& told, Observer* observer = nullptr) const;

 private:
  FalsePositives deal(std::string_view metric, std::size_t treatment, std::int64_t asked,
                      const std::function<bool(const FalsePositives&)>& told) const;
  FalsePositives live(std::string_view metric, std::size_t treatment, std::int64_t asked,
                      const std::function<bool(const FalsePositives&)>& told, Observer* observer) const;

  Scenario scenario_;  // without treatments
  std::size_t experiment_;
  bool deals_ = true;
  std::string method_;
  std::vector<std::string> metrics_;
  std::vector<UnitSums> columns_;  // by metric, then day
  std::size_t days_ = 0;
};

}  // namespace feedloop
