#include "experiment/replication/replicate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/run.hpp"

namespace feedloop {
namespace {

// One run's progress as a part of all runs'.
class PartOf final : public Observer {
 public:
  PartOf(Observer* whole, int run, int runs) : whole_(whole), run_(run), runs_(runs) {}
  void on_progress(const Progress& progress) override {
    if (whole_ == nullptr) return;
    Progress p = progress;
    p.label = fmt::format("seed {} of {}", run_ + 1, runs_);
    p.done = (run_ + progress.done) / runs_;
    whole_->on_progress(p);
  }
  bool stop_requested() override { return whole_ != nullptr && whole_->stop_requested(); }

 private:
  Observer* whole_;
  int run_, runs_;
};

}  // namespace

SeedResult seed_result(const Report& report) {
  SeedResult out;
  out.seed = report.seed;
  out.verdict = "not enough data";
  if (report.experiments.empty() || report.experiments[0].variants.size() < 2) return out;
  const ExperimentReport& e = report.experiments[0];
  for (const EffectReport& effect : e.effects) {
    if (effect.variant != e.variants[1].name || effect.metric != "ctr") continue;
    out.lift = effect.lift;
    out.lift_ci = effect.lift_ci;
    out.p = effect.p;
    out.verdict = effect.verdict;
  }
  return out;
}

Replication summed_up(std::string variant, std::vector<SeedResult> seeds) {
  Replication out;
  out.variant = std::move(variant);
  out.seeds = std::move(seeds);
  std::vector<double> lifts;
  for (const SeedResult& s : out.seeds) {
    if (std::isfinite(s.lift)) lifts.push_back(s.lift);
    (s.verdict == "better" ? out.better : s.verdict == "worse" ? out.worse : out.other) += 1;
  }
  out.lift = measured_mean(lifts);
  return out;
}

Replication replicate(const Scenario& scenario, int seeds, Observer* observer,
                      const std::function<void(const Replication&)>& told) {
  std::vector<SeedResult> results;
  const std::string variant = scenario.experiments[0].variants[1].name;
  for (int i = 0; i < seeds; ++i) {
    PartOf part(observer, i, seeds);
    results.push_back(seed_result(run(nth_world(scenario, i), {}, &part)));
    if (told) told(summed_up(variant, results));
  }
  return summed_up(variant, std::move(results));
}

}  // namespace feedloop
