#include "engine/index/vector_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "experiment/evaluation/factor_vectors.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr IndexKind kAllKinds[] = {IndexKind::Exact, IndexKind::Int8, IndexKind::Ivf, IndexKind::Hnsw, IndexKind::Auto};

std::span<const float> row(const std::vector<float>& rows, std::size_t r, int dims) {
  return std::span(rows).subspan(r * static_cast<std::size_t>(dims), static_cast<std::size_t>(dims));
}

std::vector<Scored> search(const VectorIndex& index, std::span<const float> query, std::size_t k) {
  std::vector<Scored> out;
  index.search(query, k, out);
  return out;
}

std::vector<std::uint32_t> ids(const std::vector<Scored>& scored) {
  std::vector<std::uint32_t> v;
  for (const Scored& s : scored) v.push_back(s.item.value);
  return v;
}

VectorIndex built(IndexKind kind, std::span<const float> vectors, int dims) {
  VectorIndex index(kind);
  index.build(vectors, dims);
  return index;
}

bool same_answers(const VectorIndex& a, const VectorIndex& b, const RetrievalVectors& v, std::size_t k) {
  for (std::size_t q = 0; q < v.queries.size() / static_cast<std::size_t>(v.dims); ++q)
    if (search(a, row(v.queries, q, v.dims), k) != search(b, row(v.queries, q, v.dims), k)) return false;
  return true;
}

double recall(const VectorIndex& index, const VectorIndex& exact, const RetrievalVectors& v, std::size_t k) {
  std::size_t found = 0, wanted = 0;
  for (std::size_t q = 0; q < v.queries.size() / static_cast<std::size_t>(v.dims); ++q) {
    const std::vector<Scored> truth = search(exact, row(v.queries, q, v.dims), k);
    std::vector<std::uint32_t> got = ids(search(index, row(v.queries, q, v.dims), k));
    std::sort(got.begin(), got.end());
    for (const Scored& s : truth) found += std::binary_search(got.begin(), got.end(), s.item.value);
    wanted += truth.size();
  }
  return static_cast<double>(found) / static_cast<double>(wanted);
}

}  // namespace

TEST_CASE("the exact kind ranks as double precision does") {
  for (const int dims : {1, 5, 16, 37, 64}) {
    const RetrievalVectors v = factor_vectors(400, 3, dims);
    const VectorIndex index = built(IndexKind::Exact, v.items, dims);
    for (std::size_t q = 0; q < 3; ++q) {
      std::vector<double> truth(400);
      double size = 0;  // of the largest product: rounding is relative to it
      for (std::size_t r = 0; r < 400; ++r)
        for (std::size_t i = 0; i < static_cast<std::size_t>(dims); ++i) {
          const double p = double{row(v.items, r, dims)[i]} * double{row(v.queries, q, dims)[i]};
          truth[r] += p;
          size = std::max(size, std::fabs(p));
        }
      const std::vector<Scored> out = search(index, row(v.queries, q, dims), 50);
      REQUIRE(out.size() == 50);
      std::vector<double> sorted = truth;
      std::sort(sorted.rbegin(), sorted.rend());
      for (std::size_t i = 0; i < 50; ++i) {
        CHECK(std::fabs(double{out[i].score} - truth[out[i].item.index()]) < 1e-6 * dims * size);
        CHECK(std::fabs(double{out[i].score} - sorted[i]) < 1e-6 * dims * size);
        if (i > 0) CHECK(ranks_before(out[i - 1], out[i]));
      }
    }
  }
}

TEST_CASE("int8 and ivf find the exact best on the sphere and with the norms of matrix factorisation") {
  // Fixed data, so nothing is left to chance; the margins say how far the claim is from failing.
  struct Case {
    RetrievalVectors vectors;
    std::size_t k;
  };
  for (const Case& c : {Case{factor_vectors(5000, 20, 64), 500}, Case{factor_vectors(5000, 20, 32), 50},
                        Case{clustered_vectors(5000, 20, 48), 100}, Case{factor_vectors(8000, 15, 64), 200}}) {
    const VectorIndex exact = built(IndexKind::Exact, c.vectors.items, c.vectors.dims);
    for (const auto& [kind, least] : {std::pair{IndexKind::Int8, 0.99}, std::pair{IndexKind::Ivf, 0.975}}) {
      const VectorIndex index = built(kind, c.vectors.items, c.vectors.dims);
      INFO(index_kinds()[static_cast<std::size_t>(kind)].name << ", " << exact.size() << " rows, k = " << c.k);
      CHECK(recall(index, exact, c.vectors, c.k) >= least);
      const std::span<const float> query = row(c.vectors.queries, 0, c.vectors.dims);
      std::vector<Scored> all = search(exact, query, exact.size());
      for (const Scored& s : search(index, query, c.k)) {
        const auto at = std::find_if(all.begin(), all.end(), [&](const Scored& t) { return t.item == s.item; });
        REQUIRE(at != all.end());
        CHECK(at->score == s.score);  // to the bit
      }
    }
  }
}

