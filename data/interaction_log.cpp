#include "data/interaction_log.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/parameters.hpp"
#include "data/csv_columns.hpp"

namespace feedloop {
namespace {

constexpr const char* kUnknown = "unknown";
constexpr std::size_t kFewest = 10, kFewestEvents = 50;  // users and items, and events, below which there is nothing to fit
constexpr std::size_t kFewestImpressions = 100;
constexpr double kMostSlots = 1000;

const ColumnRole kUser{"user", "--user-column", {"userid", "user", "uid"}};
const ColumnRole kItem{"item", "--item-column", {"itemid", "item", "movieid", "videoid", "productid", "articleid"}};
const ColumnRole kValue{"value", "--value-column", {"rating", "value", "weight", "score"}};
const ColumnRole kTime{"time", "--time-column", {"timestamp", "time", "ts"}};
const ColumnRole kClick{"click", "--click-column", {"click", "clicked", "isclick"}};
const ColumnRole kSlot{"slot", "--slot-column", {"position", "slot", "rank", "pos"}};
const ColumnRole kPropensity{"propensity", "--propensity-column", {"marginal", "propensityscore", "propensity", "pscore"}};
const ColumnRole kPlay{
    "play time", "--play-column", {"watchedms", "watcheds", "playtimems", "playtimes", "playdurationms", "playdurations"}};
const ColumnRole kDuration{"duration", "--duration-column", {"durationms", "durations", "videodurationms", "videodurations"}};
const ColumnRole kItemId{"item", "--item-id-column", {"itemid", "item", "movieid", "videoid", "productid", "articleid", "id"}};
const ColumnRole kCategory{"category", "--category-column", {"genres", "genre", "categories", "category"}};
const ColumnRole kTitle{"title", "", {"title", "name"}};

using Index = std::map<std::string, std::uint32_t, std::less<>>;

std::optional<std::size_t> column_of(const CsvReader& csv, const ColumnRole& role, const std::string& given) {
  return given == "none" ? std::nullopt : find_column(csv, role, given);
}

std::string id_at(const CsvReader& csv, std::size_t column) {
  std::string id(csv.field(column));
  if (id.empty()) throw Error(fmt::format("`{}` is empty", csv.header()[column]), csv.place(column));
  return id;
}

// Numbers ids as they come; make_canonical() sorts them.
std::uint32_t index_of(Index& index, std::string_view id) {
  return index.try_emplace(std::string(id), static_cast<std::uint32_t>(index.size())).first->second;
}

// Seconds in a unit of the column; the unit is the last word of its name.
class Seconds {
 public:
  Seconds(const CsvReader& csv, std::optional<std::size_t> column, const char* flag, const std::filesystem::path& file)
      : column_(column) {
    if (!column) return;
    const std::string& name = csv.header()[*column];
    const auto ends = [&](std::string_view unit) { return name.ends_with(unit); };
    if (ends("_ms") || ends("_milliseconds"))
      unit_s_ = 1e-3;
    else if (ends("_min") || ends("_minutes"))
      unit_s_ = 60;
    else if (!ends("_s") && !ends("_sec") && !ends("_seconds"))
      throw Error(fmt::format("`{}` does not say its unit; rename it so that it ends in _ms, _s or _min, or leave it out with "
                              "{} none",
                              name, flag),
                  Place{file.string(), 1, 1});
  }
  // NaN where the field is empty. Throws Error: not a number, negative, longer than ten days.
  float at(const CsvReader& csv) const {
    if (!column_ || csv.field(*column_).empty()) return std::numeric_limits<float>::quiet_NaN();
    const double x = csv.number(*column_) * unit_s_;
    if (!(x >= 0 && x <= 864'000))
      throw Error(fmt::format("`{}` = {} s is outside [0, 864000], ten days", csv.header()[*column_], x), csv.place(*column_));
    return static_cast<float>(x);
  }

 private:
  std::optional<std::size_t> column_;
  double unit_s_ = 1;
};

void read_items(const LogSource& source, InteractionLog& log, Index& index) {
  CsvReader csv(source.items);
  const std::size_t id = need_column(csv, kItemId, source.item_id_column, source.items);
  const std::size_t category = need_column(csv, kCategory, source.category_column, source.items);
  const auto title = find_column(csv, kTitle, "");
  const Seconds duration(csv, find_column(csv, kDuration, ""), "--duration-column", source.items);
  if (id == category)
    throw Error(fmt::format("`{}` cannot be both the item and its category", csv.header()[id]),
                Place{source.items.string(), 1, 1});
  Index labels;
  while (csv.next()) {
    LogItem item{id_at(csv, id), title ? std::string(csv.field(*title)) : "", {}, duration.at(csv)};
    std::set<std::uint32_t> own;
    for (std::string_view rest = csv.field(category); !rest.empty();) {
      const auto bar = rest.find('|');
      if (const auto label = rest.substr(0, bar); !label.empty()) own.insert(index_of(labels, label));
      rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
    if (own.empty()) own.insert(index_of(labels, kUnknown));
    item.labels.assign(own.begin(), own.end());
    if (const auto before = index.find(item.id); before != index.end()) {
      const LogItem& first = log.items[before->second];
      const bool same_length =
          first.duration_s == item.duration_s || (std::isnan(first.duration_s) && std::isnan(item.duration_s));
      if (first.title != item.title || first.labels != item.labels || !same_length)
        throw Error(fmt::format("item `{}` is listed twice, and not with the same title, categories and duration", item.id),
                    csv.place(id));
      ++log.doubled_items;
      continue;
    }
    index_of(index, item.id);
    log.items.push_back(std::move(item));
  }
  if (log.items.empty()) throw Error("has no items below its header", Place{source.items.string()});
  log.labels.resize(labels.size());
  for (const auto& [name, at] : labels) log.labels[at] = name;
}

std::int64_t time_at(const CsvReader& csv, std::size_t column, TimeFormat format) {
  try {
    return parse_log_time_ms(csv.field(column), format);
  } catch (const Error& e) {
    throw Error(fmt::format("`{}` = {}", csv.header()[column], e.what()), csv.place(column));
  }
}

std::int16_t slot_at(const CsvReader& csv, std::size_t column) {
  if (csv.field(column).empty()) return -1;
  const double x = csv.number(column);
  if (!(x >= 0 && x <= kMostSlots && x == std::floor(x)))
    throw Error(
        fmt::format("`{}` = {} is not a slot; allowed are whole numbers in [0, {}]", csv.header()[column], x, kMostSlots),
        csv.place(column));
  return static_cast<std::int16_t>(x);
}

double propensity_at(const CsvReader& csv, std::size_t column) {
  const double x = csv.number(column);
  if (!(x > 0 && x <= 1))
    throw Error(fmt::format("`{}` = {} is not a propensity; allowed is (0, 1]", csv.header()[column], x), csv.place(column));
  return x;
}

void read_rows(const LogSource& source, InteractionLog& log, Index& items) {
  CsvReader csv(source.log);
  auto user = column_of(csv, kUser, source.user_column);
  const auto click = column_of(csv, kClick, source.click_column);
  if (!user && !click && source.user_column == "none")
    throw Error(fmt::format("has no column of clicks, which a log without users needs; name it with {}; columns are {}",
                            kClick.flag, join(csv.header())),
                Place{source.log.string(), 1, 1});
  if (!user && !click) user = need_column(csv, kUser, "", source.log);
  const std::size_t item = need_column(csv, kItem, source.item_column, source.log);
  const auto value = column_of(csv, kValue, source.value_column);
  const auto time = column_of(csv, kTime, source.time_column);
  const auto slot = column_of(csv, kSlot, source.slot_column);
  const auto propensity = column_of(csv, kPropensity, source.propensity_column);
  const auto play = column_of(csv, kPlay, source.play_column);
  const auto length = column_of(csv, kDuration, source.duration_column);
  const Seconds played(csv, play, kPlay.flag, source.log), duration(csv, length, kDuration.flag, source.log);
  if (user == item)
    throw Error(fmt::format("`{}` cannot be both the user and the item", csv.header()[item]), Place{source.log.string(), 1, 1});
  log.has_value = value.has_value();
  log.has_time = time.has_value();
  log.has_click = click.has_value();
  log.has_slot = slot.has_value();
  log.has_propensity = propensity.has_value();
  log.has_played = play.has_value();
  if (source.window_ms && !time)
    throw Error("has no column for the time, and a window of time is declared; name it with --time-column",
                Place{source.log.string(), 1, 1});
  const std::size_t listed = log.items.size();
  Index viewers;
  std::int16_t first_slot = INT16_MAX;
  while (csv.next()) {
    ++log.rows;
    LogRow row;
    const std::string user_id = user ? id_at(csv, *user) : "", item_id = id_at(csv, item);
    if (value) row.value = csv.number(*value);
    if (time) row.time_ms = time_at(csv, *time, source.time_format);
    if (click) {
      const double x = csv.number(*click);
      if (x != 0 && x != 1)
        throw Error(fmt::format("`{}` = {} is no click; allowed are 0 and 1", csv.header()[*click], x), csv.place(*click));
      row.chosen = x == 1;
    }
    if (slot) row.slot = slot_at(csv, *slot);
    if (propensity) row.propensity = propensity_at(csv, *propensity);
    row.played_s = played.at(csv);
    row.duration_s = duration.at(csv);
    if (source.window_ms && (row.time_ms < source.window_ms->first || row.time_ms >= source.window_ms->second)) {
      ++log.outside_window;
      continue;
    }
    if (row.value < source.min_value) {
      ++log.below_value;
      row.chosen = false;
    }
    if (slot && row.slot >= 0) first_slot = std::min(first_slot, row.slot);
    if (user) {
      row.viewer = index_of(viewers, user_id);
      if (row.viewer == log.viewers.size()) log.viewers.push_back(user_id);
    }
    row.item = index_of(items, item_id);
    if (row.item == log.items.size()) log.items.push_back({item_id, "", {}});
    log.unlisted_events += row.chosen && row.item >= listed && !source.items.empty();
    log.seen.push_back(row);
  }
  if (log.rows == 0) throw Error("has no events below its header", Place{source.log.string()});
  if (log.seen.empty())
    throw Error(fmt::format("has no row in the window from {} to {}", iso_time(source.window_ms->first),
                            iso_time(source.window_ms->second)),
                Place{source.log.string()});
  if (slot) {
    log.slots_from_0 = first_slot == 0;
    for (LogRow& row : log.seen) row.slot = static_cast<std::int16_t>(row.slot < 0 ? 0 : row.slot + log.slots_from_0);
  }
  if (!source.items.empty()) log.unlisted_items = static_cast<std::int64_t>(log.items.size() - listed);
  if (log.items.size() > listed) {
    auto unknown = std::find(log.labels.begin(), log.labels.end(), kUnknown) - log.labels.begin();
    if (unknown == std::ssize(log.labels)) log.labels.emplace_back(kUnknown);
    for (std::size_t i = listed; i < log.items.size(); ++i) log.items[i].labels = {static_cast<int>(unknown)};
  }
}

// One duration an item, whichever file says it: the longest.
void settle_durations(InteractionLog& log) {
  std::vector<float> longest(log.items.size(), std::numeric_limits<float>::quiet_NaN());
  std::vector<char> disputed(log.items.size());
  for (std::size_t i = 0; i < longest.size(); ++i) longest[i] = log.items[i].duration_s;
  for (const LogRow& row : log.seen) {
    if (std::isnan(row.duration_s)) continue;
    float& own = longest[row.item];
    if (!std::isnan(own) && own != row.duration_s) disputed[row.item] = 1;
    own = std::isnan(own) ? row.duration_s : std::max(own, row.duration_s);
  }
  log.disputed_durations = std::count(disputed.begin(), disputed.end(), 1);
  for (std::size_t i = 0; i < longest.size(); ++i) log.items[i].duration_s = longest[i];
  for (LogRow& row : log.seen) row.duration_s = longest[row.item];
}

bool id_before(const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

// Where each index goes when its elements are put in the order of `before`.
template <class Before>
std::vector<std::uint32_t> ranks(std::size_t n, Before before) {
  std::vector<std::uint32_t> order(n), rank(n);
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), before);
  for (std::size_t k = 0; k < n; ++k) rank[order[k]] = static_cast<std::uint32_t>(k);
  return rank;
}

template <class T>
void arrange(std::vector<T>& values, const std::vector<std::uint32_t>& rank) {
  std::vector<T> out(values.size());
  for (std::size_t k = 0; k < values.size(); ++k) out[rank[k]] = std::move(values[k]);
  values = std::move(out);
}

// NaN is played as -1, so that the order is total.
auto row_key(const LogRow& r) {
  return std::tuple(r.viewer, r.time_ms, r.slot, r.item, r.chosen, r.value, r.propensity,
                    std::isnan(r.played_s) ? -1.0f : r.played_s, std::isnan(r.duration_s) ? -1.0f : r.duration_s);
}

void sort_rows(std::vector<LogRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const LogRow& a, const LogRow& b) { return row_key(a) < row_key(b); });
}

}  // namespace

std::vector<std::int64_t> InteractionLog::events_per_user() const {
  std::vector<std::int64_t> n(users.size());
  for (const LogEvent& e : events) ++n[e.user];
  return n;
}

std::vector<std::int64_t> InteractionLog::events_per_item() const {
  std::vector<std::int64_t> n(items.size());
  for (const LogEvent& e : events) ++n[e.item];
  return n;
}

std::pair<std::int64_t, std::int64_t> InteractionLog::span_ms() const {
  const auto [first, last] =
      std::minmax_element(seen.begin(), seen.end(), [](const LogRow& a, const LogRow& b) { return a.time_ms < b.time_ms; });
  return {first->time_ms, last->time_ms};
}

void make_canonical(InteractionLog& log) {
  const auto label = ranks(log.labels.size(), [&](auto a, auto b) { return log.labels[a] < log.labels[b]; });
  const auto user = ranks(log.users.size(), [&](auto a, auto b) { return id_before(log.users[a], log.users[b]); });
  const auto viewer = ranks(log.viewers.size(), [&](auto a, auto b) { return id_before(log.viewers[a], log.viewers[b]); });
  const auto item = ranks(log.items.size(), [&](auto a, auto b) { return id_before(log.items[a].id, log.items[b].id); });
  for (LogItem& i : log.items) {
    for (int& l : i.labels) l = static_cast<int>(label[static_cast<std::size_t>(l)]);
    std::sort(i.labels.begin(), i.labels.end());
  }
  arrange(log.labels, label);
  arrange(log.users, user);
  arrange(log.viewers, viewer);
  arrange(log.items, item);
  for (LogEvent& e : log.events) {
    e.user = user[e.user];
    e.item = item[e.item];
  }
  for (LogRow& row : log.seen) {
    if (!viewer.empty()) row.viewer = viewer[row.viewer];
    row.item = item[row.item];
  }
  sort_rows(log.seen);
  std::sort(log.events.begin(), log.events.end(), [](const LogEvent& a, const LogEvent& b) {
    return std::tie(a.user, a.time_s, a.item, a.value) < std::tie(b.user, b.time_s, b.item, b.value);
  });
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const LogEvent& e : log.events) pairs.emplace_back(e.user, e.item);
  std::sort(pairs.begin(), pairs.end());
  log.repeated = static_cast<std::int64_t>(pairs.end() - std::unique(pairs.begin(), pairs.end()));
}

