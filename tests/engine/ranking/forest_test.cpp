#include "engine/ranking/forest.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "engine/ranking/xgboost.hpp"
#include "tests/engine/ranking/planted_rows.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

std::vector<Lanes> all_lanes() {
  std::vector<Lanes> lanes{Lanes::Scalar, Lanes::Avx2};
  if (avx512_usable()) lanes.push_back(Lanes::Avx512);
  return lanes;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y); });
}

struct Trained {
  std::vector<Booster> boosters;
  std::vector<std::string> models;
  Forest forest;
};

Trained train(const std::vector<BoostingParams>& params, std::size_t n, std::size_t width, std::uint64_t seed) {
  Trained out;
  for (std::size_t h = 0; h < params.size(); ++h) {
    const PlantedRows rows = planted_rows(n, width, seed + 100 * h);
    out.boosters.push_back(Booster::train(params[h], rows.data(), {seed}));
    out.models.push_back(out.boosters.back().save());
  }
  out.forest = Forest(out.models);
  return out;
}

// Every row, every head, every instruction set: the bits of XGBoost's margins.
void check_equal(const Trained& t, const std::vector<float>& rows, std::size_t width) {
  const std::size_t n = rows.size() / width;
  for (const Lanes lanes : all_lanes()) {
    std::vector<float> margins(n * t.forest.heads());
    t.forest.predict(rows, width, 0, Forest::kAllHeads, margins, lanes);
    for (std::size_t h = 0; h < t.forest.heads(); ++h) {
      INFO("head " << h << ", lanes " << static_cast<int>(lanes) << ", rows " << n);
      const std::span mine = std::span(margins).subspan(h * n, n);
      CHECK(same_bits(mine, t.boosters[h].predict(rows, width, Booster::Output::Margin)));
      const auto p = t.boosters[h].predict(rows, width, Booster::Output::Probability);
      double worst = 0;
      for (std::size_t r = 0; r < n; ++r)
        worst = std::max(worst, std::fabs(logistic(static_cast<double>(mine[r])) - static_cast<double>(p[r])));
      CHECK(worst < 1e-6);
    }
  }
}

BoostingParams params_of(int trees, int depth, int max_bin, double min_child_weight = 1) {
  BoostingParams p;
  p.trees = trees;
  p.depth = depth;
  p.max_bin = max_bin;
  p.min_child_weight = min_child_weight;
  return p;
}

// Values at, just below and just above cuts, and all that is odd, in random places.
std::vector<float> awkward_rows(const std::vector<std::string>& models, std::size_t n, std::size_t width) {
  std::vector<std::vector<float>> values(width, {std::numeric_limits<float>::quiet_NaN(), kInf, -kInf, 0.0f, -0.0f, 1e-45f, std::numeric_limits<float>::max()});
  for (const std::string& model : models)
    for (const auto& tree : read_model(model).trees)
      for (const auto& node : tree)
        if (node.left >= 0)
          for (const float x : {node.value, std::nextafter(node.value, -kInf), std::nextafter(node.value, kInf)})
            values[node.feature].push_back(x);
  std::vector<float> rows;
  Rng rng = stream({1}, Stream::Test, {});
  for (std::size_t i = 0; i < n * width; ++i) {
    const auto& v = values[i % width];
    rows.push_back(v[uniform_below(rng, static_cast<std::uint32_t>(v.size()))]);
  }
  return rows;
}

}  // namespace

TEST_CASE("the forest has the bits of XGBoost's margins on every row at every depth") {
  for (int depth = 1; depth <= FlatForest::kMaxDepth; ++depth) {
    const Trained t = train({params_of(12, depth, 64)}, 1500, 24, static_cast<std::uint64_t>(depth));
    INFO("depth " << depth);
    check_equal(t, planted_rows(1500, 24, static_cast<std::uint64_t>(depth)).rows, 24);  // what it was trained on
    check_equal(t, planted_rows(700, 24, 99).rows, 24);
    check_equal(t, awkward_rows(t.models, 600, 24), 24);
  }
}

TEST_CASE("heads of different shapes share a grid") {
  const Trained t =
      train({params_of(50, 6, 64), params_of(7, 3, 16), params_of(10, 8, 256, 0), params_of(1, 1, 2)}, 2000, 40, 5);
  check_equal(t, planted_rows(1100, 40, 50).rows, 40);
  check_equal(t, awkward_rows(t.models, 600, 40), 40);
}

TEST_CASE("a feature with more cuts than a byte counts takes several columns") {
  const Trained t = train({params_of(60, 6, 256, 0), params_of(60, 6, 256, 0), params_of(60, 6, 255, 0)}, 4000, 2, 6);
  CHECK(t.forest.columns() > 2);
  check_equal(t, planted_rows(1000, 2, 60).rows, 2);
  check_equal(t, awkward_rows(t.models, 3000, 2), 2);
}

TEST_CASE("any number of rows is served and nothing is written beyond them") {
  const Trained t = train({params_of(10, 6, 32), params_of(10, 4, 32)}, 800, 12, 7);
  for (const std::size_t n : {0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 500, 511, 512, 513, 1030}) {
    const auto rows = planted_rows(n, 12, 70).rows;
    if (n > 0) check_equal(t, rows, 12);
    for (const Lanes lanes : all_lanes()) {
      std::vector<float> margins(2 * n + 64, 123.0f);
      t.forest.predict(rows, 12, 0, Forest::kAllHeads, std::span(margins).first(2 * n), lanes);
      CHECK(std::all_of(margins.begin() + static_cast<std::ptrdiff_t>(2 * n), margins.end(),
                        [](float x) { return x == 123.0f; }));
    }
  }
}

