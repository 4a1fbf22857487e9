#include "experiment/feature_page.hpp"

#include "base/csv.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the page of features is the registry's") {
  // Otherwise: feedloop params --features > docs/FEATURES.md
  CHECK(feature_page() == read_file(FEEDLOOP_SOURCE_DIR "/docs/FEATURES.md"));
}