void choose_events(InteractionLog& log, int min_events) {
  std::vector<std::int64_t> choices(log.viewers.size());
  if (log.has_users())
    for (const LogRow& row : log.seen) choices[row.viewer] += row.chosen;
  log.users.clear();
  log.events.clear();
  log.sparse_users = log.sparse_events = 0;
  std::vector<std::uint32_t> user_of(log.viewers.size(), UINT32_MAX);
  for (std::size_t v = 0; v < choices.size(); ++v) {
    if (choices[v] == 0) continue;
    if (choices[v] < min_events) {
      ++log.sparse_users;
      log.sparse_events += choices[v];
      continue;
    }
    user_of[v] = static_cast<std::uint32_t>(log.users.size());
    log.users.push_back(log.viewers[v]);
  }
  for (const LogRow& row : log.seen)
    if (row.chosen && log.has_users() && user_of[row.viewer] != UINT32_MAX)
      log.events.push_back({user_of[row.viewer], row.item, row.value, row.time_ms / 1000});
  make_canonical(log);
}

InteractionLog part_of(const InteractionLog& log, std::int64_t from_ms, std::int64_t to_ms, int min_events) {
  InteractionLog part = log;
  part.viewers.clear();
  std::erase_if(part.seen, [&](const LogRow& r) { return r.time_ms < from_ms || r.time_ms >= to_ms; });
  std::vector<std::uint32_t> kept(log.viewers.size(), UINT32_MAX);
  if (log.has_users())
    for (LogRow& row : part.seen) {
      std::uint32_t& at = kept[row.viewer];
      if (at == UINT32_MAX) {
        at = static_cast<std::uint32_t>(part.viewers.size());
        part.viewers.push_back(log.viewers[row.viewer]);
      }
      row.viewer = at;
    }
  choose_events(part, min_events);
  return part;
}

