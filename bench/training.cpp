#include <algorithm>
#include <chrono>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "bench/workloads.hpp"
#include "engine/ranking/network.hpp"
#include "engine/retrieval/towers.hpp"

namespace feedloop {
namespace {

// Seconds of the fastest of `repeats` runs: what the code costs when nobody else wants the core.
template <class Work>
double fastest(int repeats, Work work) {
  double best = 1e9;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

std::vector<float> uniform_floats(std::size_t n, std::uint64_t key) {
  Rng rng = stream({1}, Stream::Test, entity_key(key));
  std::vector<float> x(n);
  for (float& v : x) v = static_cast<float>(rng.uniform());
  return x;
}

nlohmann::ordered_json time_network(bool wide) {
  constexpr std::size_t kRows = 100'000, kWidth = 56, kHeads = 7, kServed = 500;
  const auto rows = uniform_floats(kRows * kWidth, 1), label = uniform_floats(kRows * kHeads, 2);
  const std::vector<float> weight(kRows * kHeads, 1.0f);
  NetworkParams params;
  params.first_epochs = 1;
  Network net(params, kHeads, wide);
  const double train = fastest(3, [&] {
    net = Network(params, kHeads, wide);
    net.train({rows, kWidth, label, weight}, {1}, 0);
  });
  std::vector<float> logits(kServed * kHeads);
  const double predict = fastest(200, [&] { net.predict(std::span(rows).first(kServed * kWidth), kWidth, logits.data()); });
  return {{"train_examples_per_s", kRows / train}, {"predict_500_us", predict * 1e6}};
}

nlohmann::ordered_json time_towers() {
  constexpr std::size_t kPlays = 100'000, kItems = 10'000, kWidth = 64;
  const auto users = uniform_floats(kPlays * kWidth, 3), items = uniform_floats(kItems * kWidth, 4);
  const std::vector<float> weight(kPlays, 1.0f);
  std::vector<std::uint32_t> positives;
  for (const float x : uniform_floats(kPlays, 5)) positives.push_back(static_cast<std::uint32_t>(x * x * (kItems - 1)));
  TowersParams params;
  params.first_epochs = 1;
  Towers towers(params, kWidth, kWidth);
  const double train = fastest(3, [&] {
    towers = Towers(params, kWidth, kWidth);
    towers.train({users, positives, weight, items}, {1}, 0);
  });
  std::vector<float> out(kItems * static_cast<std::size_t>(towers.dims()));
  const double catalogue = fastest(20, [&] { towers.embed_items(items.data(), kItems, out.data()); });
  const double user = fastest(200, [&] { towers.embed_user(users.data(), out.data()); });
  return {{"train_examples_per_s", kPlays / train}, {"embed_10k_items_ms", catalogue * 1e3}, {"embed_user_us", user * 1e6}};
}

}  // namespace

std::string bench_training() {
  const int all = threads();
  nlohmann::ordered_json j;
  j["workload"] = "training";
  j["threads"] = all;
  for (const int n : {1, all}) {
    set_threads(n);
    auto& part = j[n == 1 ? "one_thread" : "all_threads"];
    part["network"] = time_network(false);
    part["wide_and_deep"] = time_network(true);
    part["towers"] = time_towers();
  }
  set_threads(all);
  return j.dump(2) + "\n";
}

}  // namespace feedloop
