#include "engine/ranking/heads.hpp"

namespace feedloop {
namespace {
constexpr std::int64_t kRegretMs = 5000;
}

HeadValues head_labels(const SlotOutcome& o) {
  const auto flag = [](bool b) { return b ? 1.0f : 0.0f; };
  return {flag(o.clicked), flag(o.completed), static_cast<float>(o.watched_ms) / 60'000.0f, flag(o.liked),
          flag(o.skipped), flag(o.dismissed), flag(o.clicked && o.watched_ms < kRegretMs)};
}

}  // namespace feedloop
