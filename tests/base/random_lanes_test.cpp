#include "base/random_lanes.hpp"

#include "tests/support/catch.hpp"

namespace feedloop {

TEST_CASE("eight lanes give the words of eight streams") {
  for (const Seed seed : {Seed{0}, Seed{42}, Seed{kMaxSeed}})
    for (const std::uint32_t first : {0u, 5u, 4'000'000'000u}) {
      RandomLanes lanes(seed, Stream::Rerandomisation, first);
      std::vector<Rng> rng;
      for (std::uint32_t l = 0; l < RandomLanes::kLanes; ++l)
        rng.push_back(stream(seed, Stream::Rerandomisation, entity_key(first + l)));
      for (int block = 0; block < 50; ++block) {
        const RandomLanes::Words words = lanes.next();
        for (std::size_t k = 0; k < 4; ++k) {
          std::array<std::uint32_t, 8> of;
          _mm256_storeu_si256(reinterpret_cast<__m256i*>(of.data()), words.of[k]);
          for (std::size_t l = 0; l < of.size(); ++l) REQUIRE(of[l] == rng[l]());
        }
      }
    }
}

}  // namespace feedloop
