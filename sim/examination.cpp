#include "sim/examination.hpp"

#include <cmath>

namespace feedloop {

double examination_probability(int slot, const ExaminationParams& p) { return std::pow(static_cast<double>(slot), -p.eta); }

}  // namespace feedloop
