// A page and its trace as plain data for a person: which source nominated each item shown, what the ranker predicted, where
// re-ranking moved it and with what chance the policy showed it.
#pragma once

#include "base/catalog.hpp"
#include "engine/funnel_trace.hpp"
#include "experiment/funnel.hpp"
#include "experiment/study.hpp"

namespace feedloop {

TracedPage traced_page(const Study& study, const Interaction& page, const FunnelTrace& trace, Catalog catalog);

}  // namespace feedloop
