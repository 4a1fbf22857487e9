#include "data/policy_table.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "data/csv_columns.hpp"

namespace feedloop {
namespace {

const ColumnRole kAction{
    "action", "its header", {"action", "actionid", "itemid", "item", "movieid", "videoid", "productid", "articleid"}};
const ColumnRole kPosition{"position", "its header", {"position", "slot", "rank", "pos"}};
const ColumnRole kProbability{"probability", "its header", {"probability", "prob", "p", "propensity", "share"}};

// "p_pos2" -> "2".
std::optional<std::string> position_of_header(std::string_view name) {
  const std::string plain = plain_name(name);
  std::size_t digits = plain.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(plain[digits - 1]))) --digits;
  const std::string_view stem = std::string_view(plain).substr(0, digits);
  if (digits == plain.size()) return std::nullopt;
  for (const char* known : {"p", "pos", "ppos", "position", "pposition", "prob", "probpos"})
    if (stem == known) return plain.substr(digits);
  return std::nullopt;
}

struct Cell {
  double probability;
  int line;
};
using Cells = std::map<std::string, std::map<std::string, Cell>>;  // by position, action

void put(Cells& cells, const CsvReader& csv, std::string position, std::size_t action, std::size_t column) {
  if (csv.field(action).empty()) throw Error(fmt::format("`{}` is empty", csv.header()[action]), csv.place(action));
  const double p = csv.number(column);
  if (!(p >= 0 && p <= 1)) throw Error(fmt::format("`{}` = {} is outside [0, 1]", csv.header()[column], p), csv.place(column));
  const std::string name(csv.field(action));
  if (!cells[position].try_emplace(name, Cell{p, csv.place(column).line}).second)
    throw Error(fmt::format("action `{}` is listed twice{}", name, position.empty() ? "" : " at position " + position),
                csv.place(action));
}

PolicyTable dense(const Cells& cells, std::string source) {
  PolicyTable t;
  t.source = std::move(source);
  std::map<std::string, std::size_t> actions;
  for (const auto& [position, row] : cells)
    for (const auto& [action, cell] : row) actions.try_emplace(action, actions.size());
  t.actions.resize(actions.size());
  for (const auto& [name, at] : actions) t.actions[at] = name;
  for (const auto& [position, row] : cells) {
    t.positions.push_back(position);
    t.probability.resize(t.positions.size() * t.actions.size(), 0.0);
    double* out = &t.probability[(t.positions.size() - 1) * t.actions.size()];
    double sum = 0;
    int line = 0;
    for (const auto& [action, cell] : row) {
      out[actions.at(action)] = cell.probability;
      sum += cell.probability;
      line = std::max(line, cell.line);
    }
    if (std::abs(sum - 1) > 1e-3)
      throw Error(fmt::format("probabilities{} add up to {:.6g}, not 1 (within 0.001)",
                              position.empty() ? "" : " at position " + position, sum),
                  Place{t.source, line});
  }
  return t;
}

}  // namespace

PolicyTable read_policy_table(const std::filesystem::path& file) {
  CsvReader csv(file);
  const std::size_t action = need_column(csv, kAction, "", file);
  std::vector<std::pair<std::size_t, std::string>> wide;
  for (std::size_t k = 0; k < csv.header().size(); ++k)
    if (const auto position = position_of_header(csv.header()[k])) wide.emplace_back(k, *position);
  Cells cells;
  if (const auto probability = find_column(csv, kProbability, ""); probability || wide.empty()) {
    const std::size_t p = need_column(csv, kProbability, "", file);
    const auto position = find_column(csv, kPosition, "");
    while (csv.next()) put(cells, csv, position ? std::string(csv.field(*position)) : "", action, p);
  } else {
    while (csv.next())
      for (const auto& [column, position] : wide) put(cells, csv, position, action, column);
  }
  if (cells.empty()) throw Error("has no rows below its header", Place{file.string()});
  return dense(cells, file.string());
}

PolicyTable shares_of(const BanditLog& log) {
  PolicyTable t;
  t.source = log.file.string();
  t.actions = log.actions;
  t.positions = log.positions;
  t.probability.assign(t.actions.size() * t.positions.size(), 0.0);
  std::vector<double> rows(t.positions.size(), 0.0);
  for (std::size_t i = 0; i < log.size(); ++i) {
    ++t.probability[log.position[i] * t.actions.size() + log.action[i]];
    ++rows[log.position[i]];
  }
  for (std::size_t k = 0; k < t.positions.size(); ++k)
    for (std::size_t a = 0; a < t.actions.size(); ++a) t.probability[k * t.actions.size() + a] /= rows[k];
  return t;
}

}  // namespace feedloop
