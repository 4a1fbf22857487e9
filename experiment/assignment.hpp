// Who is in which variant: a salted hash of the unit into 10,000 buckets, independent of the world's seed, so a unit keeps its
// bucket in every world and a new salt is a new, independent layer. docs/ASSIGNMENT.md has the scheme, its test vectors, and
// how shares may change without moving anybody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/interaction.hpp"
#include "experiment/scenario.hpp"

namespace feedloop {

constexpr std::uint32_t kBuckets = 10'000;

// XXH64 of "salt:unit" (the unit's id in decimal, seed 0) mod 10,000. The same on every platform.
std::uint32_t bucket_of(std::string_view salt, std::uint64_t unit);

// Index of the variant whose range holds the unit. Of Xxh64, ranges of buckets cut at rounded cumulative shares; of the others,
// the range that the platform itself would choose for the unit's decimal text: PlanOut's WeightedChoice under the salt
// "EXPERIMENT.PARAMETER", GrowthBook's hash version 2 at full coverage.
std::size_t variant_of(const Experiment& experiment, std::uint64_t unit);

// Salts of who is in the experiment at all, of whose pages are lost, and of who is in none of the scenario's experiments.
std::string allocation_salt(const Experiment& experiment);
std::string loss_salt(const Experiment& experiment);
std::string holdout_salt(const std::string& scenario);

// A cell is one combination of variants, one of each experiment; cell 0 is control everywhere.
class Assignment {
 public:
  // `holdout`: share of households that no experiment gets, hashed with `holdout_salt`; `t0`: when ramps begin.
  explicit Assignment(const std::vector<Experiment>& experiments, double holdout = 0, std::string holdout_salt = {},
                      SimTime t0 = {});

  std::size_t cells() const { return cells_; }
  std::size_t variant_in(std::size_t cell, std::size_t experiment) const;  // that the cell holds for the experiment

  // The cell with another variant of the experiment.
  std::size_t with_variant(std::size_t cell, std::size_t experiment, std::size_t variant) const;

  // One world's rule of who is served what.
  static constexpr std::size_t kAsHashed = SIZE_MAX;
  struct Rule {
    bool all_control = false;            // the warm-up
    std::size_t experiment = kAsHashed;  // this experiment is forced to `variant`; others stay as hashed
    std::size_t variant = 0;
    std::uint64_t stopped = 0;  // bit e: experiment e is over, and everybody is served control
    bool mixed() const { return !all_control && experiment == kAsHashed; }
  };
  std::size_t cell_of(const Request& request, const Rule& rule) const;
  // The number that the experiment hashes for the request: the unit's, or a switchback's block's (experiment/design.hpp).
  std::size_t unit_of(std::size_t experiment, const Request& request) const;
  // The experiment in which the request's page is drafted from the slates of control, whose cell is the request's, and of the
  // treatment; kAsHashed: none.
  std::size_t interleaved(const Request& request, const Rule& rule) const;
  // The request comes so soon after its region switched, or after t0 where the first block is no control's, that a switchback
  // does not count it.
  bool burns_in(std::size_t experiment, const Request& request) const;
  // The request's unit is in the experiment and counted: not held out, allocated by now, not lost, and the experiment runs. In
  // a world that forces a variant on everybody everybody is. Once in, a unit stays in for as long as the experiment runs.
  bool counts(std::size_t experiment, const Request& request, const Rule& rule) const;

 private:
  bool takes_part(std::size_t experiment, const Request& request, const Rule& rule) const;
  bool lost(std::size_t experiment, const Request& request) const;

  const std::vector<Experiment>* experiments_;
  std::size_t cells_ = 1;
  std::uint32_t held_out_;  // buckets
  std::string holdout_salt_;
  SimTime t0_;
};

}  // namespace feedloop
