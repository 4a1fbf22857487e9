#include "tests/fuzz/readers.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/csv.hpp"
#include "data/bandit_log.hpp"
#include "data/interaction_log.hpp"
#include "data/past_units.hpp"
#include "data/policy_table.hpp"
#include "tests/fuzz/refusal.hpp"

namespace feedloop {
namespace {

// A file that is only memory: thousands a second.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text) : descriptor_(memfd_create("fuzz", 0)) {
    FEEDLOOP_CHECK(descriptor_ >= 0 && write(descriptor_, text.data(), text.size()) == std::ssize(text), "no memory file");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

using Record = std::vector<std::string>;

std::string read_records(const std::filesystem::path& file, std::size_t window, std::vector<Record>& records) {
  return refusal([&] {
    CsvReader csv(file, window);
    records.push_back(csv.header());
    while (csv.next()) {
      records.emplace_back();
      for (std::size_t c = 0; c < csv.header().size(); ++c) {
        records.back().emplace_back(csv.field(c));
        FEEDLOOP_CHECK(csv.place(c).line > 0 && csv.place(c).column > 0, "a field without a place");
      }
    }
  });
}

void check_log(const InteractionLog& log) {
  for (const LogEvent& e : log.events)
    FEEDLOOP_CHECK(e.user < log.users.size() && e.item < log.items.size() && std::isfinite(e.value) && e.time_s >= 0,
                   "an event of nobody or nothing");
  for (const LogItem& item : log.items) {
    FEEDLOOP_CHECK(!item.labels.empty(), "an item without a label");
    for (const int label : item.labels) FEEDLOOP_CHECK(label >= 0 && label < std::ssize(log.labels), "a label of no name");
  }
  for (const std::int64_t n : log.events_per_user()) FEEDLOOP_CHECK(n > 0, "a user without an event");
}

void check_past_units(const PastUnits& u) {
  FEEDLOOP_CHECK(u.units >= 2 && std::isfinite(u.metric.control) && std::isfinite(u.metric.variance) && u.metric.variance > 0,
                 "a metric that cannot be planned by");
  FEEDLOOP_CHECK(std::abs(u.rho) < 1, "a correlation that leaves nothing");
  FEEDLOOP_CHECK(u.icc >= 0 && u.icc <= 1 && u.cluster_size >= 1, "clusters of no units");
}

void check_decisions(const BanditLog& log) {
  for (std::size_t i = 0; i < log.size(); ++i)
    FEEDLOOP_CHECK(log.propensity[i] > 0 && log.propensity[i] <= 1 && std::isfinite(log.reward[i]) &&
                       log.action[i] < log.actions.size() && log.position[i] < log.positions.size(),
                   "a decision that was never made");
}

}  // namespace

bool fuzz_csv(std::string_view text) {
  const MemoryFile file(text);
  std::vector<Record> records, piecewise;
  const std::string fault = read_records(file.path(), 1 << 16, records);
  FEEDLOOP_CHECK(read_records(file.path(), 3, piecewise) == fault && piecewise == records, "the window changes what is read");
  if (records.empty()) return false;

  std::string written;
  for (const Record& record : records) {
    for (std::size_t c = 0; c < record.size(); ++c) written += (c > 0 ? "," : "") + csv_field(record[c]);
    written += '\n';
  }
  const MemoryFile copy(written);
  std::vector<Record> again;
  // A lone empty field is written as a blank line, which readers skip.
  if (records.front().size() > 1)
    FEEDLOOP_CHECK(read_records(copy.path(), 1 << 16, again).empty() && again == records, "what is written reads otherwise");

  bool taken = false;
  const auto named = [&](const char* name) {
    const Record& header = records.front();
    return std::find(header.begin(), header.end(), name) == header.end() ? std::string() : std::string(name);
  };
  const UnitColumns columns{file.path(),  records.front().front(), named("den"),
                            named("pre"), named("pre_den"),        named("cluster")};
  taken |= refusal([&] { check_past_units(read_past_units(columns)); }).empty();
  LogSource source;
  source.log = file.path();
  source.min_events = 1;
  taken |= refusal([&] { check_log(read_interaction_log(source)); }).empty();
  source.items = file.path();
  source.min_value = 0;
  taken |= refusal([&] { check_log(read_interaction_log(source)); }).empty();
  BanditLogSource decisions;
  decisions.file = file.path();
  taken |= refusal([&] { check_decisions(read_bandit_log(decisions)); }).empty();
  taken |= refusal([&] { read_policy_table(file.path()); }).empty();
  return taken;
}

}  // namespace feedloop