TEST_CASE("rows of one feature and trees of one leaf are served") {
  check_equal(train({params_of(20, 6, 64)}, 800, 1, 8), planted_rows(600, 1, 80).rows, 1);
  // No split has enough weight on both sides: each tree is a leaf, and no feature has a column.
  const Trained stumps = train({params_of(20, 6, 64, 1e6)}, 800, 6, 9);
  CHECK(stumps.forest.columns() == 0);
  CHECK(stumps.forest.tests() == 0);
  check_equal(stumps, planted_rows(600, 6, 90).rows, 6);
}

TEST_CASE("a forest without heads serves nothing") {
  const Forest none;
  CHECK(none.heads() == 0);
  CHECK(none.columns() == 0);
  CHECK(none.width() == 0);
  CHECK(none.tests() == 0);
}

TEST_CASE("only the heads asked for are written and they do not depend on the others") {
  const Trained t = train({params_of(10, 6, 64), params_of(10, 5, 64), params_of(10, 7, 64)}, 1000, 20, 10);
  const auto rows = planted_rows(300, 20, 11).rows;
  for (const Lanes lanes : all_lanes()) {
    std::vector<float> all(900);
    t.forest.predict(rows, 20, 0, Forest::kAllHeads, all, lanes);
    for (std::uint32_t mask = 0; mask < 8; ++mask) {
      std::vector<float> some(900, 123.0f);
      t.forest.predict(rows, 20, 0, mask, some, lanes);
      for (std::size_t h = 0; h < 3; ++h)
        for (std::size_t r = 0; r < 300; ++r) REQUIRE(some[h * 300 + r] == (mask >> h & 1 ? all[h * 300 + r] : 123.0f));
    }
  }
}

TEST_CASE("columns shared by all rows are binned once with the same result") {
  const Trained t = train({params_of(30, 6, 64)}, 1500, 24, 12);
  auto rows = planted_rows(520, 24, 13).rows;
  for (std::size_t r = 0; r < 520; ++r) std::copy_n(rows.begin(), 9, rows.begin() + static_cast<std::ptrdiff_t>(24 * r));
  std::vector<float> expected(520), got(520);
  t.forest.predict(rows, 24, 0, 1, expected);
  for (const std::size_t shared : {1, 5, 9}) {
    t.forest.predict(rows, 24, shared, 1, got);
    CHECK(same_bits(expected, got));
  }
}

TEST_CASE("bins of many rows are those of one value at a time") {
  // The second forest's features have hundreds of cuts, the first's from none to 63.
  for (const auto& [t, width] : {std::pair{train({params_of(50, 6, 64)}, 2000, 30, 14), std::size_t{30}},
                                 std::pair{train({params_of(80, 6, 256, 0)}, 4000, 2, 15), std::size_t{2}}}) {
    const std::size_t n = 700, stride = padded_rows(n);
    const auto rows = awkward_rows(t.models, n, width);
    std::vector<std::uint8_t> bins(t.forest.columns() * stride, 77);
    t.forest.bin_rows(rows.data(), width, n, 0, width, bins.data(), stride);
    for (std::size_t f = 0; f < width; ++f)
      for (std::size_t c = t.forest.first_column(f); c < t.forest.first_column(f + 1); ++c) {
        for (std::size_t r = 0; r < n; ++r) REQUIRE(bins[c * stride + r] == t.forest.bin(c, rows[r * width + f]));
        REQUIRE(bins[c * stride + n] == 77);
      }
    CHECK(t.forest.first_column(width) == t.forest.columns());
    std::vector<std::uint8_t> record(t.forest.columns());
    t.forest.bin_rows(rows.data() + 5 * width, width, 1, 0, width, record.data(), 1);
    for (std::size_t c = 0; c < record.size(); ++c) CHECK(record[c] == bins[c * stride + 5]);
    // Bins made beforehand serve as well as floats, whatever stands in the padding.
    std::vector<float> a(n), b(n);
    t.forest.predict(bins.data(), stride, n, 1, a.data());
    t.forest.predict(rows, width, 0, 1, b);
    CHECK(same_bits(a, b));
  }
}

TEST_CASE("a forest is the same however often it is built and serves several threads at once") {
  const Trained t = train({params_of(20, 6, 64), params_of(20, 6, 64)}, 1000, 20, 16);
  const Forest again(t.models);
  const auto rows = planted_rows(500, 20, 17).rows;
  std::vector<float> expected(1000);
  t.forest.predict(rows, 20, 0, Forest::kAllHeads, expected);
  std::vector<std::vector<float>> got(32, std::vector<float>(1000));
  set_threads(4);
  parallel_for(got.size(), 1,
               [&](std::size_t b, std::size_t) { (b % 2 ? t.forest : again).predict(rows, 20, 0, Forest::kAllHeads, got[b]); });
  set_threads(0);
  for (const auto& g : got) CHECK(same_bits(expected, g));
}

TEST_CASE("trees too deep for the flattened form are refused") {
  const PlantedRows rows = planted_rows(2000, 6, 19);
  const std::vector<std::string> model{Booster::train(params_of(1, 12, 64, 0), rows.data(), {1}).save()};
  CHECK_THROWS_WITH(Forest(model), Catch::Matchers::Contains("deeper than 8"));
}

TEST_CASE("a damaged model makes no forest") {
  const Trained t = train({params_of(3, 3, 16)}, 200, 4, 18);
  const std::vector<std::string> cut{t.models[0].substr(0, t.models[0].size() / 2)};
  CHECK_THROWS_AS(Forest(cut), Error);
}
