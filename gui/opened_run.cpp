#include "gui/opened_run.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "report/json.hpp"

namespace feedloop {

OpenedRun open_run(const std::filesystem::path& path) {
  Archive archive = Archive::open(path, ArchiveMode::Read);
  OpenedRun run;
  run.path = path;
  run.head = archive.head();
  run.status = archive.status();
  if (run.status == ArchiveStatus::Complete) run.report = std::make_shared<const Report>(parse_report(archive.report_json()));
  try {
    auto scenario = std::make_shared<Scenario>(parse_scenario(run.head.toml, path, run.head.sets, TableFiles::Leave));
    run.same_scenario = hex(scenario->hash()) == run.head.scenario_hash;
    run.scenario = std::move(scenario);
  } catch (const Error&) {
    // Of a build with other keys: its results are shown all the same.
  }
  return run;
}

}  // namespace feedloop
