// A run that is kept: its archive is begun or taken up again, written while the run goes on, and finished with the report.
#pragma once

#include <functional>
#include <string>

#include "data/output_path.hpp"
#include "experiment/run.hpp"

namespace feedloop {

ArchiveHead archive_head(const Scenario& scenario);

// Begins the archive, or opens the unfinished one to go on with. Throws Error when it cannot be written, and when another build
// wrote it: its checkpoints cannot be read.
Archive open_output(const OutputChoice& choice, const ArchiveHead& head);

struct ArchivedReport {
  Report report;
  std::string json;  // as the archive keeps it
};

// Runs the scenario into `archive` and finishes it; `resume`: from its last checkpoint. Units and checkpoints go to the
// archive; checkpoints go to `options.checkpoints` too, when it is set. Throws what run() throws; after Interrupted the archive
// says so and can be taken up again.
// `abandoned` is asked before a checkpoint is written: where it says true none is, so that a run that nobody wants ends at
// once.
ArchivedReport run_archived(const Scenario& scenario, Archive& archive, bool resume, RunOptions options, Observer* observer,
                            const std::function<std::string(const Report&)>& to_json,
                            const std::function<bool()>& abandoned = {});

}  // namespace feedloop