TEST_CASE("the graph finds the exact best when norms vary") {
  const RetrievalVectors v = factor_vectors(3000, 20, 24);
  const VectorIndex exact = built(IndexKind::Exact, v.items, v.dims), hnsw = built(IndexKind::Hnsw, v.items, v.dims);
  CHECK(recall(hnsw, exact, v, 100) >= 0.95);
}

TEST_CASE("a wider search finds no less") {
  const RetrievalVectors v = factor_vectors(4000, 20, 32);
  const VectorIndex exact = built(IndexKind::Exact, v.items, v.dims);
  for (const auto& [kind, narrow, wide] : {std::tuple{IndexKind::Ivf, 0.1, 6.0}, std::tuple{IndexKind::Hnsw, 1.0, 10.0}}) {
    VectorIndex index = built(kind, v.items, v.dims);
    index.set_breadth(narrow);
    const double least = recall(index, exact, v, 50);
    index.set_breadth(wide);
    const double most = recall(index, exact, v, 50);
    INFO(index_kinds()[static_cast<std::size_t>(kind)].name << ": " << least << ", " << most);
    CHECK(least < 0.95);
    CHECK(most >= 0.98);
  }
}

TEST_CASE("the inverted file looks as widely as the tails of its rows ask") {
  RetrievalVectors v = clustered_vectors(12000, 20, 32);
  Rng rng = stream(Seed{5}, Stream::Test, entity_key(1));
  for (std::size_t r = 0; r < 12000; ++r) {  // a few rows of every cluster lie far out, in directions of their own
    const double out = bernoulli(rng, 0.02) ? 0.5 : 0.05;
    for (std::size_t i = 0; i < 32; ++i) v.items[r * 32 + i] += static_cast<float>(out * normal(rng));
  }
  const VectorIndex exact = built(IndexKind::Exact, v.items, v.dims), measured = built(IndexKind::Ivf, v.items, v.dims);
  VectorIndex three = built(IndexKind::Ivf, v.items, v.dims);
  three.set_breadth(3);
  const double of_three = recall(three, exact, v, 100), of_measured = recall(measured, exact, v, 100);
  INFO(of_three << ", " << of_measured);
  CHECK(of_three < 0.95);
  CHECK(of_measured >= 0.97);
}

TEST_CASE("rows added after build are found and saving and loading changes no answer") {
  const RetrievalVectors v = factor_vectors(3000, 10, 20);
  const std::span<const float> all = v.items;
  for (const IndexKind kind : kAllKinds) {
    INFO(index_kinds()[static_cast<std::size_t>(kind)].name);
    // The second half is added in batches of one, a few and many, beyond any capacity of the first.
    VectorIndex index = built(kind, all.first(1500 * 20), 20);
    index.add(all.subspan(1500 * 20, 20));
    index.add(all.subspan(1501 * 20, 20 * 7));
    index.add({});
    index.add(all.subspan(1508 * 20));
    CHECK(index.size() == 3000);
    VectorIndex loaded(kind);
    load_state(loaded, save_state(index));
    CHECK(same_answers(index, loaded, v, 50));
    CHECK(save_state(loaded) == save_state(index));
    const VectorIndex exact = built(IndexKind::Exact, all, 20);
    CHECK(recall(index, exact, v, 50) >= 0.95);
    // And both go on alike.
    index.add(all.first(200 * 20));
    loaded.add(all.first(200 * 20));
    CHECK(same_answers(index, loaded, v, 50));
  }
}

TEST_CASE("a graph built in one go answers as one that grew row by row") {
  const RetrievalVectors v = factor_vectors(700, 10, 12);
  std::vector<float> rows = v.items;  // the largest row first, so that both know the largest norm from the start
  std::fill_n(rows.begin(), 12, 100.0f);
  const std::span<const float> all = rows;
  const VectorIndex whole = built(IndexKind::Hnsw, all, 12);
  VectorIndex grown = built(IndexKind::Hnsw, {}, 12);
  for (std::size_t r = 0; r < 700; ++r) grown.add(all.subspan(r * 12, 12));
  CHECK(same_answers(whole, grown, v, 30));
}

TEST_CASE("an empty index and no wish find nothing") {
  for (const IndexKind kind : kAllKinds) {
    VectorIndex index(kind);
    const std::vector<float> x{1, 2, 3};
    CHECK(search(index, x, 5).empty());
    index.add({});
    index.build({}, 3);
    CHECK(search(index, x, 5).empty());
    VectorIndex loaded(kind);
    load_state(loaded, save_state(index));
    loaded.add(x);  // the first rows are the build
    CHECK(ids(search(loaded, x, 5)) == std::vector<std::uint32_t>{0});
    CHECK(search(loaded, x, 0).empty());
    loaded.build({}, 3);
    CHECK(search(loaded, x, 5).empty());
  }
}

