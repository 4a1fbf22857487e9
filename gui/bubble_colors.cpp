#include "gui/bubble_colors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace feedloop {
namespace {

constexpr std::array<Color, 5> kHeat{rgb(0x440154), rgb(0x3B528B), rgb(0x21918C), rgb(0x5EC962), rgb(0xFDE725)};
constexpr std::array<Color, 3> kDifference{rgb(0x5A8FD8), rgb(0x5B6470), rgb(0xE08A3C)};
constexpr double kGoldenAngle = 0.381966;  // of a turn
constexpr double kSaturation = 0.38, kBrightness = 0.72;

std::uint8_t channel(double v) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(v, 0.0, 1.0))); }

Color between(std::span<const Color> stops, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(stops.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(place), stops.size() - 2);
  const double t = place - static_cast<double>(i);
  const auto mix = [&](std::uint8_t a, std::uint8_t b) { return channel((a + t * (b - a)) / 255); };
  const Color &a = stops[i], &b = stops[i + 1];
  return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b)};
}

}  // namespace

Color category_color(std::size_t category) {
  const double hue = 6 * std::fmod(0.07 + kGoldenAngle * static_cast<double>(category), 1.0);
  const auto wave = [&](double offset) {
    const double k = std::fmod(offset + hue, 6.0);
    return kBrightness * (1 - kSaturation * std::clamp(std::min(k, 4 - k), 0.0, 1.0));
  };
  return {channel(wave(5)), channel(wave(3)), channel(wave(1))};
}

Color heat_color(double share) { return between(kHeat, share); }
Color difference_color(double share) { return between(kDifference, (share + 1) / 2); }

}  // namespace feedloop
