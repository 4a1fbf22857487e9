// The mixed world's decisions as CSV, one row a slot shown, for off-policy evaluation and whoever else wants them:
//
//   time            of the request, Unix seconds; the warm-up begins at kWorldBegins_s, a Monday (data/log_time.hpp)
//   user, request   ids; rows of a request are together, in order of slots
//   variant         the cell's name: a variant, or several between " x "
//   policy          its policy's name
//   slot            from 1
//   item
//   propensity      P(item | what the earlier slots hold), of the distribution drawn from
//   marginal        P(item at this slot) over all slates that could have been drawn
//   …_error         standard error of either where it is Monte-Carlo; 0 = exact
//   action_set      number of items that could have stood here
//   seen, clicked, completed, liked     0 or 1;   watched_ms
//
// Written while the world runs, so memory does not grow with the log, to FILE.part, which takes its name at the end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "experiment/run.hpp"

namespace feedloop {

class SlotLog final : public WorldWatcher {
 public:
  // Throws Error when the file cannot be written, or when the scenario interleaves: a drafted page has no propensities.
  SlotLog(std::filesystem::path file, const Scenario& scenario);

  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;  // Throws Error when the disk is full
  std::int64_t finish();  // gives the file its name; the number of rows. Throws Error

 private:
  OutputFile out_;
  std::vector<std::string> cells_;  // "variant,policy" by cell, quoted where needed
  std::string buffer_;
  std::int64_t rows_ = 0;
};

}  // namespace feedloop
