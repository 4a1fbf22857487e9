// The root of a function of one variable that changes sign once between two bounds (Alefeld, Potra & Shi 1995, algorithm 748;
// Boost.Math inside).
#pragma once

#include <functional>

namespace feedloop {

// x in [low, high] with f(x) = 0, to about the last bits of x. Without a change of sign it is the end at which f is nearer to
// 0; where f is undefined at an end, NaN. Requires: low <= high, both finite; f continuous.
double root_between(const std::function<double(double)>& f, double low, double high);

}  // namespace feedloop
