// A CSV file of many runs, whole runs in a planned order: a study that was killed goes on where it was, and its file has the
// bytes of one that was not. The file is replaced through a temporary one after each run, so it never holds a part of a run.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace feedloop {

class RunTable {
 public:
  // `header`: the line of column names. `keys`: for each planned run the text that begins all of its rows and no other run's,
  // commas included. An empty path: nothing is kept. Without `resume` nothing may stand at the path. Throws Error when it may
  // not be written, when it holds another study (header, plan or build differ) and, with `resume`, when there is nothing to go
  // on with.
  RunTable(std::filesystem::path path, std::string header, std::vector<std::string> keys, bool resume);

  std::size_t done() const { return done_; }  // runs, from the first, that stand in the file
  std::size_t planned() const { return keys_.size(); }

  // The rows of the next run, each what follows its key, without a line break. Requires: done() < planned().
  void add(const std::vector<std::string>& rows);

 private:
  std::filesystem::path path_;
  std::vector<std::string> keys_;
  std::string text_;
  std::size_t done_ = 0;
};

}  // namespace feedloop
