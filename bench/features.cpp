#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/distributions.hpp"
#include "base/random.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "engine/features.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kItems = 100'000, kRows = 500, kRequests = 64;
constexpr int kRounds = 9;

struct Platform {
  std::vector<ItemFacts> shelf{kItems};
  ItemStats stats{{}};
  WeekCounters counters;
  WeekSnapshot week;
  ItemFeatureTable table;
  std::vector<OnlineFeatures> users{kRequests};
  std::vector<Request> requests{kRequests};
  std::vector<std::vector<ItemId>> candidates{kRequests};

  Platform() {
    Rng rng = stream({1}, Stream::Test, {});
    for (std::size_t i = 0; i < kItems; ++i) {
      shelf[i].id = ItemId{i};
      shelf[i].category = CategoryId{uniform_below(rng, 20)};
      shelf[i].creator = CreatorId{uniform_below(rng, kItems / 10)};
      shelf[i].duration_s = static_cast<float>(30 + 600 * rng.uniform());
      for (float& x : shelf[i].content) x = static_cast<float>(0.25 * normal(rng));
    }
    const auto any_item = [&] { return ItemId{uniform_below(rng, kItems)}; };
    std::vector<Interaction> pages;
    for (std::size_t p = 0; p < 40'000; ++p) {
      Interaction page;
      page.request.user = UserId{p % kRequests};
      page.request.time = SimTime{0} + kMinute * static_cast<std::int64_t>(p / kRequests * 5);
      for (std::size_t k = 0; k < 20; ++k) {
        page.slate.slots.emplace_back();
        page.slate.slots.back().item = any_item();
        page.outcome.slots.emplace_back();
        page.outcome.slots.back().clicked = bernoulli(rng, 0.1);
        page.outcome.slots.back().watched_ms = 60'000;
      }
      observe_user(users[p % kRequests], page, shelf, 400);
      pages.push_back(std::move(page));
    }
    stats.observe(pages, shelf);
    counters.observe(pages, shelf);
    week = counters.publish({});
    table.publish({SimTime{0} + kDay * 3, shelf, stats, week}, {}, true);
    for (std::size_t r = 0; r < kRequests; ++r) {
      requests[r].user = UserId{r};
      requests[r].time = SimTime{0} + kDay * 3;
      for (std::size_t i = 0; i < kRows; ++i) candidates[r].push_back(any_item());
    }
  }
};

void ours(const Platform& p, std::size_t r, float* out) {
  const auto width = static_cast<std::size_t>(feature_count());
  RowWriter rows(p.requests[r], p.users[r], p.shelf, p.stats, p.week, p.table);
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < kRows; ++i) {
    if (i + 2 * kAhead < kRows) rows.prefetch(p.candidates[r][i + kAhead], p.candidates[r][i + 2 * kAhead]);
    rows.write(p.candidates[r][i], {0.25f, 0.5f}, out + i * width);
  }
}

// Every feature by its definition for every row, from the counters: no table, nothing shared between rows but the history.
void one_at_a_time(const Platform& p, std::size_t r, float* out) {
  const HistorySummary history = summarise_history(p.requests[r], p.users[r], p.shelf);
  std::vector<float> category(8), item_row(32);
  for (const ItemId id : p.candidates[r]) {
    const ItemFacts& item = p.shelf[id.index()];
    FeatureInput in;
    in.total = &p.stats.total();
    in.total_week = &p.week.total;
    in.request = &p.requests[r];
    in.user = &p.users[r];
    in.user_week = &p.week.user(in.request->user);
    in.history = &history;
    in.category = item.category;
    in.item = &item;
    in.item_week = &p.week.item(id);
    in.content = content_product(in.user->profile.data(), item.content.data()) / history.profile_norm;
    in.recent_content = content_product(history.direction.data(), item.content.data());
    in.affinities = {0.25f, 0.5f};
    std::size_t items = 0, categories = 0;
    for (const Feature& f : feature_registry()) {
      in.counters = f.group == FeatureGroup::Creator ? &p.stats.creator(item.creator) : &p.stats.at(id);
      if (f.group == FeatureGroup::Cross) {
        in.item_row = item_row.data();
        in.category_row = category.data();
      }
      const float x = f.compute(in);
      if (f.group == FeatureGroup::Item) item_row[items++] = x;
      if (f.group == FeatureGroup::Category) category[categories++] = x;
      *out++ = x;
    }
  }
}

// As if every feature of every pair could be stored: one row copied from a table of the items. The bound of the memory.
void gather(const Platform& p, const std::vector<float>& stored, std::size_t r, float* out) {
  const auto width = static_cast<std::size_t>(feature_count());
  for (const ItemId id : p.candidates[r]) {
    std::memcpy(out, stored.data() + id.index() * width, width * sizeof(float));
    out += width;
  }
}

// Over requests, each timed alone: a busy machine interrupts few of them.
template <class F>
double median_us(F f) {
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round)
    for (std::size_t r = 0; r < kRequests; ++r) {
      const auto begin = std::chrono::steady_clock::now();
      f(r);
      times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
  return median(std::move(times));
}

}  // namespace

std::string bench_features() {
  const Platform platform;
  const auto width = static_cast<std::size_t>(feature_count());
  std::vector<float> out(kRows * width), twin(kRows * width);
  double worst = 0;
  for (std::size_t r = 0; r < kRequests; ++r) {
    ours(platform, r, out.data());
    one_at_a_time(platform, r, twin.data());
    for (std::size_t i = 0; i < kRows; ++i)
      for (std::size_t f = 0; f < width; ++f)
        if (feature_registry()[f].name != "item.typical")  // the twin has no mean content
          worst = std::max(worst, static_cast<double>(std::abs(out[i * width + f] - twin[i * width + f])));
  }
  const double a = median_us([&](std::size_t r) { ours(platform, r, out.data()); });
  const double b = median_us([&](std::size_t r) { one_at_a_time(platform, r, twin.data()); });
  const std::vector<float> stored(kItems * width, 1.0f);
  const double c = median_us([&](std::size_t r) { gather(platform, stored, r, twin.data()); });
  nlohmann::ordered_json j;
  j["workload"] = "features";
  j["items"] = kItems;
  j["rows"] = kRows;
  j["features"] = width;
  j["largest_difference"] = worst;
  j["ours_us"] = a;
  j["one_feature_at_a_time_us"] = b;
  j["gather_of_stored_rows_us"] = c;
  j["ratio_to_one_at_a_time"] = b / a;
  return j.dump(2) + "\n";
}

}  // namespace feedloop
