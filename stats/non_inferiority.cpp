#include "stats/non_inferiority.hpp"

#include <cmath>

namespace feedloop {

MarginTest margin_test(const Estimate& control, const Estimate& treatment, double null_lift) {
  MarginTest out;
  if (control.status != TestStatus::Ok || treatment.status != TestStatus::Ok || !(control.value > 0)) return out;
  const double scale = 1 + null_lift;
  Estimate shifted = control;
  shifted.value *= scale;
  shifted.variance *= scale * scale;
  const Comparison c = compare(shifted, treatment, 0.05);
  out.status = c.status;
  out.estimate = c.effect;
  out.se = c.se;
  out.df = c.df;
  if (c.status != TestStatus::Ok) return out;
  out.p_above = t_test(c.effect, c.se, c.df, 0.05, Alternative::Greater).p;
  out.p_below = t_test(c.effect, c.se, c.df, 0.05, Alternative::Less).p;
  return out;
}

}  // namespace feedloop
