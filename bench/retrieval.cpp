#include "bench/retrieval.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/parallel.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "engine/index/int8_codes.hpp"
#include "engine/index/vector_index.hpp"

namespace feedloop {
namespace {

using Search = std::function<void(std::span<const float> query, std::vector<Scored>& out)>;

class Bench {
 public:
  Bench(const RetrievalVectors& vectors, std::size_t k) : vectors_(vectors), k_(k) {}

  std::size_t queries() const { return vectors_.queries.size() / static_cast<std::size_t>(vectors_.dims); }
  std::span<const float> query(std::size_t q) const {
    const auto d = static_cast<std::size_t>(vectors_.dims);
    return {vectors_.queries.data() + q * d, d};
  }

  VectorIndex build(IndexKind kind, KindFigures& figures) const {
    VectorIndex index(kind);
    const double start = cpu_us();
    index.build(vectors_.items, vectors_.dims);
    figures.build_s = 1e-6 * (cpu_us() - start);
    return index;
  }

  void remember_truth(const VectorIndex& exact) {
    truth_.resize(queries());
    std::vector<Scored> out;
    for (std::size_t q = 0; q < queries(); ++q) {
      out.clear();
      exact.search(query(q), k_, out);
      for (const Scored& s : out) truth_[q].push_back(s.item.value);
      std::sort(truth_[q].begin(), truth_[q].end());
    }
  }

  // Rounds visit the kinds in turn, so that a slow moment of the machine falls on all of them.
  void time(std::span<const std::pair<Search, KindFigures*>> kinds, int rounds) const {
    std::vector<std::vector<double>> us(kinds.size());
    std::vector<Scored> out;
    for (int round = 0; round <= rounds; ++round)
      for (std::size_t kind = 0; kind < kinds.size(); ++kind)
        for (std::size_t q = 0; q < queries(); ++q) {
          out.clear();
          const double start = cpu_us();
          kinds[kind].first(query(q), out);
          if (round > 0) us[kind].push_back(cpu_us() - start);  // the first warms the caches
        }
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      kinds[kind].second->us = median(us[kind]);
      kinds[kind].second->recall = recall(kinds[kind].first);
    }
  }

  double recall(const Search& search) const {
    double found = 0;
    std::vector<Scored> out;
    for (std::size_t q = 0; q < queries(); ++q) {
      out.clear();
      search(query(q), out);
      for (const Scored& s : out) found += std::binary_search(truth_[q].begin(), truth_[q].end(), s.item.value);
    }
    return found / static_cast<double>(queries() * k_);
  }

  Search search(const VectorIndex& index) const {
    return [&index, k = k_](std::span<const float> q, std::vector<Scored>& out) { index.search(q, k, out); };
  }

  Search eigen() const {
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Index d = vectors_.dims, n = static_cast<Eigen::Index>(vectors_.items.size()) / d;
    const Eigen::Map<const Matrix> items(vectors_.items.data(), n, d);
    return [=, k = k_, scores = Eigen::VectorXf(n), all = std::vector<Scored>()](std::span<const float> q,
                                                                                 std::vector<Scored>& out) mutable {
      scores.noalias() = items * Eigen::Map<const Eigen::VectorXf>(q.data(), d);
      all.resize(static_cast<std::size_t>(n));
      for (Eigen::Index i = 0; i < n; ++i)
        all[static_cast<std::size_t>(i)] = {ItemId{static_cast<std::uint64_t>(i)}, scores[i]};
      keep_top_k(all, k);
      out.assign(all.begin(), all.end());
    };
  }

 private:
  const RetrievalVectors& vectors_;
  std::size_t k_;
  std::vector<std::vector<std::uint32_t>> truth_;  // ids in order
};

double rounded(double x) { return std::round(1e4 * x) / 1e4; }

nlohmann::ordered_json to_json(const KindFigures& f) {
  nlohmann::ordered_json j{{"us", rounded(f.us)}, {"recall", rounded(f.recall)}};
  if (f.build_s > 0) j["build_s"] = rounded(f.build_s);
  return j;
}

nlohmann::ordered_json to_json(const RetrievalFigures& f) {
  nlohmann::ordered_json j{{"items", f.items},
                           {"k", f.k},
                           {"exact", to_json(f.exact)},
                           {"int8", to_json(f.int8)},
                           {"ivf", to_json(f.ivf)},
                           {"eigen_nth_element", to_json(f.eigen)},
                           {"int8_vs_eigen", rounded(f.eigen.us / f.int8.us)}};
  if (f.hnsw.us > 0) {
    j["hnsw"] = to_json(f.hnsw);
    j["hnsw"]["breadth"] = f.hnsw_breadth;
    j["ivf_vs_hnsw_at_equal_recall"] = rounded(f.hnsw.us / f.ivf.us);
  }
  return j;
}

}  // namespace

