// Keyed randomness. Every draw is a pure function of (seed, stream, key, position), computed by Philox4x32-10 (Salmon,
// Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), so results do not depend on threads, ranks or order,
// and the same user meets the same luck in every world.
//
// The one table of keys. Philox has 64 bits of key and 128 of counter, four words c0..c3:
//
//   key      seed (48 bits) | stream (16 bits)
//   c3       block: position in the stream, four 32-bit words a block (the only word that draws move)
//
//   draws about                                     c0          c1                            c2
//   ---------------------------------------------   ---------   ---------------------------   ------------
//   users, items, creators, households, arrivals,   entity id   period (week, day) or 0       ordinal or 0
//   interests, viral shocks, neighbours, bots
//   visit candidates, churn, return                 user        day 12 | candidate 12 | 0     0
//   examination                                     user        day 12 | candidate 12 | page  slot
//   click, bounce, completion, watch, like …        user        day 12 | candidate 12 | page  item
//   what is searched for, a bot's action            user        day 12 | candidate 12 | page  0
//   whom a play is passed on to                     user        day 12 | candidate 12 | page  item
//   taste residual of a (user, item) pair           user        0                             item
//   exploration, posterior samples                  user        day 12 | candidate 12 | page  slot
//   whether a list's item is drawn for a request    user        day 12 | candidate 12 | page  item
//   coins of an interleaved page                    user        day 12 | candidate 12 | page  0
//   training (subsamples, initial weights)          component   publication time, minutes     ordinal
//   neural models (weights, order, negatives)       purpose     night                         training epoch
//   a fleet's service time of one lookup            user        day 12 | candidate 12 | page  item
//   a fleet's lag of a new item                     item        0                             shard
//   a finished run's units assigned again           assignment  0                             0 (words in order of units)
//   what a click on a sponsored item earns          creator     0                             0
//   a user's weight in replicates of exposure       user        0                             four of them
//   a bandit's actions, contexts, luck, policy      purpose     round                         action
//   a published study's small world and its luck    replication period, or purpose            user, item or period
//
// Assignment to variants is not here: it hashes the salt and the unit only (experiment/assignment.hpp), never the seed.
#pragma once

#include <Random123/philox.h>

#include <cstdint>

#include "base/ids.hpp"

namespace feedloop {

struct Seed {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Seed, Seed) = default;
};
constexpr std::uint64_t kMaxSeed = (std::uint64_t{1} << 48) - 1;

// Numbers are part of the contract: they key the draws. Append; never renumber.
enum class Stream : std::uint16_t {
  Category = 1,
  Creator = 2,
  Item = 3,
  ItemLatent = 4,
  ItemArrival = 5,
  Viral = 6,
  Household = 10,
  User = 11,
  UserTaste = 12,
  UserArrival = 13,
  WeeklyActivity = 14,
  ExogenousInterest = 15,
  Onboarding = 16,
  Bot = 17,
  CategoryMix = 18,
  Visit = 20,
  Churn = 21,
  Session = 22,
  Reactivation = 23,
  Search = 24,
  BotAction = 25,
  Examination = 30,
  Reaction = 31,
  Residual = 32,
  Calibration = 33,
  Spillover = 34,
  Loop = 35,
  Exploration = 40,
  Interleaving = 41,
  Nomination = 42,
  Training = 50,
  InitialWeights = 51,
  Latency = 52,
  Bootstrap = 60,
  ClickPrice = 61,
  ExposureBootstrap = 62,
  Test = 99,
  Network = 110,
  Towers = 111,
  FleetService = 120,
  FleetLag = 121,
  Bandit = 130,
  Rerandomisation = 150,
  Published = 160,
};

struct Key {
  std::uint32_t c0 = 0, c1 = 0, c2 = 0;
};

constexpr Key entity_key(std::uint64_t id, std::uint64_t period = 0, std::uint64_t ordinal = 0) {
  return {static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(period), static_cast<std::uint32_t>(ordinal)};
}
constexpr Key request_key(RequestId id, std::uint64_t slot_or_item = 0) {
  return {static_cast<std::uint32_t>(id.value >> 32), static_cast<std::uint32_t>(id.value),
          static_cast<std::uint32_t>(slot_or_item)};
}

// A stream of words. Copying it copies the position. Satisfies std::uniform_random_bit_generator, though the standard
// distributions are banned: their results are implementation-defined (use base/distributions.hpp).
class Rng {
 public:
  using result_type = std::uint32_t;
  constexpr Rng(Seed seed, Stream stream, Key key)
      : key_{{static_cast<std::uint32_t>(seed.value),
              static_cast<std::uint32_t>((seed.value >> 32) & 0xFFFFu) | (static_cast<std::uint32_t>(stream) << 16)}},
        counter_{{key.c0, key.c1, key.c2, 0}} {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return UINT32_MAX; }

  result_type operator()() {
    if (used_ == 4) {
      words_ = r123::Philox4x32()(counter_, key_);
      ++counter_[3];
      used_ = 0;
    }
    return words_[static_cast<std::size_t>(used_++)];
  }

  // Uniform on [0, 1) with 53 bits; consumes two words.
  double uniform() {
    const std::uint64_t hi = (*this)() >> 5, lo = (*this)() >> 6;
    return static_cast<double>((hi << 26) | lo) * 0x1.0p-53;
  }

  // Uniform on (0, 1): safe under log().
  double uniform_open() {
    const std::uint64_t hi = (*this)() >> 5, lo = (*this)() >> 6;
    const double u = (static_cast<double>((hi << 26) | lo) + 0.5) * 0x1.0p-53;
    return u < 1.0 ? u : 1.0 - 0x1.0p-53;  // the largest word rounds up to 1
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type words_{};
  int used_ = 4;
};

inline Rng stream(Seed seed, Stream s, Key key) { return {seed, s, key}; }

}  // namespace feedloop
