#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/distributions.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "engine/ranking/forest.hpp"
#include "engine/ranking/xgboost.hpp"

namespace feedloop {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRows = 500, kWidth = 64, kHeads = 4;
constexpr std::size_t kShared = 24;  // features of user and context: the same in all rows of a request

// Rows as a ranker sees them: a third continuous, a third rates and counts with few values, some binary, some with missing
// values.
std::vector<float> make_rows(std::size_t n, std::size_t width, std::size_t shared, std::uint64_t seed) {
  std::vector<float> rows(n * width);
  for (std::size_t i = 0; i < n; ++i) {
    Rng rng = stream({seed}, Stream::Test, entity_key(i));
    for (std::size_t f = 0; f < width; ++f) {
      const double z = normal(rng);
      double x = z;
      if (f % 6 == 1) x = z > 0.5;
      if (f % 6 == 2) x = std::round(2 * z);
      if (f % 6 == 3) x = std::exp(z);
      if (f % 6 == 4 && uniform_below(rng, 10) == 0) x = std::numeric_limits<double>::quiet_NaN();
      rows[i * width + f] = static_cast<float>(x);
    }
    if (i > 0) std::copy_n(rows.begin(), shared, rows.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  return rows;
}

std::vector<float> make_labels(const std::vector<float>& rows, std::size_t width, std::uint64_t head) {
  std::vector<float> labels;
  for (std::size_t i = 0; i * width < rows.size(); ++i) {
    Rng rng = stream({head}, Stream::Test, entity_key(i, 1));
    double z = -2;
    for (std::size_t f = 0; f < width; ++f) {
      const auto x = static_cast<double>(rows[i * width + f]);
      if (!std::isnan(x)) z += std::sin(x + static_cast<double>(f * (head + 1))) / std::sqrt(static_cast<double>(f + 1));
    }
    labels.push_back(static_cast<float>(bernoulli(rng, logistic(z))));
  }
  return labels;
}

struct Timed {
  std::string name;
  std::function<void()> call;
  std::vector<double> us = {};
  double best() const { return *std::min_element(us.begin(), us.end()); }
  double median() const { return feedloop::median(us); }
};

double rounded(double x) { return std::round(10 * x) / 10; }

double wall_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// All in turn, again and again, so that a slow spell of the machine meets them all; the first call of a turn warms the caches.
void measure(std::vector<Timed>& all, int rounds) {
  for (int round = 0; round < rounds; ++round)
    for (Timed& t : all) {
      t.call();
      for (int i = 0; i < 3; ++i) {
        const double start = cpu_us();
        t.call();
        t.us.push_back(cpu_us() - start);
      }
    }
}

Json machine() {
  Json j;
  std::ifstream cpu("/proc/cpuinfo");
  for (std::string line; std::getline(cpu, line);)
    if (line.starts_with("model name")) {
      j["processor"] = line.substr(line.find(": ") + 2);
      break;
    }
  j["compiled_for"] = "x86-64-v3";
  j["widest_lanes_bits"] = widest_lanes() == Lanes::Avx512 ? 512 : 256;
  j["features"]["avx2"] = __builtin_cpu_supports("avx2") != 0;
  j["features"]["avx512f"] = __builtin_cpu_supports("avx512f") != 0;
  j["features"]["avx512bw"] = __builtin_cpu_supports("avx512bw") != 0;
  j["features"]["avx512vbmi"] = __builtin_cpu_supports("avx512vbmi") != 0;
  return j;
}

Booster train(const std::vector<float>& rows, std::size_t width, const std::vector<float>& labels, std::int64_t trees) {
  BoostingParams params;
  params.trees = trees;
  return Booster::train(params, {rows, width, labels, {}}, {1});
}

Json serving() {
  const auto training = make_rows(20'000, kWidth, 0, 1), rows = make_rows(kRows, kWidth, kShared, 2);
  std::vector<std::string> models(kHeads);
  parallel_for(kHeads, 1, [&](std::size_t h, std::size_t) {
    models[h] = train(training, kWidth, make_labels(training, kWidth, h), 100).save();
  });
  std::vector<Booster> boosters;
  for (const auto& m : models) boosters.push_back(Booster::load(m));
  const Forest forest(models);

  const std::size_t stride = padded_rows(kRows);
  std::vector<std::uint8_t> bins(forest.columns() * stride);
  forest.bin_rows(rows.data(), kWidth, kRows, 0, kWidth, bins.data(), stride);
  std::vector<float> expected, margins(kHeads * kRows);
  for (const Booster& b : boosters)
    for (const float m : b.predict(rows, kWidth, Booster::Output::Margin)) expected.push_back(m);

  std::vector<Lanes> widths{Lanes::Scalar, Lanes::Avx2};
  if (widest_lanes() == Lanes::Avx512) widths.push_back(Lanes::Avx512);
  for (const Lanes lanes : widths) {
    forest.predict(rows, kWidth, kShared, Forest::kAllHeads, margins, lanes);
    for (std::size_t i = 0; i < margins.size(); ++i)
      if (std::bit_cast<std::uint32_t>(margins[i]) != std::bit_cast<std::uint32_t>(expected[i]))
        throw Error("the forest's margins differ from XGBoost's");
  }

  std::vector<Timed> all{
      {"xgboost_in_place",
       [&] {
         for (const Booster& b : boosters) b.predict(rows, kWidth, Booster::Output::Margin);
       }},
      {"xgboost_matrix",
       [&] {
         for (Booster& b : boosters) b.predict_by_matrix(rows, kWidth, Booster::Output::Margin);
       }},
      {"binning_all", [&] { forest.bin_rows(rows.data(), kWidth, kRows, 0, kWidth, bins.data(), stride); }},
      {"binning_unshared", [&] { forest.bin_rows(rows.data(), kWidth, kRows, kShared, kWidth, bins.data(), stride); }}};
  const char* names[] = {"scalar", "avx2", "avx512"};
  for (const Lanes lanes : widths) {
    const std::string name = names[static_cast<int>(lanes)];
    all.push_back({name, [&, lanes] { forest.predict(bins.data(), stride, kRows, Forest::kAllHeads, margins.data(), lanes); }});
    all.push_back(
        {name + "_from_floats", [&, lanes] { forest.predict(rows, kWidth, kShared, Forest::kAllHeads, margins, lanes); }});
  }
  measure(all, 60);

  Json j;
  j["rows"] = kRows;
  j["heads"] = kHeads;
  j["trees"] = 100;
  j["depth"] = 6;
  j["features"] = kWidth;
  j["shared_features"] = kShared;
  j["columns"] = forest.columns();
  j["tests"] = forest.tests();
  j["bits_equal_to_xgboost"] = true;  // or this line is not reached
  for (const Timed& t : all) j["best_us"][t.name] = rounded(t.best());
  for (Timed& t : all) j["median_us"][t.name] = rounded(t.median());
  for (const std::size_t n : {20, 100, 500, 2000}) {
    const auto request = make_rows(n, kWidth, kShared, 4);
    std::vector<float> out(kHeads * n);
    std::vector<Timed> pair{{"xgboost_in_place",
                             [&] {
                               for (const Booster& b : boosters) b.predict(request, kWidth, Booster::Output::Margin);
                             }},
                            {"widest_from_floats", [&] { forest.predict(request, kWidth, kShared, Forest::kAllHeads, out); }}};
    measure(pair, 15);
    Json& row = j["median_us_by_rows"][std::to_string(n)];
    for (Timed& t : pair) row[t.name] = rounded(t.median());
  }
  for (Timed& t : all)
    if (!t.name.starts_with("xgboost") && !t.name.starts_with("binning"))
      for (std::size_t peer = 0; peer < 2; ++peer)
        j["times_faster_than"][all[peer].name][t.name] = rounded(all[peer].median() / t.median());
  return j;
}

Json training() {
  constexpr std::size_t rows = 100'000, width = 50;
  constexpr std::int64_t trees = 40;
  const auto data = make_rows(rows, width, 0, 3);
  std::vector<std::vector<float>> labels;
  for (std::size_t h = 0; h < kHeads; ++h) labels.push_back(make_labels(data, width, h));
  Json j;
  j["rows"] = rows;
  j["features"] = width;
  j["max_bin"] = BoostingParams{}.max_bin;
  const double cpu = cpu_us();
  train(data, width, labels[0], trees);
  j["trees"] = trees;
  j["trees_per_cpu_s_one_thread"] = rounded(static_cast<double>(trees) / ((cpu_us() - cpu) * 1e-6));
  j["threads"] = threads();
  const double wall = wall_us();
  parallel_for(kHeads, 1, [&](std::size_t h, std::size_t) { train(data, width, labels[h], trees); });
  const double seconds = (wall_us() - wall) * 1e-6;
  j["trees_per_s_four_heads_side_by_side"] = rounded(static_cast<double>(kHeads * trees) / seconds);
  return j;
}

}  // namespace

std::string bench_forest() {
  Json j;
  j["workload"] = "forest";
  j["machine"] = machine();
  j["clock"] = "CPU time of the calling thread; four heads side by side: wall time";
  j["serving"] = serving();
  j["training"] = training();
  return j.dump(2) + "\n";
}

}  // namespace feedloop