InteractionLog read_interaction_log(const LogSource& source) {
  InteractionLog log;
  Index items;
  if (!source.items.empty()) read_items(source, log, items);
  read_rows(source, log, items);
  settle_durations(log);
  make_canonical(log);
  if (log.has_time && log.has_users()) {
    const auto end = std::unique(log.seen.begin(), log.seen.end(),
                                 [](const LogRow& a, const LogRow& b) { return row_key(a) == row_key(b); });
    log.doubled = log.seen.end() - end;
    log.seen.erase(end, log.seen.end());
  }
  choose_events(log, source.min_events);
  const Place where{source.log.string()};
  if (!log.has_users()) {
    std::set<std::uint32_t> shown;
    for (const LogRow& row : log.seen) shown.insert(row.item);
    const auto clicks = std::count_if(log.seen.begin(), log.seen.end(), [](const LogRow& r) { return r.chosen; });
    if (log.seen.size() < kFewestImpressions || shown.size() < 2 || clicks == 0)
      throw Error(
          fmt::format("leaves {} impressions of {} items with {} clicks; a fit needs {} impressions, 2 items and a click",
                      log.seen.size(), shown.size(), clicks, kFewestImpressions),
          where);
    return log;
  }
  const auto counts = log.events_per_item();
  const auto chosen = static_cast<std::size_t>(std::count_if(counts.begin(), counts.end(), [](auto n) { return n > 0; }));
  if (log.users.size() < kFewest || chosen < kFewest || log.events.size() < kFewestEvents)
    throw Error(
        fmt::format(
            "leaves {} users with {} events or more, {} items and {} events; a fit needs {} users, {} items and {} events",
            log.users.size(), source.min_events, chosen, log.events.size(), kFewest, kFewest, kFewestEvents),
        where);
  return log;
}

}  // namespace feedloop
