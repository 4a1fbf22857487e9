// What is clicked lately, by everybody and within groups of requests: counters with a half-life, and the lists that are
// published from them at once to all. A group's list goes on with everybody's where its own clicks end.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/state.hpp"
#include "base/time.hpp"
#include "base/top_k.hpp"

namespace feedloop {

using Group = std::optional<std::size_t>;  // small numbers; none = everybody

class HotLists {
 public:
  struct Pace {
    double half_life_hours, publish_minutes;
    std::int64_t depth;  // of each list
  };

  void click(ItemId item, Group group, float weight = 1);  // counts for everybody too
  // True when a publication was due.
  bool publish(SimTime now, const Pace& pace);
  // Best first, none twice. Scores are decayed clicks in the group; below them, everybody's scaled to go on downwards.
  std::span<const Scored> list(Group group) const;
  void visit_state(State& s) {
    s(everybody_);
    s(groups_);
    s(published_);
  }

 private:
  struct Counted {
    std::vector<float> clicks;  // by item, decayed as of `published_`
    std::vector<Scored> list;
    void count(ItemId item, float weight);
    void publish(float keep, std::size_t depth);
    void visit_state(State& s) {
      s(clicks);
      s(list);
    }
  };
  Counted everybody_;
  std::vector<Counted> groups_;
  SimTime published_;
};

}  // namespace feedloop
