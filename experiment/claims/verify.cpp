#include "experiment/claims/verify.hpp"

#include <memory>

#include <fmt/format.h>

#include "base/registry.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/run.hpp"

namespace feedloop {
namespace {

// A claim's part in one run: its probes, and where their value goes.
struct Part {
  std::size_t result, at;  // of the results, and of that one's seeds
  std::unique_ptr<Probe> variant, against;
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
        runs[r].truth |= quantity.needs_truth;
        runs[r].parts.push_back({results.size() - 1, k, quantity.make(claim, claim.variant),
                                 claim.against.empty() || quantity.of_pair ? nullptr : quantity.make(claim, claim.against)});
      }
    }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    SharedRun& shared = runs[r];
    if (label) label(fmt::format("run {} of {}: {}, seed {}", r + 1, runs.size(), shared.scenario->name, shared.seed));
    RunOptions options;
    options.truth = shared.truth;
    for (const Part& part : shared.parts)
      for (Probe* probe : {part.variant.get(), part.against.get()})
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
