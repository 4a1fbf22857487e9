// A circle that holds a share of some points on a map, close to the smallest.
#pragma once

#include <span>

#include "experiment/bubble/bubble.hpp"

namespace feedloop {

// The centre is the mean of those nearest to it: found from the mean of all by taking the ceil(share n) nearest, moving to
// their mean and again, a few times (the C-steps of Rousseeuw & van Driessen 1999, "A fast algorithm for the minimum covariance
// determinant estimator", with one scale for both axes). The radius reaches the farthest of them, so the circle holds at least
// ceil(share n) points. Of equally near points the first count. NaN radius without points. Requires: 0 < share <= 1.
MapCircle holding_circle(std::span<const MapPoint> points, double share);

bool holds(const MapCircle& circle, MapPoint point);  // false for a NaN radius

}  // namespace feedloop
