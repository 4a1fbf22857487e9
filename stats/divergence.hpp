// How far two distributions over the same categories lie apart. Weights may be on any positive scale: each side is divided by
// its sum. No category, or a side without any weight, gives NaN. Requires: one length, weights >= 0 and finite.
#pragma once

#include <span>

namespace feedloop {

// sum p ln(p / q) in nats (Kullback & Leibler 1951); infinite where q lacks what p has.
double kl_divergence(std::span<const double> p, std::span<const double> q);

// Mean divergence of both from their midpoint (Lin 1991), in nats: symmetric, in [0, ln 2]; its root is a metric. Near
// twins keep their digits.
double jensen_shannon(std::span<const double> p, std::span<const double> q);

double hellinger(std::span<const double> p, std::span<const double> q);  // root of half sum (sqrt p - sqrt q)^2, in [0, 1]

// How far a list's mix of categories q is from what its user consumes, p: KL(p || (1 - smoothing) q + smoothing p) (Steck 2018,
// "Calibrated recommendations"). 0 = calibrated; finite, since the smoothing gives every category of p some weight.
// Requires: 0 < smoothing < 1.
double miscalibration(std::span<const double> user, std::span<const double> list, double smoothing = 0.01);

}  // namespace feedloop
