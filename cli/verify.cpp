#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/registry.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/claims/verify.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "report/claims.hpp"

namespace feedloop {
namespace {

// Scenario files of a path, folders all the way down, in order of their names.
std::vector<std::filesystem::path> scenario_files(const std::string& path) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file() && entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%-d %B %Y", &utc)};
}

struct VerifyFlags {
  std::vector<std::string> paths;
  std::string cache, pictures;
  std::int64_t seed = -1;
  int threads = 0;
  bool quick = false, full = false, markdown = false, list = false;
};

int verify_command(const VerifyFlags& flags) {
  if (flags.list) {
    for (const Quantity& q : quantity_registry()) fmt::print("{:28} {}\n", q.name, q.doc);
    return kDone;
  }
  set_threads(flags.threads);
  for (const std::string& folder : {flags.cache, flags.pictures})
    if (!folder.empty()) {
      std::error_code failed;
      std::filesystem::create_directories(folder, failed);
      check_writable(std::filesystem::path(folder) / "try");
    }
  std::vector<Scenario> scenarios;
  for (const std::string& path : flags.paths)
    for (const auto& file : scenario_files(path)) {
      scenarios.push_back(load_scenario(file));
      if (flags.seed >= 0) scenarios.back() = with_seed(scenarios.back(), static_cast<std::uint64_t>(flags.seed));
    }
  const Tier tier = flags.quick ? Tier::Quick : flags.full ? Tier::Full : Tier::Standard;

  RunsConsole console;
  const std::vector<ClaimResult> results = verify(
      scenarios, tier, &console, [&](const std::string& label) { console.begin(label); }, flags.cache);
  console.end();
  if (results.empty())
    throw Error(
        fmt::format("no scenario here has a [[claim]] that the tier {} runs", kTierNames[static_cast<std::size_t>(tier)]));
  if (!flags.pictures.empty())
    for (const auto& [name, svg] : claims_pictures(results)) write_file(std::filesystem::path(flags.pictures) / name, svg);
  std::fputs((flags.markdown ? claims_page(results, tier, today(), "pictures/claims")
                             : claims_text(results, {.color = isatty(STDOUT_FILENO) != 0}))
                 .c_str(),
             stdout);
  const bool held = std::all_of(results.begin(), results.end(), [](const ClaimResult& r) { return r.verdict == r.recorded; });
  return held ? kDone : kClaimFailed;
}

}  // namespace

void add_verify(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<VerifyFlags>();
  CLI::App* command =
      app.add_subcommand("verify", "Run the claims of scenarios; exit 1 when a verdict is not the recorded one");
  auto* paths = command->add_option("paths", flags->paths, "Scenario files, or folders with some")->type_name("PATH");
  auto* quick = command->add_flag("--quick", flags->quick, "The quick claims, on their fewest seeds");
  command->add_flag("--full", flags->full, "All claims, on all their seeds")->excludes(quick);
  command->add_flag("--markdown", flags->markdown, "As the page docs/CLAIMS.md");
  command
      ->add_option(
          "--seed", flags->seed,
          "Seeds count from here instead of each scenario's own: does a verdict hold on worlds that nobody has looked at?")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, static_cast<std::int64_t>(kMaxSeed) / 2));
  command->add_option("--pictures", flags->pictures, "Folder to write the sections' pictures to, as SVG")->type_name("DIR");
  command->add_option("--cache", flags->cache, "Keep what is measured here; the same build goes on with it")->type_name("DIR");
  auto* list = command->add_flag("--list", flags->list, "List the quantities that a claim may name");
  command->add_option("--threads", flags->threads, "Threads; 0 = all cores. Results do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command->callback([flags, &action, paths, list] {
    if (paths->empty() && list->empty()) throw CLI::RequiredError("PATH");
    action = [flags] { return verify_command(*flags); };
  });
}

}  // namespace feedloop
