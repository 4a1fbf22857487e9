// What the readers of foreign texts promise for any text at all: they read it, or they throw an Error of one line. Whatever
// else happens - a crash, another exception, a value that is not finite, a message that breaks the terminal - is a fault, and
// aborts. libFuzzer calls these with texts it makes up (the preset `fuzz`), and corpus_test.cpp with those that are kept.
#pragma once

#include <string_view>

namespace feedloop {

// A CSV file, by every reader of one: records, past units, interaction logs, logs of decisions, tables of policies. Returns
// whether any of the readers of meaning took it.
bool fuzz_csv(std::string_view text);

// A scenario, without its tables of items and users; lines "#set key=value" in it are given as --set too. Returns whether it
// was taken.
bool fuzz_scenario(std::string_view text);

}  // namespace feedloop
