#include "data/archive.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parameters.hpp"
#include "data/sqlite.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

constexpr int kApplicationId = 0x46444C50;                 // "FDLP"
constexpr std::size_t kPartBytes = std::size_t{16} << 20;  // SQLite's own limit for one blob is 1e9 bytes
constexpr const char* kSharedMemory = "-shm";
constexpr const char* kJournals[] = {"-wal", "-journal", kSharedMemory};  // the files SQLite keeps beside its own

constexpr const char* kTables = R"sql(
CREATE TABLE run(id INTEGER PRIMARY KEY CHECK(id = 1), scenario TEXT NOT NULL, toml TEXT NOT NULL, scenario_hash TEXT NOT NULL,
  seed TEXT NOT NULL, build TEXT NOT NULL, users INTEGER NOT NULL, days INTEGER NOT NULL, status TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE run_set(position INTEGER PRIMARY KEY, assignment TEXT NOT NULL);
CREATE TABLE checkpoint(name TEXT NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL, bytes BLOB NOT NULL,
  digest TEXT NOT NULL, PRIMARY KEY(name, part));
CREATE TABLE report(id INTEGER PRIMARY KEY CHECK(id = 1), json TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE variant(layer TEXT, variant TEXT, position INTEGER, share REAL, units INTEGER, requests INTEGER, impressions INTEGER);
CREATE TABLE variant_metric(layer TEXT, variant TEXT, metric TEXT, value REAL, se REAL, n INTEGER);
CREATE TABLE effect(layer TEXT, variant TEXT, metric TEXT, effect REAL, se REAL, ci_low REAL, ci_high REAL, lift REAL,
  lift_low REAL, lift_high REAL, p REAL, always_valid_p REAL, always_valid_low REAL, always_valid_high REAL, adjusted_p REAL, verdict TEXT);
CREATE TABLE srm(layer TEXT, scope TEXT, chi2 REAL, df REAL, p REAL, state TEXT);
CREATE TABLE guardrail(layer TEXT, variant TEXT, metric TEXT, margin REAL, p_holds REAL, p_breached REAL, state TEXT);
CREATE TABLE decision(layer TEXT, variant TEXT, decision TEXT, reason TEXT);
CREATE TABLE truth(layer TEXT, variant TEXT, metric TEXT, effect REAL, se REAL, bias REAL, covered INTEGER,
  spill_on_treated REAL, spill_on_control REAL, sampling REAL);
CREATE TABLE series(layer TEXT, variant TEXT, metric TEXT, day REAL, value REAL, low REAL, high REAL);
CREATE TABLE warning(code TEXT, text TEXT);
CREATE TABLE model(pipeline INTEGER, variants TEXT, scorer TEXT, heads TEXT, version INTEGER, trained REAL, parent INTEGER,
  ranker INTEGER, features INTEGER, rows INTEGER, first_row REAL, last_row REAL, updates INTEGER, last_update INTEGER, updated REAL);
CREATE TABLE model_stage(pipeline INTEGER, version INTEGER, day REAL, stage TEXT, z REAL, impressions INTEGER, reason TEXT);
CREATE TABLE model_validation(pipeline INTEGER, version INTEGER, day REAL, rows INTEGER, head TEXT, auc REAL,
  normalised_entropy REAL, slope REAL);
)sql";

// The part of the schema that store_report fills.
constexpr const char* kReportTables[] = {"report", "variant",     "variant_metric",  "effect", "srm",
                                         "truth",  "guardrail",   "decision",        "series", "warning",
                                         "model",  "model_stage", "model_validation"};

constexpr std::pair<ArchiveStatus, std::string_view> kStatus[] = {
    {ArchiveStatus::Running, "running"}, {ArchiveStatus::Complete, "complete"}, {ArchiveStatus::Interrupted, "interrupted"}};

std::string digest(std::string_view bytes) { return hex(hash_bytes(bytes)); }

std::string digest(const ArchiveHead& h) {
  Hasher hasher;
  hasher.add(h.scenario).add(h.toml).add(h.scenario_hash).add(h.seed).add(h.build).add(h.users).add(h.days);
  for (const std::string& s : h.sets) hasher.add(s);
  return hex(hasher.value());
}

std::string identifier(std::string_view name) {  // an SQL identifier
  std::string s = "\"";
  for (char c : name) s += c == '"' ? std::string("\"\"") : std::string(1, c);
  return s + "\"";
}

fs::path beside(const fs::path& path, const char* suffix) { return path.string() + suffix; }

void remove_journals(const fs::path& path) {
  std::error_code ignored;
  for (const char* suffix : kJournals) fs::remove(beside(path, suffix), ignored);
}

void remove_with_journals(const fs::path& path) {
  remove_journals(path);
  std::error_code ignored;
  fs::remove(path, ignored);
}

std::string uri_of(const fs::path& path, std::string_view options) {
  std::string uri = "file:";
  for (char c : fs::absolute(path).string()) {
    if (c == '?' || c == '#' || c == '%')
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      uri += c;
  }
  return uri.append("?").append(options);
}

// Is this ours, and of an age we can read? The first statement that touches the file, so it also finds what is no database.
void check_format(Connection& c) {
  const std::int64_t id = c.pragma("application_id"), schema = c.pragma("user_version");
  if (id != kApplicationId) c.fail(SQLITE_NOTADB);
  if (schema > kArchiveSchema)
    c.error(
        fmt::format("was written by a newer Feedloop (schema {}, this one reads {}); update Feedloop", schema, kArchiveSchema));
  if (schema > 0 && schema < kArchiveSchema)
    c.error(fmt::format("was written by an older Feedloop (schema {}, this one reads {}); run the scenario again", schema,
                        kArchiveSchema));
  if (schema < 1) c.error(fmt::format("has schema {}, which no Feedloop has written; the file is damaged", schema));
}

bool has_table(Connection& c, std::string_view name) {
  return Statement(c, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").bind(name).row();
}

ArchiveHead read_head(Connection& c) {
  Statement s(c, "SELECT scenario, toml, scenario_hash, seed, build, users, days, digest FROM run");
  if (!s.row()) c.error("is damaged (it names no run); use a copy, or run the scenario again");
  ArchiveHead h{s.text(0),
                s.text(1),
                s.text(2),
                std::strtoull(s.text(3).c_str(), nullptr, 10),
                s.text(4),
                s.integer(5),
                static_cast<int>(s.integer(6))};
  if (has_table(c, "run_set"))
    for (Statement set(c, "SELECT assignment FROM run_set ORDER BY position"); set.row();) h.sets.push_back(set.text(0));
  if (s.text(7) != digest(h))
    c.error("is damaged (its description of the run has changed); use a copy, or run the scenario again");
  return h;
}

// Read past SQLite, for files that it will not open as they are.
bool has_our_mark(const fs::path& path) {
  char head[72] = {};
  std::ifstream(path, std::ios::binary).read(head, sizeof head);
  return std::string_view(head).starts_with("SQLite format 3") && std::string_view(head + 68, 4) == "FDLP";
}

struct Reader {
  std::unique_ptr<Connection> c;
  int rc;  // of the first look into the file
  bool unrepaired() const { return (rc & 0xFF) == SQLITE_CANTOPEN || (rc & 0xFF) == SQLITE_READONLY; }
};

Reader look_into(const fs::path& path) {
  const auto look = [&path](int flags) {
    auto c = std::make_unique<Connection>(path, path, flags);
    const int rc = c->touch();
    return Reader{std::move(c), rc};
  };
  Reader r = look(SQLITE_OPEN_READONLY);
  if (!r.unrepaired() || !has_our_mark(path)) return r;
  // A killed process left a journal that only a writer may play back.
  r.c.reset();
  look(SQLITE_OPEN_READWRITE);
  return look(SQLITE_OPEN_READONLY);
}

std::unique_ptr<Connection> open_to_read(const fs::path& path) {
  const Place where{path.string()};
  std::error_code ec;
  if (!fs::exists(path, ec)) throw Error("does not exist; give the archive of a run", where);
  if (fs::is_directory(path, ec)) throw Error("is a folder, not an archive", where);
  if (!fs::is_regular_file(path, ec)) throw Error("is not a file that can hold an archive", where);
  Reader r = look_into(path);
  if (!r.unrepaired()) {
    if (r.rc != SQLITE_OK) r.c->fail(r.rc);
    check_format(*r.c);
    return std::move(r.c);
  }
  // In a folder that cannot be written SQLite can neither play back a journal nor read WAL mode. If nothing waits beside the
  // file, it is whole as it stands.
  for (const char* suffix : kJournals)
    if (suffix != kSharedMemory && fs::exists(beside(path, suffix), ec) && fs::file_size(beside(path, suffix), ec) > 0)
      throw Error(fmt::format("was not closed by its run and cannot be repaired here; copy it together with its {} file to a "
                              "folder you may write to",
                              suffix),
                  where);
  auto c = std::make_unique<Connection>(uri_of(path, "immutable=1"), path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  check_format(*c);
  return c;
}

std::unique_ptr<Connection> open_to_write(const fs::path& path) {
  open_to_read(path);  // refuses what is not ours before anything is touched
  auto c = std::make_unique<Connection>(path, path, SQLITE_OPEN_READWRITE);
  if (sqlite3_db_readonly(c->get(), "main") == 1) c->fail(SQLITE_READONLY);
  c->run("PRAGMA locking_mode = EXCLUSIVE");  // before the first access: no second writer, no shared memory file
  check_format(*c);
  c->run("PRAGMA journal_mode = WAL");
  c->run("PRAGMA synchronous = NORMAL");
  c->run("BEGIN IMMEDIATE; COMMIT");  // takes the lock now, not at the first checkpoint
  std::error_code ignored;
  fs::remove(beside(path, kSharedMemory), ignored);  // of a killed run and its readers; under the lock nobody has it open
  return c;
}

void check_is_free(const fs::path& path) {
  const Place where{path.string()};
  std::error_code ec;
  if (!fs::exists(fs::symlink_status(path, ec))) return;
  if (fs::is_directory(path, ec)) throw Error("is a folder; give a file", where);
  if (!fs::is_regular_file(path, ec)) throw Error("is not a file that can hold an archive; give another path", where);
  {
    const Reader r = look_into(path);
    if ((r.rc & 0xFF) == SQLITE_BUSY) r.c->fail(r.rc);
    if (r.unrepaired() ? !has_our_mark(path) : r.rc != SQLITE_OK || r.c->pragma("application_id") != kApplicationId)
      throw Error("exists and is not a Feedloop archive, so it is not overwritten; give another path", where);
  }
  throw Error("already holds the archive of a run; resume it, or give another path", where);
}

void write_new(const fs::path& part, const fs::path& path, const ArchiveHead& h) {
  // SQLite would tell why it cannot open an existing file, but not why it cannot create one.
  std::FILE* file = std::fopen(part.c_str(), "wbx");
  if (!file)
    throw Error(fmt::format("cannot be written: {}; check that its folder exists and may be written to", std::strerror(errno)),
                Place{path.string()});
  std::fclose(file);
  Connection c(part, path, SQLITE_OPEN_READWRITE);
  c.run("PRAGMA auto_vacuum = INCREMENTAL");  // lets finish() give back the space of checkpoints without copying the file
  c.run("PRAGMA synchronous = NORMAL");
  c.run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");  // as its writer opens it: no step in between to be
                                                                        // killed in
  Transaction t(c);
  c.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kArchiveSchema));
  c.run(kTables);
  const std::string seed = fmt::format("{}", h.seed), sum = digest(h);
  Statement(c, "INSERT INTO run VALUES(1, ?, ?, ?, ?, ?, ?, ?, 'running', ?)")
      .bind(h.scenario, h.toml, h.scenario_hash, seed, h.build, h.users, h.days, sum)
      .execute();
  Statement set(c, "INSERT INTO run_set(assignment) VALUES(?)");
  for (const std::string& s : h.sets) set.bind(s).execute();
  t.commit();
}

// What the columns of the table of units hold: user, entry_day, the variants, and two sums a metric.
struct UnitColumns {
  std::size_t variants = 0;
  std::vector<std::string> metrics;
};

constexpr std::string_view kNumerator = "_num";

UnitColumns unit_columns(Connection& c) {
  if (!has_table(c, "unit")) c.error("holds no units, because its run did not get that far; resume the run");
  UnitColumns columns;
  std::size_t n = 0;
  for (Statement s(c, "SELECT name FROM pragma_table_info('unit') ORDER BY cid"); s.row(); ++n) {
    const std::string name = s.text(0);
    if (n >= 2 && columns.metrics.empty() && name == (n == 2 ? "variant" : fmt::format("variant_{}", n - 1)))
      ++columns.variants;
    else if (name.ends_with(kNumerator))
      columns.metrics.push_back(name.substr(0, name.size() - kNumerator.size()));
  }
  if (n != 2 + columns.variants + 2 * columns.metrics.size())
    c.error("is damaged (its table of units has other columns); use a copy, or run the scenario again");
  return columns;
}

}  // namespace

