#include "data/output_path.hpp"

#include <fmt/format.h>

#include "base/files.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

bool same_run(const ArchiveHead& a, const ArchiveHead& b) { return a.scenario_hash == b.scenario_hash && a.seed == b.seed; }

OutputChoice named_output(const fs::path& path, const ArchiveHead& head, bool resume) {
  const Place where{path.string()};
  if (!fs::exists(path)) {
    if (resume) throw Error("there is no archive to resume; leave --resume out to begin one", where);
    return {path, false, ""};
  }
  Archive there = Archive::open(path, ArchiveMode::Read);
  const bool complete = there.status() == ArchiveStatus::Complete;
  if (!resume)
    throw Error(complete ? "holds a finished run; give another --out"
                         : "holds an unfinished run; add --resume to continue it, or give another --out",
                where);
  if (!same_run(there.head(), head))
    throw Error(fmt::format("holds another run ({}, seed {}, hash {}); this one has hash {} and seed {}", there.head().scenario,
                            there.head().seed, there.head().scenario_hash, head.scenario_hash, head.seed),
                where);
  if (complete) throw Error("holds a finished run; there is nothing to resume", where);
  return {path, true, ""};
}

// Also for files that are not there yet, and through links.
bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code ec;
  return a == b || fs::equivalent(a, b, ec) ||
         fs::weakly_canonical(fs::absolute(a), ec) == fs::weakly_canonical(fs::absolute(b), ec);
}

bool clash(const SideOutput& a, const SideOutput& b) {
  if (a.is_file() && b.is_file()) return same_file(a.file, b.file);
  return !a.file.empty() && a.file == b.file;
}

}  // namespace

bool is_archive(const fs::path& file) {
  std::error_code ec;
  if (!fs::is_regular_file(file, ec)) return false;
  std::string head;
  InputFile(file).append_to(head, 16);
  return head.starts_with("SQLite format 3");
}

void check_apart(std::span<const SideOutput> outputs, const fs::path& archive) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const SideOutput& one = outputs[i];
    if (!one.is_file()) continue;
    if (same_file(one.file, archive)) throw Error(fmt::format("is the archive; give {} another file", one.option), {one.file});
    if (is_archive(one.file)) throw Error(fmt::format("is an archive; give {} another file", one.option), {one.file});
  }
  for (std::size_t i = 0; i < outputs.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (clash(outputs[i], outputs[k])) throw Error("is named for two outputs", {outputs[i].file});
}

OutputChoice choose_output(const fs::path& wanted, const ArchiveHead& head, bool resume, const fs::path& folder) {
  if (!wanted.empty()) return named_output(wanted, head, resume);
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(fmt::format("cannot make the folder of runs: {}", failed.message()), {folder.string()});
  std::string note;
  for (int i = 1;; ++i) {
    const std::string number = i == 1 ? "" : fmt::format("-{}", i);
    const fs::path path = folder / fmt::format("{}-{}{}.db", head.scenario, head.seed, number);
    if (!fs::exists(path)) {
      if (resume)
        throw Error(
            fmt::format("there is no unfinished archive of this run in {}/; leave --resume out to begin one", folder.string()),
            {path.string()});
      return {path, false, note};
    }
    try {
      Archive there = Archive::open(path, ArchiveMode::Read);
      if (!same_run(there.head(), head) || there.status() == ArchiveStatus::Complete) continue;
      if (resume) return {path, true, ""};
      note = fmt::format("{} holds an unfinished run of this scenario; --resume would continue it", path.string());
    } catch (const Error&) {
      continue;  // something else, or damaged, or being written: leave it alone
    }
  }
}

}  // namespace feedloop
