#include "data/slot_log.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/interaction.hpp"
#include "experiment/study.hpp"

namespace feedloop {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

void SlotLog::Closer::operator()(std::FILE* f) const { std::fclose(f); }

SlotLog::SlotLog(std::filesystem::path file) : file_(std::move(file)), part_(file_.string() + ".part") {
  check_writable(file_);
  out_.reset(std::fopen(part_.c_str(), "wb"));
  if (!out_) fail();
  buffer_ =
      "time,user,request,variant,policy,slot,item,propensity,propensity_error,marginal,marginal_error,action_set,seen,clicked,"
      "watched_ms,"
      "completed,liked\n";
}

SlotLog::~SlotLog() {
  if (!out_) return;
  out_.reset();
  std::remove(part_.c_str());
}

void SlotLog::fail() {
  const int reason = errno;
  throw Error(fmt::format("cannot be written: {}", std::strerror(reason)), Place{file_.string()});
}

void SlotLog::begin(const Study& study) {
  for (std::size_t c = 0; c < study.assignment.cells(); ++c)
    cells_.push_back(quoted(study.cell_name(c)) + "," + quoted(std::get<std::string>(study.cells[c].at("policy.name"))));
}

void SlotLog::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const Slot& slot = page.slate.slots[k];
      const SlotOutcome& got = page.outcome.slots[k];
      fmt::format_to(std::back_inserter(buffer_), "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                     static_cast<double>(page.request.time.us) / 1e6, page.request.user.value, page.request.id.value,
                     cells_[page.cell], k + 1, slot.item.value, slot.propensity, slot.propensity_error, slot.marginal,
                     slot.marginal_error, slot.action_set, int{got.seen}, int{got.clicked}, got.watched_ms, int{got.completed},
                     int{got.liked});
      ++rows_;
    }
  if (buffer_.size() < (1u << 16)) return;
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), out_.get()) != buffer_.size()) fail();
  buffer_.clear();
}

std::int64_t SlotLog::finish() {
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), out_.get()) != buffer_.size() || std::fflush(out_.get()) != 0) fail();
  if (std::rename(part_.c_str(), file_.c_str()) != 0) fail();
  out_.reset();
  return rows_;
}

}  // namespace feedloop
