#include "policies/policy.hpp"

#include "base/registry.hpp"

namespace feedloop {

Slot slot_of(const Candidate& c) {
  Slot s;
  s.item = c.item;
  s.score = c.score;
  s.heads = c.heads;
  s.sources = c.sources;
  s.row = c.row;
  return s;
}

void PolicyParams::describe(Describe& d) {
  d.text("name", name, names_of(policy_registry()), "Policy that draws the slate from the ranking.");
  for (const auto& entry : policy_registry()) entry.describe(d);
}

std::unique_ptr<Policy> make_policy(const Settings& settings) {
  return find_entry(policy_registry(), std::get<std::string>(settings.at("policy.name")))->make(settings, "policy");
}

}  // namespace feedloop
