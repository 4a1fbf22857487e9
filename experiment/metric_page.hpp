// docs/METRICS.md: what every registered metric is.
#pragma once

#include <string>

namespace feedloop {

std::string metric_page();

}  // namespace feedloop
