#include "engine/retrieval/hot_lists.hpp"

#include <cmath>

namespace feedloop {

void HotLists::Counted::count(ItemId item, float weight) {
  if (clicks.size() <= item.index()) clicks.resize(item.index() + 1);
  clicks[item.index()] += weight;
}

void HotLists::Counted::publish(float keep, std::size_t depth) {
  list.clear();
  for (std::size_t i = 0; i < clicks.size(); ++i) {
    clicks[i] *= keep;
    if (clicks[i] > 1e-3f) list.push_back({ItemId{i}, clicks[i]});
  }
  keep_top_k(list, depth);
}

void HotLists::click(ItemId item, Group group, float weight) {
  everybody_.count(item, weight);
  if (!group) return;
  if (groups_.size() <= *group) groups_.resize(*group + 1);
  groups_[*group].count(item, weight);
}

bool HotLists::publish(SimTime now, const Pace& pace) {
  if ((now - published_).minutes() < pace.publish_minutes) return false;
  const auto keep = static_cast<float>(std::exp2(-(now - published_).hours() / pace.half_life_hours));
  const auto depth = static_cast<std::size_t>(pace.depth);
  published_ = now;
  everybody_.publish(keep, depth);
  std::vector<std::size_t> listed(everybody_.clicks.size(), groups_.size());  // by item: the last group that listed it
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    auto& list = groups_[g].list;
    groups_[g].publish(keep, depth);
    if (list.empty()) continue;
    for (const Scored& s : list) listed[s.item.index()] = g;
    const float scale = std::min(1.0f, list.back().score / everybody_.list.front().score);
    for (const Scored& s : everybody_.list)
      if (list.size() < depth && listed[s.item.index()] != g) list.push_back({s.item, s.score * scale});
  }
  return true;
}

std::span<const Scored> HotLists::list(Group group) const {
  return group && *group < groups_.size() && !groups_[*group].list.empty() ? groups_[*group].list : everybody_.list;
}

}  // namespace feedloop
