// Numbers between commas, as texts of parameters hold them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace feedloop {

// None of an empty text. Spaces do not count. Throws Error, without a key, of a field that is not a number in [0, 1e9], or,
// where `zero` is false, in (0, 1e9]: it "is not" `what`.
std::vector<double> read_numbers(const std::string& text, bool zero, std::string_view what);

}  // namespace feedloop