RetrievalFigures measure_retrieval(const RetrievalVectors& vectors, std::size_t k, bool with_hnsw) {
  RetrievalFigures f{vectors.items.size() / static_cast<std::size_t>(vectors.dims), k, {}, {}, {}, {}, {}, 0};
  Bench bench(vectors, k);
  const VectorIndex exact = bench.build(IndexKind::Exact, f.exact), int8 = bench.build(IndexKind::Int8, f.int8),
                    ivf = bench.build(IndexKind::Ivf, f.ivf);
  bench.remember_truth(exact);
  const std::array kinds{std::pair{bench.search(exact), &f.exact}, std::pair{bench.search(int8), &f.int8},
                         std::pair{bench.search(ivf), &f.ivf}, std::pair{bench.eigen(), &f.eigen}};
  bench.time(kinds, static_cast<int>(std::clamp<std::size_t>(400'000 / f.items, 1, 40)));
  if (with_hnsw) {
    VectorIndex hnsw = bench.build(IndexKind::Hnsw, f.hnsw);
    for (const double breadth : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0}) {
      hnsw.set_breadth(f.hnsw_breadth = breadth);
      if (bench.recall(bench.search(hnsw)) >= f.ivf.recall) break;
    }
    const std::array both{std::pair{bench.search(ivf), &f.ivf}, std::pair{bench.search(hnsw), &f.hnsw}};
    bench.time(both, 3);
  }
  return f;
}

std::string bench_retrieval() {
  constexpr std::size_t kWanted = 500, kQueries = 200;
  constexpr int kDims = 64;
  const int all = threads();
  set_threads(1);
  nlohmann::ordered_json j;
  j["workload"] = "retrieval";
  j["cpu"] = fmt::format("int8 products in {} bits ({}), float in 256", vector_bits(best_isa()),
                         best_isa() == Isa::Avx512 ? "AVX-512 VNNI" : "AVX2");
  j["vectors"] = "synthetic, norms as of matrix factorisation";
  j["dims"] = kDims;
  for (const std::size_t items : {10'000, 100'000})
    j["catalogues"].push_back(to_json(measure_retrieval(factor_vectors(items, kQueries, kDims), kWanted, true)));
  // Without hnswlib, whose graph of a million rows takes many minutes to build, and with fewer queries.
  j["catalogues"].push_back(to_json(measure_retrieval(factor_vectors(1'000'000, 50, kDims), kWanted, false)));
  j["unit_vectors"] = to_json(measure_retrieval(clustered_vectors(100'000, kQueries, kDims), kWanted, true));
  // The least catalogue from which each kind stays ahead of the simpler one.
  std::size_t int8_from = 0, ivf_from = 0;
  for (const std::size_t items : {500, 1'000, 2'000, 5'000, 10'000, 15'000, 20'000, 30'000, 50'000}) {
    const RetrievalFigures f = measure_retrieval(factor_vectors(items, kQueries, kDims), kWanted, false);
    j["crossover"]["us"].push_back(
        {{"items", items}, {"exact", rounded(f.exact.us)}, {"int8", rounded(f.int8.us)}, {"ivf", rounded(f.ivf.us)}});
    if (f.int8.us >= f.exact.us)
      int8_from = 0;
    else if (int8_from == 0)
      int8_from = items;
    if (f.ivf.us >= f.int8.us)
      ivf_from = 0;
    else if (ivf_from == 0)
      ivf_from = items;
  }
  j["crossover"]["int8_from"] = int8_from;
  j["crossover"]["ivf_from"] = ivf_from;
  set_threads(all);
  return j.dump(2) + "\n";
}

}  // namespace feedloop
