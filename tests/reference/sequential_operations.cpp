#include "tests/reference/operations.hpp"

#include <string>

#include "stats/group_sequential.hpp"

namespace feedloop::reference {
namespace {

Sides sides(const json& in) { return in.at("sided") == 1 ? Sides::One : Sides::Two; }

json group_sequential_boundary(const json& in) {
  const auto t = numbers(in.at("information"));
  const std::string type = in.at("type");
  const double alpha = in.at("alpha"), gamma = in.at("gamma").is_null() ? 1 : in.at("gamma").get<double>();
  Boundaries b;
  if (type == "OF" || type == "P") {
    b = wang_tsiatis_boundaries(t, type == "OF" ? 0 : 0.5, alpha, sides(in));
  } else {
    using enum SpendingFamily;
    const SpendingFamily family = type == "asOF"   ? ObrienFleming
                                  : type == "asP"  ? Pocock
                                  : type == "asKD" ? Power
                                                   : HwangShihDeCani;
    b = spending_boundaries(t, {family, gamma}, alpha, sides(in));
  }
  return {{"z", b.z}, {"alpha_spent", b.spent}, {"stage_levels", b.levels}};
}
json group_sequential_power(const json& in) {
  json out{{"power", json::array()}, {"expected_information", json::array()}};
  for (const double delta : numbers(in.at("delta"))) {
    const Crossing c = crossing(numbers(in.at("information")), numbers(in.at("z")), sides(in), delta);
    out["power"].push_back(c.power());
    out["expected_information"].push_back(c.expected_information());
  }
  return out;
}
json group_sequential_crossing(const json& in) {
  const Crossing c = crossing(numbers(in.at("information")), numbers(in.at("z")), Sides::Two, 0);
  json out{{"cumulative_crossing", json::array()}, {"total_crossing", c.power()}};
  double total = 0;
  for (std::size_t k = 0; k < c.upper.size(); ++k) out["cumulative_crossing"].push_back(total += c.upper[k] + c.lower[k]);
  return out;
}

constexpr Operation kOperations[] = {
    {"group_sequential", "boundary", group_sequential_boundary},
    {"group_sequential", "power", group_sequential_power},
    {"group_sequential", "crossing", group_sequential_crossing},
};

}  // namespace

std::span<const Operation> sequential_operations() { return kOperations; }

}  // namespace feedloop::reference
