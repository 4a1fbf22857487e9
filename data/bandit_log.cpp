#include "data/bandit_log.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "base/parameters.hpp"
#include "data/csv_columns.hpp"

namespace feedloop {
namespace {

const ColumnRole kReward{"reward", "--reward-column", {"reward", "click", "clicked", "clicks", "label", "y"}};
const ColumnRole kAction{
    "action", "--action-column", {"action", "actionid", "itemid", "item", "movieid", "videoid", "productid", "articleid"}};
const ColumnRole kMarginal{
    "propensity",
    "--propensity-column",
    {"marginal", "propensityscore", "propensity", "pscore", "loggingprobability", "probability", "prob"}};
const ColumnRole kPropensity{
    "propensity",
    "--propensity-column",
    {"propensityscore", "propensity", "pscore", "loggingprobability", "probability", "prob", "marginal"}};
const ColumnRole kPosition{"position", "--position-column", {"position", "slot", "rank", "pos"}};
const ColumnRole kTime{"time", "--time-column", {"timestamp", "time", "ts"}};
const ColumnRole kUnit{"unit", "--unit-column", {"unit", "unitid", "user", "userid"}};
const ColumnRole kSlate{"slate", "--slate-column", {"slate", "slateid", "request", "requestid", "pageid"}};
const ColumnRole kActionSet{"size of the action set", "--set-size-column", {"actionset", "nactions"}};

using Index = std::map<std::string, std::uint32_t, std::less<>>;

std::uint32_t index_of(Index& index, std::string_view id) {
  const auto at = index.find(id);
  if (at != index.end()) return at->second;
  return index.emplace(std::string(id), static_cast<std::uint32_t>(index.size())).first->second;
}

// Names in the order of ids, and the rows' indices with them.
std::vector<std::string> sort_names(const Index& index, std::vector<std::uint32_t>& rows) {
  std::vector<std::pair<std::string, std::uint32_t>> all(index.begin(), index.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.first.size() != b.first.size() ? a.first.size() < b.first.size() : a.first < b.first;
  });
  std::vector<std::uint32_t> to(all.size());
  std::vector<std::string> names;
  for (std::size_t k = 0; k < all.size(); ++k) {
    to[all[k].second] = static_cast<std::uint32_t>(k);
    names.push_back(all[k].first);
  }
  for (std::uint32_t& r : rows) r = to[r];
  return names;
}

std::string_view filled(const CsvReader& csv, std::size_t column) {
  const std::string_view s = csv.field(column);
  if (s.empty()) throw Error(fmt::format("`{}` is empty", csv.header()[column]), csv.place(column));
  return s;
}

double propensity_at(const CsvReader& csv, std::size_t column) {
  if (csv.field(column).empty())
    throw Error(fmt::format("`{}` is missing; allowed is a probability in (0, 1]", csv.header()[column]), csv.place(column));
  const double p = csv.number(column);
  if (!(p > 0 && p <= 1))
    throw Error(fmt::format("`{}` = {} is not a propensity; allowed is (0, 1]: what was logged had a chance of being shown",
                            csv.header()[column], p),
                csv.place(column));
  return p;
}

double reward_at(const CsvReader& csv, std::size_t column, const std::optional<Interval>& range) {
  const double r = csv.number(column);
  if (range && !range->contains(r))
    throw Error(
        fmt::format("`{}` = {} is outside the rewards' range [{}, {}]", csv.header()[column], r, range->low, range->high),
        csv.place(column));
  return r;
}

// Times as numbers where all of them are, else as text, which sorts ISO 8601 of one zone.
std::vector<std::uint32_t> places_by_time(const std::vector<std::string>& times, std::size_t rows) {
  std::vector<std::uint32_t> order(rows), place(rows);
  std::iota(order.begin(), order.end(), 0u);
  if (!times.empty()) {
    std::vector<double> numbers(rows);
    const bool numeric = std::all_of(order.begin(), order.end(), [&](std::uint32_t i) {
      const std::string& s = times[i];
      const auto r = std::from_chars(s.data(), s.data() + s.size(), numbers[i]);
      return r.ec == std::errc{} && r.ptr == s.data() + s.size() && !std::isnan(numbers[i]);
    });
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return numeric ? numbers[a] < numbers[b] : times[a] < times[b]; });
  }
  for (std::size_t k = 0; k < rows; ++k) place[order[k]] = static_cast<std::uint32_t>(k);
  return place;
}

// A logging policy that ignores the context shows in its propensities: then they must be a distribution.
void check_sums(const BanditLog& log) {
  const std::size_t pairs = log.actions.size() * log.positions.size();
  std::vector<double> of_pair(pairs, 0.0);
  for (std::size_t i = 0; i < log.size(); ++i) {
    double& p = of_pair[log.position[i] * log.actions.size() + log.action[i]];
    if (p != 0 && p != log.propensity[i]) return;
    p = log.propensity[i];
  }
  for (std::size_t k = 0; k < log.positions.size(); ++k) {
    const auto begin = of_pair.begin() + static_cast<std::ptrdiff_t>(k * log.actions.size());
    const double sum = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(log.actions.size()), 0.0);
    if (sum <= 1 + 1e-3) continue;
    for (std::size_t i = 0; i < log.size(); ++i)
      if (log.position[i] == k)
        throw Error(fmt::format("propensities{} add up to {:.6g} over its actions; allowed is at most 1",
                                log.has_position ? fmt::format(" at position {}", log.positions[k]) : "", sum),
                    Place{log.file.string(), log.line[i]});
  }
}

}  // namespace

