#include "engine/retrieval/covisitation.hpp"

#include <algorithm>
#include <cmath>

#include "base/parallel.hpp"
#include "engine/retrieval/watched.hpp"

namespace feedloop {

constexpr double kRecency = 0.5;  // of watched.hpp

void Covisitation::train(const TrainingLog& log, const PublishInput& in) {
  const std::size_t items = in.catalog.size();
  // Plays by user, in order of time: a counting sort keeps the log's canonical order.
  std::vector<std::uint32_t> start(log.users() + 1, 0);
  for (const Play& p : log.plays()) ++start[p.user.index() + 1];
  for (std::size_t u = 0; u < log.users(); ++u) start[u + 1] += start[u];
  std::vector<ItemId> sequence(log.plays().size());
  std::vector<float> strength(items, 0.0f);
  {
    auto at = start;
    for (const Play& p : log.plays()) {
      sequence[at[p.user.index()]++] = p.item;
      strength[p.item.index()] += 1;
    }
  }
  // Unordered pairs as one number each; sorting brings equal pairs together.
  std::vector<std::uint64_t> pairs;
  pairs.reserve(sequence.size() * static_cast<std::size_t>(params_.window));
  for (std::size_t u = 0; u + 1 < start.size(); ++u)
    for (std::size_t i = start[u]; i < start[u + 1]; ++i)
      for (std::size_t j = i + 1; j < std::min<std::size_t>(start[u + 1], i + 1 + static_cast<std::size_t>(params_.window));
           ++j)
        if (sequence[i] != sequence[j])
          pairs.push_back((std::uint64_t{std::min(sequence[i], sequence[j]).value} << 32) |
                          std::max(sequence[i], sequence[j]).value);
  std::sort(pairs.begin(), pairs.end());

  std::vector<std::vector<Scored>> near(items);
  for (std::size_t i = 0; i < pairs.size();) {
    std::size_t j = i;
    while (j < pairs.size() && pairs[j] == pairs[i]) ++j;
    const auto n = static_cast<float>(j - i);
    const ItemId a{pairs[i] >> 32}, b{pairs[i] & 0xFFFFFFFFu};
    const float cosine = n / std::sqrt(strength[a.index()] * strength[b.index()]);
    const float score = cosine * n / (n + static_cast<float>(params_.shrinkage));
    near[a.index()].push_back({b, score});
    near[b.index()].push_back({a, score});
    i = j;
  }
  parallel_for(items, 256, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) keep_top_k(near[i], static_cast<std::size_t>(params_.neighbours));
  });
  first_.assign(1, 0);
  neighbours_.clear();
  for (const auto& list : near) {
    neighbours_.insert(neighbours_.end(), list.begin(), list.end());
    first_.push_back(static_cast<std::uint32_t>(neighbours_.size()));
  }
}

std::span<const Scored> Covisitation::neighbours(ItemId item) const {
  if (item.index() + 1 >= first_.size()) return {};
  return std::span(neighbours_).subspan(first_[item.index()], first_[item.index() + 1] - first_[item.index()]);
}

void Covisitation::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  // Buffers of the thread, empty between calls: a vote per item, and which items have one.
  thread_local std::vector<float> votes;
  thread_local std::vector<ItemId> voted;
  thread_local TopK best;
  if (votes.size() < query.catalog.size()) votes.resize(query.catalog.size(), 0.0f);
  for (const Watched& w : RecentlyWatched(query.user, params_.seeds, kRecency))
    for (const Scored& n : neighbours(w.item)) {
      float& vote = votes[n.item.index()];
      if (vote == 0) voted.push_back(n.item);
      vote += n.score * w.weight;
    }
  best.begin(k);
  for (const ItemId item : voted) {
    best.add(item, votes[item.index()]);
    votes[item.index()] = 0;
  }
  voted.clear();
  best.take(out);
}

std::optional<ItemId> Covisitation::seed(const RetrievalQuery& query, ItemId item) const {
  return RecentlyWatched(query.user, params_.seeds, kRecency).loudest([&](ItemId watched) {
    const auto near = neighbours(watched);
    const auto it = std::find_if(near.begin(), near.end(), [&](const Scored& n) { return n.item == item; });
    return it == near.end() ? 0.0f : it->score;
  });
}

}  // namespace feedloop
