#include "gui/workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "data/archived_run.hpp"
#include "experiment/report_snapshot.hpp"
#include "gui/app_state.hpp"
#include "gui/opened_run.hpp"
#include "report/json.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

std::string_view key_of(std::string_view assignment) { return assignment.substr(0, assignment.find('=')); }

// A value that is set here is read as the command line's --set is; nobody typed that here.
std::string refusal_of(const Error& e) {
  const std::string_view said = e.what(), option = "--set: ";
  return std::string(said.starts_with(option) ? said.substr(option.size()) : said);
}

bool same(const Scenario& a, const Scenario& b) {
  return a.seed() == b.seed() && a.name == b.name && a.toml == b.toml && a.sets == b.sets;
}

}  // namespace

bool WorkState::pending() const { return running != nullptr && chosen != nullptr && !same(*running, *chosen); }

// What was read and replicated in the background.
struct Workspace::Found {
  std::mutex mutex;
  std::shared_ptr<const std::vector<RunEntry>> runs;
  std::shared_ptr<const Replication> replication;
  std::string exported, export_error;
};

// What the run's thread is to do next, and what it says of its archive.
struct Workspace::Desk {
  struct Plan {
    std::shared_ptr<const Scenario> scenario;
    fs::path resume;
  };
  std::mutex mutex;
  Plan plan;
  fs::path archive;
  std::atomic<bool> abandoned{false};  // nobody wants the run in motion: it need not be saved
  bool began = false;                  // the archive was begun by the run in motion, not taken up again
  std::string notice;

  Report carry_out(const WorkspaceOptions& options, Observer& observer);
};

Report Workspace::Desk::carry_out(const WorkspaceOptions& options, Observer& observer) {
  Plan now;
  {
    const std::lock_guard lock(mutex);
    now = plan;
  }
  if (now.scenario == nullptr) throw Error("no scenario is chosen");
  RunOptions given = options.run_options ? options.run_options(*now.scenario) : RunOptions{};
  if (!options.keep) return feedloop::run(*now.scenario, given, &observer);
  const ArchiveHead head = archive_head(*now.scenario);
  std::optional<Archive> kept;
  try {
    const OutputChoice choice =
        now.resume.empty() ? choose_output({}, head, false, options.runs) : choose_output(now.resume, head, true, options.runs);
    kept.emplace(open_output(choice, head));
    const std::lock_guard lock(mutex);
    archive = choice.path;
    began = !choice.resume;
  } catch (const Error& e) {
    if (!now.resume.empty()) throw;
    const std::lock_guard lock(mutex);
    notice = fmt::format("This run is not saved: {}", e.what());
  }
  if (!kept) return feedloop::run(*now.scenario, given, &observer);
  return run_archived(*now.scenario, *kept, !now.resume.empty(), std::move(given), &observer, json_report,
                      [this] { return abandoned.load(); })
      .report;
}

Workspace::Workspace(WorkspaceOptions options)
    : options_(std::move(options)),
      desk_(std::make_shared<Desk>()),
      found_(std::make_shared<Found>()),
      forecaster_(options_.wake),
      lists_(options_.wake),
      replications_(options_.wake),
      exports_(options_.wake),
      controller_([desk = desk_, given = options_](Observer& observer) { return desk->carry_out(given, observer); },
                  options_.wake) {
  state_.known = std::make_shared<const std::vector<KnownScenario>>(known_scenarios(options_.scenarios));
}

Workspace::~Workspace() = default;

void Workspace::adopt(std::shared_ptr<const Scenario> base, std::shared_ptr<const Scenario> chosen) {
  state_.file = chosen->source;
  state_.sets = chosen->sets;
  state_.base = std::move(base);
  state_.chosen = std::move(chosen);
  state_.refused_key.clear();
  state_.refused_text.clear();
  state_.refusal.clear();
  if (resume_.empty()) return;
  resume_.clear();  // what was to be taken up again was another scenario
  state_.archive.clear();
  state_.notice.clear();
}

