#include "data/archived_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "base/hash.hpp"
#include "experiment/build_info.hpp"

namespace feedloop {
namespace {

// Days pass quickly and states are large: a killed run may lose ten seconds of work, and writing costs next to nothing.
class PacedCheckpoints final : public CheckpointStore {
 public:
  PacedCheckpoints(Archive& archive, CheckpointStore* also, const std::function<bool()>& abandoned)
      : archive_(archive), also_(also), abandoned_(abandoned), last_(Clock::now()) {}
  void put(std::string_view name, const Writer& write) override {
    if (abandoned_ && abandoned_()) return;
    archive_.put(name, write);
    if (also_ != nullptr) also_->put(name, write);
    last_ = Clock::now();
  }
  bool due() override { return Clock::now() - last_ > std::chrono::seconds(10) || (also_ != nullptr && also_->due()); }
  std::optional<std::string> get(std::string_view name) override { return archive_.get(name); }

 private:
  using Clock = std::chrono::steady_clock;
  Archive& archive_;
  CheckpointStore* also_;
  const std::function<bool()>& abandoned_;
  Clock::time_point last_;
};

}  // namespace

ArchiveHead archive_head(const Scenario& scenario) {
  return {scenario.name,
          scenario.toml,
          hex(scenario.hash()),
          scenario.seed(),
          build_fingerprint(),
          std::get<std::int64_t>(scenario.settings.at("world.population.users")),
          static_cast<int>(std::get<std::int64_t>(scenario.settings.at("days"))),
          scenario.sets};
}

Archive open_output(const OutputChoice& choice, const ArchiveHead& head) {
  if (!choice.resume) return Archive::create(choice.path, head);
  Archive archive = Archive::open(choice.path, ArchiveMode::Write);
  if (archive.head().build != head.build)
    throw Error(fmt::format("was written by another build ({}); its checkpoints cannot be read by this one ({})",
                            archive.head().build, head.build),
                {choice.path.string()});
  archive.set_status(ArchiveStatus::Running);
  return archive;
}

ArchivedReport run_archived(const Scenario& scenario, Archive& archive, bool resume, RunOptions options, Observer* observer,
                            const std::function<std::string(const Report&)>& to_json, const std::function<bool()>& abandoned) {
  PacedCheckpoints checkpoints(archive, options.checkpoints, abandoned);
  options.checkpoints = &checkpoints;
  options.units = &archive;
  options.resume = resume;
  ArchivedReport out;
  try {
    out.report = run(scenario, options, observer);
  } catch (const Interrupted&) {
    archive.set_status(ArchiveStatus::Interrupted);
    throw;
  }
  out.json = to_json(out.report);
  archive.store_report(out.report, out.json);
  archive.finish();
  return out;
}

}  // namespace feedloop