struct Archive::Database {
  Database(std::unique_ptr<Connection> connection, ArchiveMode mode_)
      : c(std::move(connection)), mode(mode_), head(read_head(*c)) {}

  ~Database() {
    insert_unit.reset();
    if (mode == ArchiveMode::Read) return;
    // Back to one file without journals. If it fails, what was committed is still safe in the file and its WAL.
    if (!sqlite3_get_autocommit(c->get())) sqlite3_exec(c->get(), "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_exec(c->get(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
  }

  void writable() { FEEDLOOP_CHECK(mode == ArchiveMode::Write, "write to an archive that was opened for reading"); }

  std::unique_ptr<Connection> c;
  ArchiveMode mode;
  ArchiveHead head;
  bool began_units = false;  // by this object
  bool in_units = false;
  std::unique_ptr<Statement> insert_unit;
  std::size_t unit_variants = 0, unit_metrics = 0;
};

Archive::Archive(std::unique_ptr<Database> database) : db_(std::move(database)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Archive Archive::create(const fs::path& path, const ArchiveHead& head) {
  check_is_free(path);
  const fs::path part = beside(path, ".part");
  remove_with_journals(part);
  bool in_place = false;
  try {
    write_new(part, path, head);
    // Journals of a file that somebody removed would be played into the new one.
    remove_journals(path);
    std::error_code ec;
    fs::rename(part, path, ec);
    if (ec) throw Error(fmt::format("cannot be written: {}", ec.message()), Place{path.string()});
    in_place = true;
    return Archive(std::make_unique<Database>(open_to_write(path), ArchiveMode::Write));
  } catch (...) {
    remove_with_journals(in_place ? path : part);
    throw;
  }
}

Archive Archive::open(const fs::path& path, ArchiveMode mode) {
  return Archive(std::make_unique<Database>(mode == ArchiveMode::Read ? open_to_read(path) : open_to_write(path), mode));
}

const fs::path& Archive::path() const { return db_->c->path(); }

const ArchiveHead& Archive::head() const { return db_->head; }

ArchiveStatus Archive::status() {
  Statement s(*db_->c, "SELECT status FROM run");
  const std::string text = s.row() ? s.text(0) : "";
  for (const auto& [status, name] : kStatus)
    if (name == text) return status;
  db_->c->error(fmt::format("is damaged (status `{}`); use a copy, or run the scenario again", text));
}

void Archive::set_status(ArchiveStatus status) {
  commit_units();
  const auto row = std::find_if(std::begin(kStatus), std::end(kStatus), [&](const auto& r) { return r.first == status; });
  Statement(*db_->c, "UPDATE run SET status = ?").bind(row->second).execute();
}

void Archive::put(std::string_view name, const Writer& write) {
  commit_units();
  Transaction t(*db_->c);
  Statement(*db_->c, "DELETE FROM checkpoint WHERE name = ?").bind(name).execute();
  Statement insert(*db_->c, "INSERT INTO checkpoint(name, part, parts, digest, bytes) VALUES(?, ?, 0, ?, ?)");
  std::int64_t parts = 0;  // one even when empty: an empty blob is not a missing one
  State pieces(
      [&](std::string_view piece) {
        const std::string sum = digest(piece);
        insert.bind(name, parts++, sum);
        insert.bind_blob(4, piece);
        insert.execute();
      },
      kPartBytes);
  write(pieces);
  pieces.flush();
  Statement(*db_->c, "UPDATE checkpoint SET parts = ? WHERE name = ?").bind(parts, name).execute();
  t.commit();
}

std::optional<std::string> Archive::get(std::string_view name) {
  Statement s(*db_->c, "SELECT part, parts, digest, bytes FROM checkpoint WHERE name = ? ORDER BY part");
  s.bind(name);
  std::string out;
  std::int64_t part = 0, parts = 0;
  bool sound = true;
  for (; sound && s.row(); ++part) {
    parts = s.integer(1);
    const std::string sum = s.text(2);
    const std::string_view piece = s.bytes(3);
    sound = s.integer(0) == part && sum == digest(piece);
    out += piece;
  }
  if (!sound || part != parts)
    db_->c->error(fmt::format("is damaged (checkpoint `{}`); use a copy, or run the scenario again", name));
  if (part == 0) return std::nullopt;
  return out;
}

void Archive::begin_units() {
  commit_units();
  db_->c->run("BEGIN IMMEDIATE");
  db_->in_units = db_->began_units = true;
  db_->c->run("DROP TABLE IF EXISTS unit");
}

void Archive::unit(std::uint32_t user, double entry_day, const std::vector<std::string>& variants,
                   const std::vector<MetricInfo>& metrics, const std::vector<double>& numerators,
                   const std::vector<double>& denominators) {
  FEEDLOOP_CHECK(numerators.size() == metrics.size() && denominators.size() == metrics.size(),
                 "a unit needs both sums of each metric");
  Database& d = *db_;
  if (!d.began_units) begin_units();
  if (!d.in_units) {
    d.c->run("BEGIN IMMEDIATE");
    d.in_units = true;
  }
  if (!d.insert_unit) {
    std::string columns = "user INTEGER PRIMARY KEY, entry_day REAL", places = "?, ?";
    for (std::size_t i = 0; i < variants.size(); ++i, places += ", ?")
      columns += i == 0 ? std::string(", variant TEXT") : fmt::format(", variant_{} TEXT", i + 1);
    for (const MetricInfo& m : metrics) {
      columns += fmt::format(", {} REAL, {} REAL", identifier(m.name + "_num"), identifier(m.name + "_den"));
      places += ", ?, ?";
    }
    d.c->run(fmt::format("CREATE TABLE IF NOT EXISTS unit({})", columns));
    d.insert_unit = std::make_unique<Statement>(*d.c, fmt::format("INSERT INTO unit VALUES({})", places));
    d.unit_variants = variants.size();
    d.unit_metrics = metrics.size();
  }
  FEEDLOOP_CHECK(variants.size() == d.unit_variants && metrics.size() == d.unit_metrics, "all units have the same columns");
  Statement& s = *d.insert_unit;
  int i = 0;
  s.bind_at(++i, std::int64_t{user});
  s.bind_at(++i, entry_day);
  for (const std::string& v : variants) s.bind_at(++i, v);
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    s.bind_at(++i, numerators[m]);
    s.bind_at(++i, denominators[m]);
  }
  s.execute();
}

void Archive::commit_units() {
  db_->writable();
  db_->insert_unit.reset();
  if (!std::exchange(db_->in_units, false)) return;
  // A full disk has already rolled back, and the caller has had that error.
  if (!sqlite3_get_autocommit(db_->c->get())) db_->c->run("COMMIT");
}

std::vector<std::string> Archive::unit_metrics() { return unit_columns(*db_->c).metrics; }

void Archive::visit_units(const std::function<void(const UnitRow&)>& visit) {
  const UnitColumns columns = unit_columns(*db_->c);
  UnitRow row;
  row.variants.resize(columns.variants);
  row.numerators.resize(columns.metrics.size());
  row.denominators.resize(columns.metrics.size());
  for (Statement s(*db_->c, "SELECT * FROM unit ORDER BY user"); s.row();) {
    row.user = s.integer(0);
    row.entry_day = s.number(1);
    int column = 2;
    for (std::string& v : row.variants) v = s.text(column++);
    for (std::size_t m = 0; m < columns.metrics.size(); ++m) {
      row.numerators[m] = s.number(column++);
      row.denominators[m] = s.number(column++);
    }
    visit(row);
  }
}

void Archive::store_report(const Report& r, std::string_view json) {
  commit_units();
  Connection& c = *db_->c;
  Transaction t(c);
  for (const char* table : kReportTables) c.run(fmt::format("DELETE FROM {}", table));
  const auto insert = [&c](const char* table, int columns) {
    std::string places = "?";
    for (int i = 1; i < columns; ++i) places += ", ?";
    return Statement(c, fmt::format("INSERT INTO {} VALUES({})", table, places));
  };
  Statement variant = insert("variant", 7), value = insert("variant_metric", 6), effect = insert("effect", 16),
            srm = insert("srm", 6), truth = insert("truth", 10), guardrail = insert("guardrail", 7),
            decision = insert("decision", 4), series = insert("series", 7), warning = insert("warning", 2);
  for (const ExperimentReport& e : r.experiments) {
    const std::string& layer = e.layer;
    int position = 0;
    for (const VariantReport& v : e.variants) {
      variant.bind(layer, v.name, position++, v.share, v.units, v.requests, v.impressions).execute();
      for (const MetricValue& m : v.metrics) value.bind(layer, v.name, m.name, m.value, m.se, m.n).execute();
    }
    for (const auto* effects : {&e.effects, &e.group_effects})
      for (const EffectReport& x : *effects)
        effect
            .bind(layer, x.variant, x.metric, x.effect, x.se, x.ci.low, x.ci.high, x.lift, x.lift_ci.low, x.lift_ci.high, x.p,
                  x.sequential.p, x.sequential.ci.low, x.sequential.ci.high, x.adjusted_p, x.verdict)
            .execute();
    for (const SrmReport& s : e.srm) srm.bind(layer, s.scope, s.chi2, s.df, s.p, s.state).execute();
    for (const GuardrailReport& x : e.guardrails)
      guardrail.bind(layer, x.variant, x.metric, x.margin, x.p_holds, x.p_breached, x.state).execute();
    for (const DecisionReport& x : e.decisions) decision.bind(layer, x.variant, x.decision, x.reason).execute();
    for (const TruthReport& x : e.truth)
      truth
          .bind(layer, x.variant, x.metric, x.effect, x.se, x.bias, x.covered, x.spill_on_treated, x.spill_on_control,
                x.sampling)
          .execute();
  }
  for (const Series& s : r.series)
    for (std::size_t i = 0; i < s.day.size(); ++i)
      series
          .bind(s.layer, s.variant, s.metric, s.day[i], s.value.at(i), i < s.low.size() ? s.low[i] : kNoValue,
                i < s.high.size() ? s.high[i] : kNoValue)
          .execute();
  for (const Warning& w : r.warnings) warning.bind(w.code, w.text).execute();
  Statement model = insert("model", 15), stage = insert("model_stage", 7), validation = insert("model_validation", 8);
  for (std::size_t i = 0; i < r.models.size(); ++i) {
    const PipelineReport& p = r.models[i];
    const auto pipeline = static_cast<std::int64_t>(i);
    const std::string variants = join(p.variants), heads = join(p.heads);
    for (const ModelVersion& v : p.versions) {
      model
          .bind(pipeline, variants, p.scorer, heads, v.version, v.trained, v.parent, v.ranker, v.features, v.rows, v.first_row,
                v.last_row, v.updates, v.last_update, v.updated)
          .execute();
      for (const ModelStage& s : v.stages)
        stage.bind(pipeline, v.version, s.day, s.stage, s.z, s.impressions, s.reason).execute();
      for (const ModelValidation& n : v.validations)
        for (const HeadQuality& h : n.heads)
          validation.bind(pipeline, v.version, n.day, n.rows, h.head, h.auc, h.normalised_entropy, h.slope).execute();
    }
  }
  const std::string sum = digest(json);
  Statement(c, "INSERT INTO report VALUES(1, ?, ?)").bind(json, sum).execute();
  t.commit();
}

bool Archive::has_report() { return Statement(*db_->c, "SELECT 1 FROM report").row(); }

std::string Archive::report_json() {
  Statement s(*db_->c, "SELECT json, digest FROM report");
  if (!s.row()) db_->c->error("holds no report, because its run did not finish; resume the run");
  std::string json = s.text(0);
  if (s.text(1) != digest(json)) db_->c->error("is damaged (its report has changed); use a copy, or run the scenario again");
  return json;
}

void Archive::finish() {
  commit_units();
  Connection& c = *db_->c;
  {
    Transaction t(c);
    c.run("DELETE FROM checkpoint");
    c.run("UPDATE run SET status = 'complete'");
    t.commit();
  }
  c.run("PRAGMA incremental_vacuum");
  c.run("PRAGMA wal_checkpoint(TRUNCATE)");
  c.run("PRAGMA journal_mode = DELETE");
}

}  // namespace feedloop
