#include "engine/index/int8_codes.hpp"

#include <cmath>
#include <limits>

#include "base/distributions.hpp"
#include "engine/index/inner_product.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<Isa> available() {
  std::vector<Isa> isas{Isa::Scalar, Isa::Avx2};
  if (best_isa() == Isa::Avx512) isas.push_back(Isa::Avx512);
  return isas;
}

// Normal values, or only the extremes +-1, which become codes +-63: what overflows first.
std::vector<float> random_rows(std::size_t values, bool extreme, std::uint64_t key) {
  Rng rng = stream(Seed{8}, Stream::Test, entity_key(key));
  std::vector<float> v(values);
  for (float& x : v) x = extreme ? (bernoulli(rng, 0.9) ? 1.0f : -1.0f) : static_cast<float>(normal(rng));
  return v;
}

}  // namespace

TEST_CASE("every instruction set gives the same scores and finds the same rows") {
  for (const std::size_t dims : {1, 4, 7, 8, 31, 32, 64, 100, 257})
    for (const bool extreme : {false, true}) {
      constexpr std::size_t kRows = 1100;  // more than a chunk, and not whole blocks
      const std::vector<float> rows = random_rows(kRows * dims, extreme, dims);
      const std::vector<float> query = random_rows(dims, extreme, 1000 + dims);
      Int8Codes codes(dims);
      for (std::size_t r = 0; r < kRows; ++r) codes.append({&rows[r * dims], dims}, static_cast<std::uint32_t>(3 * r));
      Int8Query q;
      encode_query(query, q);
      std::vector<float> expected(codes.blocks() * kCodeRows);
      codes.score(q, 0, codes.blocks(), expected.data(), Isa::Scalar);
      const float threshold = expected[kRows / 2];
      Hits hits;
      codes.collect(q, threshold, hits, Isa::Scalar);
      for (const Isa isa : available()) {
        INFO(dims << " dims, " << vector_bits(isa) << " bits");
        std::vector<float> scores(expected.size());
        codes.score(q, 0, codes.blocks(), scores.data(), isa);
        for (std::size_t r = 0; r < scores.size(); ++r)
          if (r < kRows ? scores[r] != expected[r] : !std::isnan(scores[r])) FAIL_CHECK("row " << r);
        Hits same;
        codes.collect(q, threshold, same, isa);
        REQUIRE(same.size == hits.size);
        for (std::size_t i = 0; i < same.size; ++i)
          if (same.ids[i] != hits.ids[i] || same.scores[i] != hits.scores[i]) FAIL_CHECK("hit " << i);
      }
      std::size_t at = 0;  // the obvious filter
      for (std::size_t r = 0; r < kRows; ++r)
        if (expected[r] >= threshold) CHECK((at < hits.size && hits.ids[at++] == 3 * r));
      CHECK(at == hits.size);
    }
}

TEST_CASE("codes are off by at most half a step on each side") {
  constexpr std::size_t kDims = 48;
  const std::vector<float> rows = random_rows(200 * kDims, false, 1), query = random_rows(kDims, false, 2);
  Int8Codes codes(kDims);
  for (std::size_t r = 0; r < 200; ++r) codes.append({&rows[r * kDims], kDims}, static_cast<std::uint32_t>(r));
  Int8Query q;
  encode_query(query, q);
  std::vector<float> scores(codes.blocks() * kCodeRows);
  codes.score(q, 0, codes.blocks(), scores.data());
  const auto largest = [](const float* v) {
    float m = 0;
    for (std::size_t i = 0; i < kDims; ++i) m = std::max(m, std::fabs(v[i]));
    return m;
  };
  for (std::size_t r = 0; r < 200; ++r) {
    // |a b - a' b'| <= |a - a'| |b| + |b - b'| |a'| for each dimension, a and b at most the largest.
    const float bound = 2 * kDims * largest(&rows[r * kDims]) * largest(query.data()) / 126;
    CHECK(std::fabs(scores[r] * q.scale - inner_product(&rows[r * kDims], query.data(), kDims)) <= bound);
  }
}

TEST_CASE("zero rows score nothing and places beyond the last row reach no threshold") {
  Int8Codes codes(5);
  codes.append(std::vector<float>(5), 9);
  codes.append(std::vector<float>(5, 1e-38f), 4);
  Int8Query q;
  encode_query(std::vector<float>{1, -2, 3, 0, 1}, q);
  for (const Isa isa : available()) {
    Hits hits;
    codes.collect(q, -std::numeric_limits<float>::infinity(), hits, isa);
    REQUIRE(hits.size == 2);
    CHECK(hits.ids[0] == 9);
    CHECK(hits.ids[1] == 4);
    CHECK(hits.scores[0] == 0);
    CHECK(hits.scores[1] == 0);
  }
}
