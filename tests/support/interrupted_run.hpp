// What it takes to stop a run and go on with it: checkpoints in memory, and an observer that stops after some epochs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "experiment/run.hpp"

namespace feedloop {

struct MemoryStore : CheckpointStore {
  std::map<std::string, std::string, std::less<>> blobs;
  void put(std::string_view name, const Writer& write) override { blobs[std::string(name)] = written(write); }
  std::optional<std::string> get(std::string_view name) override {
    const auto it = blobs.find(name);
    return it == blobs.end() ? std::nullopt : std::optional(it->second);
  }
};

struct StopAfter : Observer {
  explicit StopAfter(int n) : left(n) {}
  int left;
  bool stop_requested() override { return --left < 0; }
};

}  // namespace feedloop
