#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/csv.hpp"
#include "base/parallel.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "data/calibration_files.hpp"
#include "data/calibration_text.hpp"
#include "data/realism.hpp"
#include "data/regenerate.hpp"

namespace feedloop {
namespace {

struct CalibrateFlags {
  LogSource source;
  std::string log, items, out;  // as typed
  CalibrationOptions options;
  std::int64_t seed = 42, events = 10000;
  bool seeded = false, impressions = false;
  int threads = 0;
  double hold_out = 0.2;
  std::string time_format = "auto";
  std::vector<std::string> window;
  std::string invent, regenerate_to, regenerate_items_to;
};

std::vector<std::pair<std::filesystem::path, std::string>> log_files(const CalibrateFlags& flags, const InteractionLog& log) {
  std::vector<std::pair<std::filesystem::path, std::string>> files;
  if (!flags.regenerate_to.empty()) files.emplace_back(flags.regenerate_to, events_csv(log));
  if (!flags.regenerate_items_to.empty()) files.emplace_back(flags.regenerate_items_to, items_csv(log));
  return files;
}

// What can be refused is refused before the fit.
void probe(const std::vector<std::filesystem::path>& paths, const LogSource& source) {
  for (const auto& path : paths) {
    if (path.empty()) continue;
    if (std::count(paths.begin(), paths.end(), path) > 1) throw Error("is named for two outputs", Place{path.string()});
    for (const auto& in : {source.log, source.items}) {
      std::error_code ignored;
      if (!in.empty() && std::filesystem::equivalent(in, path, ignored))
        throw Error("would be overwritten", Place{in.string()});
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw Error("is a directory, not a file", Place{path.string()});
    check_writable(path);
  }
}

void stop_if_asked() {
  if (stop_asked()) throw Interrupted("stopped; nothing was written");
}

int invent_command(const CalibrateFlags& flags) {
  if (flags.regenerate_to.empty() || flags.regenerate_items_to.empty())
    throw Error("--invent needs --regenerate-to and --regenerate-items-to, the files to write");
  std::vector<std::string> sets;
  if (flags.seeded) sets.push_back(fmt::format("seed={}", flags.seed));
  const Scenario scenario = load_scenario(flags.invent, sets);
  probe({flags.regenerate_to, flags.regenerate_items_to}, {});
  const InteractionLog log = invent_log(scenario, flags.events, flags.impressions);
  if (log.events.empty()) throw Error("the users of this world made no event", Place{flags.invent});
  write_together(log_files(flags, log));
  fmt::print("Wrote {} {} of {} users on {} items, invented from the world of {}.\n",
             flags.impressions ? log.seen.size() : log.events.size(), flags.impressions ? "impressions" : "events",
             log.users.size(), log.items.size(), flags.invent);
  return kDone;
}

std::int64_t bound_ms(const std::string& text) {
  try {
    return parse_log_time_ms(text, TimeFormat::Auto);
  } catch (const Error& e) {
    throw Error(fmt::format("--window: {}", e.what()));
  }
}

void read_flags(CalibrateFlags& flags) {
  flags.source.log = flags.log;
  flags.source.items = flags.items;
  flags.options.seed = Seed{static_cast<std::uint64_t>(flags.seed)};
  flags.source.time_format =
      static_cast<TimeFormat>(std::find(kTimeFormats.begin(), kTimeFormats.end(), flags.time_format) - kTimeFormats.begin());
  if (flags.window.empty()) return;
  const std::int64_t from = bound_ms(flags.window[0]), to = bound_ms(flags.window[1]);
  if (from >= to)
    throw Error(
        fmt::format("--window: {} is not before {}; allowed is a time and a later one", flags.window[0], flags.window[1]));
  flags.source.window_ms = {from, to};
}

int calibrate_command(CalibrateFlags flags) {
  set_threads(flags.threads);
  if (!flags.invent.empty()) {
    if (!flags.log.empty() || !flags.out.empty()) throw Error("--invent makes a log and fits none; leave --log and -o out");
    return invent_command(flags);
  }
  if (flags.log.empty()) throw Error("--log is needed: the CSV of events to fit");
  if (flags.out.empty()) throw Error("-o is needed: the scenario to write, NAME.toml");
  read_flags(flags);
  const CalibrationPaths paths = calibration_paths(flags.out, flags.source);
  probe({paths.scenario, paths.items, paths.users, flags.regenerate_to, flags.regenerate_items_to}, flags.source);

  const InteractionLog log = read_interaction_log(flags.source);
  stop_if_asked();
  const Calibration fit = calibrate(log, flags.source, flags.options);
  stop_if_asked();
  const InteractionLog regenerated = regenerate_log(log, fit, flags.source);
  stop_if_asked();
  std::string why = "--hold-out is 0";
  std::optional<Realism> realism;
  if (flags.hold_out > 0) realism = judge_realism(log, flags.source, flags.options, flags.hold_out, why);
  stop_if_asked();
  auto files = log_files(flags, regenerated);
  files.emplace_back(paths.items, item_table(log, fit));
  if (log.has_users()) files.emplace_back(paths.users, user_table(log, fit));
  files.emplace_back(paths.scenario, scenario_toml(log, fit, paths, flags.source));
  write_together(files);

  std::fputs(calibration_text(log, fit, flags.source).c_str(), stdout);
  if (log.has_users()) {
    const auto categories = static_cast<int>(fit.categories.names.size());
    std::fputs(comparison_text(describe_log(log, fit.categories.of_item, categories),
                               describe_log(regenerated, fit.categories.of_item, categories))
                   .c_str(),
               stdout);
  }
  if (realism)
    std::fputs(realism_text(*realism, flags.hold_out).c_str(), stdout);
  else
    fmt::print("\nREALISM ON A HOLD-OUT: none, since {}.\n", why);
  fmt::print("\nWrote {} and {}{}. Try it: feedloop run {}\n", paths.scenario.string(), paths.items.filename().string(),
             log.has_users() ? " and " + paths.users.filename().string() : "", paths.scenario.string());
  return kDone;
}

}  // namespace

void add_calibrate(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<CalibrateFlags>();
  CLI::App* command = app.add_subcommand("calibrate", "Fit a world to a real interaction log and write it as a scenario");
  command
      ->add_option("--log", flags->log,
                   "The log: a CSV with an item in each row, and a user, a time, a value, a click, a slot, as far as known")
      ->type_name("FILE.csv");
  command->add_option("--items", flags->items, "Items: a CSV with an item and its categories, joined by |, perhaps a duration")
      ->type_name("FILE.csv");
  command->add_option("-o,--out", flags->out, "Scenario to write; its tables NAME.items.csv and NAME.users.csv go beside it")
      ->type_name("NAME.toml");
  command->add_option("--user-column", flags->source.user_column, "Column of the user in the log")->type_name("NAME");
  command->add_option("--item-column", flags->source.item_column, "Column of the item in the log")->type_name("NAME");
  command->add_option("--value-column", flags->source.value_column, "Column of a rating or weight in the log")
      ->type_name("NAME");
  command->add_option("--time-column", flags->source.time_column, "Column of the time in the log")->type_name("NAME");
  command
      ->add_option("--time-format", flags->time_format,
                   "Of times: seconds, milliseconds, iso, or auto (default), which goes by size and looks")
      ->type_name("NAME")
      ->check(CLI::IsMember(kTimeFormats));
  command->add_option("--utc-offset", flags->source.utc_offset_h, "Hours by which the users' clock is ahead of UTC (default 0)")
      ->type_name("H")
      ->check(in_range(-12.0, 14.0));
  command
      ->add_option("--click-column", flags->source.click_column,
                   "Column of 0 and 1: rows are what was shown, clicked or not; users are then not needed")
      ->type_name("NAME");
  command->add_option("--slot-column", flags->source.slot_column, "Column of the slot an item was shown in")->type_name("NAME");
  command
      ->add_option("--propensity-column", flags->source.propensity_column,
                   "Column of the chance with which the item stood in its slot")
      ->type_name("NAME");
  command
      ->add_option("--play-column", flags->source.play_column,
                   "Column of how long an item played; its name ends in _ms, _s or _min")
      ->type_name("NAME");
  command
      ->add_option("--duration-column", flags->source.duration_column,
                   "Column of an item's duration in the log, with the same endings")
      ->type_name("NAME");
  command->add_option("--item-id-column", flags->source.item_id_column, "Column of the item in the file of items")
      ->type_name("NAME");
  command->add_option("--category-column", flags->source.category_column, "Column of its categories")->type_name("NAME");
  command
      ->add_option("--window", flags->window,
                   "Declares that the log holds all rows from one time to another: visits a day are then identified")
      ->type_name("FROM TO")
      ->expected(2);
  command
      ->add_option("--sampled-min-events", flags->source.sampled_min_events,
                   "Declares that users with fewer events were left out by whoever made the log")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--sampled-rows", flags->source.sampled_rows, "Declares that each row was kept with this chance (default 1)")
      ->type_name("X")
      ->check(in_range(0.0001, 1.0));
  command->add_flag("--random-slots", flags->source.random_slots, "Declares that items were put in slots by lot");
  command->add_option("--session-gap", flags->options.session_gap_min, "Minutes of silence that end a visit (default 30)")
      ->type_name("MIN")
      ->check(in_range(0.1, 10080.0));
  command
      ->add_option("--hold-out", flags->hold_out,
                   "Share of rows, the last by time, that realism is judged on; 0 = none (default 0.2)")
      ->type_name("X")
      ->check(in_range(0.0, 0.5));
  command->add_option("--min-value", flags->source.min_value, "Events of a lower value are not choices")->type_name("X");
  command->add_option("--min-events", flags->source.min_events, "Users with fewer events are left out of tastes (default 5)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000));
  command
      ->add_option("--appeal-share", flags->options.appeal_share,
                   "Share of log-popularity that is appeal, not exposure (default 0.5)")
      ->type_name("X")
      ->check(in_range(0.0, 1.0));
  command
      ->add_option("--users", flags->options.users,
                   "Users of the scenario (default: the log's, times a whole number up to 5,000 or more)")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{5'000'000}));
  auto* seed = command->add_option("--seed", flags->seed, "Seed of the fit and of the scenario (default 42)")
                   ->type_name("N")
                   ->check(CLI::Range(std::int64_t{0}, static_cast<std::int64_t>(kMaxSeed)));
  command->add_option("--threads", flags->threads, "Threads; 0 = all cores. Results do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command->add_option("--regenerate-to", flags->regenerate_to, "Also write the log regenerated from the fitted world")
      ->type_name("FILE.csv");
  command->add_option("--regenerate-items-to", flags->regenerate_items_to, "Also write its items")->type_name("FILE.csv");
  command->add_option("--invent", flags->invent, "Fit nothing: invent a log from this scenario's world")->type_name("SCENARIO");
  command->add_flag("--impressions", flags->impressions, "With --invent: rows are what was shown, clicked or not");
  command->add_option("--events", flags->events, "Events to invent (default 10000)")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000));
  command->footer(
      "Columns are found by their usual names unless a flag names them; \"none\" says that there is none. What can be "
      "estimated "
      "from which columns, and what must be declared: docs/CALIBRATION.md");
  command->callback([flags, seed, &action] {
    flags->seeded = seed->count() > 0;
    action = [flags] { return calibrate_command(*flags); };
  });
}

}  // namespace feedloop
