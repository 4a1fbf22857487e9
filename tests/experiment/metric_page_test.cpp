#include "experiment/metric_page.hpp"

#include "base/files.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("docs/METRICS.md is the page that params --metrics prints") {
  CHECK(metric_page() == read_file(FEEDLOOP_SOURCE_DIR "/docs/METRICS.md"));
}
