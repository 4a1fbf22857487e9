#include "gui/run_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/error.hpp"
#include "base/parameters.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

std::string local_time(fs::file_time_type changed) {
  const auto system = std::chrono::file_clock::to_sys(changed);
  const std::time_t t = std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::seconds>(system));
  std::tm parts{};
  localtime_r(&t, &parts);
  char text[32];
  return std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts) > 0 ? text : "";
}

void read(RunEntry& entry) {
  try {
    entry.run = open_run(entry.path);
    entry.differs = join(entry.run.head.sets);
  } catch (const std::exception& e) {
    std::string why = e.what();
    const std::string place = entry.path.string() + ": ";
    if (why.starts_with(place)) why = why.substr(place.size());
    entry.in_use = why.starts_with("is in use");
    entry.error = why;
  }
}

}  // namespace

std::vector<RunEntry> list_runs(const fs::path& folder, const std::vector<RunEntry>& known, Observer* observer) {
  std::vector<RunEntry> runs;
  std::error_code failed;
  for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, failed), end; !failed && it != end;
       it.increment(failed)) {
    std::error_code ignored;
    if (it->path().extension() != ".db" || !it->is_regular_file(ignored)) continue;
    RunEntry entry;
    entry.path = it->path();
    entry.changed = it->last_write_time(ignored);
    entry.bytes = it->file_size(ignored);
    runs.push_back(std::move(entry));
  }
  std::ranges::sort(runs, [](const RunEntry& a, const RunEntry& b) {
    return a.changed != b.changed ? a.changed > b.changed : a.path < b.path;
  });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (observer != nullptr) {
      if (observer->stop_requested()) throw Interrupted("the list of runs was no longer asked for");
      observer->on_progress(
          {RunStage::Preparing, "reading archives", 0, 0, static_cast<double>(i) / static_cast<double>(runs.size()), 0});
    }
    RunEntry& entry = runs[i];
    const auto before = std::ranges::find(known, entry.path, &RunEntry::path);
    if (before != known.end() && before->changed == entry.changed && before->bytes == entry.bytes && !before->in_use) {
      entry = *before;
      continue;
    }
    entry.when = local_time(entry.changed);
    read(entry);
  }
  return runs;
}

FinishedRun finished_run(const RunEntry& entry) {
  FinishedRun out{entry.path.filename().string(), entry.run.head.build, *entry.run.report, std::nullopt};
  if (entry.run.scenario != nullptr) out.scenario = *entry.run.scenario;
  return out;
}

}  // namespace feedloop
