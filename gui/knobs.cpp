#include "gui/knobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace feedloop {
namespace {

struct Prefix {
  std::string_view prefix, group;
};

// The first prefix that fits decides; "" is the run's own keys, which have no dot.
constexpr std::array<Prefix, 13> kPrefixes{{{"world.items.", "catalogue"},
                                            {"world.population.", "users"},
                                            {"world.visits.", "users"},
                                            {"world.churn.", "users"},
                                            {"world.dynamics.", "users"},
                                            {"world.", "behaviour"},
                                            {"engine.retrieval.", "retrieval"},
                                            {"engine.budget.", "failures"},
                                            {"engine.", "pipeline"},
                                            {"policy.", "policy"},
                                            {"assignment.", "statistics"},
                                            {"analysis.", "statistics"},
                                            {"", "run"}}};

std::string_view group_of(std::string_view key) {
  for (const Prefix& p : kPrefixes) {
    if (p.prefix.empty() ? key.find('.') == std::string_view::npos : key.starts_with(p.prefix)) return p.group;
  }
  return "";  // of commands that the dashboard does not have
}

std::string label_of(std::string_view key) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kNames{
      {{"world.population.users", "Users"},
       {"world.items.count", "Items"},
       {"days", "Days"},
       {"warmup_days", "Warm-up days"},
       {"seed", "Seed"},
       {"world.items.category_exponent", "Popularity skew"},
       {"world.dynamics.drift_rate", "Taste drift"},
       {"policy.epsilon_greedy.epsilon", "Exploration ε"},
       {"policy.explore.share", "Exploring slots"},
       {"policy.explore.new_item_share", "Slots for new items"},
       {"engine.rerank.mmr.lambda", "Relevance over variety"},
       {"assignment.lost", "Lost treatment units"},
       {"world.items.arrivals_per_day", "New items a day"}}};
  const auto* found = std::ranges::find(kNames, key, &std::pair<std::string_view, std::string_view>::first);
  if (found != kNames.end()) return std::string(found->second);
  return title_of(key.substr(key.rfind('.') == std::string_view::npos ? 0 : key.rfind('.') + 1));
}

double number_of(const Value& v) {
  if (const auto* i = std::get_if<std::int64_t>(&v)) return static_cast<double>(*i);
  return std::get<double>(v);
}

// Of variant "treatment" and path "engine.value.like" in "treatment.engine.value.like".
struct Split {
  std::string variant, path;
};
std::optional<Split> split(const std::string& key) {
  for (const std::string_view group : {".engine.", ".policy."}) {
    if (const auto at = key.find(group); at != std::string::npos) return Split{key.substr(0, at), key.substr(at + 1)};
  }
  return std::nullopt;
}

std::optional<Value> value_in(const Scenario& scenario, const Split& of) {
  for (const Experiment& e : scenario.experiments) {
    for (const Variant& v : e.variants) {
      if (v.name != of.variant) continue;
      for (const auto& [path, value] : v.overrides)
        if (path == of.path) return value;
      return scenario.settings.at(of.path);
    }
  }
  return std::nullopt;
}

struct Scale {
  double low = 0, high = 1;
  bool logarithmic = false;
};

Scale scale_of(const Knob& knob) {
  constexpr double kReach = 20;  // times and fractions of the file's value that a slider goes
  const Range range = knob.parameter->range;
  const double base = number_of(knob.base), now = number_of(knob.value);
  Scale s{range.low, range.high, false};
  if (range.low >= 0 && range.high <= 1) return s;
  if (range.low >= 0 && base > 0) {
    const double least = std::holds_alternative<std::int64_t>(knob.value) ? 1 : base / kReach;
    s = {std::max({range.low, base / kReach, least}), std::min(range.high, base * kReach), true};
  } else {
    const double reach = std::max(2 * std::abs(base), 2.0);
    s = {std::max(range.low, -reach), std::min(range.high, reach), false};
  }
  s.low = std::min(s.low, std::max(now, s.logarithmic ? 1e-12 : now));
  s.high = std::max(s.high, now);
  return s;
}

double rounded(double x, int digits) {
  if (x == 0 || !std::isfinite(x)) return 0;
  const double unit = std::pow(10, std::floor(std::log10(std::abs(x))) - (digits - 1));
  return std::strtod(fmt::format("{:.10g}", std::round(x / unit) * unit).c_str(), nullptr);
}

}  // namespace

