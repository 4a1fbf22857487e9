// How an experiment is run: what its variants are drawn for, and who is in it from when. The keys of [assignment], which each
// [[experiment]] may set for itself under the same names. docs/DESIGNS.md says when to use which.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/interaction.hpp"
#include "base/parameters.hpp"

namespace feedloop {

// What is randomised, and so what errors are reckoned over: the members of a unit share its variant.
enum class Unit : std::uint8_t { User, Household, Region };  // a region is a country
inline const std::vector<std::string> kUnitNames{"user", "household", "region"};

// Randomised: each unit has one variant for good. Switchback: each block of time in a region has one. Interleaving: each page
// shows both.
enum class DesignKind : std::uint8_t { Randomised, Switchback, Interleaving };
inline const std::vector<std::string> kDesignNames{"randomised", "switchback", "interleaving"};

// [assignment]
struct AssignmentParams {
  std::string design = "randomised", unit = "user", ramp;
  double allocation = 1, lost = 0, block_hours = 6, burn_in_hours = 1;
  bool stop_on_guardrail = false;
  std::string trigger = "none";
  void describe(Describe& d);
};

// From `day` of the experiment on, this share of all units is in it.
struct RampStep {
  double day = 0, share = 1;
};

struct Design {
  DesignKind kind = DesignKind::Randomised;
  Unit unit = Unit::User;
  bool triggered = false;  // a unit counts from its first request to which the variants answer differently
  bool stop_on_guardrail = false;
  std::vector<RampStep> ramp{{}};  // at least one; days rise, shares do not fall
  double lost = 0;                 // a fault to rehearse: share of the last variant's units that are served and not counted

  Duration block = kHour * 6, burn_in = kHour;  // of switchbacks: how long a block is, and what does not count after a switch

  double share_at(double day) const;                                                      // in [0, 1]; 0 before the first step
  bool of_users() const { return kind == DesignKind::Randomised && unit == Unit::User; }  // users keep a variant each
  // Every unit is in the experiment from the beginning on.
  bool allocates_everybody() const { return ramp.front().day == 0 && ramp.front().share == 1; }
  // And every page counts.
  bool counts_everybody() const { return allocates_everybody() && !stop_on_guardrail && !triggered && lost == 0; }
};

// Shares are whole buckets of 0.01 %. Throws Error at `where`.
void check_share(const std::string& key, double share, const Place& where);
Design read_design(const AssignmentParams& params, const Place& where);

// The number of the block that holds the request among a switchback's: blocks follow each other from t0, regions side by side.
std::size_t block_id(const Design& design, const Request& r, SimTime t0);

// The number of the unit among those of its kind, counted from 0.
std::size_t unit_id(Unit unit, UserId user, HouseholdId household, std::uint8_t country);
inline std::size_t unit_id(Unit unit, const Request& r) { return unit_id(unit, r.user, r.household, r.country); }

// In a report: "household-randomised, data-diverted, ramped from 1 % to 100 %". `isolation`: of engine.isolation.
std::string design_text(const Design& design, const std::string& isolation);

}  // namespace feedloop
