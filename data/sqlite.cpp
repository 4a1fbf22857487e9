#include "data/sqlite.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"

namespace feedloop {
namespace {

constexpr int kBusyMs = 200;  // a reader is gone by then; a running experiment is not

}  // namespace

Connection::Connection(const std::filesystem::path& file, std::filesystem::path real, int flags) : path_(std::move(real)) {
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  db_.reset(raw);
  if (rc != SQLITE_OK) fail(rc);
  sqlite3_busy_timeout(raw, kBusyMs);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);  // a file from elsewhere gets no say in how it is read
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void Connection::run(const std::string& sql) {
  if (const int rc = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr); rc != SQLITE_OK) fail(rc);
}

int Connection::touch() { return sqlite3_exec(get(), "PRAGMA schema_version", nullptr, nullptr, nullptr); }

std::int64_t Connection::pragma(const char* name) {
  Statement s(*this, fmt::format("PRAGMA {}", name));
  return s.row() ? s.integer(0) : 0;
}

void Connection::error(std::string_view what) const { throw Error(std::string(what), Place{path_.string()}); }

void Connection::fail(int rc) const {
  const int reason = db_ ? sqlite3_system_errno(db_.get()) : 0;
  const std::string why = reason != 0 ? std::strerror(reason) : sqlite3_errstr(rc);
  std::string detail = db_ ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(rc);
  // It may quote damaged bytes, and an error is one line.
  std::replace_if(
      detail.begin(), detail.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, '?');
  switch (rc & 0xFF) {
    case SQLITE_CANTOPEN:
      error(fmt::format("cannot be opened: {}; check that its folder exists and may be written to", why));
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      error("cannot be written: the file or its folder is read-only; give another path or change its permissions");
    case SQLITE_FULL:
      error("cannot be written: the disk is full; free some space and resume, or give a path on another disk");
    case SQLITE_IOERR:
      error(fmt::format("cannot be read or written: {}; the disk may be full, gone or failing", why));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      error("is in use by another process; wait until it ends, or give another path");
    case SQLITE_NOTADB:
      error("is not a Feedloop archive; give a file that `feedloop run --out` has written");
    case SQLITE_CONSTRAINT:
      error(fmt::format("was given the same row twice ({})", detail));
    case SQLITE_NOMEM:
      error("needs more memory than there is");
    default:
      error(fmt::format("is damaged ({}); use a copy, or run the scenario again", detail));
  }
}

Statement::Statement(Connection& connection, const std::string& sql) : connection_(connection) {
  sqlite3_stmt* raw = nullptr;
  check(sqlite3_prepare_v2(connection.get(), sql.c_str(), -1, &raw, nullptr));
  statement_.reset(raw);
}

void Statement::bind_at(int i, std::string_view v) {
  check(sqlite3_bind_text64(statement_.get(), i, v.data() ? v.data() : "", v.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind_blob(int i, std::string_view v) {
  check(sqlite3_bind_blob64(statement_.get(), i, v.data() ? v.data() : "", v.size(), SQLITE_STATIC));
}

bool Statement::row() {
  const int rc = sqlite3_step(statement_.get());
  if (rc == SQLITE_ROW) return true;
  sqlite3_reset(statement_.get());
  if (rc != SQLITE_DONE) connection_.fail(rc);
  return false;
}

void Statement::execute() {
  while (row()) {
  }
}

double Statement::number(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const auto* p = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return {p ? p : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after some errors, a full disk among them.
  if (!done_ && !sqlite3_get_autocommit(c_.get())) sqlite3_exec(c_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  c_.run("COMMIT");
  done_ = true;
}

}  // namespace feedloop
