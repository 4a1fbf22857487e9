#include "base/huge_pages.hpp"

#include <cstdint>
#include <numeric>

#include "base/state.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a vector on huge pages keeps its values while it grows from short to long and back") {
  HugeVector<std::uint32_t> v;
  for (std::uint32_t i = 0; i < 1'500'000; ++i) v.push_back(i);  // through 2 MiB, up to 6 MB
  CHECK(reinterpret_cast<std::uintptr_t>(v.data()) % (2u << 20) == 0);
  CHECK(std::accumulate(v.begin(), v.end(), std::uint64_t{0}) == std::uint64_t{1'500'000} * 1'499'999 / 2);
  v.resize(10);
  v.shrink_to_fit();
  CHECK(reinterpret_cast<std::uintptr_t>(v.data()) % 64 == 0);
  CHECK(v.back() == 9);
}

TEST_CASE("a vector on huge pages is saved and loaded like any other") {
  HugeVector<float> v(700'000, 2.5f), loaded;
  std::vector<float> plain(v.begin(), v.end());
  const std::string bytes = save_state(v);
  CHECK(bytes == save_state(plain));
  load_state(loaded, bytes);
  CHECK(loaded == v);
}
