// The feature registry as a page of documentation: what stands above `experiment` cannot see the engine.
#pragma once

#include <string>

namespace feedloop {

std::string feature_page();  // Markdown, one table, in row order

}  // namespace feedloop
