#include "experiment/claims/verify.hpp"

#include <algorithm>
#include <memory>
#include <tuple>

#include <fmt/format.h>

#include "base/registry.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/run.hpp"

namespace feedloop {
namespace {

// Shows a probe the pages that its claim is about: of the experiment's world or of the one in which everybody is in its
// variant, of the claim's days.
class Routed final : public WorldWatcher {
 public:
  Routed(const Claim& claim, std::unique_ptr<Probe> probe) : claim_(claim), probe_(std::move(probe)) {}

  void begin(const Study& study) override {
    from_ = study.t0 + from_seconds(86400 * claim_.days.low);
    until_ = claim_.days.high < study.params.days ? study.t0 + from_seconds(86400 * claim_.days.high) : study.end;
    std::tie(experiment_, variant_) = place_of(study, probe_->name());
    probe_->begin(study);
  }
  void pages(const Simulation& world, std::span<const Interaction> pages) override {
    if (!claim_.launch) show(world, pages);
  }
  void end(const Simulation& world) override {
    if (!claim_.launch) probe_->end(world);
  }
  void begin_truth(const Simulation&, std::size_t experiment, std::size_t variant) override {
    here_ = claim_.launch && experiment == experiment_ && variant == variant_;
  }
  void truth_pages(const Simulation& world, std::span<const Interaction> pages) override {
    if (here_) show(world, pages);
  }
  void end_truth(const Simulation& world) override {
    if (here_) probe_->end(world);
  }
  double value(const Report& report) const { return probe_->value(report); }

 private:
  void show(const Simulation& world, std::span<const Interaction> pages) {
    const auto before = [](SimTime t) { return [t](const Interaction& page) { return page.request.time < t; }; };
    const auto first = std::partition_point(pages.begin(), pages.end(), before(from_));
    const auto last = std::partition_point(first, pages.end(), before(until_));
    if (first != last || pages.empty()) probe_->pages(world, {first, last});
  }

  const Claim& claim_;
  std::unique_ptr<Probe> probe_;
  SimTime from_, until_;
  std::size_t experiment_ = 0, variant_ = 0;
  bool here_ = false;
};

// A claim's part in one run: its probes, and where their value goes.
struct Part {
  std::size_t result, at;  // of the results, and of that one's seeds
  std::unique_ptr<Routed> variant, against;
};

struct SharedRun {
  const Scenario* scenario;
  std::uint64_t hash, seed;
  bool truth = false;
  std::vector<Part> parts;
};

}  // namespace

std::vector<ClaimResult> verify(std::span<const Scenario> scenarios, Tier tier, Observer* observer,
                                const std::function<void(const std::string&)>& label) {
  const auto t = static_cast<std::size_t>(tier);
  std::vector<ClaimResult> results;
  std::vector<SharedRun> runs;
  for (const Scenario& s : scenarios)
    for (const Claim& claim : s.claims) {
      if (claim.tier > tier) continue;
      const Quantity& quantity = *find_entry(quantity_registry(), claim.quantity);
      results.push_back(
          {&s, &claim, {std::vector<double>(static_cast<std::size_t>(claim.seeds[t])), kNaN, {}}, {}, claim.recorded[t]});
      for (std::size_t k = 0; k < results.back().measured.values.size(); ++k) {
        const std::uint64_t hash = s.hash(), seed = s.seed() + k;
        std::size_t r = 0;
        while (r < runs.size() && (runs[r].hash != hash || runs[r].seed != seed)) ++r;
        if (r == runs.size()) runs.push_back({&s, hash, seed, false, {}});
        runs[r].truth |= quantity.needs_truth || claim.launch;
        const auto probe = [&](const std::string& variant) {
          return std::make_unique<Routed>(claim, quantity.make(claim, variant));
        };
        runs[r].parts.push_back({results.size() - 1, k, probe(claim.variant),
                                 claim.against.empty() || quantity.of_pair ? nullptr : probe(claim.against)});
      }
    }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    SharedRun& shared = runs[r];
    if (label) label(fmt::format("run {} of {}: {}, seed {}", r + 1, runs.size(), shared.scenario->name, shared.seed));
    RunOptions options;
    options.truth = shared.truth;
    for (const Part& part : shared.parts)
      for (Routed* probe : {part.variant.get(), part.against.get()})
        if (probe) options.watchers.push_back(probe);
    const Report report = run(with_seed(*shared.scenario, shared.seed), options, observer);
    for (Part& part : shared.parts) {
      ClaimResult& result = results[part.result];
      double x = part.variant->value(report);
      if (part.against) x = contrast(*result.claim, x, part.against->value(report));
      result.measured.values[part.at] = x;
    }
    shared.parts.clear();
  }
  for (ClaimResult& result : results) {
    result.measured = measured_over(std::move(result.measured.values));
    result.verdict = judge(*result.claim, result.measured);
  }
  return results;
}

}  // namespace feedloop
