// How a newly trained set of models reaches users: shadow (it scores, nobody sees it), canary (a small share of users, hashed
// anew for each version), ramp, live; and back, when the users who see it engage less. The former models stay loaded, so a
// rollback takes effect at once. Steps happen between epochs, in simulated time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/state.hpp"

namespace feedloop {

struct ReleaseParams {
  std::string mode = "immediate";
  double shadow_hours = 1, canary_share = 0.05, canary_hours = 12, ramp_share = 0.5, ramp_hours = 6;
  double gate_z = 4, gate_min_clicks = 20;
  std::int64_t corrupt_night = 0;
  void describe(Describe& d);
};

enum class ReleaseStage : std::uint8_t { Live, Shadow, Canary, Ramp, RolledBack, Replaced };
constexpr std::string_view kReleaseStageNames[] = {"live", "shadow", "canary", "ramp", "rolled back", "replaced"};

struct ReleaseEvent {
  SimTime time;
  std::uint32_t version = 0;
  ReleaseStage stage = ReleaseStage::Live;  // entered
  float z = 0;                              // of the candidate's clicks against the live models', at that time
  std::int64_t impressions = 0;             // that the candidate had served by then
};

class Release {
 public:
  explicit Release(const ReleaseParams& params) : params_(params) {}

  const ReleaseParams& params() const { return params_; }
  bool staged() const { return params_.mode == "staged"; }
  bool pending() const {
    return stage_ == ReleaseStage::Shadow || stage_ == ReleaseStage::Canary || stage_ == ReleaseStage::Ramp;
  }
  std::uint32_t version() const { return version_; }  // of the candidate, while pending

  // New models that are live at once.
  void publish(std::uint32_t version, SimTime now);
  // A newly trained candidate; it replaces one that is pending.
  void offer(std::uint32_t version, SimTime now);
  // Whether the candidate serves this user.
  bool serves(UserId user) const;
  // Finished pages, by the models that served them (Interaction::model).
  void observe(std::span<const Interaction> pages);

  enum class Step { None, Promote, Rollback };
  Step step(SimTime now);  // between epochs

  const std::vector<ReleaseEvent>& log() const { return log_; }
  void visit_state(State& s);

 private:
  double z() const;
  void enter(ReleaseStage stage, SimTime now);

  ReleaseParams params_;
  ReleaseStage stage_ = ReleaseStage::Live;
  std::uint32_t version_ = 0;
  SimTime since_;
  // Clicks and impressions while the candidate has users: its own, and the live models'.
  std::int64_t clicks_ = 0, impressions_ = 0, live_clicks_ = 0, live_impressions_ = 0;
  std::vector<ReleaseEvent> log_;
};

}  // namespace feedloop
