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

namespace {

// P(slot k is examined) of a gaze for which every examined slot is clicked with probability `click`, by simulation of the two
// branches: exact, since the chance to go on depends on the last slot alone.
std::vector<double> chances(const ExaminationParams& p, int device, int slots, double click, double relevance) {
  // The walk as a chain of two states, examined with and without a click; the gaze gives each its chance to go on.
  std::vector<double> out;
  double reached = 1;
  for (int k = 1; k <= slots; ++k) {
    out.push_back(reached);
    Gaze without(p, device, 0), with(p, device, 0);
    without.pass(true, false, 0);
    with.pass(true, true, relevance);
    reached *= (1 - click) * without.next() + click * with.next();
  }
  return out;
}

ExaminationParams model(std::string name) {
  ExaminationParams p;
  p.model = std::move(name);
  return p;
}

}  // namespace

TEST_CASE("the eye goes by position whatever it meets") {
  Gaze eye(model("pbm"), 0, 0), later(model("pbm"), 0, 20);
  for (int slot = 1; slot <= 20; ++slot) {
    CHECK(eye.next() == examination_probability(slot, {}));
    CHECK(later.next() == examination_probability(20 + slot, {}));
    eye.pass(slot % 2 == 0, slot % 4 == 0, 1);
    later.pass(true, false, 0);
  }
}

TEST_CASE("a cascade ends at the first click and thins by 0.93 a slot before it") {
  Gaze eye(model("cascade"), 0, 0);
  CHECK(eye.next() == 1);
  eye.pass(true, false, 0);
  CHECK(eye.next() == 0.93);
  eye.pass(false, false, 0);
  CHECK(eye.next() == 0);
  const auto seen = chances(model("cascade"), 0, 10, 0.1, 0);
  for (int k = 0; k < 10; ++k) CHECK(seen[static_cast<std::size_t>(k)] == Approx(std::pow(0.93 * 0.9, k)).epsilon(1e-12));
}

TEST_CASE("a dynamic Bayesian network goes on after a click the likelier the more it pleased") {
  for (const double r : {-2.0, 0.0, 1.5}) {
    Gaze eye(model("dbn"), 0, 0);
    eye.pass(true, true, r);
    CHECK(eye.next() == Approx(0.5 + 0.4 / (1 + std::exp(-r))).epsilon(1e-12));
  }
  ExaminationParams sure = model("dbn");
  sure.after_click = sure.after_click_relevance = 1;
  Gaze eye(sure, 0, 0);
  eye.pass(true, true, 5);
  CHECK(eye.next() == 1);  // not more
}

TEST_CASE("screens hide what does not fit the device") {
  const ExaminationParams p = model("screens");
  for (const auto& [device, fits] : {std::pair{0, 6}, {1, 12}, {2, 30}}) {
    Gaze eye(p, device, 0);
    for (int slot = 1; slot <= 32; ++slot) {
      CHECK(eye.next() == Approx(std::pow(1 + (slot - 1) / fits, -0.5)).epsilon(1e-12));
      eye.pass(true, false, 0);
    }
  }
}