void Workspace::choose(const fs::path& file) {
  fs::path known = file;  // by one name, however it was written, so that the list finds it
  std::error_code missing;
  for (const KnownScenario& one : *state_.known)
    if (fs::equivalent(one.file, file, missing)) known = one.file;
  auto scenario = std::make_shared<const Scenario>(load_scenario(known));
  adopt(scenario, scenario);
}

void Workspace::choose(Scenario scenario) {
  auto chosen = std::make_shared<const Scenario>(std::move(scenario));
  const auto base =
      chosen->sets.empty() ? chosen : std::make_shared<const Scenario>(parse_scenario(chosen->toml, chosen->source, {}));
  adopt(base, chosen);
}

bool Workspace::reload(std::vector<std::string> sets) {
  if (state_.base == nullptr) return false;
  auto chosen = std::make_shared<const Scenario>(parse_scenario(state_.base->toml, state_.base->source, sets));
  adopt(state_.base, std::move(chosen));
  return true;
}

void Workspace::set(const std::string& assignment) {
  if (state_.base == nullptr) return;
  std::vector<std::string> sets = state_.sets;
  std::string key, one;
  for (std::istringstream lines(assignment); std::getline(lines, one);) {
    key = key_of(one);
    std::erase_if(sets, [&](const std::string& s) { return key_of(s) == key; });
    sets.push_back(one);
  }
  try {
    reload(sets);
  } catch (const Error& e) {
    state_.refused_key = key;
    state_.refused_text = sets.back().size() > key.size() ? sets.back().substr(key.size() + 1) : std::string();
    state_.refusal = refusal_of(e);
  }
}

void Workspace::unset(const std::string& key) {
  std::vector<std::string> sets = state_.sets;
  std::erase_if(sets, [&](const std::string& s) { return key_of(s) == key; });
  try {
    reload(std::move(sets));
  } catch (const Error& e) {
    state_.refused_key = key;
    state_.refused_text.clear();
    state_.refusal = refusal_of(e);
  }
}

void Workspace::revert() {
  if (state_.base != nullptr) adopt(state_.base, state_.base);
}

void Workspace::open(const fs::path& archive) {
  OpenedRun found = open_run(archive);
  if (found.report == nullptr && (found.scenario == nullptr || !found.same_scenario))
    throw Error("holds an unfinished run that cannot be taken up again here: this build or folder does not have its scenario",
                {archive.string()});
  reset();
  if (found.same_scenario) {
    // Its changes stay changes: the text alone is what they are compared with.
    const auto base = found.head.sets.empty()
                          ? found.scenario
                          : std::make_shared<const Scenario>(parse_scenario(found.head.toml, archive, {}, TableFiles::Leave));
    adopt(base, found.scenario);
  }
  state_.archive = archive;
  if (found.report == nullptr) {
    resume_ = archive;
    state_.notice = fmt::format("{} holds an unfinished run: play goes on with it", archive.string());
    return;
  }
  RunState shown;
  shown.status = RunStatus::Finished;
  shown.report = found.report;
  shown.days = daily_snapshots(*found.report);
  shown.snapshot = shown.days.back();
  shown.progress = shown.snapshot->progress;
  opened_ = std::move(shown);
  state_.opened = true;
  if (found.same_scenario) state_.running = found.scenario;
}

void Workspace::start() {
  if (state_.chosen == nullptr) return;
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->plan = {state_.chosen, std::exchange(resume_, {})};
    resumed_ = !desk_->plan.resume.empty();
    desk_->abandoned = false;
    desk_->archive.clear();
    desk_->notice.clear();
    desk_->began = false;
  }
  state_.running = state_.chosen;
  state_.notice.clear();
  controller_.play();
}

void Workspace::reset() {
  // The person was asked: what was begun here and is not finished is forgotten. Archives of finished runs stay.
  const RunState now = controller_.state();
  if (now.status != RunStatus::Idle && now.status != RunStatus::Finished) {
    forgetting_ = true;
    desk_->abandoned = !resumed_;
  }
  opened_.reset();
  state_.opened = false;
  state_.running = nullptr;
  state_.archive.clear();
  state_.notice.clear();
  controller_.reset();
  resetting_ = true;
}

