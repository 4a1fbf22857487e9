#include "base/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/parameters.hpp"

namespace feedloop {
CsvReader::CsvReader(const std::filesystem::path& file, std::size_t window)
    : file_(file), window_(window), source_(file.string()) {
  if (has(2) && text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  if (!read_record(header_, columns_)) throw Error("is empty; expected a header line of column names", Place{source_});
}

std::size_t CsvReader::column(std::string_view name) const {
  const auto it = std::find(header_.begin(), header_.end(), name);
  if (it == header_.end()) {
    const std::string near = nearest(name, header_);
    throw Error(fmt::format("has no column `{}`{}; columns are {}", name,
                            near.empty() ? "" : fmt::format(", did you mean `{}`?", near), join(header_)),
                Place{source_, 1, 1});
  }
  return static_cast<std::size_t>(it - header_.begin());
}

bool CsvReader::next() {
  if (!read_record(fields_, columns_)) return false;
  if (fields_.size() != header_.size())
    throw Error(fmt::format("{} fields where the header has {}", fields_.size(), header_.size()),
                Place{source_, columns_.back().line, columns_.back().column});
  return true;
}

bool CsvReader::read_record(std::vector<std::string>& fields, std::vector<Position>& columns) {
  while (has(at_) && (text_[at_] == '\n' || text_[at_] == '\r')) {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }
  fields.clear();
  columns.clear();
  if (!has(at_)) return false;
  if (at_ >= window_) {
    text_.erase(0, at_);
    at_ = 0;
  }
  std::size_t line_start = at_;
  for (;;) {
    columns.push_back({line_, static_cast<int>(at_ - line_start) + 1});
    std::string value;
    if (has(at_) && text_[at_] == '"') {
      const Place opened{source_, line_, columns.back().column};
      for (++at_;; ++at_) {
        if (!has(at_)) throw Error("a quote is opened here and never closed", opened);
        if (text_[at_] == '"') {
          if (has(at_ + 1) && text_[at_ + 1] == '"')
            ++at_;
          else
            break;
        }
        if (text_[at_] == '\n') {
          ++line_;
          line_start = at_ + 1;
        }
        value += text_[at_];
      }
      ++at_;
      if (has(at_) && text_[at_] != ',' && text_[at_] != '\r' && text_[at_] != '\n')
        throw Error("text after a closing quote; expected a comma or the end of the line",
                    Place{source_, line_, static_cast<int>(at_ - line_start) + 1});
    } else {
      const std::size_t end = end_of_field();
      value.assign(text_, at_, end - at_);
      at_ = end;
    }
    fields.push_back(std::move(value));
    if (has(at_) && text_[at_] == ',') {
      ++at_;
      continue;
    }
    break;
  }
  if (has(at_) && text_[at_] == '\r') ++at_;
  if (has(at_) && text_[at_] == '\n') {
    ++at_;
    ++line_;
  }
  return true;
}

bool CsvReader::has(std::size_t at) {
  while (at >= text_.size())
    if (!file_.append_to(text_, window_)) return false;
  return true;
}

std::size_t CsvReader::end_of_field() {
  std::size_t end = text_.find_first_of(",\r\n", at_);
  while (end == std::string::npos) {
    const std::size_t known = text_.size();
    if (!has(known)) return known;
    end = text_.find_first_of(",\r\n", known);
  }
  return end;
}

double CsvReader::number(std::size_t column) const {
  const std::string_view s = fields_[column];
  double x = 0;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), x);
  if (s.empty() || r.ec != std::errc{} || r.ptr != s.data() + s.size() || !std::isfinite(x))
    throw Error(fmt::format("`{}` = \"{}\" is not a finite number", header_[column], s), place(column));
  return x;
}

Place CsvReader::place(std::size_t column) const { return {source_, columns_[column].line, columns_[column].column}; }

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string csv_number(double x) {
  if (std::isnan(x)) return "";
  if (std::isinf(x)) return x > 0 ? "Inf" : "-Inf";
  if (x == 0 && std::signbit(x)) return "-0.0";  // a whole -0 would be read as an integer, which has no sign
  return fmt::format("{}", x);
}

}  // namespace feedloop
