// Where two published experimentation platforms' hashes put a unit, bit for bit: for teams that want their own split rehearsed.
// Salts and units are UTF-8. Which layer uses which hash is experiment/assignment.hpp's business.
#pragma once

#include <cstdint>
#include <string_view>

namespace feedloop {

// PlanOut (Bakshy, Eckles & Bernstein 2014, "Designing and deploying online field experiments"): the first 15 hexadecimal
// digits of SHA-1("salt.unit"), where the salt is "EXPERIMENT.PARAMETER". An integer draw below n is the hash mod n.
std::uint64_t planout_hash(std::string_view salt, std::string_view unit);  // below 2^60
double planout_uniform(std::string_view salt, std::string_view unit);      // the hash over 2^60 - 1, in [0, 1]

// GrowthBook's FNV-1a over UTF-16 code units, in [0, 1): version 1 hashes unit + salt to 1/1000, version 2 hashes the decimal
// text of the hash of salt + unit to 1/10000. Layers of version 1 are not independent of each other (docs/ASSIGNMENT.md).
// What is not UTF-8 counts as U+FFFD.
double growthbook_v1(std::string_view salt, std::string_view unit);
double growthbook_v2(std::string_view salt, std::string_view unit);

}  // namespace feedloop
