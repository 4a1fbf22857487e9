#include "experiment/claims/verify.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <tuple>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/hash.hpp"
#include "base/registry.hpp"
#include "experiment/build_info.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/metrics/hidden.hpp"
#include "experiment/run.hpp"

namespace feedloop {
namespace {

// Shows a probe the pages that its claim is about: of the experiment's world or of the one in which everybody is in its
// variant, of the claim's days.
class Routed final : public WorldWatcher {
 public:
  Routed(const Claim& claim, std::unique_ptr<Probe> probe) : claim_(claim), probe_(std::move(probe)) {}

  void begin(const Study& study) override {
    days_ = days_of(study, claim_);
    std::tie(experiment_, variant_) = place_of(study, probe_->name());
    probe_->begin(study);
  }
  void pages(const Simulation& world, std::span<const Interaction> pages) override {
    if (!claim_.launch) show(world, pages);
  }
  void end(const Simulation& world) override {
    if (!claim_.launch) probe_->end(world);
  }
  void begin_truth(const Simulation&, std::size_t experiment, std::size_t variant) override {
    here_ = claim_.launch && experiment == experiment_ && variant == variant_;
  }
  void truth_pages(const Simulation& world, std::span<const Interaction> pages) override {
    if (here_) show(world, pages);
  }
  void end_truth(const Simulation& world) override {
    if (here_) probe_->end(world);
  }
  double value(const Report& report) const { return probe_->value(report); }
  double contrasted(const Routed& against, const Report& report) const { return probe_->contrasted(*against.probe_, report); }

 private:
  void show(const Simulation& world, std::span<const Interaction> pages) {
    const auto before = [](SimTime t) { return [t](const Interaction& page) { return page.request.time < t; }; };
    const auto first = std::partition_point(pages.begin(), pages.end(), before(days_.from));
    const auto last = std::partition_point(first, pages.end(), before(days_.until));
    if (first != last || pages.empty()) probe_->pages(world, {first, last});
  }

  const Claim& claim_;
  std::unique_ptr<Probe> probe_;
  ClaimDays days_;
  std::size_t experiment_ = 0, variant_ = 0;
  bool here_ = false;
};

// The claim of the variant that it is contrasted with.
Claim counterpart(Claim claim) {
  claim.days = claim.against_days.value_or(claim.days);
  if (!claim.against_metric.empty()) claim.metric = claim.against_metric;
  return claim;
}

// A claim's part in one run: its probes, and where their value goes.
struct Part {
  std::size_t result, at;              // of the results, and of that one's seeds
  std::unique_ptr<Claim> counterpart;  // outlives its probe
  std::unique_ptr<Routed> variant, against;
};

struct SharedRun {
  const Scenario* scenario;
  std::uint64_t hash, seed;
  std::vector<Part> parts;
};

bool needs_truth(const Claim& claim) {
  const auto hidden = [&](const MetricInfo& m) { return m.name == claim.metric || m.name == claim.against_metric; };
  const auto infos = hidden_infos();
  return claim.launch || find_entry(quantity_registry(), claim.quantity)->needs_truth ||
         std::any_of(infos.begin(), infos.end(), hidden);
}

// Of what is measured: claims that are worded or judged differently share it.
std::string key_of(const Claim& c) {
  Hasher h;
  for (const std::string* s : {&c.quantity, &c.metric, &c.variant, &c.against, &c.against_metric}) h.add(std::string_view(*s));
  const Interval other = c.against_days.value_or(c.days);
  for (const double x : {c.days.low, c.days.high, other.low, other.high}) h.add(x);
  h.add(int{c.lift}).add(int{c.launch});
  for (const auto& [path, value] : c.overrides) h.add(std::string_view(path)).add(std::string_view(to_text(value)));
  return hex(h.value());
}

// What a run has measured before, by key.
class Values {
 public:
  Values(const std::filesystem::path& folder, const SharedRun& run) {
    if (folder.empty()) return;
    file_ = folder / fmt::format("claims-{}-{}-{}.csv", hex(run.hash), run.seed, hex(hash_bytes(build_fingerprint())));
    if (!std::filesystem::exists(file_)) return;
    CsvReader reader(file_);
    const std::size_t claim = reader.column("claim"), value = reader.column("value");
    while (reader.next())
      values_[std::string(reader.field(claim))] = reader.field(value).empty() ? kNoValue : reader.number(value);
  }
  const double* find(const std::string& key) const {
    const auto at = values_.find(key);
    return at == values_.end() ? nullptr : &at->second;
  }
  void put(const std::string& key, double x) { values_[key] = std::isfinite(x) ? x : kNoValue; }
  void keep() const {
    if (file_.empty()) return;
    std::string text = "claim,value\n";
    for (const auto& [key, x] : values_) text += fmt::format("{},{}\n", key, csv_number(x));
    write_file(file_, text);
  }