void Workspace::apply(const RunRequest& request) {
  using Kind = RunRequest::Kind;
  try {
    switch (request.kind) {
      case Kind::Play:
        if (opened_) return;
        if (resetting_ || run().status == RunStatus::Idle)
          start_due_ = true;
        else
          controller_.play();
        return;
      case Kind::Pause:
        start_due_ = false;
        controller_.pause();
        return;
      case Kind::Step:
        controller_.step(from_seconds(request.value * 3600));
        return;
      case Kind::Speed:
        controller_.set_speed(request.value);
        return;
      case Kind::Stop:
        cancel_loading_ = !resumed_ && controller_.state().progress.stage <= RunStage::WarmUp;
        desk_->abandoned = cancel_loading_;  // nothing was found yet that is worth keeping
        controller_.stop();
        return;
      case Kind::Reset:
        start_due_ = false;
        reset();
        return;
      case Kind::Start:
        if (opened_ || run().status != RunStatus::Idle) reset();
        start_due_ = true;
        return;
      case Kind::Choose:
        choose(fs::path(request.text));
        return;
      case Kind::Set:
        set(request.text);
        return;
      case Kind::Unset:
        unset(request.text);
        return;
      case Kind::Revert:
        revert();
        return;
      case Kind::Open:
        open(request.text);
        return;
      case Kind::Dismiss:
        state_.notice.clear();
        return;
      case Kind::Save:
        state_.notice =
            state_.archive.empty() ? "This run is not kept in an archive"
            : state_.opened || run().status == RunStatus::Finished
                ? fmt::format("This run is kept in {}", state_.archive.string())
                : fmt::format("This run is kept in {} as it goes, and on when the window is closed", state_.archive.string());
        return;
      case Kind::ListRuns:
        list();
        return;
      case Kind::Delete:
        remove(request.text);
        return;
      case Kind::Replicate:
        replicate(request.text, static_cast<int>(request.value));
        return;
      case Kind::CancelReplication:
        replications_.cancel();
        return;
      case Kind::Twins:
      case Kind::CancelTwins:
        return;  // asked of the twins
    }
  } catch (const Error& e) {
    state_.notice = e.what();
  }
}

void Workspace::update() {
  if (resetting_ && controller_.wait(std::chrono::milliseconds{0})) {
    resetting_ = false;
    const std::lock_guard lock(desk_->mutex);
    std::error_code ignored;
    if (std::exchange(forgetting_, false) && desk_->began && !desk_->archive.empty()) fs::remove(desk_->archive, ignored);
    desk_->archive.clear();
    desk_->notice.clear();
  }
  if (start_due_ && !resetting_) {
    start_due_ = false;
    start();
  }
  const bool idle = forecast_wanted_ && controller_.state().status != RunStatus::Running && !start_due_ && !resetting_;
  forecaster_.update({state_.chosen, state_.file, idle, options_.pilots}, options_.seconds_per_user_day, state_.forecast);
  remember_speed();
  take_results();
  if (opened_ || resetting_) return;
  const std::lock_guard lock(desk_->mutex);
  if (cancel_loading_ && controller_.state().status == RunStatus::Stopped) {
    cancel_loading_ = false;
    std::error_code ignored;
    if (desk_->began && !desk_->archive.empty()) fs::remove(desk_->archive, ignored);
    desk_->archive.clear();
    state_.archive.clear();
  }
  if (!desk_->archive.empty()) state_.archive = desk_->archive;
  if (!desk_->notice.empty()) state_.notice = std::exchange(desk_->notice, {});
}

