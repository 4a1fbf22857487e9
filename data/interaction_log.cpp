#include "data/interaction_log.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "data/csv_columns.hpp"

namespace feedloop {
namespace {

constexpr const char* kUnknown = "unknown";
constexpr std::size_t kFewest = 10, kFewestEvents = 50;  // users and items, and events, below which there is nothing to fit

const ColumnRole kUser{"user", "--user-column", {"userid", "user", "uid"}};
const ColumnRole kItem{"item", "--item-column", {"itemid", "item", "movieid", "videoid", "productid", "articleid"}};
const ColumnRole kValue{"value", "--value-column", {"rating", "value", "weight", "score"}};
const ColumnRole kTime{"time", "--time-column", {"timestamp", "time", "ts"}};
const ColumnRole kItemId{"item", "--item-id-column", {"itemid", "item", "movieid", "videoid", "productid", "articleid", "id"}};
const ColumnRole kCategory{"category", "--category-column", {"genres", "genre", "categories", "category"}};
const ColumnRole kTitle{"title", "", {"title", "name"}};

std::string id_at(const CsvReader& csv, std::size_t column) {
  std::string id(csv.field(column));
  if (id.empty()) throw Error(fmt::format("`{}` is empty", csv.header()[column]), csv.place(column));
  return id;
}

// Numbers ids as they come; make_canonical() sorts them.
std::uint32_t index_of(std::map<std::string, std::uint32_t, std::less<>>& index, std::string_view id) {
  return index.try_emplace(std::string(id), static_cast<std::uint32_t>(index.size())).first->second;
}

void read_items(const LogSource& source, InteractionLog& log, std::map<std::string, std::uint32_t, std::less<>>& index) {
  CsvReader csv(source.items);
  const std::size_t id = need_column(csv, kItemId, source.item_id_column, source.items);
  const std::size_t category = need_column(csv, kCategory, source.category_column, source.items);
  const auto title = find_column(csv, kTitle, "");
  if (id == category)
    throw Error(fmt::format("`{}` cannot be both the item and its category", csv.header()[id]),
                Place{source.items.string(), 1, 1});
  std::map<std::string, std::uint32_t, std::less<>> labels;
  while (csv.next()) {
    LogItem item{id_at(csv, id), title ? std::string(csv.field(*title)) : "", {}};
    if (index.contains(item.id)) throw Error(fmt::format("item `{}` is listed twice", item.id), csv.place(id));
    std::set<std::uint32_t> own;
    for (std::string_view rest = csv.field(category); !rest.empty();) {
      const auto bar = rest.find('|');
      if (const auto label = rest.substr(0, bar); !label.empty()) own.insert(index_of(labels, label));
      rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
    if (own.empty()) own.insert(index_of(labels, kUnknown));
    item.labels.assign(own.begin(), own.end());
    index_of(index, item.id);
    log.items.push_back(std::move(item));
  }
  if (log.items.empty()) throw Error("has no items below its header", Place{source.items.string()});
  log.labels.resize(labels.size());
  for (const auto& [name, at] : labels) log.labels[at] = name;
}

void read_events(const LogSource& source, InteractionLog& log, std::map<std::string, std::uint32_t, std::less<>>& items) {
  CsvReader csv(source.log);
  const std::size_t user = need_column(csv, kUser, source.user_column, source.log);
  const std::size_t item = need_column(csv, kItem, source.item_column, source.log);
  const auto value = find_column(csv, kValue, source.value_column);
  const auto time = find_column(csv, kTime, source.time_column);
  if (user == item)
    throw Error(fmt::format("`{}` cannot be both the user and the item", csv.header()[user]), Place{source.log.string(), 1, 1});
  log.has_value = value.has_value();
  log.has_time = time.has_value();
  const std::size_t listed = log.items.size();
  std::map<std::string, std::uint32_t, std::less<>> users;
  while (csv.next()) {
    ++log.rows;
    LogEvent e;
    const std::string user_id = id_at(csv, user), item_id = id_at(csv, item);
    if (value) e.value = csv.number(*value);
    if (time) {
      const double t = csv.number(*time);
      if (!(t >= 0 && t < 1e14))
        throw Error(fmt::format("time {} is outside [0, 1e14), Unix seconds or milliseconds", t), csv.place(*time));
      e.time_s = static_cast<std::int64_t>(t > 1e11 ? t / 1000 : t);
    }
    if (e.value < source.min_value) {
      ++log.below_value;
      continue;
    }
    e.user = index_of(users, user_id);
    if (e.user == log.users.size()) log.users.push_back(user_id);
    e.item = index_of(items, item_id);
    if (e.item == log.items.size()) log.items.push_back({item_id, "", {}});
    log.unlisted_events += e.item >= listed && !source.items.empty();
    log.events.push_back(e);
  }
  if (log.rows == 0) throw Error("has no events below its header", Place{source.log.string()});
  if (!source.items.empty()) log.unlisted_items = static_cast<std::int64_t>(log.items.size() - listed);
  if (log.items.size() > listed) {
    auto unknown = std::find(log.labels.begin(), log.labels.end(), kUnknown) - log.labels.begin();
    if (unknown == std::ssize(log.labels)) log.labels.emplace_back(kUnknown);
    for (std::size_t i = listed; i < log.items.size(); ++i) log.items[i].labels = {static_cast<int>(unknown)};
  }
}

void drop_sparse_users(const LogSource& source, InteractionLog& log) {
  const auto counts = log.events_per_user();
  std::vector<std::uint32_t> kept(log.users.size(), UINT32_MAX);
  std::vector<std::string> users;
  for (std::size_t u = 0; u < counts.size(); ++u) {
    if (counts[u] >= source.min_events) {
      kept[u] = static_cast<std::uint32_t>(users.size());
      users.push_back(std::move(log.users[u]));
    } else {
      ++log.sparse_users;
      log.sparse_events += counts[u];
    }
  }
  log.users = std::move(users);
  std::erase_if(log.events, [&](const LogEvent& e) { return kept[e.user] == UINT32_MAX; });
  for (LogEvent& e : log.events) e.user = kept[e.user];
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

void make_canonical(InteractionLog& log) {
  const auto label = ranks(log.labels.size(), [&](auto a, auto b) { return log.labels[a] < log.labels[b]; });
  const auto user = ranks(log.users.size(), [&](auto a, auto b) { return id_before(log.users[a], log.users[b]); });
  const auto item = ranks(log.items.size(), [&](auto a, auto b) { return id_before(log.items[a].id, log.items[b].id); });
  for (LogItem& i : log.items) {
    for (int& l : i.labels) l = static_cast<int>(label[static_cast<std::size_t>(l)]);
    std::sort(i.labels.begin(), i.labels.end());
  }
  arrange(log.labels, label);
  arrange(log.users, user);
  arrange(log.items, item);
  for (LogEvent& e : log.events) {
    e.user = user[e.user];
    e.item = item[e.item];
  }
  std::sort(log.events.begin(), log.events.end(), [](const LogEvent& a, const LogEvent& b) {
    return std::tie(a.user, a.time_s, a.item, a.value) < std::tie(b.user, b.time_s, b.item, b.value);
  });
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const LogEvent& e : log.events) pairs.emplace_back(e.user, e.item);
  std::sort(pairs.begin(), pairs.end());
  log.repeated = static_cast<std::int64_t>(pairs.end() - std::unique(pairs.begin(), pairs.end()));
}

InteractionLog read_interaction_log(const LogSource& source) {
  InteractionLog log;
  std::map<std::string, std::uint32_t, std::less<>> items;
  if (!source.items.empty()) read_items(source, log, items);
  read_events(source, log, items);
  drop_sparse_users(source, log);
  make_canonical(log);
  const auto counts = log.events_per_item();
  const auto chosen = static_cast<std::size_t>(std::count_if(counts.begin(), counts.end(), [](auto n) { return n > 0; }));
  if (log.users.size() < kFewest || chosen < kFewest || log.events.size() < kFewestEvents)
    throw Error(
        fmt::format(
            "leaves {} users with {} events or more, {} items and {} events; a fit needs {} users, {} items and {} events",
            log.users.size(), source.min_events, chosen, log.events.size(), kFewest, kFewest, kFewestEvents),
        Place{source.log.string()});
  return log;
}

}  // namespace feedloop
