// A finished run as tables that R (read.csv) and Python (pandas.read_csv) read without options: RFC 4180 with line feeds,
// UTF-8, names of columns in lower_snake_case, an empty field for what is missing, TRUE and FALSE (R takes true for a text),
// Inf and -Inf, and every double in the shortest decimals that a correctly rounding reader turns into the same bits. Both
// readers take a variant or layer whose name is NA for a missing one.
//
//   units.csv     a row a unit: user, entry_day, a column a layer that holds the unit's variant, and for each metric M its sums
//                 M_num and M_den. The value of a group is the ratio of the two columns' sums over rows that have both
//   daily.csv     layer, variant, metric, day, value, low, high: cumulative since t0
//   effects.csv   layer, variant, control, metric, value, control_value, and the columns of the archive's table `effect`
//   variants.csv  layer, variant, position (0 = control), share, units, requests, impressions, and for each metric M, exposure
//                 included, M, M_se and M_n
//   truth.csv     layer, variant, metric, effect, se, bias, covered, spill_on_treated, spill_on_control, sampling; written when
//   the run has the truth
//
// Columns of layers and metrics keep what column_name makes of their names; a name that is taken gets a number: ctr_num_2.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/archive.hpp"
#include "experiment/report.hpp"

namespace feedloop {

struct CsvTable {
  std::string text;       // with its header
  std::int64_t rows = 0;  // without it
};
CsvTable daily_csv(const Report& report);
CsvTable effects_csv(const Report& report);
CsvTable variants_csv(const Report& report);
CsvTable truth_csv(const Report& report);

// Letters and digits of ASCII in lower case, anything between them one underscore: "Home Page/2" is home_page_2. Never empty
// and never beginning with a digit.
std::string column_name(std::string_view name);

struct ExportedFile {
  std::filesystem::path file;
  std::int64_t rows = 0;
};

// Writes all of the tables or none. `report` is the archive's own; `folder` is made when it is not there, its parent is not.
// Throws Error when one of the files is there already, when the folder cannot be written, when the archive holds no units, and
// when those it holds are not those of the report.
std::vector<ExportedFile> export_csv(Archive& archive, const Report& report, const std::filesystem::path& folder);

}  // namespace feedloop
