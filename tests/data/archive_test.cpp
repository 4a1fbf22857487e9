#include "data/archive.hpp"

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <thread>

#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "feedloop-archive-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
    fs::permissions(path_, fs::perms(0755));
  }
  ~Folder() {
    std::error_code ignored;
    fs::permissions(path_, fs::perms(0755), ignored);
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename());
    return names;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

ArchiveHead sample_head() {
  return {"quickstart", "name = \"quickstart\"\n", "0123456789abcdef", 18446744073709551615ull, "gcc-12 abc", 10000, 14};
}

const std::vector<MetricInfo>& metrics() {
  static const std::vector<MetricInfo> m = {{"ctr", "CTR", "%", 100, 2, Direction::HigherIsBetter, ""},
                                            {"watch \"time\"", "Watch time", "min", 1, 2, Direction::HigherIsBetter, ""}};
  return m;
}

void add_unit(Archive& a, std::uint32_t user) {
  a.unit(user, 0.5, {user % 2 ? "treatment" : "control", "b"}, metrics(), {1.0 + user, kNoValue}, {10, 1});
}

Report sample() {
  Report r;
  r.scenario = "quickstart";
  ExperimentReport e;
  e.layer = "main";
  e.variants = {{"control", 0.5, 10, 20, 30, {{"ctr", 0.05, kNoValue, 10}}}, {"treatment", 0.5, 11, 21, 31, {}}};
  e.effects.emplace_back();
  e.effects[0].variant = "treatment";
  e.effects[0].metric = "ctr";
  e.effects[0].lift_ci = {0.1, 0.3};
  e.effects[0].verdict = "better";
  e.group_effects.emplace_back();
  e.group_effects[0].variant = "treatment";
  e.group_effects[0].metric = "gini";
  e.group_effects[0].se = 0.25;
  e.srm.push_back({"all", 0.1, 1, 0.7, "healthy"});
  e.truth.push_back({"treatment", "ctr", 0.01, 0.001, 0.002, true, 0.003, 0.0015, 0.0005});
  r.experiments.push_back(e);
  r.series.push_back({"main", "control", "ctr", {1, 2}, {0.05, 0.06}, {kNoValue, 0.04}, {kNoValue, 0.07}});
  r.warnings.push_back({"peeking", "text"});
  r.models.push_back({{"control", "treatment"}, "logistic", {"click"}, {}});
  ModelVersion version;
  version.version = 3;
  version.stages = {{1.5, "canary", 0, 0, ""}, {1.75, "rolled back", -4.5, 900, "fewer clicks"}};
  version.validations = {{2, 70, {{"click", 0.7, 0.9, kNoValue}}}};
  r.models[0].versions.push_back(version);
  return r;
}

const std::string kJson = "{\n  \"scenario\": \"quickstart\", \"größe\": [1, 2]\n}\n";

std::string message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The first column of the first row, as any SQL client sees it; "NULL", or the error.
std::string query(const fs::path& file, const std::string& sql) {
  sqlite3* db = nullptr;
  sqlite3_stmt* s = nullptr;
  std::string out = "no row";
  if (sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK ||
      sqlite3_prepare_v2(db, sql.c_str(), -1, &s, nullptr) != SQLITE_OK) {
    out = sqlite3_errmsg(db);
  } else if (sqlite3_step(s) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s, 0));
    out = text ? text : "NULL";
  }
  sqlite3_finalize(s);
  sqlite3_close(db);
  return out;
}

void write_bytes(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

// Runs `body` in a child; 0 when it returned true, 1 when false, 2 when it threw something else than it handles.
int in_child(const std::function<bool()>& body) {
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    int code = 2;
    try {
      code = body() ? 0 : 1;
    } catch (const std::exception& e) {
      std::fprintf(stderr, "child: %s\n", e.what());
    }
    _exit(code);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

void limit_file_size(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_FSIZE, &limit);
}

// Root may write everywhere, so such a test becomes somebody else first.
void drop_privileges() {
  if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0)) _exit(3);
}

std::uint64_t draw(std::uint64_t seed, std::uint64_t n) {
  return (seed * 0x9E3779B97F4A7C15ull + n * 0xBF58476D1CE4E5B9ull) >> 17;
}

}  // namespace

