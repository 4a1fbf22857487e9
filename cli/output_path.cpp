#include "cli/output_path.hpp"

#include <fmt/format.h>

namespace feedloop {
namespace {

bool same_run(const ArchiveHead& a, const ArchiveHead& b) { return a.scenario_hash == b.scenario_hash && a.seed == b.seed; }

}  // namespace

OutputChoice choose_output(const std::filesystem::path& wanted, const ArchiveHead& head, bool resume) {
  namespace fs = std::filesystem;
  if (!wanted.empty()) {
    const Place where{wanted.string()};
    if (!fs::exists(wanted)) {
      if (resume) throw Error("there is no archive to resume; leave --resume out to begin one", where);
      return {wanted, false, false, ""};
    }
    Archive there = Archive::open(wanted, ArchiveMode::Read);
    const bool complete = there.status() == RunStatus::Complete, same = same_run(there.head(), head);
    if (resume && !same)
      throw Error(
          fmt::format("holds another run ({}, seed {}, hash {}); this one has hash {} and seed {}", there.head().scenario,
                      there.head().seed, there.head().scenario_hash, head.scenario_hash, head.seed),
          where);
    if (resume && !complete) return {wanted, false, true, ""};
    if (complete && same) return {wanted, true, false, ""};
    throw Error(complete ? "holds another finished run; give another --out"
                         : "holds an unfinished run; add --resume to continue it, or give another --out",
                where);
  }
  fs::create_directories("runs");
  std::string note;
  for (int i = 1;; ++i) {
    const fs::path path = fs::path("runs") / (i == 1 ? fmt::format("{}-{}.db", head.scenario, head.seed)
                                                     : fmt::format("{}-{}-{}.db", head.scenario, head.seed, i));
    if (!fs::exists(path)) {
      if (resume)
        throw Error("there is no unfinished archive of this run in runs/; leave --resume out to begin one", {path.string()});
      return {path, false, false, note};
    }
    try {
      Archive there = Archive::open(path, ArchiveMode::Read);
      if (!same_run(there.head(), head)) continue;
      if (there.status() == RunStatus::Complete) {
        if (!resume) return {path, true, false, note};
      } else if (resume) {
        return {path, false, true, ""};
      } else if (note.empty()) {
        note = fmt::format("{} holds an unfinished run of this scenario; --resume would continue it", path.string());
      }
    } catch (const Error&) {
      continue;  // something else, or damaged, or being written: leave it alone
    }
  }
}

}  // namespace feedloop
