#include "engine/retrieval/editorial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/error.hpp"

namespace feedloop {
namespace {

std::vector<ItemId> read_ids(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return Error(
        fmt::format("`engine.retrieval.editorial.ids` = \"{}\" {}; allowed are item ids between commas, such as 12,55, "
                    "or nothing",
                    text, why));
  };
  std::vector<ItemId> ids;
  for (std::string_view rest = text; !text.empty();) {
    std::string_view word = rest.substr(0, rest.find(','));
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error != std::errc{} || end != word.data() + word.size()) throw refuse(fmt::format("holds \"{}\"", word));
    if (std::find(ids.begin(), ids.end(), ItemId{id}) != ids.end()) throw refuse(fmt::format("names {} twice", id));
    ids.emplace_back(id);
    const std::size_t comma = rest.find(',');
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return ids;
}

}  // namespace

Editorial::Editorial(const Params& params) : params_(params), by_hand_(read_ids(params.ids)) {}

std::vector<ItemId> Editorial::choose(const PublishInput& in) const {
  struct Category {
    double value = 0, clicks = 0;
  };
  std::vector<Category> categories;
  for (const ItemFacts& item : in.catalog) {
    if (categories.size() <= item.category.index()) categories.resize(item.category.index() + 1);
    categories[item.category.index()].value += static_cast<double>(in.stats.at(item.id).value);
    categories[item.category.index()].clicks += static_cast<double>(in.stats.at(item.id).clicks);
  }
  struct Pick {
    std::size_t turn, category;
    double luck;
    ItemId item;
  };
  std::vector<Pick> picks;
  for (const ItemFacts& item : in.catalog) {
    if (item.blocked) continue;
    const ItemCounters& c = in.stats.at(item.id);
    const Category& all = categories[item.category.index()];
    // Where nothing was played yet, everything may be good; a rounding must not rule out what equals its category.
    const double usual = all.clicks > 0 ? all.value / all.clicks * (1 - 1e-6) : 0;
    if (all.clicks > 0 && (c.clicks <= 0 || static_cast<double>(c.value) < usual * static_cast<double>(c.clicks))) continue;
    Rng rng =
        stream(in.seed, Stream::Training, entity_key(item.id.value, static_cast<std::uint64_t>(in.now.us / kMinute.us), 2));
    picks.push_back({0, item.category.index(), rng.uniform(), item.id});
  }
  // By chance within a category; then the first of each category, the second of each, and so on.
  std::sort(picks.begin(), picks.end(), [](const Pick& a, const Pick& b) {
    return std::tie(a.category, a.luck, a.item) < std::tie(b.category, b.luck, b.item);
  });
  for (std::size_t i = 1; i < picks.size(); ++i)
    if (picks[i].category == picks[i - 1].category) picks[i].turn = picks[i - 1].turn + 1;
  std::sort(picks.begin(), picks.end(),
            [](const Pick& a, const Pick& b) { return std::tie(a.turn, a.luck, a.item) < std::tie(b.turn, b.luck, b.item); });
  std::vector<ItemId> chosen;
  for (std::size_t i = 0; i < std::min(picks.size(), static_cast<std::size_t>(params_.items)); ++i)
    chosen.push_back(picks[i].item);
  return chosen;
}

void Editorial::publish(const PublishInput& in) {
  if (!by_hand_.empty()) {
    list_.clear();
    for (const ItemId item : by_hand_)
      if (item.index() < in.catalog.size()) list_.push_back(item);
  } else if (list_.empty() || (in.now - chosen_).days() >= params_.refresh_days) {
    chosen_ = in.now;
    list_ = choose(in);
  }
}

void Editorial::nominate(const RetrievalQuery&, std::size_t k, std::vector<Scored>& out) const {
  for (std::size_t i = 0; i < std::min(k, list_.size()); ++i) out.push_back({list_[i], 1.0f / static_cast<float>(i + 1)});
}

}  // namespace feedloop
