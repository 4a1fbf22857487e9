#include "engine/rerank/mmr.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"

namespace feedloop {
namespace {

struct Lists {
  std::vector<float> vectors;
  std::vector<std::vector<float>> relevance;
  std::vector<std::vector<const float*>> rows;
  std::vector<std::vector<Candidate>> candidates;
};

// Lists of candidates out of a catalogue of unit vectors around 20 centres, as items of categories are.
Lists make_lists(std::size_t lists, std::size_t n, std::size_t dims) {
  constexpr std::size_t kItems = 10'000, kCentres = 20;
  Lists l;
  l.vectors.resize(kItems * dims);
  std::vector<float> centres(kCentres * dims);
  Rng rng = stream({1}, Stream::Test, entity_key(dims));
  for (float& x : centres) x = static_cast<float>(normal(rng));
  for (std::size_t i = 0; i < kItems; ++i) {
    float norm = 0;
    for (std::size_t d = 0; d < dims; ++d) {
      float& x = l.vectors[i * dims + d];
      x = centres[i % kCentres * dims + d] + static_cast<float>(normal(rng));
      norm += x * x;
    }
    for (std::size_t d = 0; d < dims; ++d) l.vectors[i * dims + d] /= std::sqrt(norm);
  }
  for (std::size_t j = 0; j < lists; ++j) {
    auto& relevance = l.relevance.emplace_back();
    auto& rows = l.rows.emplace_back();
    auto& candidates = l.candidates.emplace_back();
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t item = uniform_below(rng, kItems);
      relevance.push_back(static_cast<float>(rng.uniform()));
      rows.push_back(l.vectors.data() + item * dims);
      candidates.emplace_back();
      candidates.back().traits = {CategoryId{item % kCentres}, CreatorId{item / 11}, 0, item % 20 == 0, false};
    }
    std::sort(relevance.begin(), relevance.end(), std::greater<>());
  }
  return l;
}

using Pick = void (*)(const MmrProblem&, SlateRules&, std::vector<std::uint16_t>&);

struct Timing {
  double us = 0;  // a list
  std::vector<std::uint16_t> picks;
};

Timing time_pass(const Lists& l, std::size_t dims, const SlateLimits& limits, Pick pick) {
  using Clock = std::chrono::steady_clock;
  SlateRules rules;
  Timing t;
  const auto start = Clock::now();
  for (std::size_t j = 0; j < l.rows.size(); ++j) {
    rules.begin(limits, l.candidates[j]);
    pick({l.relevance[j], l.rows[j], dims, 20, 0.85f}, rules, t.picks);
  }
  t.us = std::chrono::duration<double, std::micro>(Clock::now() - start).count() / static_cast<double>(l.rows.size());
  return t;
}

}  // namespace

std::string bench_mmr() {
  constexpr std::size_t kLists = 10, kCandidates = 100;
  constexpr int kPasses = 2001;  // short ones: a busy machine interrupts few of them
  nlohmann::ordered_json j;
  j["workload"] = "mmr";
  j["slots"] = 20;
  j["candidates"] = kCandidates;
  for (const std::size_t dims : {16u, 64u}) {
    const Lists lists = make_lists(kLists, kCandidates, dims);
    for (const bool ruled : {false, true}) {
      const SlateLimits limits = ruled ? SlateLimits{3, 1, 1, 2} : SlateLimits{};
      // The two take turns, so that a busy machine slows both; the ratio is of neighbours.
      std::vector<double> scalar, lanes, ratio;
      for (int pass = 0; pass < kPasses; ++pass) {
        const Timing s = time_pass(lists, dims, limits, pick_mmr_scalar), v = time_pass(lists, dims, limits, pick_mmr);
        FEEDLOOP_CHECK(s.picks == v.picks, "lanes and the scalar twin picked differently");
        scalar.push_back(s.us);
        lanes.push_back(v.us);
        ratio.push_back(s.us / v.us);
      }
      j["cases"].push_back({{"dims", dims},
                            {"rules", ruled},
                            {"scalar_us", median(scalar)},
                            {"lanes_us", median(lanes)},
                            {"ratio", median(ratio)}});
    }
  }
  return j.dump(2) + "\n";
}

}  // namespace feedloop
