// What the warm-up of a run left, kept in memory: another run of the same scenario and seed goes on from there.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "experiment/run.hpp"

namespace feedloop {

class WarmStart {  // any thread
 public:
  void keep(std::string bytes);
  std::shared_ptr<const std::string> bytes() const;  // null: nothing was kept yet

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const std::string> bytes_;
};

// Give it to a run as `checkpoints`: keeps the end of its warm-up in `kept`, and offers what is there to a run with `resume`.
// Everything else goes to and comes from `inner`, where there is one. Requires: `inner` outlives the store.
class WarmStartStore final : public CheckpointStore {
 public:
  WarmStartStore(std::shared_ptr<WarmStart> kept, const Scenario& scenario, CheckpointStore* inner = nullptr);
  using CheckpointStore::put;
  void put(std::string_view name, const Writer& write) override;
  bool due() override;
  std::optional<std::string> get(std::string_view name) override;

 private:
  std::shared_ptr<WarmStart> kept_;
  std::int64_t days_ = 0, warmup_days_;  // days_: asked about
  CheckpointStore* inner_;
};

}  // namespace feedloop
