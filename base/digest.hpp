// Message digests by which experimentation platforms put units into buckets: MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4).
// For reproducing an assignment, not for secrets: MD5 and SHA-1 are broken as such. Our own hash is base/hash.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace feedloop {

std::array<std::uint8_t, 16> md5(std::string_view bytes);
std::array<std::uint8_t, 20> sha1(std::string_view bytes);
std::array<std::uint8_t, 32> sha256(std::string_view bytes);

std::string hex_text(std::span<const std::uint8_t> digest);  // two lower-case digits a byte, as platforms print it

}  // namespace feedloop