 private:
  std::filesystem::path file_;
  std::map<std::string, double> values_;
};

}  // namespace

std::vector<ClaimResult> verify(std::span<const Scenario> scenarios, Tier tier, Observer* observer,
                                const std::function<void(const std::string&)>& label, const std::filesystem::path& cache) {
  const auto t = static_cast<std::size_t>(tier);
  std::vector<ClaimResult> results;
  std::vector<SharedRun> runs;
  for (const Scenario& s : scenarios)
    for (const Claim& claim : s.claims) {
      if (claim.tier > tier) continue;
      results.push_back(
          {&s, &claim, {std::vector<double>(static_cast<std::size_t>(claim.seeds[t])), kNaN, {}}, {}, claim.recorded[t]});
      for (std::size_t k = 0; k < results.back().measured.values.size(); ++k) {
        const std::uint64_t hash = s.hash(), seed = s.seed() + k;
        std::size_t r = 0;
        while (r < runs.size() && (runs[r].hash != hash || runs[r].seed != seed)) ++r;
        if (r == runs.size()) runs.push_back({&s, hash, seed, {}});
        runs[r].parts.push_back({results.size() - 1, k, nullptr, nullptr, nullptr});
      }
    }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    SharedRun& shared = runs[r];
    Values values(cache, shared);
    std::vector<Part> open;
    for (Part& part : shared.parts) {
      ClaimResult& result = results[part.result];
      if (const double* known = values.find(key_of(*result.claim)))
        result.measured.values[part.at] = *known;
      else
        open.push_back(std::move(part));
    }
    shared.parts.clear();
    if (open.empty()) continue;
    if (label) label(fmt::format("run {} of {}: {}, seed {}", r + 1, runs.size(), shared.scenario->name, shared.seed));
    RunOptions options;
    for (Part& part : open) {
      const Claim& claim = *results[part.result].claim;
      const Quantity& quantity = *find_entry(quantity_registry(), claim.quantity);
      options.truth |= needs_truth(claim);
      part.variant = std::make_unique<Routed>(claim, quantity.make(claim, claim.variant));
      options.watchers.push_back(part.variant.get());
      if (claim.against.empty() || quantity.of_pair) continue;
      part.counterpart = std::make_unique<Claim>(counterpart(claim));
      part.against = std::make_unique<Routed>(*part.counterpart, quantity.make(*part.counterpart, claim.against));
      options.watchers.push_back(part.against.get());
    }
    const Report report = run(with_seed(*shared.scenario, shared.seed), options, observer);
    for (const Part& part : open) {
      ClaimResult& result = results[part.result];
      const double x = part.against ? part.variant->contrasted(*part.against, report) : part.variant->value(report);
      result.measured.values[part.at] = x;
      values.put(key_of(*result.claim), x);
    }
    values.keep();
  }
  for (ClaimResult& result : results) {
    result.measured = measured_over(std::move(result.measured.values), result.claim->median);
    result.verdict = judge(*result.claim, result.measured);
  }
  return results;
}

}  // namespace feedloop