void Workspace::list() {
  state_.listing = true;
  lists_.start([folder = options_.runs, known = state_.runs, to = found_](Observer& observer) {
    static const std::vector<RunEntry> kNone;
    auto runs = std::make_shared<const std::vector<RunEntry>>(list_runs(folder, known == nullptr ? kNone : *known, &observer));
    const std::lock_guard lock(to->mutex);
    to->runs = std::move(runs);
  });
}

void Workspace::remove(const fs::path& archive) {
  if (archive == state_.archive && !opened_ && controller_.state().status != RunStatus::Idle &&
      controller_.state().status != RunStatus::Finished)
    throw Error("is the archive of the run on the screen; reset it instead", {archive.string()});
  if (!is_archive(archive)) throw Error("is no archive and is left alone", {archive.string()});
  std::error_code failed;
  fs::remove(archive, failed);
  if (failed) throw Error(fmt::format("cannot be deleted: {}", failed.message()), {archive.string()});
  list();
}

void Workspace::replicate(const fs::path& archive, int worlds) {
  const OpenedRun of = open_run(archive);
  if (of.scenario == nullptr || !of.same_scenario)
    throw Error("cannot be run again here: this build or folder does not have its scenario", {archive.string()});
  state_.replication = nullptr;
  state_.replication_of = archive;
  state_.replication_worlds = worlds;
  {
    const std::lock_guard lock(found_->mutex);
    found_->replication = nullptr;
  }
  replications_.start([scenario = of.scenario, worlds, to = found_](Observer& observer) {
    feedloop::replicate(*scenario, worlds, &observer, [&](const Replication& so_far) {
      const std::lock_guard lock(to->mutex);
      to->replication = std::make_shared<const Replication>(so_far);
    });
  });
}

void Workspace::take_results() {
  state_.listing = lists_.state().busy;
  state_.replicating = replications_.state();
  const RunStatus status = controller_.state().status;
  if (state_.runs != nullptr && status != listed_at_) list();  // an archive came, went or was finished
  listed_at_ = status;
  const std::lock_guard lock(found_->mutex);
  if (found_->runs != nullptr) state_.runs = std::exchange(found_->runs, nullptr);
  if (found_->replication != nullptr) state_.replication = std::exchange(found_->replication, nullptr);
}

// A run that was never held back says how fast this machine is.
void Workspace::remember_speed() {
  const RunState now = controller_.state();
  if (now.status == RunStatus::Idle) held_back_ = false;
  if (now.status == RunStatus::Paused || now.speed > 0 || replications_.state().busy || resumed_) held_back_ = true;
  if (now.report == nullptr || now.report.get() == timed_ || opened_) return;
  timed_ = now.report.get();
  const RunExperience e = experience_of(*now.report);
  if (!held_back_ && e.user_days > 0 && e.wall_s > 0)
    options_.seconds_per_user_day[now.report->scenario] = e.wall_s / e.user_days;
}

RunState Workspace::run() const {
  if (opened_) return *opened_;
  RunState now = controller_.state();
  if (start_due_) now.playing = true;
  return now;
}

void Workspace::start_export(std::function<std::string()> job) {
  exports_.start([job = std::move(job), to = found_](Observer&) {
    std::string done, error;
    try {
      done = job();
    } catch (const std::exception& e) {
      error = e.what();
    }
    const std::lock_guard lock(to->mutex);
    to->exported = std::move(done);
    to->export_error = std::move(error);
  });
}

Workspace::Exported Workspace::exported() {
  const bool busy = exports_.state().busy;
  const std::lock_guard lock(found_->mutex);
  return {busy, std::exchange(found_->exported, {}), std::exchange(found_->export_error, {})};
}

fs::path Workspace::close() {
  const auto in_motion = [&] {
    const RunStatus now = controller_.state().status;
    return now == RunStatus::Running || now == RunStatus::Paused;
  };
  if (resetting_ || !in_motion()) return {};
  controller_.stop();
  while (in_motion()) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  const std::lock_guard lock(desk_->mutex);
  return controller_.state().status == RunStatus::Stopped ? desk_->archive : fs::path();
}

}  // namespace feedloop