TEST_CASE("what an archive is given it gives back") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  const std::string big(20u << 20, '\x5A');  // more than one part
  const std::string with_zero("a\0b", 3);
  {
    Archive a = Archive::create(file, sample_head());
    CHECK(a.status() == ArchiveStatus::Running);
    a.put("world", big);
    a.put("empty", "");
    a.put("zero", "old");
    a.put("zero", with_zero);
    a.set_status(ArchiveStatus::Interrupted);
  }
  CHECK(folder.files() == std::vector<std::string>{"run.db"});
  {
    Archive a = Archive::open(file, ArchiveMode::Write);
    CHECK(a.status() == ArchiveStatus::Interrupted);
    CHECK(a.head().toml == sample_head().toml);
    CHECK(a.head().seed == sample_head().seed);
    CHECK(a.head().users == 10000);
    CHECK(a.head().days == 14);
    CHECK(a.get("world") == big);
    CHECK(a.get("empty") == "");
    CHECK(a.get("zero") == with_zero);
    CHECK_FALSE(a.get("unknown").has_value());
    CHECK_FALSE(a.has_report());
    CHECK(has(message([&] { a.report_json(); }), "holds no report"));
    a.store_report(sample(), kJson);
    a.finish();
    CHECK(a.status() == ArchiveStatus::Complete);
    CHECK_FALSE(a.get("world").has_value());
  }
  CHECK(folder.files() == std::vector<std::string>{"run.db"});
  CHECK(fs::file_size(file) < 200'000);
  Archive a = Archive::open(file, ArchiveMode::Read);
  CHECK(a.report_json() == kJson);
  CHECK(a.status() == ArchiveStatus::Complete);
}

TEST_CASE("a report and its units answer SQL") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  {
    Archive a = Archive::create(file, sample_head());
    for (std::uint32_t u = 0; u < 100; ++u) add_unit(a, u);
    a.put("a checkpoint in between", "x");
    for (std::uint32_t u = 100; u < 1000; ++u) add_unit(a, u);
    a.store_report(sample(), kJson);
    a.store_report(sample(), kJson);  // replaces
    a.finish();
  }
  CHECK(query(file, "SELECT COUNT(*) FROM unit") == "1000");
  CHECK(query(file, "SELECT SUM(ctr_num) / SUM(ctr_den) FROM unit WHERE variant = 'treatment'") == "50.1");
  CHECK(query(file, "SELECT \"watch \"\"time\"\"_num\" FROM unit WHERE user = 7") == "NULL");
  CHECK(query(file, "SELECT variant_2 FROM unit WHERE user = 7") == "b");
  CHECK(query(file, "SELECT seed FROM run") == "18446744073709551615");
  CHECK(query(file, "SELECT COUNT(*) FROM variant") == "2");
  CHECK(query(file, "SELECT se FROM variant_metric WHERE metric = 'ctr'") == "NULL");
  CHECK(query(file, "SELECT verdict FROM effect WHERE lift_high = 0.3 AND p IS NULL") == "better");
  CHECK(query(file, "SELECT se FROM effect WHERE metric = 'gini' AND p IS NULL AND verdict = ''") == "0.25");
  CHECK(query(file, "SELECT state FROM srm") == "healthy");
  CHECK(query(file, "SELECT covered FROM truth WHERE spill_on_treated = 0.003 AND spill_on_control = 0.0015") == "1");
  CHECK(query(file, "SELECT sampling FROM truth") == "0.0005");
  CHECK(query(file, "SELECT value FROM series WHERE day = 2") == "0.06");
  CHECK(query(file, "SELECT text FROM warning WHERE code = 'peeking'") == "text");
  CHECK(query(file, "SELECT variants FROM model WHERE version = 3 AND trained IS NULL") == "control, treatment");
  CHECK(query(file, "SELECT reason FROM model_stage WHERE stage = 'rolled back' AND impressions = 900") == "fewer clicks");
  CHECK(query(file, "SELECT slope FROM model_validation WHERE head = 'click' AND auc = 0.7") == "NULL");
  CHECK(query(file, "PRAGMA integrity_check") == "ok");
  CHECK(query(file, "PRAGMA journal_mode") == "delete");
}

TEST_CASE("a resumed run writes its units anew") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  {
    Archive a = Archive::create(file, sample_head());
    for (std::uint32_t u = 0; u < 10; ++u) add_unit(a, u);
    a.commit_units();
    for (std::uint32_t u = 10; u < 20; ++u) add_unit(a, u);  // never committed
  }
  CHECK(query(file, "SELECT COUNT(*) FROM unit") == "10");
  {
    Archive a = Archive::open(file, ArchiveMode::Write);
    for (std::uint32_t u = 5; u < 12; ++u) add_unit(a, u);
    a.commit_units();
  }
  CHECK(query(file, "SELECT COUNT(*) FROM unit") == "7");
}

