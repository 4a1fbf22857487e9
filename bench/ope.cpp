#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "base/csv.hpp"
#include "base/random.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "stats/off_policy.hpp"

namespace feedloop {
namespace {

using enum OffPolicyMethod;

constexpr std::size_t kRows = 10'000'000, kChunk = 8192, kCsvRows = 200'000;

struct Chunk {
  std::vector<double> evaluated, propensity, reward, q, v, weight;
};

// Decisions among items of very unequal propensity, a reward in fifty: what matters here is only that nothing is constant.
void generate(std::uint64_t chunk, std::size_t rows, Chunk& c) {
  for (auto* column : {&c.evaluated, &c.propensity, &c.reward, &c.q, &c.v, &c.weight}) column->resize(rows);
  Rng rng = stream({1}, Stream::Test, entity_key(chunk));
  for (std::size_t i = 0; i < rows; ++i) {
    const double a = rng() * 0x1p-32, b = rng() * 0x1p-32;
    c.propensity[i] = 0.02 + 0.9 * a * a;
    c.evaluated[i] = 0.02 + 0.9 * b * b;
    c.reward[i] = (rng() & 63u) == 0 ? 1 : 0;
    c.q[i] = 0.01 + 0.01 * a;
    c.v[i] = 0.015 + 0.001 * b;
  }
}

void weigh(Chunk& c) {
  for (std::size_t i = 0; i < c.weight.size(); ++i) c.weight[i] = c.evaluated[i] / c.propensity[i];
}

// The obvious twin: a row at a time, raw sums.
struct PlainSums {
  double n = 0, w = 0, ww = 0, wr = 0, wrr = 0, wwr = 0, dr = 0, drdr = 0, largest = 0;
  void add(const Chunk& c) {
    for (std::size_t i = 0; i < c.reward.size(); ++i) {
      const double weight = c.evaluated[i] / c.propensity[i], term = weight * c.reward[i];
      const double doubly = c.v[i] + weight * (c.reward[i] - c.q[i]);
      n += 1;
      w += weight;
      ww += weight * weight;
      wr += term;
      wrr += term * term;
      wwr += weight * term;
      dr += doubly;
      drdr += doubly * doubly;
      largest = std::max(largest, weight);
    }
  }
};

double csv_rows_per_s() {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("feedloop-bench-ope-{}.csv", ::getpid());
  std::string text = "item,position,click,propensity\n";
  Chunk c;
  generate(0, kCsvRows, c);
  for (std::size_t i = 0; i < kCsvRows; ++i)
    text += fmt::format("{},{},{},{}\n", i % 997, i % 3 + 1, c.reward[i], c.propensity[i]);
  write_file(file, text);
  const double start = cpu_us();
  CsvReader csv(file);
  double sum = 0;
  while (csv.next()) sum += csv.number(2) / csv.number(3);
  const double us = cpu_us() - start;
  std::filesystem::remove(file);
  FEEDLOOP_CHECK(sum > 0, "a log without rewards");
  return kCsvRows / us * 1e6;
}

}  // namespace

std::string bench_ope() {
  const std::vector<OffPolicySpec> specs{{Ips}, {Snips}, {Dr}};
  OffPolicySums sums(specs);
  PlainOffPolicySums rows(specs);
  PlainSums plain;
  Chunk c;
  double ours = 0, plain_us = 0, rows_us = 0, generate_us = 0;
  std::size_t rows_done = 0;
  std::vector<double> ratio;
  // Chunk by chunk in turn, so that a busy machine slows all of them.
  for (std::size_t begin = 0; begin < kRows; begin += kChunk) {
    const std::size_t n = std::min(kChunk, kRows - begin);
    double t = cpu_us();
    generate(begin / kChunk, n, c);
    generate_us += cpu_us() - t;
    t = cpu_us();
    weigh(c);
    sums.add({c.weight, c.reward, c.q, c.v});
    const double own = cpu_us() - t;
    t = cpu_us();
    plain.add(c);
    const double other = cpu_us() - t;
    ours += own;
    plain_us += other;
    ratio.push_back(other / own);
    if (begin % (8 * kChunk) == 0) {  // the slow twin sees an eighth of the log
      t = cpu_us();
      for (std::size_t i = 0; i < n; ++i) rows.add(c.evaluated[i] / c.propensity[i], c.reward[i], c.q[i], c.v[i]);
      rows_us += cpu_us() - t;
      rows_done += n;
    }
  }
  const double n = plain.n;
  FEEDLOOP_CHECK(std::abs(sums.estimate(0).value / (plain.wr / n) - 1) < 1e-9 &&
                     std::abs(sums.estimate(1).value / (plain.wr / plain.w) - 1) < 1e-9 &&
                     std::abs(sums.estimate(2).value / (plain.dr / n) - 1) < 1e-9,
                 "the twins disagree");
  nlohmann::ordered_json j;
  j["workload"] = "ope";
  j["rows"] = kRows;
  j["chunk_rows"] = kChunk;
  j["estimators"] = {"ips", "snips", "dr"};
  j["seconds"] = ours * 1e-6;
  j["plain_sums_seconds"] = plain_us * 1e-6;
  j["ratio_plain_sums"] = median(ratio);
  j["centred_rows_seconds"] = rows_us * 1e-6 * static_cast<double>(kRows) / static_cast<double>(rows_done);
  j["ratio_centred_rows"] = rows_us / static_cast<double>(rows_done) / (ours / static_cast<double>(kRows));
  j["generate_seconds"] = generate_us * 1e-6;
  j["csv_rows_per_s"] = csv_rows_per_s();
  j["ips"] = sums.estimate(0).value;
  j["dr"] = sums.estimate(2).value;
  return j.dump(2) + "\n";
}

}  // namespace feedloop
