// What a fleet sees of a run: its requests, in canonical order.
#pragma once

#include <span>
#include <vector>

#include "base/interaction.hpp"

namespace feedloop {

struct TracedRequest {
  Request request;
  std::vector<ItemId> items;  // on the page
  int actions = 0;            // interactions that others may have to hear of: clicks
};

struct Trace {
  SimTime from, until;  // requests lie in [from, until)
  std::vector<TracedRequest> requests;
  void add(const Interaction& page);
  double seconds() const { return (until - from).seconds(); }
};

}  // namespace feedloop
