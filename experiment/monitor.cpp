#include "experiment/monitor.hpp"

#include <cmath>

#include "experiment/analysis/analysis.hpp"
#include "experiment/daily_looks.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

Monitor::Monitor(const Study& study, Observer* observer, double total_days)
    : study_(study), observer_(observer), total_days_(total_days) {
  for (const Variant& v : study.scenario.experiments.front().variants)
    live_.push_back({v.name, std::string(metric_registry().front().name), {}, {}, {}, {}});
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
  if (funnel_) world.trace_pages([this](TracedPage page) { funnel_->add(std::move(page)); });
}

void Monitor::after_epoch(SimTime now, const Simulation& world, std::int64_t new_requests, const ExperimentTables* tables,
                          const Looks* looks) {
  if (!observer_) return;
  progress_.day = now.days();
  progress_.days = until_.days();
  progress_.done = (days_before_ + (now - from_).days()) / total_days_;
  progress_.requests += new_requests;
  if (tables && now.us % kHour.us == 0) record_hour(now, *tables);
  observer_->on_progress(progress_);
  if (!observer_->wants_snapshot()) return;
  if (funnel_ && progress_.stage != RunStage::Truth) funnel_facts_ = funnel_->facts(world.times(), tables);
  publish(now, tables, looks);
}

void Monitor::finish(const ExperimentTables& tables, const Looks& looks) {
  if (!observer_) return;
  progress_.stage = RunStage::Finished;
  progress_.label = "finished";
  progress_.done = 1;
  observer_->on_progress(progress_);
  publish(study_.end, &tables, &looks);
}

void Monitor::record_hour(SimTime now, const ExperimentTables& tables) {
  const std::vector<RatioMoments> moments = moments_of(study_, tables, 0, 0, now);
  for (std::size_t v = 0; v < live_.size(); ++v) {
    const Estimate e = ratio_estimate(moments[v]);
    const double half = normal_isf(study_.analysis.alpha / 2) * std::sqrt(e.variance);
    live_[v].day.push_back(static_cast<float>((now - study_.t0).days()));
    live_[v].value.push_back(static_cast<float>(e.value));
    live_[v].low.push_back(static_cast<float>(e.value - half));
    live_[v].high.push_back(static_cast<float>(e.value + half));
  }
}

void Monitor::publish(SimTime now, const ExperimentTables* tables, const Looks* looks) {
  if (tables) {
    last_.clear();
    for (std::size_t e = 0; e < study_.scenario.experiments.size(); ++e)
      last_.push_back(analyse(study_, *tables, e, now, looks));
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
  snapshot->metrics = metric_infos(study_);
  snapshot->experiments = last_;
  snapshot->live = live_;
  snapshot->confidence = 1 - study_.analysis.alpha;
  if (!last_.empty()) snapshot->looks = daily_looks(last_.front(), metric_registry().front().name, study_.analysis.alpha);
  snapshot->funnel = funnel_facts_;
  observer_->on_snapshot(std::move(snapshot));
}

}  // namespace feedloop