std::optional<Knob> knob_of(const Scenario& base, const Scenario& chosen, const std::string& key) {
  Knob out;
  out.key = key;
  out.label = label_of(key);
  out.parameter = schema().find(key);
  if (out.parameter != nullptr) {
    out.value = chosen.settings.at(key);
    out.base = base.settings.at(key);
    return out;
  }
  const auto of = split(key);
  if (!of) return std::nullopt;
  out.parameter = schema().find(of->path);
  const auto value = value_in(chosen, *of), before = value_in(base, *of);
  if (out.parameter == nullptr || !value || !before) return std::nullopt;
  out.label = fmt::format("{} of {}", label_of(of->path), of->variant);
  out.value = *value;
  out.base = *before;
  return out;
}

std::vector<std::string> first_keys(const Scenario& scenario) {
  if (!scenario.sliders.empty()) return scenario.sliders;
  std::vector<std::string> keys{"world.population.users", "days", "seed", "world.items.category_exponent",
                                "world.dynamics.drift_rate"};
  const bool epsilon = std::get<std::string>(scenario.settings.at("policy.name")) == "epsilon_greedy";
  keys.push_back(epsilon ? "policy.epsilon_greedy.epsilon" : "engine.rerank.mmr.lambda");
  return keys;
}

const std::vector<KnobGroup>& knob_groups() {
  static const std::vector<KnobGroup> groups = [] {
    std::vector<KnobGroup> all{{"run", "The run", {}},
                               {"catalogue", "Catalogue", {}},
                               {"users", "Users", {}},
                               {"behaviour", "What users choose and watch", {}},
                               {"pipeline", "Pipeline", {}},
                               {"retrieval", "Retrieval", {}},
                               {"policy", "Policy and exploration", {}},
                               {"failures", "Latency and failures", {}},
                               {"statistics", "Statistics and stopping", {}}};
    for (const Parameter& p : schema().rows()) {
      const auto found = std::ranges::find(all, group_of(p.path), &KnobGroup::id);
      if (found != all.end()) found->keys.push_back(p.path);
    }
    return all;
  }();
  return groups;
}

std::string title_of(std::string_view name) {
  std::string title(name);
  std::ranges::replace(title, '_', ' ');
  std::ranges::replace(title, '-', ' ');
  if (title.ends_with(" aa")) title.replace(title.size() - 2, 2, "A/A");
  if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

std::string short_key(const std::string& key) {
  for (const std::string_view root : {"world.items.", "engine.retrieval.", "engine.budget.", "world.", "engine.", "policy."}) {
    if (key.starts_with(root)) return key.substr(root.size());
  }
  return key;
}

std::string plain_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return to_text(value);
}

bool has_slider(const Knob& knob) {
  const bool number = std::holds_alternative<std::int64_t>(knob.value) || std::holds_alternative<double>(knob.value);
  return number && knob.key != "seed";  // one seed is no more than another
}

double knob_position(const Knob& knob) {
  const Scale s = scale_of(knob);
  const double x = number_of(knob.value);
  const double at = s.logarithmic ? std::log(x / s.low) / std::log(s.high / s.low) : (x - s.low) / (s.high - s.low);
  return std::isfinite(at) ? std::clamp(at, 0.0, 1.0) : 0;
}

Value knob_value(const Knob& knob, double position) {
  const Scale s = scale_of(knob);
  const double at = std::clamp(position, 0.0, 1.0);
  const double exact = s.logarithmic ? s.low * std::pow(s.high / s.low, at) : s.low + (s.high - s.low) * at;
  const Range range = knob.parameter->range;
  if (std::holds_alternative<std::int64_t>(knob.value)) {
    const double whole = std::abs(exact) >= 100 ? rounded(exact, 2) : std::round(exact);
    return static_cast<std::int64_t>(std::clamp(whole, range.low, range.high));
  }
  const double step = s.logarithmic ? 0 : std::pow(10, std::floor(std::log10((s.high - s.low) / 100)));
  const double fine = s.logarithmic ? rounded(exact, 2) : std::round(exact / step) * step;
  return std::clamp(std::strtod(fmt::format("{:.10g}", fine).c_str(), nullptr), range.low, range.high);
}

}  // namespace feedloop
