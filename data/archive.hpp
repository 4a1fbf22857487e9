// The archive of one run: one SQLite file that survives a killed process, resumes, and answers SQL.
//
// While a run writes it, the archive is in WAL mode and locked against every other process, so that no second run resumes it.
// Each write is atomic: after a crash the file holds the old or the new, and opening it again is all the repair there is. When
// the archive is closed it is one plain file, to be copied or opened with `sqlite3`. Texts and checkpoints carry a hash, so
// a damaged byte in them is noticed, not read.
//
// Tables (schema 6; doubles are REAL and NULL stands for "not enough data"):
//   run             one row: scenario, toml, scenario_hash, seed (text: 64 unsigned bits), build, users, days,
//                   status ('running', 'complete', 'interrupted'; 'running' with no process writing: it was killed), digest
//   run_set         position, assignment: what the command line set over the toml, "key=value", in order. Archives written
//   before
//                   there was such a table lack it
//   checkpoint      name, part, parts, bytes, digest: state to resume from; empty once the run is complete
//   report          one row once complete: json (the whole report, as `feedloop run --json` prints it), digest
//   variant         layer, variant, position (0 = control), share, units, requests, impressions
//   variant_metric  layer, variant, metric, value, se, n
//   effect          layer, variant, metric, effect, se, ci_low, ci_high, lift, lift_low, lift_high, p, always_valid_p,
//                   always_valid_low, always_valid_high, adjusted_p, verdict; of metrics of a variant as a whole and of those
//                   that need the truth, effect, se and interval only
//   srm             layer, scope, chi2, df, p, state
//   guardrail       layer, variant, metric, margin, p_holds, p_breached, state
//   decision        layer, variant, decision, reason
//   truth           layer, variant, metric, effect, se, bias, covered, spill_on_treated, spill_on_control, sampling
//   series          layer, variant, metric, day, value, low, high: cumulative since t0, one row a day
//   warning         code, text
//   model           pipeline (0, 1, ...), variants, scorer, heads (names between commas), version, trained, parent, ranker,
//                   features, rows, first_row, last_row, updates, last_update, updated: a row for each version of the models of
//                   the mixed world; times are days since t0, negative in the warm-up (experiment/report.hpp)
//   model_stage     pipeline, version, day, stage, z, impressions, reason: how its release went
//   model_validation pipeline, version, day, rows, head, auc, normalised_entropy, slope: how well it predicted
//   unit            one row per user: user, entry_day, variant (of the first experiment), variant_2 … (of further ones), and
//                   for each metric M its sums "M_num" and "M_den":
//                   SELECT variant, SUM(ctr_num) / SUM(ctr_den) FROM unit GROUP BY variant;
//                   and, after a warm-up, "M_before_num" and "M_before_den" for the past of what decides or is guarded. The
//                   table exists once units were written.
//
// Every failure throws Error with one line: the path, what is wrong, what to do. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/report.hpp"
#include "experiment/run.hpp"

namespace feedloop {

constexpr int kArchiveSchema = 6;

// What identifies a run; written at creation, never changed.
struct ArchiveHead {
  std::string scenario, toml;  // name, and the text it was loaded from
  std::string scenario_hash;
  std::uint64_t seed = 0;
  std::string build;  // fingerprint; checkpoints of another build cannot be loaded
  std::int64_t users = 0;
  int days = 0;
  std::vector<std::string> sets = {};  // what was said over the text, as load_scenario takes it
};

// A row of the table of units; texts and numbers in the order of its columns.
struct UnitRow {
  std::int64_t user = 0;
  double entry_day = kNoValue;
  std::vector<std::string> variants;             // one of each experiment
  std::vector<double> numerators, denominators;  // of each metric; NaN when the unit cannot be judged
};

enum class ArchiveStatus { Running, Complete, Interrupted };
enum class ArchiveMode { Read, Write };

class Archive final : public CheckpointStore, public UnitSink {
 public:
  // A new archive, open for writing, with status Running. A file that is there is never overwritten. Either a whole new
  // archive appears at `path` or nothing does.
  static Archive create(const std::filesystem::path& path, const ArchiveHead& head);

  // Read: changes nothing, also in a folder that cannot be written. Write: to resume or finish a run.
  static Archive open(const std::filesystem::path& path, ArchiveMode mode);

  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  ~Archive() override;  // rolls back unit rows that were not committed

  const std::filesystem::path& path() const;
  const ArchiveHead& head() const;
  ArchiveStatus status();
  void set_status(ArchiveStatus status);

  using CheckpointStore::put;
  void put(std::string_view name, const Writer& write) override;
  std::optional<std::string> get(std::string_view name) override;

  // Unit rows go into one large transaction, opened by begin_units, which forgets all earlier rows, or by the first unit of
  // this object, likewise. It is committed by commit_units and by every other write.
  void begin_units();
  void unit(std::uint32_t user, double entry_day, const std::vector<std::string>& variants,
            const std::vector<MetricInfo>& metrics, const std::vector<double>& numerators,
            const std::vector<double>& denominators) override;
  void commit_units();

  // Units that were committed, in the order of users and one row at a time, so that a million of them do not stand in memory.
  // Throws Error when no units were written.
  std::vector<std::string> unit_metrics();
  void visit_units(const std::function<void(const UnitRow&)>& visit);

  // Replaces the report and its tables. `json` is the report's own text (report/json.hpp), kept byte for byte.
  void store_report(const Report& report, std::string_view json);
  bool has_report();
  std::string report_json();  // Throws Error when the run has not got that far

  // The run is over: forgets the checkpoints, gives their space back, marks the run complete, leaves a single file.
  void finish();

 private:
  struct Database;
  explicit Archive(std::unique_ptr<Database> database);
  std::unique_ptr<Database> db_;
};

}  // namespace feedloop