TEST_CASE("units are read back in the order of users with what is missing") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  Archive::create(file, sample_head());
  Archive a = Archive::open(file, ArchiveMode::Write);
  CHECK(has(message([&] { a.visit_units([](const UnitRow&) {}); }), "run.db: holds no units"));
  for (const std::uint32_t u : {7u, 2u, 4000000000u}) add_unit(a, u);
  a.commit_units();
  CHECK(a.unit_metrics() == std::vector<std::string>{"ctr", "watch \"time\""});
  std::vector<std::int64_t> users;
  a.visit_units([&](const UnitRow& row) {
    users.push_back(row.user);
    CHECK(row.entry_day == 0.5);
    CHECK(row.variants == std::vector<std::string>{row.user % 2 ? "treatment" : "control", "b"});
    REQUIRE(row.numerators.size() == 2);
    CHECK(row.numerators[0] == 1.0 + static_cast<double>(row.user));
    CHECK(std::isnan(row.numerators[1]));
    CHECK(row.denominators == std::vector<double>{10, 1});
  });
  CHECK(users == std::vector<std::int64_t>{2, 7, 4000000000});
}

TEST_CASE("an archive keeps what was set over the scenario and one from before it could is still read") {
  const Folder folder;
  const fs::path file = folder / "run.db", plain = folder / "plain.db";
  ArchiveHead head = sample_head();
  head.sets = {"seed=1", "engine.quotas=\"a\"", "seed=2"};
  Archive::create(file, head);
  CHECK(Archive::open(file, ArchiveMode::Read).head().sets == head.sets);
  query(file, "UPDATE run_set SET assignment = 'seed=3' WHERE position = 3");
  CHECK(has(message([&] { Archive::open(file, ArchiveMode::Read); }), "is damaged"));
  Archive::create(plain, sample_head());
  query(plain, "DROP TABLE run_set");
  CHECK(Archive::open(plain, ArchiveMode::Read).head().sets.empty());
}

TEST_CASE("creating overwrites nothing") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  const auto create = [&] { return message([&] { Archive::create(file, sample_head()); }); };
  for (const std::string& text :
       {std::string("my thesis"), std::string(), std::string("SQLite format 3\0", 16) + std::string(4000, 'x')}) {
    write_bytes(file, text);
    CHECK(has(create(), "is not a Feedloop archive, so it is not overwritten"));
    CHECK(read_file(file) == text);
    fs::remove(file);
  }
  query(file, "x");
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  sqlite3_exec(db, "CREATE TABLE theirs(x)", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  CHECK(has(create(), "is not a Feedloop archive, so it is not overwritten"));
  CHECK(query(file, "SELECT COUNT(*) FROM theirs") == "0");
  fs::remove(file);

  CHECK(create().empty());
  Archive::open(file, ArchiveMode::Write).put("x", "old");
  CHECK(has(create(), "already holds the archive of a run"));
  CHECK(Archive::open(file, ArchiveMode::Read).get("x") == "old");

  fs::create_directory(folder / "folder");
  CHECK(has(message([&] { Archive::create(folder / "folder", sample_head()); }), "is a folder"));
  CHECK(has(message([&] { Archive::create("/dev/null", sample_head()); }), "is not a file that can hold an archive"));
  CHECK(folder.files().size() == 2);
}

TEST_CASE("a path that cannot be written is one clear line and leaves nothing") {
  const Folder folder;
  const std::string missing = message([&] { Archive::create(folder / "no/such/run.db", sample_head()); });
  CHECK(has(missing, "run.db: cannot be written: No such file or directory"));
  write_bytes(folder / "file", "x");
  CHECK(has(message([&] { Archive::create(folder / "file/run.db", sample_head()); }), "cannot be written"));
  fs::permissions(folder.path(), fs::perms(0555));
  CHECK(in_child([&] {
          drop_privileges();
          return has(message([&] { Archive::create(folder / "run.db", sample_head()); }),
                     "run.db: cannot be written: Permission denied");
        }) == 0);
  CHECK(folder.files() == std::vector<std::string>{"file"});
}

TEST_CASE("an archive in a read-only folder is read but not written") {
  const Folder folder;
  const fs::path file = folder / "100% #1?.db";
  {
    Archive a = Archive::create(file, sample_head());
    a.store_report(sample(), kJson);
    a.finish();
  }
  // As left by a program that cannot restore the journal mode.
  SECTION("as one plain file") {}
  SECTION("in WAL mode") { CHECK(query(file, "PRAGMA journal_mode = WAL") == "wal"); }
  fs::permissions(file, fs::perms(0444));
  fs::permissions(folder.path(), fs::perms(0555));
  CHECK(in_child([&] {
          drop_privileges();
          return Archive::open(file, ArchiveMode::Read).report_json() == kJson;
        }) == 0);
  CHECK(in_child([&] {
          drop_privileges();
          const std::string m = message([&] { Archive::open(file, ArchiveMode::Write); });
          return has(m, "read-only") || has(m, "Permission denied");
        }) == 0);
}

