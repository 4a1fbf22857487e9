#include "experiment/metric_page.hpp"

#include <algorithm>
#include <sstream>

#include "base/files.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("docs/METRICS.md is the page that params --metrics prints") {
  CHECK(metric_page() == read_file(FEEDLOOP_SOURCE_DIR "/docs/METRICS.md"));
}

TEST_CASE("every row of the metric page has the cells of its head") {
  std::istringstream page(metric_page());
  std::string line;
  std::ptrdiff_t head = 0, rows = 0;
  while (std::getline(page, line)) {
    const std::ptrdiff_t bars = std::count(line.begin(), line.end(), '|');
    if (bars == 0) {
      head = 0;
    } else if (head == 0) {
      head = bars;
    } else {
      INFO(line);
      CHECK(bars == head);
      ++rows;
    }
  }
  CHECK(rows > 40);
}
