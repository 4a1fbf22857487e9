#include "data/slot_log.hpp"

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/interaction.hpp"
#include "data/log_time.hpp"
#include "experiment/study.hpp"

namespace feedloop {

SlotLog::SlotLog(std::filesystem::path file, const Scenario& scenario) : out_(std::move(file)) {
  for (const Experiment& e : scenario.experiments)
    if (e.design.kind == DesignKind::Interleaving)
      throw Error(
          fmt::format("--log: layer \"{}\" interleaves, and a page drafted from two slates has neither's propensities; "
                      "allowed are other designs",
                      e.layer));
  buffer_ =
      "time,user,request,variant,policy,slot,item,propensity,propensity_error,marginal,marginal_error,action_set,seen,clicked,"
      "watched_ms,"
      "completed,liked\n";
}

void SlotLog::begin(const Study& study) {
  for (std::size_t c = 0; c < study.assignment.cells(); ++c)
    cells_.push_back(csv_field(study.cell_name(c)) + "," + csv_field(std::get<std::string>(study.cells[c].at("policy.name"))));
}

void SlotLog::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const Slot& slot = page.slate.slots[k];
      const SlotOutcome& got = page.outcome.slots[k];
      fmt::format_to(std::back_inserter(buffer_), "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                     static_cast<double>(page.request.time.us + 1'000'000 * kWorldBegins_s) / 1e6, page.request.user.value,
                     page.request.id.value, cells_[page.cell], k + 1, slot.item.value, slot.propensity, slot.propensity_error,
                     slot.marginal, slot.marginal_error, slot.action_set, int{got.seen}, int{got.clicked}, got.watched_ms,
                     int{got.completed}, int{got.liked});
      ++rows_;
    }
  if (buffer_.size() < (1u << 16)) return;
  out_.append(buffer_);
  buffer_.clear();
}

std::int64_t SlotLog::finish() {
  out_.append(buffer_);
  out_.finish();
  return rows_;
}

}  // namespace feedloop
