// A number in JSON, which knows neither NaN nor infinity: null is "not enough data", "Infinity" and "-Infinity" are texts.
#pragma once

#include <cmath>

#include <nlohmann/json.hpp>

namespace feedloop {

inline nlohmann::ordered_json real(double x) {
  if (std::isnan(x)) return nullptr;
  if (std::isinf(x)) return x > 0 ? "Infinity" : "-Infinity";
  return x;
}

}  // namespace feedloop