TEST_CASE("asking for more than there is gives every row in order") {
  const RetrievalVectors v = factor_vectors(90, 3, 7);
  const VectorIndex exact = built(IndexKind::Exact, v.items, 7);
  for (const IndexKind kind : {IndexKind::Int8, IndexKind::Ivf, IndexKind::Auto}) {
    const VectorIndex index = built(kind, v.items, 7);
    CHECK(same_answers(index, exact, v, 90));
    CHECK(same_answers(index, exact, v, 1000));
  }
  const VectorIndex one = built(IndexKind::Ivf, row(v.items, 4, 7), 7);
  CHECK(ids(search(one, row(v.queries, 0, 7), 10)) == std::vector<std::uint32_t>{0});
}

TEST_CASE("results are appended and equal scores go by id") {
  std::vector<float> rows;
  for (int r = 0; r < 300; ++r) rows.insert(rows.end(), {1, static_cast<float>(r % 2), -1, 0.5f});
  for (const IndexKind kind : kAllKinds) {
    const VectorIndex index = built(kind, rows, 4);
    std::vector<Scored> out{{ItemId{7}, 3}};
    index.search(std::vector<float>{1, 2, 3, 4}, 100, out);
    INFO(index_kinds()[static_cast<std::size_t>(kind)].name);
    CHECK(out[0].item == ItemId{7});
    REQUIRE(out.size() > 1);
    CHECK(std::is_sorted(out.begin() + 1, out.end(), ranks_before));
    if (kind == IndexKind::Hnsw) continue;  // a graph of equal rows need not hold together
    REQUIRE(out.size() == 101);
    if (kind == IndexKind::Exact)
      for (std::uint32_t i = 0; i < 100; ++i) CHECK(out[1 + i].item == ItemId{2 * i + 1});
    else
      for (std::size_t i = 1; i < out.size(); ++i) CHECK(out[i].item.value % 2 == 1);
  }
}

TEST_CASE("zero vectors are rows like others") {
  std::vector<float> rows(200 * 6);
  rows[50 * 6 + 2] = 3;
  for (const IndexKind kind : kAllKinds) {
    const VectorIndex index = built(kind, rows, 6);
    const std::vector<Scored> out = search(index, std::vector<float>{1, 1, 1, 1, 1, 1}, 20);
    INFO(index_kinds()[static_cast<std::size_t>(kind)].name);
    REQUIRE(out.size() == 20);
    CHECK(out[0].score == 3);
    for (std::uint32_t z = 0; z < 19; ++z) CHECK(out[1 + z].item == ItemId{z});
    CHECK(search(index, std::vector<float>(6), 20).size() == 20);
    VectorIndex grown = built(kind, std::span(rows).first(180 * 6), 6), loaded(kind);
    grown.add(std::span(rows).subspan(180 * 6));
    load_state(loaded, save_state(grown));
    const std::vector<float> ones(6, 1);
    CHECK(search(loaded, ones, 190) == search(index, ones, 190));
  }
}

TEST_CASE("rows that are not finite are never returned and a query that is not finds nothing") {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
  RetrievalVectors v = factor_vectors(1200, 5, 8);
  for (std::size_t r = 0; r < 1200; r += 3) v.items[r * 8 + r % 8] = r % 2 ? kNaN : kInfinity;
  std::vector<float> usable;
  for (std::size_t r = 0; r < 1200; ++r)
    if (r % 3) usable.insert(usable.end(), row(v.items, r, 8).begin(), row(v.items, r, 8).end());
  const VectorIndex clean = built(IndexKind::Exact, usable, 8);
  for (const IndexKind kind : kAllKinds) {
    const VectorIndex index = built(kind, v.items, 8);
    INFO(index_kinds()[static_cast<std::size_t>(kind)].name);
    for (std::size_t q = 0; q < 5; ++q) {
      const std::vector<Scored> out = search(index, row(v.queries, q, 8), 1200);
      if (kind != IndexKind::Hnsw) CHECK(out.size() == 800);
      for (const Scored& s : out) CHECK((s.item.value % 3 != 0 && std::isfinite(s.score)));
      CHECK(out[0].score == search(clean, row(v.queries, q, 8), 1)[0].score);
    }
    for (const float bad : {kNaN, kInfinity, -kInfinity})
      CHECK(search(index, std::vector<float>{1, 2, bad, 4, 5, 6, 7, 8}, 10).empty());
    const std::vector<float> nothing(8 * 40, kNaN);
    VectorIndex hopeless = built(kind, nothing, 8);
    CHECK(search(hopeless, row(v.queries, 0, 8), 10).empty());
    hopeless.add(row(v.items, 1, 8));
    CHECK(ids(search(hopeless, row(v.queries, 0, 8), 10)) == std::vector<std::uint32_t>{40});
  }
}