TEST_CASE("a killed run in a read-only folder says what to copy") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  CHECK(in_child([&]() -> bool {
          Archive a = Archive::create(file, sample_head());
          a.put("x", "bytes");
          _exit(7);
        }) == 7);
  CHECK(fs::exists(folder / "run.db-wal"));
  fs::permissions(folder.path(), fs::perms(0555));
  CHECK(in_child([&] {
          drop_privileges();
          return has(message([&] { Archive::open(file, ArchiveMode::Read); }), "copy it together with its -wal file");
        }) == 0);
  fs::permissions(folder.path(), fs::perms(0755));
  CHECK(Archive::open(file, ArchiveMode::Read).get("x") == "bytes");
  CHECK(Archive::open(file, ArchiveMode::Write).get("x") == "bytes");
  CHECK(folder.files() == std::vector<std::string>{"run.db"});
}

TEST_CASE("what is no archive is refused by name") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  for (const ArchiveMode mode : {ArchiveMode::Read, ArchiveMode::Write}) {
    const auto open = [&] { return message([&] { Archive::open(file, mode); }); };
    fs::remove(file);
    CHECK(has(open(), "run.db: does not exist"));
    write_bytes(file, "");
    CHECK(has(open(), "is not a Feedloop archive"));
    write_bytes(file, "user,item\n1,2\n");
    CHECK(has(open(), "is not a Feedloop archive"));
    std::string noise;
    for (std::uint64_t i = 0; i < 20000; ++i) noise += static_cast<char>(draw(1, i));
    write_bytes(file, noise);
    CHECK(has(open(), "is not a Feedloop archive"));
    CHECK(read_file(file) == noise);
    CHECK(has(message([&] { Archive::open(folder.path(), mode); }), "is a folder"));
  }
}

TEST_CASE("an archive of another schema is refused and not touched") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  Archive::create(file, sample_head());
  query(file, fmt::format("PRAGMA user_version = {}", kArchiveSchema + 1));
  const std::string before = read_file(file);
  for (const ArchiveMode mode : {ArchiveMode::Read, ArchiveMode::Write})
    CHECK(
        has(message([&] { Archive::open(file, mode); }),
            fmt::format("was written by a newer Feedloop (schema {}, this one reads {})", kArchiveSchema + 1, kArchiveSchema)));
  CHECK(read_file(file) == before);
  query(file, "PRAGMA user_version = 1");
  CHECK(has(
      message([&] { Archive::open(file, ArchiveMode::Read); }),
      fmt::format("was written by an older Feedloop (schema 1, this one reads {}); run the scenario again", kArchiveSchema)));
  query(file, "PRAGMA user_version = 0");
  CHECK(has(message([&] { Archive::open(file, ArchiveMode::Read); }), "has schema 0"));
}

TEST_CASE("an archive in use is not opened a second time") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  Archive a = Archive::create(file, sample_head());
  const auto refused = [&] {
    for (const auto& attempt : {std::function<void()>([&] { Archive::open(file, ArchiveMode::Write); }),
                                std::function<void()>([&] { Archive::open(file, ArchiveMode::Read); }),
                                std::function<void()>([&] { Archive::create(file, sample_head()); })})
      if (!has(message(attempt), "is in use by another process")) return false;
    return true;
  };
  CHECK(in_child(refused) == 0);
  CHECK(has(message([&] { Archive::open(file, ArchiveMode::Write); }), "is in use by another process"));
  a.put("x", "still works");
  CHECK(a.get("x") == "still works");
}

