// Finds the columns of foreign CSV files: by the name given, else among the usual names of a role, whatever their case,
// underscores, hyphens and blanks.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"

namespace feedloop {

struct ColumnRole {
  const char* what;
  const char* flag;                // of the command line, for messages
  std::vector<std::string> names;  // lower case without underscores, the likeliest first
};

std::string plain_name(std::string_view name);  // lower case, without _ - and blanks

// `given` may be empty. Throws Error when a given name is not there.
std::optional<std::size_t> find_column(const CsvReader& csv, const ColumnRole& role, const std::string& given);
// Throws Error naming the flag, a near name and the columns there are.
std::size_t need_column(const CsvReader& csv, const ColumnRole& role, const std::string& given,
                        const std::filesystem::path& file);

}  // namespace feedloop
