#include "data/archived_units.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/parameters.hpp"
#include "experiment/analysis/past.hpp"
#include "experiment/replication/null_treatment.hpp"

namespace feedloop {

ArchivedUnits read_archived_units(const std::filesystem::path& path, const std::vector<std::string>& metrics, bool by_past) {
  Archive archive = Archive::open(path, ArchiveMode::Read);
  const Place where{path.string()};
  if (!archive.has_report()) throw Error("has no report yet: its run was not finished", where);
  const ArchiveHead& head = archive.head();
  const Scenario scenario = parse_scenario(head.toml, path, head.sets, TableFiles::Leave);
  ArchivedUnits units;
  units.scenario = head.scenario;
  units.seed = head.seed;
  units.alpha = scenario.settings.read<AnalysisParams>("analysis").alpha;
  units.identical = true;
  for (std::size_t e = 0; e < scenario.experiments.size(); ++e)
    for (std::size_t v = 1; v < scenario.experiments[e].variants.size(); ++v)
      units.identical = units.identical && null_treatment(scenario, e, v);
  for (const Variant& v : scenario.experiments[0].variants) {
    if (!(v.share > 0)) continue;  // nobody is in it, and nobody will be
    units.variants.push_back(v.name);
    units.shares.push_back(v.share);
  }
  if (units.variants.size() < 2) throw Error("has all units in one variant; there is nothing to assign", where);

  const std::vector<std::string> known = archive.unit_metrics();
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(known.begin(), known.end(), name) - known.begin());
  };
  for (const std::string& name : metrics) {
    const std::string near = nearest(name, known);
    if (column(name) == known.size())
      throw Error(fmt::format("has no metric `{}`{}; allowed are {}", name,
                              near.empty() ? "" : fmt::format(", did you mean `{}`?", near), join(known)),
                  where);
  }
  std::vector<std::string> wanted = metrics;
  for (const std::string& name : known)
    if (metrics.empty() && !name.ends_with(kPastSuffix)) wanted.push_back(name);
  std::vector<std::size_t> columns;
  for (const std::string& name : wanted) columns.push_back(column(name));
  std::vector<std::size_t> past;  // of each wanted metric, where it stands in `columns`
  for (const std::string& name : wanted) {
    if (!by_past) break;
    std::size_t c = column(name + std::string(kPastSuffix));
    if (c == known.size()) c = column("active_days" + std::string(kPastSuffix));
    if (c == known.size()) throw Error("holds nothing of its units' past to adjust by; leave --covariate out", where);
    past.push_back(columns.size());
    columns.push_back(c);
  }
  for (const std::size_t c : columns) units.metrics.push_back({known[c], {}, {}});
  archive.visit_units([&](const UnitRow& row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      units.metrics[i].num.push_back(row.numerators[columns[i]]);
      units.metrics[i].den.push_back(row.denominators[columns[i]]);
    }
  });
  for (std::size_t m = 0; m < past.size(); ++m)
    units.metrics[m] = adjusted_by_past(units.metrics[m], units.metrics[past[m]]).sums;
  units.metrics.resize(wanted.size());
  return units;
}

}  // namespace feedloop
