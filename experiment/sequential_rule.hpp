// How always-valid inference is tuned (analysis.sequential). Both rules are the normal mixture of stats/sequential.hpp, a test
// of the running estimate with its own robust variance that may be read at every look; they differ in tau, the spread of the
// effects that it is sharpest for, which is fixed at the first informative look:
//
//   msprt        tau = L |control|    the lifts worth finding (Johari, Koomen, Pekelis & Walsh 2022)
//   asymptotic   tau = rho sigma      the asymptotic confidence sequence that is narrowest at the planned end (Waudby-Smith
//                                     et al. 2024, theorem 2.2 and its tuning; stats/confidence_sequence.hpp)
//
// Of the latter a unit of information is that of the first look: sigma is the standard error there, and rho is tuned for as
// many units as the planned end has, which grow with the days. Were units counted instead, a cohort that is observed again
// would add information without adding units, and the sequence would promise too much.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace feedloop {

enum class SequentialRule : std::uint8_t { Msprt, Asymptotic };
inline const std::vector<std::string> kSequentialNames{"msprt", "asymptotic"};  // in order

// The first look at which the effect can be tested.
struct FirstLook {
  double control = 0, se = 0;   // the control's value, and the standard error of the estimate
  double day = 1, planned = 1;  // of the look and of the planned end, since t0; 0 < day <= planned
};

// tau; 0 where the control's value is 0 and tau follows it. Requires: se > 0, 0 < alpha < 1.
double mixture_tau(SequentialRule rule, const FirstLook& look, double tau_lift, double alpha);

// Looks, by their standard errors, that add information, 1 / se^2: a thousandth of what there was. The others, and those
// without a positive, finite error, are none to a rule of alpha spending.
//
// Such rules spend by the days: the share of the planned days that is over (Lan & DeMets 1989, calendar time), with what each
// look adds measured by its information (GroupSequentialTest::look). What the end will have is never asked, so that a boundary
// once read stays, and a run that has ended says of each look what it said there.
std::vector<std::size_t> informative_looks(std::span<const double> se);

}  // namespace feedloop
