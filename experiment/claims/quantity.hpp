// What a claim measures, by name: an explicit table. A quantity reads one run and gives one number for one variant; verify()
// contrasts it with another variant's and collects it over seeds.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "experiment/claims/claim.hpp"
#include "experiment/report.hpp"
#include "experiment/run.hpp"
#include "experiment/study.hpp"

namespace feedloop {

// One number of one variant, from watching one run. It is shown pages of the days and the world that its claim names, where
// that names any; end() is that world's.
class Probe : public WorldWatcher {
 public:
  // The claim must outlive the probe; `variant` is a name, empty for control.
  Probe(const Claim& claim, std::string_view variant) : claim_(claim), variant_(variant) {}
  void begin(const Study& study) override;
  // After the run. NaN: it cannot be told.
  virtual double value(const Report& report) const = 0;
  // The claim's contrast with what another probe of the same quantity measured.
  virtual double contrasted(const Probe& against, const Report& report) const {
    return contrast(claim_, value(report), against.value(report));
  }
  std::string_view name() const { return variant_; }

 protected:
  const Claim& claim() const { return claim_; }
  const Study& study() const { return *study_; }  // Requires: the run goes on
  bool mine(const Interaction& page) const { return cells_[page.cell]; }
  std::size_t cell() const { return cell_; }  // the first that holds the variant
  Settings settings() const;                  // of that cell, with the claim's own
  const VariantReport* variant_of(const Report& report) const;

 private:
  const Claim& claim_;
  std::string_view variant_;
  const Study* study_ = nullptr;
  std::vector<bool> cells_;
  std::size_t cell_ = 0;
};

// The claim's days: [from, until), within the experiment.
struct ClaimDays {
  SimTime from, until;
};
ClaimDays days_of(const Study& study, const Claim& claim);

// Experiment and variant of a name; the first experiment's control when it is empty.
std::pair<std::size_t, std::size_t> place_of(const Study& study, std::string_view variant);
// By cell: whether it holds the variant; control's when the name is empty.
std::vector<bool> cells_of(const Study& study, std::string_view variant);

std::vector<std::string> metric_names();  // of a report

struct Quantity {
  std::string_view name, doc;
  std::unique_ptr<Probe> (*make)(const Claim&, std::string_view variant);
  bool of_metric = false;    // it reads the claim's `metric`
  bool needs_truth = false;  // it reads the worlds of --truth
  bool own_worlds = false;   // it runs worlds of its own, beside the one it watches
  bool of_pair = false;      // it reads the claim's `variant` and `against` itself; no contrast is made of it
  std::vector<std::string> (*metrics)() = metric_names;  // what `metric` may be
  bool of_two = false;                                   // it is a contrast by itself: the claim needs `against`
};

std::span<const Quantity> quantity_registry();

template <class P>
std::unique_ptr<Probe> make_probe(const Claim& claim, std::string_view variant) {
  return std::make_unique<P>(claim, variant);
}

}  // namespace feedloop
