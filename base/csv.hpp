// Comma-separated values (RFC 4180). Read with the place of every fault: CRLF or LF, quotes, a UTF-8 byte-order mark.
// Debian's CSV libraries report no line and column, which our users' errors need; hence our own sixty lines.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace feedloop {

class CsvReader {
 public:
  // Reads the header line; the file is read `window` bytes at a time, so that memory is bounded by the window and the longest
  // record. Throws Error when the file is missing, empty or the header is malformed.
  explicit CsvReader(const std::filesystem::path& file, std::size_t window = 1 << 16);

  const std::vector<std::string>& header() const { return header_; }
  // Column of the header's `name`. Throws Error naming the columns there are.
  std::size_t column(std::string_view name) const;

  // Moves to the next record; false at the end. Blank lines are skipped. Throws Error when the number of fields differs
  // from the header's or a quote is not closed.
  bool next();
  std::string_view field(std::size_t column) const { return fields_[column]; }
  double number(std::size_t column) const;  // Throws Error when the field is not a finite number
  Place place(std::size_t column) const;    // of a field of the current record

 private:
  struct Position {
    int line = 1, column = 1;
  };
  bool read_record(std::vector<std::string>& fields, std::vector<Position>& columns);
  bool has(std::size_t at);  // reads on until text_ has a character there; false when the file ends before
  std::size_t end_of_field();
  InputFile file_;
  std::size_t window_;
  std::string source_, text_;  // text_: what was read and is not yet over, from the record at at_ or a little earlier on
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<std::string> header_, fields_;
  std::vector<Position> columns_;
};

// A text as a field of a record: in quotes where it holds a comma, a quote or a line break.
std::string csv_field(std::string_view text);
// A number in the shortest form that reads back the same; empty for NaN, "Inf" and "-Inf" beyond.
std::string csv_number(double x);

}  // namespace feedloop
