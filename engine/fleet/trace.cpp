#include "engine/fleet/trace.hpp"

namespace feedloop {

void Trace::add(const Interaction& page) {
  TracedRequest& r = requests.emplace_back();
  r.request = page.request;
  for (const Slot& slot : page.slate.slots) r.items.push_back(slot.item);
  for (const SlotOutcome& o : page.outcome.slots) r.actions += o.clicked;
}

}  // namespace feedloop
