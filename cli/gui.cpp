#include <CLI/CLI.hpp>

#include "base/parallel.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "data/output_path.hpp"
#ifdef FEEDLOOP_WITH_GUI
#include "gui/gui.hpp"
#endif

namespace feedloop {

void add_gui(CLI::App& app, std::function<int()>& action) {
  struct Flags {
    ScenarioFlags scenario;
    std::string screenshot, view, dump_state;
    double scale = 0, until_day = -1;
    std::pair<int, int> size{1440, 900};
    bool light = false, fixed_dt = false, truth = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("gui", "Open the dashboard: on a scenario, on the archive of a run, or on its page of scenarios");
  flags->scenario.add_to(*command, false);
  command->get_option("scenario")->description("Scenario file (TOML) or archive of a run; without one, the page of scenarios");
  command->add_option("--screenshot", flags->screenshot, "Draw into this picture instead of a window; needs no display")
      ->type_name("FILE.png");
  command->add_option("--view", flags->view, "Screen to open on, by its name")->type_name("NAME");
  command->add_option("--dump-state", flags->dump_state, "Write what is on the screen as JSON")->type_name("FILE");
  command->add_option("--until-day", flags->until_day, "Pause there: day of the experiment")->type_name("DAY");
  command->add_option("--scale", flags->scale, "Size of text and controls; 0 = as the display says")
      ->type_name("X")
      ->check(in_range(0.0, 4.0));
  command->add_option("--size", flags->size, "Of the window or picture, in pixels")
      ->type_name("WIDTH HEIGHT")
      ->check(in_range(400.0, 8192.0));
  command->add_flag("--truth", flags->truth, "With --screenshot: also run the twin worlds, and show what they tell");
  command->add_flag("--light", flags->light, "Light colours");
  command->add_flag("--fixed-dt", flags->fixed_dt, "Frames advance by a fixed time, for pictures that repeat");
  command->callback([flags, &action] {
    action = [flags]() -> int {
#ifdef FEEDLOOP_WITH_GUI
      const std::string& file = flags->scenario.file;
      const bool archive = is_archive(file);
      // Also sets the number of threads.
      std::optional<Scenario> scenario;
      if (!archive && !file.empty()) scenario = flags->scenario.load();
      if ((archive || file.empty()) && flags->scenario.says_more())
        throw Error("--seed, --users, --days and --set need a scenario to be said over: give its file");
      if (!scenario) set_threads(flags->scenario.threads);
      return run_gui({.scenario = std::move(scenario),
                      .archive = archive ? file : "",
                      .screenshot = flags->screenshot,
                      .view = flags->view,
                      .dump_state = flags->dump_state,
                      .scale = flags->scale,
                      .fixed_dt = flags->fixed_dt,
                      .width = flags->size.first,
                      .height = flags->size.second,
                      .until_day = flags->until_day,
                      .light = flags->light,
                      .truth = flags->truth,
                      .interrupted = [] { return stop_asked(); }});
#else
      throw Error("this build has no dashboard; configure with -DFEEDLOOP_GUI=ON");
#endif
    };
  });
}

}  // namespace feedloop
