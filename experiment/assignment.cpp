#include "experiment/assignment.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/platform_hash.hpp"
#include "sim/params.hpp"

namespace feedloop {

namespace {

std::uint32_t buckets(double share) { return static_cast<std::uint32_t>(std::lround(share * kBuckets)); }

// The first variant, in order, of which `holds(its share and all before it)` is true.
template <class Holds>
std::size_t first_variant(const Experiment& experiment, const Holds& holds) {
  double cumulative = 0;
  for (std::size_t v = 0; v + 1 < experiment.variants.size(); ++v) {
    cumulative += experiment.variants[v].share;
    if (holds(cumulative)) return v;
  }
  return experiment.variants.size() - 1;
}

}  // namespace

std::uint32_t bucket_of(std::string_view salt, std::uint64_t unit) {
  return static_cast<std::uint32_t>(hash_bytes(fmt::format("{}:{}", salt, unit)) % kBuckets);
}

std::size_t variant_of(const Experiment& experiment, std::uint64_t unit) {
  // Ends of ranges are whoever's rule it is: PlanOut's are closed above, GrowthBook's below, and neither rounds its sums.
  switch (experiment.hash) {
    case AssignmentHash::Xxh64:
      break;
    case AssignmentHash::Planout: {
      double total = 0;
      for (const Variant& v : experiment.variants) total += v.share;
      const double place = planout_uniform(experiment.salt, fmt::format("{}", unit)) * total;
      return first_variant(experiment, [&](double cumulative) { return place <= cumulative; });
    }
    case AssignmentHash::Growthbook: {
      const double place = growthbook_v2(experiment.salt, fmt::format("{}", unit));
      return first_variant(experiment, [&](double cumulative) { return place < cumulative; });
    }
  }
  const std::uint32_t bucket = bucket_of(experiment.salt, unit);
  return first_variant(experiment, [&](double cumulative) { return bucket < buckets(cumulative); });
}

std::string allocation_salt(const Experiment& experiment) { return experiment.salt + "/allocation"; }
std::string loss_salt(const Experiment& experiment) { return experiment.salt + "/lost"; }
std::string holdout_salt(const std::string& scenario) { return scenario + "/holdout"; }

Assignment::Assignment(const std::vector<Experiment>& experiments, double holdout, std::string holdout_salt, SimTime t0)
    : experiments_(&experiments), held_out_(buckets(holdout)), holdout_salt_(std::move(holdout_salt)), t0_(t0) {
  for (const Experiment& e : experiments) cells_ *= e.variants.size();
}

std::size_t Assignment::variant_in(std::size_t cell, std::size_t experiment) const {
  for (std::size_t e = 0; e < experiment; ++e) cell /= (*experiments_)[e].variants.size();
  return cell % (*experiments_)[experiment].variants.size();
}

std::size_t Assignment::with_variant(std::size_t cell, std::size_t experiment, std::size_t variant) const {
  std::size_t radix = 1;
  for (std::size_t e = 0; e < experiment; ++e) radix *= (*experiments_)[e].variants.size();
  return cell - radix * variant_in(cell, experiment) + radix * variant;
}

std::size_t Assignment::cell_of(const Request& request, const Rule& rule) const {
  if (rule.all_control) return 0;
  std::size_t cell = 0, radix = 1;
  for (std::size_t e = 0; e < experiments_->size(); ++e) {
    const Experiment& experiment = (*experiments_)[e];
    if (e == rule.experiment)
      cell += radix * rule.variant;
    else if (experiment.design.kind != DesignKind::Interleaving && takes_part(e, request, rule))
      cell += radix * variant_of(experiment, unit_of(e, request));
    radix *= experiment.variants.size();
  }
  return cell;
}

std::size_t Assignment::unit_of(std::size_t experiment, const Request& request) const {
  const Design& design = (*experiments_)[experiment].design;
  return design.kind == DesignKind::Switchback ? block_id(design, request, t0_) : unit_id(design.unit, request);
}

std::size_t Assignment::interleaved(const Request& request, const Rule& rule) const {
  for (std::size_t e = 0; e < experiments_->size() && !rule.all_control; ++e)
    if ((*experiments_)[e].design.kind == DesignKind::Interleaving && e != rule.experiment && takes_part(e, request, rule))
      return e;
  return kAsHashed;
}

bool Assignment::burns_in(std::size_t experiment, const Request& request) const {
  const Experiment& e = (*experiments_)[experiment];
  constexpr std::size_t kRegions = kCountries;
  const Duration since{(request.time - t0_).us % e.design.block.us};
  if (e.design.kind != DesignKind::Switchback || since >= e.design.burn_in) return false;
  const std::size_t block = unit_of(experiment, request);
  const std::size_t before = block < kRegions ? 0 : variant_of(e, block - kRegions);
  return variant_of(e, block) != before;
}

bool Assignment::counts(std::size_t experiment, const Request& request, const Rule& rule) const {
  if (experiment == rule.experiment) return true;
  return takes_part(experiment, request, rule) && !lost(experiment, request);
}

bool Assignment::lost(std::size_t e, const Request& request) const {
  const Experiment& experiment = (*experiments_)[e];
  if (experiment.design.lost == 0) return false;
  const std::size_t unit = unit_id(experiment.design.unit, request);
  return variant_of(experiment, unit) + 1 == experiment.variants.size() &&
         bucket_of(loss_salt(experiment), unit) < buckets(experiment.design.lost);
}

bool Assignment::takes_part(std::size_t e, const Request& request, const Rule& rule) const {
  if (rule.stopped >> e & 1u) return false;
  if (held_out_ > 0 && bucket_of(holdout_salt_, request.household.value) < held_out_) return false;
  const Experiment& experiment = (*experiments_)[e];
  if (experiment.design.allocates_everybody()) return true;
  const std::uint32_t allocated = buckets(experiment.design.share_at((request.time - t0_).days()));
  return bucket_of(allocation_salt(experiment), unit_id(experiment.design.unit, request)) < allocated;
}

}  // namespace feedloop
