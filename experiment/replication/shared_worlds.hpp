// Keeps the ends of worlds that the runs of a study have in common, so that each is run once: the warm-up, which does not
// depend on who is assigned to what, and on request the worlds that tell the truth.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "experiment/run.hpp"

namespace feedloop {

// Give it to every run as `checkpoints`, with `resume`. Requires: the runs differ in salts or shares of their variants alone;
// with `truth_too`, they have one layer and nothing stops it early.
class SharedWorlds final : public CheckpointStore {
 public:
  explicit SharedWorlds(bool truth_too) : truth_too_(truth_too) {}
  void end_of_first_run() { first_ = false; }

  using CheckpointStore::put;
  void put(std::string_view name, const Writer& write) override {
    const bool mixed = name == "world-1" || name.starts_with("world-1-");  // of a run that was asked for the truth
    const bool shared = name == "world-0" || (truth_too_ && name.starts_with("world-") && !mixed);
    if (first_ && shared) worlds_.insert_or_assign(std::string(name), written(write));
  }
  bool due() override { return first_; }
  std::optional<std::string> get(std::string_view name) override {
    const auto at = worlds_.find(name);
    return at == worlds_.end() || first_ ? std::nullopt : std::optional(at->second);
  }

 private:
  bool truth_too_, first_ = true;
  std::map<std::string, std::string, std::less<>> worlds_;
};

}  // namespace feedloop