TEST_CASE("a damaged archive is refused or gives what was stored but never something else") {
  const Folder folder;
  const fs::path file = folder / "run.db", copy = folder / "copy.db";
  const std::string blob(9000, 'b');
  {
    Archive a = Archive::create(file, sample_head());
    for (std::uint32_t u = 0; u < 50; ++u) add_unit(a, u);
    a.put("x", blob);
    a.store_report(sample(), kJson);
  }
  const std::string sound = read_file(file);
  int wrong = 0, refused = 0;
  const auto attempt = [&](const std::string& bytes) {
    for (const char* left : {"-wal", "-shm", "-journal"}) fs::remove(copy.string() + left);
    write_bytes(copy, bytes);
    try {
      Archive a = Archive::open(copy, ArchiveMode::Read);
      const auto x = a.get("x");
      const ArchiveHead h = a.head();
      if (x && *x != blob) ++wrong;
      if (h.toml != sample_head().toml || h.seed != sample_head().seed || h.scenario_hash != sample_head().scenario_hash)
        ++wrong;
      a.status();
      if (a.report_json() != kJson) ++wrong;
    } catch (const Error& e) {
      ++refused;
      if (!has(e.what(), "copy.db: ") || has(e.what(), "\n")) ++wrong;
    }
  };
  for (std::uint64_t i = 0; i < 300; ++i) {
    std::string bytes = sound;
    bytes[draw(2, i) % bytes.size()] = static_cast<char>(draw(3, i));
    attempt(bytes);
  }
  for (std::uint64_t i = 0; i < 60; ++i) {  // a whole page of noise
    std::string bytes = sound;
    const std::size_t page = draw(4, i) % (bytes.size() / 4096) * 4096;
    for (std::size_t k = 0; k < 4096; ++k) bytes[page + k] = static_cast<char>(draw(i, k));
    attempt(bytes);
  }
  for (std::size_t n = 0; n < sound.size(); n += 4001) attempt(sound.substr(0, n));
  CHECK(wrong == 0);
  CHECK(refused > 50);
}

TEST_CASE("a full disk is one clear line and loses nothing that was stored") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  for (const rlim_t bytes : {rlim_t{0}, rlim_t{4096}, rlim_t{20000}}) {
    CHECK(in_child([&] {
            limit_file_size(bytes);
            return has(message([&] { Archive::create(file, sample_head()); }), "disk");
          }) == 0);
    CHECK(folder.files().empty());
  }
  { Archive::create(file, sample_head()).put("x", "old"); }
  for (const rlim_t bytes : {rlim_t{100'000}, rlim_t{1'000'000}}) {
    CHECK(in_child([&] {
            limit_file_size(bytes);
            Archive a = Archive::open(file, ArchiveMode::Write);
            if (!has(message([&] { a.put("x", std::string(5'000'000, 'n')); }), "disk")) return false;
            if (a.get("x") != "old") return false;
            const std::string m = message([&] {
              for (std::uint32_t u = 0; u < 200'000; ++u) add_unit(a, u);
              a.commit_units();
            });
            return has(m, "disk");
          }) == 0);
    Archive a = Archive::open(file, ArchiveMode::Write);
    CHECK(a.get("x") == "old");
  }
  CHECK(query(file, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("a run killed at any moment leaves an archive that opens and holds whole writes only") {
  const Folder folder;
  const fs::path file = folder / "run.db";
  for (int round = 0; round < 24; ++round) {
    std::fflush(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
      try {
        if (round % 2 == 0) {  // anew, beside the journals that the last kill left
          fs::remove(file);
          Archive::create(file, sample_head());
        }
        for (int generation = 0;; ++generation) {
          Archive a = Archive::open(file, ArchiveMode::Write);  // each time, so that closing is interrupted as well
          a.put("x", std::string(300'000, static_cast<char>('a' + generation % 26)));
          a.begin_units();
          for (std::uint32_t u = 0; u < 1000; ++u) add_unit(a, u);
          a.commit_units();
          a.store_report(sample(), kJson);
          if (generation % 3 == 2) a.finish();
        }
      } catch (const std::exception& e) {
        std::fprintf(stderr, "child: %s\n", e.what());
      }
      _exit(1);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + draw(5, static_cast<std::uint64_t>(round)) % 45'000));
    kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    if (!fs::exists(file)) Archive::create(file, sample_head());  // killed before the archive was there

    const auto whole = [](Archive& a) {
      const auto x = a.get("x");
      return !x || (x->size() == 300'000 && x->find_first_not_of(x->front()) == std::string::npos);
    };
    {
      Archive a = Archive::open(file, ArchiveMode::Read);
      CHECK(whole(a));
      CHECK(a.status() != ArchiveStatus::Interrupted);
      if (a.has_report()) CHECK(a.report_json() == kJson);
    }
    if (round % 3 == 0) {
      Archive a = Archive::open(file, ArchiveMode::Write);
      CHECK(whole(a));
    }
    const std::string units = query(file, "SELECT COUNT(*) FROM unit");
    CHECK((units == "1000" || units == "no such table: unit"));
  }
  CHECK(query(file, "PRAGMA integrity_check") == "ok");
}
