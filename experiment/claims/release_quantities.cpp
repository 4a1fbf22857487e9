#include "experiment/claims/release_quantities.hpp"

#include "experiment/simulation.hpp"

namespace feedloop {

void ReleaseQuantity::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page)) {
      const auto user = static_cast<std::uint32_t>(page.request.user.value);
      reached_[page.model].insert(user);
      users_.insert(user);
    }
}

void ReleaseQuantity::end(const Simulation& world) {
  for (std::size_t p = 0; p < world.engine().pipelines(); ++p)
    if (world.engine().pipeline(p).serves(static_cast<std::uint32_t>(cell())))
      log_ = world.engine().pipeline(p).release().log();
}

std::optional<ReleaseQuantity::Fall> ReleaseQuantity::fall() const {
  Fall f;
  for (const ReleaseEvent& e : log_) {
    if (e.stage == ReleaseStage::Canary) f.canary = e;
    f.rollback = e;
    if (e.stage == ReleaseStage::RolledBack && reached_.contains(e.version)) return f;
  }
  return std::nullopt;
}

double ReleaseQuantity::reached(std::uint32_t version) const {
  const auto at = reached_.find(version);
  return at == reached_.end() ? 0 : static_cast<double>(at->second.size()) / static_cast<double>(users_.size());
}

}  // namespace feedloop
