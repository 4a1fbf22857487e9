// Traces written by hand.
#pragma once

#include <vector>

#include "engine/fleet/trace.hpp"

namespace feedloop {

inline TracedRequest asked(std::uint32_t user, double minute, std::vector<std::uint32_t> items = {}, int actions = 0,
                           std::uint8_t page = 0) {
  TracedRequest r;
  r.request.user = UserId{user};
  r.request.time = SimTime{0} + from_seconds(minute * 60);
  r.request.id = RequestId::make(r.request.user, 0, static_cast<std::uint32_t>(minute), page);
  r.request.page = page;
  for (const std::uint32_t item : items) r.items.push_back(ItemId{item});
  r.actions = actions;
  return r;
}

inline Trace trace_of(double minutes, std::vector<TracedRequest> requests) {
  return {SimTime{0}, SimTime{0} + from_seconds(minutes * 60), std::move(requests)};
}

}  // namespace feedloop
