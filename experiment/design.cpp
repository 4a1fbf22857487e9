#include "experiment/design.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace feedloop {
namespace {

// The place of a word that describe() has checked.
template <class Enum>
Enum named(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<Enum>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

void AssignmentParams::describe(Describe& d) {
  d.text("unit", unit, kUnitNames, "What is randomised: users, whole households, or whole countries.");
}

Design read_design(const AssignmentParams& p, const Place&) { return {.unit = named<Unit>(kUnitNames, p.unit)}; }

std::size_t unit_id(Unit unit, UserId user, HouseholdId household, std::uint8_t country) {
  switch (unit) {
    case Unit::Household:
      return household.index();
    case Unit::Region:
      return country;
    case Unit::User:
      break;
  }
  return user.index();
}

std::string design_text(const Design& design, const std::string& isolation) {
  return fmt::format("{}-randomised, {}", kUnitNames[static_cast<std::size_t>(design.unit)],
                     isolation == "data"          ? "data-diverted"
                     : isolation == "user_corpus" ? "user-corpus co-diverted"
                                                  : "shared models");
}

}  // namespace feedloop
