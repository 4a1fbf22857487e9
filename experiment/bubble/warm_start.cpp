#include "experiment/bubble/warm_start.hpp"

namespace feedloop {
namespace {

constexpr std::string_view kWarmUp = "world-0";

}  // namespace

void WarmStart::keep(std::string bytes) {
  auto kept = std::make_shared<const std::string>(std::move(bytes));
  const std::lock_guard lock(mutex_);
  bytes_ = std::move(kept);
}

std::shared_ptr<const std::string> WarmStart::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

WarmStartStore::WarmStartStore(std::shared_ptr<WarmStart> kept, const Scenario& scenario, CheckpointStore* inner)
    : kept_(std::move(kept)), warmup_days_(scenario.settings.read<ScenarioParams>("").warmup_days), inner_(inner) {}

void WarmStartStore::put(std::string_view name, const Writer& write) {
  if (name == kWarmUp && days_ == warmup_days_) kept_->keep(written(write));
  if (inner_) inner_->put(name, write);
}

// A run asks after each of its days, those of the warm-up first.
bool WarmStartStore::due() {
  const bool inner = inner_ && inner_->due();
  return ++days_ == warmup_days_ || inner;
}

std::optional<std::string> WarmStartStore::get(std::string_view name) {
  if (inner_)
    if (auto found = inner_->get(name)) return found;
  const auto kept = name == kWarmUp ? kept_->bytes() : nullptr;
  return kept ? std::optional(*kept) : std::nullopt;
}

}  // namespace feedloop
