// How an experiment is run: what its variants are drawn for. The keys of [assignment], which each [[experiment]] may set for
// itself under the same names. docs/DESIGNS.md says when to use which.
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

// [assignment]
struct AssignmentParams {
  std::string unit = "user";
  void describe(Describe& d);
};

struct Design {
  Unit unit = Unit::User;
};

// Throws Error at `where`.
Design read_design(const AssignmentParams& params, const Place& where);

// The number of the unit among those of its kind, counted from 0.
std::size_t unit_id(Unit unit, UserId user, HouseholdId household, std::uint8_t country);
inline std::size_t unit_id(Unit unit, const Request& r) { return unit_id(unit, r.user, r.household, r.country); }

// In a report: "household-randomised, data-diverted". `isolation`: of engine.isolation.
std::string design_text(const Design& design, const std::string& isolation);

}  // namespace feedloop
