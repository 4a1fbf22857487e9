// Power of a test that is running, should it be extended: from its standard error now and the effect it is to find. An
// extension of x multiplies the information by 1 + x, so the standard error falls by sqrt(1 + x): true while new units arrive
// as the old ones did. The effect must be the one the plan named; put the estimate in its place, and the "power" only repeats
// the p-value (Hoenig & Heisey 2001, "The abuse of power").
#pragma once

#include "stats/interval.hpp"

namespace feedloop {

struct RunningTest {
  double effect =
      kNaN;             // to be found, in units of the estimate, or of the lift with the lift's standard error; sign is ignored
  double se = kNaN;     // now
  double alpha = 0.05;  // two-sided
  // tau^2 / se^2 now, of the always-valid test (stats/sequential.hpp) that will judge; 0: judged once, at the end.
  double mixture = 0;
};

// Distance from 0, in standard errors, at which the always-valid test with tau^2 / v = mixture rejects: its ratio is 1 / alpha.
// Requires: mixture > 0, 0 < alpha < 1.
double always_valid_critical(double mixture, double alpha);

// The mixture after `units` units that makes the interval narrowest after `tuning` of them (Waudby-Smith, Arbour, Sinha,
// Kennedy & Ramdas 2021, "Time-uniform central limit theory", eq. for the optimal rho). Requires: tuning > 0, 0 < alpha < 1.
double tuned_mixture(double units, double tuning, double alpha);

// Power after an extension by `extension` times what there is, in (0, 1]; both tails. An always-valid test counts only a
// rejection at the end: it may have come sooner. NaN unless se > 0 and the effect is finite. Requires: extension >= 0, 0 <
// alpha < 1.
double extended_power(const RunningTest& test, double extension);

// The smallest extension with the power: 0 if there is enough already, infinity if 10^6 times the data do not bring it, NaN as
// above. Requires: 0 < power < 1.
double extension_for(const RunningTest& test, double power);

}  // namespace feedloop
