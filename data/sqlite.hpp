// SQLite in terms of objects: a connection whose every failure is one clear line, a prepared statement, a transaction.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace feedloop {

// A connection, and the words for what goes wrong with it: every failure throws Error with the path and what to do.
class Connection {
 public:
  // `real` is the path that errors name; a new file may be written under another name first. `flags` as sqlite3_open_v2's.
  Connection(const std::filesystem::path& file, std::filesystem::path real, int flags);

  sqlite3* get() const { return db_.get(); }
  const std::filesystem::path& path() const { return path_; }

  void run(const std::string& sql);
  int touch();                            // reads the file's first page; SQLite's result code
  std::int64_t pragma(const char* name);  // 0 when there is no such pragma

  [[noreturn]] void error(std::string_view what) const;
  [[noreturn]] void fail(int rc) const;  // for SQLite's result code

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> db_;
};

// One prepared statement; parameters are given all at once, in order. Texts and blobs are not copied: they outlive the step.
class Statement {
 public:
  Statement(Connection& connection, const std::string& sql);

  template <class... T>
  Statement& bind(const T&... values) {
    int i = 0;
    (bind_at(++i, values), ...);
    return *this;
  }

  void bind_at(int i, std::int64_t v) { check(sqlite3_bind_int64(statement_.get(), i, v)); }
  void bind_at(int i, int v) { bind_at(i, std::int64_t{v}); }
  void bind_at(int i, bool v) { bind_at(i, std::int64_t{v}); }
  void bind_at(int i, double v) { check(sqlite3_bind_double(statement_.get(), i, v)); }  // NaN becomes NULL
  void bind_at(int i, std::string_view v);
  void bind_at(int i, const char*) = delete;  // would be a bool
  void bind_blob(int i, std::string_view v);

  bool row();  // steps; true when there is a row
  void execute();

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  double number(int column) const;  // NaN for NULL
  std::string_view bytes(int column) const;
  std::string text(int column) const { return std::string(bytes(column)); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  void check(int rc) const {
    if (rc != SQLITE_OK) connection_.fail(rc);
  }

  Connection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// All or nothing: what is not committed is rolled back, also when an error leaves by exception.
class Transaction {
 public:
  explicit Transaction(Connection& c) : c_(c) { c.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& c_;
  bool done_ = false;
};

}  // namespace feedloop
