#include "experiment/monitor.hpp"

#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/exposure.hpp"
#include "experiment/run_events.hpp"
#include "stats/fieller.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kHeadline = 0;  // of the metric registry: the click-through rate

}  // namespace

Monitor::Monitor(const Study& study, Observer* observer, double total_days)
    : study_(study), observer_(observer), total_days_(total_days) {
  if (observer && observer->watches_funnel()) funnel_ = std::make_unique<FunnelRecorder>(study);
}

void Monitor::begin_world(RunStage stage, std::string label, SimTime from, SimTime until) {
  if (!observer_) return;
  if (progress_.stage != RunStage::Preparing) days_before_ += (until_ - from_).days();
  from_ = from;
  until_ = until;
  progress_.stage = stage;
  progress_.label = std::move(label);
  if (funnel_ && stage != RunStage::Truth) funnel_->begin();
}

void Monitor::watch(Simulation& world) {
  if (!funnel_) return;
  world.trace_pages([this](TracedPage page) { funnel_->add(std::move(page)); });
  if (observer_->watches_fleet()) fleet_ = std::make_unique<FleetRecorder>(study_, world.now());
}

void Monitor::pages(std::span<const Interaction> pages) {
  if (fleet_) fleet_->add(pages);
}

void Monitor::after_epoch(SimTime now, const Simulation& world, std::int64_t new_requests, const MixedWorld* mixed) {
  if (!observer_) return;
  progress_.day = now.days();
  progress_.days = until_.days();
  progress_.done = (days_before_ + (now - from_).days()) / total_days_;
  progress_.requests += new_requests;
  if (mixed && now.us % kHour.us == 0) record_hour(now, mixed->tables);
  if (mixed && now.us % kDay.us == 0) {
    record_look(now, mixed->looks);
    if (fleet_) fleet_->end_day(now);
    events_ = run_events(study_, world, mixed->looks, mixed->stops);
  }
  observer_->on_progress(progress_);
  const bool wanted = observer_->wants_snapshot();
  if (funnel_ && progress_.stage != RunStage::Truth && (wanted || now >= until_))
    funnel_facts_ =
        funnel_->facts(world.times(), mixed ? &mixed->tables : nullptr, fleet_ ? fleet_->facts() : std::vector<CellFleet>());
  if (wanted) publish(now, mixed);
}

void Monitor::finish(const MixedWorld& mixed, const std::vector<RunEvent>& events) {
  if (!observer_) return;
  progress_.stage = RunStage::Finished;
  progress_.label = "finished";
  progress_.done = 1;
  events_ = events;
  observer_->on_progress(progress_);
  publish(study_.end, &mixed);
}

LiveSeries& Monitor::curve(std::size_t experiment, std::size_t variant, std::string_view metric) {
  const Experiment& e = study_.scenario.experiments[experiment];
  const std::string& name = e.variants[variant].name;
  for (LiveSeries& s : live_)
    if (s.layer == e.layer && s.variant == name && s.metric == metric) return s;
  return live_.emplace_back(LiveSeries{name, std::string(metric), {}, {}, {}, {}, e.layer});
}

void Monitor::record_hour(SimTime now, const ExperimentTables& tables) {
  const auto add = [&](LiveSeries& s, double value, const Interval& interval) {
    s.day.push_back(static_cast<float>((now - study_.t0).days()));
    s.value.push_back(static_cast<float>(value));
    s.low.push_back(static_cast<float>(interval.low));
    s.high.push_back(static_cast<float>(interval.high));
  };
  const double alpha = study_.analysis.alpha;
  for (std::size_t e = 0; e < study_.scenario.experiments.size(); ++e) {
    const std::vector<RatioMoments> moments = moments_of(study_, tables, e, kHeadline, now);
    for (std::size_t v = 0; v < moments.size(); ++v) {
      const Estimate estimate = ratio_estimate(moments[v]);
      add(curve(e, v, "ctr"), estimate.value, look_interval(estimate, alpha));
      LiveSeries& gini = curve(e, v, "exposure_gini");
      gini.day.push_back(static_cast<float>((now - study_.t0).days()));
      gini.value.push_back(static_cast<float>(exposure_gini(study_, tables.of(e), e, v, now)));
      if (v == 0) continue;
      const Comparison c = compare(moments[0], moments[v], alpha);
      const bool enough = c.lift_status == TestStatus::Ok && study_.enough_units(c.control.n, c.treatment.n);
      add(curve(e, v, "ctr_lift"), enough ? c.lift : kNoValue, enough ? lift_interval(c) : Interval{});
    }
  }
}

void Monitor::record_look(SimTime now, const Looks& looks) {
  for (std::size_t e = 0; e < study_.scenario.experiments.size(); ++e)
    for (std::size_t v = 1; v < study_.scenario.experiments[e].variants.size(); ++v) {
      const Looks::Lift lift = looks.last_lift(e, v, kHeadline);
      LiveSeries& s = curve(e, v, "ctr_lift_sequence");
      s.day.push_back(static_cast<float>((now - study_.t0).days()));
      s.value.push_back(static_cast<float>(lift.value));
      s.low.push_back(static_cast<float>(lift.sequence.low));
      s.high.push_back(static_cast<float>(lift.sequence.high));
    }
}

void Monitor::publish(SimTime now, const MixedWorld* mixed) {
  if (mixed) {
    last_.clear();
    for (std::size_t e = 0; e < study_.scenario.experiments.size(); ++e)
      last_.push_back(analyse(study_, mixed->tables, e, now, &mixed->looks));
    last_time_ = now;
  }
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->sequence = ++sequence_;
  snapshot->scenario = study_.scenario.name;
  snapshot->seed = study_.seed.value;
  snapshot->progress = progress_;
  snapshot->experiment_day = last_.empty() ? 0 : (last_time_ - study_.t0).days();
  snapshot->warmup_days = static_cast<int>(study_.params.warmup_days);
  snapshot->days = static_cast<int>(study_.params.days);
  snapshot->alpha = study_.analysis.alpha;
  snapshot->min_units = static_cast<std::int64_t>(study_.analysis.min_units);
  snapshot->metrics = metric_infos(study_);
  snapshot->experiments = last_;
  snapshot->live = live_;
  snapshot->events = events_;
  snapshot->funnel = funnel_facts_;
  observer_->on_snapshot(std::move(snapshot));
}

}  // namespace feedloop