TEST_CASE("products that overflow neither crash a search nor return what is not a number") {
  RetrievalVectors v = factor_vectors(600, 3, 8);
  for (std::size_t i = 0; i < v.items.size(); i += 5) v.items[i] *= 1e38f;
  for (float& x : v.items) x = std::clamp(x, -3e38f, 3e38f);
  for (const IndexKind kind : kAllKinds) {
    const VectorIndex index = built(kind, v.items, 8);
    for (std::size_t q = 0; q < 3; ++q)
      for (const Scored& s : search(index, row(v.queries, q, 8), 50)) CHECK_FALSE(std::isnan(s.score));
  }
}

TEST_CASE("an index is the same on any number of threads") {
  const RetrievalVectors v = factor_vectors(3000, 10, 16);
  for (const IndexKind kind : {IndexKind::Int8, IndexKind::Ivf}) {
    set_threads(1);
    VectorIndex one = built(kind, v.items, 16);
    set_threads(4);
    VectorIndex four = built(kind, v.items, 16);
    CHECK(save_state(one) == save_state(four));
    std::vector<char> agree(10);
    parallel_for(10, 1, [&](std::size_t q, std::size_t) {
      agree[q] = search(one, row(v.queries, q, 16), 60) == search(four, row(v.queries, q, 16), 60);
    });
    set_threads(0);
    CHECK(std::count(agree.begin(), agree.end(), 1) == 10);
  }
}

TEST_CASE("auto is the kind its number of rows asks for") {
  CHECK(resolved(IndexKind::Auto, 0) == IndexKind::Exact);
  CHECK(resolved(IndexKind::Auto, kInt8From) == IndexKind::Int8);
  CHECK(resolved(IndexKind::Auto, kIvfFrom) == IndexKind::Ivf);
  CHECK(resolved(IndexKind::Hnsw, 5) == IndexKind::Hnsw);
  for (const IndexKindInfo& info : index_kinds()) CHECK(&info == &index_kinds()[static_cast<std::size_t>(info.kind)]);
}

TEST_CASE("rows of zeros do not hide the others") {
  RetrievalVectors v = factor_vectors(3000, 20, 24);
  for (std::size_t r = 0; r < 3000; ++r)
    if (r % 3 != 0) std::fill_n(v.items.begin() + static_cast<std::ptrdiff_t>(r * 24), 24, 0.0f);
  const VectorIndex exact = built(IndexKind::Exact, v.items, 24);
  for (const IndexKind kind : kAllKinds) {
    const VectorIndex index = built(kind, v.items, 24);
    INFO(index_kinds()[static_cast<std::size_t>(kind)].name);
    CHECK(recall(index, exact, v, 200) > 0.9);
    CHECK(search(index, row(v.queries, 0, 24), 50).size() == 50);
  }
}

TEST_CASE("an index of zeros answers with zeros") {
  const std::vector<float> zeros(600, 0.0f), query(6, 1.0f);
  for (const IndexKind kind : kAllKinds) {
    const std::vector<Scored> out = search(built(kind, zeros, 6), query, 10);
    REQUIRE(out.size() == 10);
    for (const Scored& s : out) CHECK(s.score == 0);
  }
}

TEST_CASE("a search says how many products it took: all rows' exactly, and fewer by an inverted file the larger it is") {
  double last = 0;
  for (const std::size_t rows : {2000u, 20'000u}) {
    const RetrievalVectors v = factor_vectors(rows, 20, 16);
    VectorIndex exact(IndexKind::Exact), codes(IndexKind::Int8), inverted(IndexKind::Ivf);
    double products = 0;
    for (VectorIndex* index : {&exact, &codes, &inverted}) index->build(v.items, v.dims);
    std::vector<Scored> out;
    for (std::size_t q = 0; q < 20; ++q) {
      const std::span<const float> query{v.queries.data() + q * 16, 16};
      const std::size_t all = exact.search(query, 50, out);  // each row, and again those about as good as the fiftieth
      CHECK(all >= rows + 50);
      CHECK(all <= rows + 200);
      CHECK(codes.search(query, 50, out) > rows);
      const std::size_t some = inverted.search(query, 50, out);
      CHECK(some > 50);
      products += static_cast<double>(some);
    }
    CHECK(exact.search({v.queries.data(), 16}, 0, out) == 0);
    const double saving = 20 * static_cast<double>(rows) / products;
    CHECK(saving > last);
    last = saving;
  }
  CHECK(last > 2);
}
