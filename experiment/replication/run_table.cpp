#include "experiment/replication/run_table.hpp"

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/files.hpp"

namespace feedloop {

RunTable::RunTable(std::filesystem::path path, std::string header, std::vector<std::string> keys, bool resume)
    : path_(std::move(path)), keys_(std::move(keys)), text_(std::move(header) + "\n") {
  if (path_.empty()) return;
  const Place where{path_.string()};
  const bool exists = std::filesystem::exists(path_);
  if (exists && !resume) throw Error("is there already; add --resume to go on with it, or give another --out", where);
  if (!exists && resume) throw Error("there is nothing to resume; leave --resume out to begin", where);
  if (!exists) {  // from here on there is something to resume, also when the first run is stopped
    write_file(path_, text_);
    return;
  }
  check_writable(path_);
  const std::string text = read_file(path_);
  if (!text.starts_with(text_))
    throw Error("holds another study: its columns are not those asked for; give another --out", where);
  std::size_t at = text_.size(), inside = 0;
  for (int line = 2; at < text.size(); ++line) {
    const std::string_view row = std::string_view(text).substr(at);
    if (done_ < keys_.size() && row.starts_with(keys_[done_])) {
      inside = ++done_;
    } else if (inside == 0 || !row.starts_with(keys_[inside - 1])) {
      throw Error(
          "holds another study: this row is of no run that was to come here (the plan or the build differs); give another "
          "--out",
          {path_.string(), line});
    }
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) throw Error("ends within a row; give another --out", {path_.string(), line});
    at = end + 1;
  }
  text_ = text;
}

void RunTable::add(const std::vector<std::string>& rows) {
  FEEDLOOP_CHECK(done_ < keys_.size(), "a study has more runs than were planned");
  for (const std::string& row : rows) text_ += keys_[done_] + row + "\n";
  if (!path_.empty()) write_file(path_, text_);
  ++done_;
}

}  // namespace feedloop
