#include "gui/theme.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>

#include "gui/backend_null.hpp"
#include "gui/paint.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Colour vision and difference, written for this test alone: Machado, Oliveira & Fernandes 2009, table 1, severity 1; Sharma,
// Wu & Dalal 2005 for CIEDE2000.
using Vec3 = std::array<double, 3>;
using Matrix = std::array<Vec3, 3>;
constexpr std::array<Matrix, 4> kSights{
    {{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
     {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
     {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
     {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}}};

Vec3 times(const Matrix& m, const Vec3& v) {
  Vec3 out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) out[i] += m[i][j] * v[j];
  return out;
}

Vec3 lab(Color c, const Matrix& sight) {
  const auto linear = [](double x) { return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4); };
  Vec3 seen = times(sight, {linear(c.r / 255.0), linear(c.g / 255.0), linear(c.b / 255.0)});
  for (double& x : seen) x = std::clamp(x, 0.0, 1.0);
  constexpr Matrix kXyz{
      {{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}}};
  const Vec3 xyz = times(kXyz, seen);
  const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
  const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double ciede2000(const Vec3& p, const Vec3& q) {
  constexpr double kDegree = std::numbers::pi / 180;
  const double mean_c = (std::hypot(p[1], p[2]) + std::hypot(q[1], q[2])) / 2;
  const double g = 0.5 * (1 - std::sqrt(std::pow(mean_c, 7) / (std::pow(mean_c, 7) + std::pow(25.0, 7))));
  const double a1 = p[1] * (1 + g), a2 = q[1] * (1 + g);
  const double c1 = std::hypot(a1, p[2]), c2 = std::hypot(a2, q[2]);
  const auto hue = [](double a, double b) { return std::fmod(std::atan2(b, a) / kDegree + 360, 360); };
  const double h1 = hue(a1, p[2]), h2 = hue(a2, q[2]);
  double dh = c1 * c2 == 0 ? 0 : h2 - h1;
  if (dh > 180) dh -= 360;
  if (dh < -180) dh += 360;
  const double big_dh = 2 * std::sqrt(c1 * c2) * std::sin(dh / 2 * kDegree);
  double h = (h1 + h2) / (c1 * c2 == 0 ? 1 : 2);
  if (c1 * c2 != 0 && std::abs(h1 - h2) > 180) h += h1 + h2 < 360 ? 180 : -180;
  const double l = (p[0] + q[0]) / 2, c = (c1 + c2) / 2;
  const double t = 1 - 0.17 * std::cos((h - 30) * kDegree) + 0.24 * std::cos(2 * h * kDegree) +
                   0.32 * std::cos((3 * h + 6) * kDegree) - 0.20 * std::cos((4 * h - 63) * kDegree);
  const double sl = 1 + 0.015 * (l - 50) * (l - 50) / std::sqrt(20 + (l - 50) * (l - 50)), sc = 1 + 0.045 * c,
               sh = 1 + 0.015 * c * t;
  const double rc = 2 * std::sqrt(std::pow(c, 7) / (std::pow(c, 7) + std::pow(25.0, 7)));
  const double rt = -std::sin(60 * std::exp(-std::pow((h - 275) / 25, 2)) * kDegree) * rc;
  const double dl = (q[0] - p[0]) / sl, dc = (c2 - c1) / sc, dhue = big_dh / sh;
  return std::sqrt(dl * dl + dc * dc + dhue * dhue + rt * dc * dhue);
}

double least_distance(Color a, Color b) {
  double least = 1000;
  for (const Matrix& sight : kSights) least = std::min(least, ciede2000(lab(a, sight), lab(b, sight)));
  return least;
}

struct UsePalette {
  explicit UsePalette(const Palette& p) { set_palette(p); }
  ~UsePalette() { set_palette(kDark); }
};

}  // namespace

TEST_CASE("CIEDE2000 agrees with the published pairs") {
  // Sharma, Wu & Dalal 2005, table 1, pairs 1, 7 and 25.
  CHECK(ciede2000({50, 2.6772, -79.7751}, {50, 0, -82.7485}) == Approx(2.0425).margin(1e-4));
  CHECK(ciede2000({50, 0, 0}, {50, -1, 2}) == Approx(2.3669).margin(1e-4));
  CHECK(ciede2000({60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}) == Approx(1.2644).margin(1e-4));
}

TEST_CASE("Check 17: four variants stay 20 apart for every sight, six stay 11, and truth 19 from all") {
  for (const Palette& p : {kDark, kLight}) {
    for (std::size_t i = 0; i < p.variants.size(); ++i) {
      for (std::size_t j = i + 1; j < p.variants.size(); ++j) {
        INFO(variant_letter(static_cast<int>(i)) << " and " << variant_letter(static_cast<int>(j)));
        CHECK(least_distance(p.variants[i], p.variants[j]) >= (j < 4 ? 20 : 11));
      }
      CHECK(least_distance(p.variants[i], p.truth) >= 19);
    }
  }
}

TEST_CASE("Text keeps a contrast of 4.5 on its ground, variants keep 4.4 on the dark panel and 3 on the light one") {
  for (const bool light : {false, true}) {
    const UsePalette use(light ? kLight : kDark);
    INFO((light ? "light" : "dark"));
    CHECK(contrast(colors::kText, colors::kPanel) > 13);
    for (const Color ground : {colors::kPanel, colors::kBackground, colors::kRaised})
      CHECK(contrast(colors::kSecondary, ground) > 4.5);
    CHECK(contrast(colors::kTruth, colors::kPanel) > 4.5);
    for (int i = 0; i < kVariantColors; ++i) {
      INFO(variant_letter(i));
      CHECK(contrast(variant_color(i), colors::kPanel) >= (light ? 3.0 : 4.4));
    }
    for (const Color c : {colors::kBetter, colors::kWorse, colors::kAlert}) CHECK(contrast(c, colors::kPanel) > 4.5);
    CHECK(contrast(colors::kText, colors::kError) > 4.5);
    CHECK(contrast(colors::kText, colors::kPrimary) > 4.5);
    CHECK(contrast(colors::kText, colors::kNotice) > 4.5);
  }
}

TEST_CASE("Contrast agrees with the definition at its ends") {
  CHECK(contrast(rgb(0xFFFFFF), rgb(0x000000)) == Approx(21));
  CHECK(contrast(rgb(0x808080), rgb(0x808080)) == Approx(1));
}

TEST_CASE("Truth and interface colours are no variant's colour") {
  for (int i = 0; i < kVariantColors; ++i) {
    CHECK_FALSE(variant_color(i) == colors::kTruth);
    CHECK_FALSE(variant_color(i) == colors::kPrimary);
    CHECK_FALSE(variant_color(i) == colors::kSelection);
  }
}

TEST_CASE("Every treatment has dashes of its own, control has none, and they are only there when asked for") {
  CHECK(dash_of(variant_color(1)).empty());
  set_line_dashes(true);
  std::set<std::vector<float>> patterns;
  for (int i = 0; i < kVariantColors; ++i) {
    const std::span<const float> p = dash_of(variant_color(i).fade(0.3));
    CHECK(p.size() % 2 == 0);
    patterns.insert({p.begin(), p.end()});
  }
  CHECK(patterns.size() == kVariantColors);
  CHECK(dash_of(variant_color(0)).empty());
  CHECK(dash_of(colors::kTruth).empty());
  set_line_dashes(false);
}

TEST_CASE("All digits are equally wide") {
  const NullBackend backend(1440, 900, 1);
  for (const Font f : {Font::Body, Font::Small, Font::Strong, Font::Title}) {
    for (char c = '1'; c <= '9'; ++c) {
      CHECK(paint::measure(f, std::string(10, c)).x == paint::measure(f, "0000000000").x);
    }
  }
}

TEST_CASE("A small window gets a smaller scale instead of cut text") {
  CHECK(fit_scale(1, 1440, 900) == 1);
  CHECK(fit_scale(2, 2880, 1800) == 2);
  CHECK(fit_scale(2, 1440, 900) < 1.45);
  CHECK(fit_scale(1, 700, 420) < 0.7);
}

TEST_CASE("Without any font on the machine the built-in one serves") {
  const NullBackend backend(1440, 900, 1);
  build_fonts(1, "/nowhere");
  for (const Font f : {Font::Body, Font::Small, Font::Strong, Font::Title}) {
    REQUIRE(font(f) != nullptr);
    CHECK(font_height(f) >= 12);
    CHECK(paint::measure(f, "Lift over A").x > 20);
  }
}
