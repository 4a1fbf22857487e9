#include "base/platform_hash.hpp"

#include <string>

#include <fmt/format.h>

#include "base/digest.hpp"

namespace feedloop {
namespace {

// The UTF-16 of UTF-8, as JavaScript holds a text. A byte that begins no well-formed sequence becomes U+FFFD by itself.
std::u16string utf16(std::string_view text) {
  std::u16string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[at + i])}; };
    const std::size_t length = byte(0) < 0x80   ? 1
                               : byte(0) < 0xC2 ? 0
                               : byte(0) < 0xE0 ? 2
                               : byte(0) < 0xF0 ? 3
                               : byte(0) < 0xF5 ? 4
                                                : 0;
    std::uint32_t code = length == 1 ? byte(0) : length > 1 ? byte(0) & (0x7Fu >> length) : 0xFFFD;
    bool whole = length > 0 && at + length <= text.size();
    for (std::size_t i = 1; whole && i < length; ++i) {
      whole = (byte(i) & 0xC0) == 0x80;
      code = code << 6 | (byte(i) & 0x3F);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (!whole || code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
      out += char16_t{0xFFFD};
      ++at;
      continue;
    }
    at += length;
    if (code < 0x10000) {
      out += static_cast<char16_t>(code);
    } else {
      out += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }
  return out;
}

// FNV-1a (Fowler, Noll & Vo), 32 bits, a whole code unit at a time.
std::uint32_t fnv1a(std::string_view text) {
  std::uint32_t h = 0x811C9DC5;
  for (const char16_t unit : utf16(text)) h = (h ^ unit) * 0x01000193u;
  return h;
}

}  // namespace

std::uint64_t planout_hash(std::string_view salt, std::string_view unit) {
  const auto digest = sha1(fmt::format("{}.{}", salt, unit));
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < 8; ++i) first = first << 8 | digest[i];
  return first >> 4;
}

double planout_uniform(std::string_view salt, std::string_view unit) {
  return static_cast<double>(planout_hash(salt, unit)) / static_cast<double>(0xFFF'FFFF'FFFF'FFFFull);
}

double growthbook_v1(std::string_view salt, std::string_view unit) {
  return static_cast<double>(fnv1a(fmt::format("{}{}", unit, salt)) % 1000) / 1000;
}

double growthbook_v2(std::string_view salt, std::string_view unit) {
  return static_cast<double>(fnv1a(fmt::format("{}", fnv1a(fmt::format("{}{}", salt, unit)))) % 10000) / 10000;
}

}  // namespace feedloop
