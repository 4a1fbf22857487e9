#include "gui/theme.hpp"

#include "gui/backend_null.hpp"
#include "gui/paint.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("Text keeps a contrast of 4.5 on its ground and variants keep 4.4 on the panel") {
  CHECK(contrast(colors::kText, colors::kPanel) > 13);
  CHECK(contrast(colors::kSecondary, colors::kPanel) > 4.5);
  CHECK(contrast(colors::kTruth, colors::kPanel) > 4.5);
  for (int i = 0; i < kVariantColors; ++i) {
    INFO(variant_letter(i));
    CHECK(contrast(variant_color(i), colors::kPanel) >= 4.4);
  }
  for (const Color c : {colors::kBetter, colors::kWorse, colors::kAlert}) CHECK(contrast(c, colors::kPanel) > 4.5);
  CHECK(contrast(colors::kText, colors::kError) > 4.5);
  CHECK(contrast(colors::kText, colors::kPrimary) > 4.5);
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