BanditLog read_bandit_log(const BanditLogSource& source) {
  CsvReader csv(source.file);
  BanditLog log;
  log.file = source.file;
  const std::size_t action = need_column(csv, kAction, source.action, source.file);
  const auto position = find_column(csv, kPosition, source.position);
  std::optional<std::size_t> reward, propensity, error, time, unit, slate, action_set;
  if (!source.decisions_only) {
    reward = need_column(csv, kReward, source.reward, source.file);
    propensity = find_column(csv, source.conditional ? kPropensity : kMarginal, source.propensity);
    if (!propensity)
      throw Error(fmt::format("has no propensities: a column of the probability with which each logged action was chosen is "
                              "needed, logged by a policy that draws at random when it acted; name it with "
                              "--propensity-column; columns are {}",
                              join(csv.header())),
                  Place{source.file.string(), 1, 1});
    for (std::size_t k = 0; k < csv.header().size(); ++k)
      if (csv.header()[k] == csv.header()[*propensity] + "_error") error = k;
    time = find_column(csv, kTime, source.time);
    unit = find_column(csv, kUnit, source.unit);
    slate = find_column(csv, kSlate, source.slate);
    action_set = find_column(csv, kActionSet, source.action_set);
    log.reward_column = csv.header()[*reward];
    log.propensity_column = csv.header()[*propensity];
  }
  std::vector<std::size_t> context;
  for (const std::string& name : source.context) context.push_back(csv.column(name));
  std::vector<std::pair<std::size_t, std::string>> where;
  for (const auto& [name, value] : source.where) where.emplace_back(csv.column(name), value);

  Index actions, positions, units, slates;
  std::vector<Index> values(context.size());
  std::map<std::vector<std::uint32_t>, std::uint32_t> contexts;
  std::vector<std::string> times;
  std::vector<std::uint32_t> key(context.size());
  while (csv.next()) {
    if (!std::all_of(where.begin(), where.end(), [&](const auto& w) { return csv.field(w.first) == w.second; })) continue;
    const auto row = static_cast<std::uint32_t>(log.size());
    log.action.push_back(index_of(actions, filled(csv, action)));
    log.position.push_back(index_of(positions, position ? filled(csv, *position) : std::string_view{}));
    for (std::size_t k = 0; k < context.size(); ++k) key[k] = index_of(values[k], csv.field(context[k]));
    log.context.push_back(contexts.try_emplace(key, static_cast<std::uint32_t>(contexts.size())).first->second);
    log.unit.push_back(unit ? index_of(units, filled(csv, *unit)) : row);
    log.slate.push_back(slate ? index_of(slates, filled(csv, *slate)) : row);
    if (reward) log.reward.push_back(reward_at(csv, *reward, source.reward_range));
    if (propensity) log.propensity.push_back(propensity_at(csv, *propensity));
    if (error) log.propensity_error.push_back(csv.number(*error));
    if (time) times.emplace_back(csv.field(*time));
    if (action_set) {
      const double n = csv.number(*action_set);
      if (!(n >= 1 && n <= 1e9 && n == std::floor(n)))
        throw Error(
            fmt::format("`{}` = {} is not a number of actions; allowed is a whole number from 1", csv.header()[*action_set], n),
            csv.place(*action_set));
      log.action_set.push_back(static_cast<std::int32_t>(n));
    }
    log.line.push_back(csv.place(0).line);
  }
  if (log.size() == 0)
    throw Error(source.where.empty() ? "has no rows below its header" : "has no row with the values asked for",
                Place{source.file.string()});
  log.actions = sort_names(actions, log.action);
  log.positions = sort_names(positions, log.position);
  for (const Index& v : values) {
    auto& names = log.context_values.emplace_back(v.size());
    for (const auto& [name, at] : v) names[at] = name;
  }
  log.contexts.resize(contexts.size());
  for (const auto& [k, at] : contexts) log.contexts[at] = k;
  log.order = places_by_time(times, log.size());
  log.has_position = position.has_value();
  log.has_unit = unit.has_value();
  log.has_slate = slate.has_value();
  log.has_time = time.has_value();
  log.units = unit ? static_cast<std::uint32_t>(units.size()) : static_cast<std::uint32_t>(log.size());
  log.slates = slate ? static_cast<std::uint32_t>(slates.size()) : static_cast<std::uint32_t>(log.size());
  if (propensity && !(source.conditional && action_set)) check_sums(log);  // given the slots above they need not add up
  return log;
}

}  // namespace feedloop
