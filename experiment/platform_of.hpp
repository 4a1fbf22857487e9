// What the study's platform knows when counting begins (metrics/platform.hpp).
#pragma once

#include "experiment/metrics/platform.hpp"
#include "experiment/study.hpp"

namespace feedloop {

// As of t0, of a platform whose users have clicked those items before.
Platform platform_of(const Study& study, SimTime t0, std::span<const std::vector<ItemId>> clicked = {});

}  // namespace feedloop
