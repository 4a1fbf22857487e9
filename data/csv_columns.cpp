#include "data/csv_columns.hpp"

#include <cctype>

#include <fmt/format.h>

#include "base/parameters.hpp"

namespace feedloop {

std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '_' && c != ' ' && c != '-') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::optional<std::size_t> find_column(const CsvReader& csv, const ColumnRole& role, const std::string& given) {
  if (!given.empty()) return csv.column(given);
  for (const std::string& name : role.names)
    for (std::size_t k = 0; k < csv.header().size(); ++k)
      if (plain_name(csv.header()[k]) == name) return k;
  return std::nullopt;
}

std::size_t need_column(const CsvReader& csv, const ColumnRole& role, const std::string& given,
                        const std::filesystem::path& file) {
  if (const auto column = find_column(csv, role, given)) return *column;
  std::string near;
  for (const std::string& name : role.names) {
    std::vector<std::string> headers;
    for (const std::string& h : csv.header()) headers.push_back(plain_name(h));
    const std::string hit = nearest(name, headers);
    for (std::size_t k = 0; near.empty() && !hit.empty() && k < headers.size(); ++k)
      if (headers[k] == hit) near = csv.header()[k];
  }
  throw Error(fmt::format("has no column for the {}{}; name it with {}; columns are {}", role.what,
                          near.empty() ? "" : fmt::format(", did you mean `{}`?", near), role.flag, join(csv.header())),
              Place{file.string(), 1, 1});
}

}  // namespace feedloop
