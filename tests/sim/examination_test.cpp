#include "sim/examination.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("slot k is examined with probability k^-eta") {
  for (const double eta : {0.3, 0.5, 1.0, 2.0})
    for (int slot = 1; slot <= 32; ++slot) {
      ExaminationParams p;
      p.eta = eta;
      CHECK(examination_probability(slot, p) == Approx(std::exp(-eta * std::log(slot))).epsilon(1e-12));
    }
}

TEST_CASE("the first slot is always examined and chances fall with the slot") {
  const ExaminationParams p;
  CHECK(examination_probability(1, p) == 1.0);
  for (int slot = 1; slot < 32; ++slot) CHECK(examination_probability(slot + 1, p) < examination_probability(slot, p));
}

TEST_CASE("without position bias every slot is examined") {
  ExaminationParams p;
  p.eta = 0;
  for (int slot = 1; slot <= 32; ++slot) CHECK(examination_probability(slot, p) == 1.0);
}
