// A scenario: the one input of a run. TOML in, validated values out; docs/PARAMETERS.md lists every key.
//
//   name = "quickstart"              question = "…"           seed = 42      warmup_days = 7     days = 14
//   [world] …  [engine] …  [policy] …  [assignment] …  [analysis] …  [bandit] …   keys of the schema
//   [[variant]]                                               two or more; the first is control
//   name = "treatment"
//   share = 0.5
//   engine.value.completion = 1.0                             any key of engine or policy
//
// [dashboard] has `sliders`, a list of up to six keys of the schema, or of a variant ("treatment.engine.value.click"), that the
// dashboard's Setup offers first.
//
// Claims stand in [[claim]] blocks (experiment/claims/claim.hpp).
// Several concurrent experiments are layers: [[experiment]] with layer, salt, hash ("xxh64", "planout" or "growthbook"),
// [[experiment.variant]] and keys of `assignment` that are its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/parameters.hpp"
#include "experiment/claims/claim.hpp"
#include "experiment/design.hpp"
#include "experiment/sequential_rule.hpp"

namespace feedloop {

struct WorldTables;  // sim/world.hpp; only `experiment` looks inside

// The run's own keys, at the top level of the file.
struct ScenarioParams {
  std::int64_t seed = 42, warmup_days = 14, days = 14;
  double epoch_minutes = 5, holdout = 0;
  void describe(Describe& d);
};

// [analysis]
struct AnalysisParams {
  double alpha = 0.05, tau_lift = 0.02;
  std::int64_t min_units = 100, pre_days = 14, lapse_days = 7, bootstrap = 0;
  double prior_lift = 0.05;
  std::string decision = "watch_per_user_day, d7_retention";
  std::string guardrails = "d1_retention, sessions_per_user_day, skip_rate";
  std::string covariate, adjustment = "cuped";
  double guardrail_margin = 0.02;
  std::string sequential = kSequentialNames[0];
  std::int64_t exposure_replicates = 48, panel_users = 1000, truth_one_in = 256;
  double click_price = 20, click_price_sigma = 0.5;
  void describe(Describe& d);

  SequentialRule sequential_rule() const {
    return sequential == kSequentialNames[0] ? SequentialRule::Msprt : SequentialRule::Asymptotic;
  }
};

struct Variant {
  std::string name;
  double share = 0;                                      // of the units; shares of an experiment sum to 1
  std::vector<std::pair<std::string, Value>> overrides;  // of engine.* and policy.*
};

// What turns a unit into a place on [0, 1) (docs/ASSIGNMENT.md).
enum class AssignmentHash : std::uint8_t { Xxh64, Planout, Growthbook };
inline const std::vector<std::string> kAssignmentHashes{"xxh64", "planout", "growthbook"};  // their names, in order

struct Experiment {
  std::string layer, salt;
  std::vector<Variant> variants;  // at least two; the first is control
  AssignmentHash hash = AssignmentHash::Xxh64;
  Design design = {};
  std::vector<std::pair<std::string, Value>> own = {};  // keys of `assignment` that it sets for itself
};

struct Scenario {
  std::string name, question;
  std::filesystem::path source;  // relative tables are found beside it
  Settings settings;
  std::vector<Experiment> experiments;
  std::vector<Claim> claims;                  // about the scenario: no result depends on them
  std::shared_ptr<const WorldTables> tables;  // measured items and users, when the world names any
  std::uint64_t tables_digest = 0;
  std::vector<std::string> sliders;  // keys that the dashboard offers first; no result depends on them
  std::string toml;                  // as read
  std::vector<std::string> sets;     // what was said over it, in order

  std::uint64_t hash() const;  // of everything that a result depends on, but the seed
  std::uint64_t seed() const;
  // The settings of one cell (see experiment/assignment.hpp): the base and one variant's overrides from each experiment.
  Settings cell_settings(const std::vector<std::size_t>& variants) const;
};

constexpr std::size_t kMaxSliders = 6;
constexpr std::size_t kMaxCells = 64;  // combinations of one variant from each layer; each needs its own recommender

// All keys: scenario, world.*, engine.*, policy.*, assignment.*, analysis.*, fleet.*, bandit.*, published.*. Built once.
const Schema& schema();

// Throws Error with file, line and column. `sets` are "key=value" texts applied over the file, before its checks; a key of
// engine or policy behind a variant's name ("treatment.engine.value.click=0.5") is that variant's override, and
// "treatment.share=0.1" its share.
Scenario load_scenario(const std::filesystem::path& file, const std::vector<std::string>& sets = {});
// Leave: for a scenario whose tables of measured items and users are not at hand, as when an archive kept it; its hash() is
// not that of the run.
enum class TableFiles { Load, Leave };
Scenario parse_scenario(const std::string& toml, const std::filesystem::path& source, const std::vector<std::string>& sets = {},
                        TableFiles files = TableFiles::Load);

}  // namespace feedloop
