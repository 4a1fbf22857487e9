// What Setup lets a person adjust: the described parameters of the schema, and those of one variant, with their values as the
// scenario's file has them and as they now stand. Ranges, units and words come from the descriptions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/scenario.hpp"

namespace feedloop {

struct Knob {
  std::string key;    // as --set takes it: "days", "treatment.engine.value.like"
  std::string label;  // "Days", "Like of treatment"
  const Parameter* parameter = nullptr;
  Value value, base;  // now, and in the file
  bool changed() const { return value != base; }
};

// Empty when neither the schema nor a variant has such a key. `chosen` is `base` with what was set over it.
std::optional<Knob> knob_of(const Scenario& base, const Scenario& chosen, const std::string& key);

// What matters first: the scenario's own sliders, or what matters in most.
std::vector<std::string> first_keys(const Scenario& scenario);

struct KnobGroup {
  std::string_view id, title;
  std::vector<std::string> keys;  // of the schema, in its order
};
const std::vector<KnobGroup>& knob_groups();

std::string title_of(std::string_view name);    // "broken_assignment" as a person reads it: "Broken assignment"
std::string short_key(const std::string& key);  // without what its group says already: "category_exponent"
std::string plain_text(const Value& value);     // as one types it: texts without quotes

// A slider's place, 0..1, of a number, and back, rounded to what a hand means. Its ends lie around the file's value and inside
// the parameter's range; typing reaches the rest.
double knob_position(const Knob& knob);
Value knob_value(const Knob& knob, double position);
bool has_slider(const Knob& knob);

}  // namespace feedloop
