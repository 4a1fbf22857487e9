#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "data/csv_export.hpp"
#include "report/json.hpp"
#include "report/words.hpp"

namespace feedloop {

void add_export(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    std::string archive, folder;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("export", "Write a finished run as CSV tables for R and Python");
  command->add_option("archive", flags->archive, "Archive of a run")->required()->type_name("RUN.db");
  command
      ->add_option("-o", flags->folder, "Folder of the tables (default RUN-csv beside the archive); nothing in it is replaced")
      ->type_name("FOLDER");
  command->callback([flags, &action] {
    action = [flags] {
      Archive archive = Archive::open(flags->archive, ArchiveMode::Read);
      const Report report = parse_report(archive.report_json());
      const std::filesystem::path path(flags->archive);
      const std::filesystem::path folder =
          flags->folder.empty() ? path.parent_path() / (path.stem().string() + "-csv") : std::filesystem::path(flags->folder);
      for (const ExportedFile& f : export_csv(archive, report, folder))
        fmt::print("{}: {}\n", f.file.string(), plural(f.rows, "row"));
      return kDone;
    };
  });
}

}  // namespace feedloop
