#include "experiment/analysis/surrogates.hpp"

#include <cmath>

#include "stats/surrogate_index.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

// Sums of the days from `from` to `middle`, and whether the unit comes back before `until`.
struct Window {
  SimTime from, middle, until;
};

class Returns {
 public:
  Returns(const Study& study, const UnitTable& units, Window window)
      : study_(study), units_(units), w_(window), sessions_(metric_index("sessions_per_user_day")) {}

  // Of units that came in the first days; absent for the others, and before those days are over.
  std::optional<std::vector<double>> surrogates(std::size_t unit) const {
    std::vector<double> s;
    if (!(between(unit, sessions_, w_.from, w_.middle) > 0)) return std::nullopt;
    for (const std::size_t m : study_.surrogates) s.push_back(between(unit, m, w_.from, w_.middle));
    return s;
  }
  // NaN before the days are over.
  double comes_back(std::size_t unit) const {
    const double sessions = between(unit, sessions_, w_.middle, w_.until);
    return std::isnan(sessions) ? kNaN : sessions > 0;
  }

 private:
  double between(std::size_t unit, std::size_t metric, SimTime from, SimTime until) const {
    const auto a = at(unit, metric, from), b = at(unit, metric, until);
    return a && b ? b->num - a->num : kNaN;
  }
  std::optional<UnitValue> at(std::size_t unit, std::size_t metric, SimTime time) const {
    if (time == w_.from && (time == study_.before || time == study_.t0)) return UnitValue{};  // where a table begins
    if (time == study_.t0) return units_.value(unit, metric, time).value_or(UnitValue{});     // where that of the past ends
    return units_.kept(unit, metric, time);
  }

  const Study& study_;
  const UnitTable& units_;
  Window w_;
  std::size_t sessions_;
};

Window past_window(const Study& s) { return {s.t0 - s.horizon * 2, s.t0 - s.horizon, s.t0}; }
Window window(const Study& s) { return {s.t0, s.t0 + s.horizon, s.t0 + s.horizon * 2}; }

}  // namespace

void analyse_surrogates(const AnalysisInput& in, ExperimentReport& out) {
  if (!in.units.before() || in.study.horizon.us == 0 || in.now < window(in.study).middle) return;
  const std::size_t k = in.study.surrogates.size();
  VectorMoments fitted(k + 1);
  const Returns before(in.study, *in.units.before(), past_window(in.study));
  for (std::size_t u = 0; u < in.units.units(); ++u)
    if (auto s = before.surrogates(u)) {
      s->push_back(before.comes_back(u));
      fitted.add(*s);
    }
  const SurrogateFit fit = fit_surrogates(fitted);
  std::vector<VectorMoments> surrogates(out.variants.size(), VectorMoments(k));
  std::vector<RatioMoments> returned(out.variants.size());
  const Returns now(in.study, in.units, window(in.study));
  for (std::size_t u = 0; u < in.units.units(); ++u) {
    const auto s = in.units.entered(u) ? now.surrogates(u) : std::nullopt;
    if (!s) continue;
    const std::size_t v = in.study.assignment.variant_in(in.units.cell(u), in.experiment);
    surrogates[v].add(*s);
    if (const double back = now.comes_back(u); !std::isnan(back)) returned[v].add(back);
  }
  for (std::size_t v = 1; v < out.variants.size(); ++v) {
    SurrogateReport r;
    r.variant = out.variants[v].name;
    r.days = in.study.horizon.days();
    if (in.study.enough_units(surrogates[0].n, surrogates[v].n)) {
      const SurrogateEffect e = surrogate_effect(fit, surrogates[0], surrogates[v]);
      if (e.status == TestStatus::Ok) {
        r.r2 = fit.r2;
        r.predicted = e.effect;
        r.se = e.se;
        r.p = e.p;
      }
      const Comparison c = compare(returned[0], returned[v], in.study.analysis.alpha);
      if (c.status == TestStatus::Ok) {
        r.observed = c.effect;
        r.observed_se = c.se;
      }
    }
    out.surrogates.push_back(std::move(r));
  }
}

void add_surrogate_truth(const Study& study, const UnitTable& w0, const UnitTable& w1, std::size_t variant,
                         ExperimentReport& report) {
  for (SurrogateReport& r : report.surrogates) {
    if (r.variant != report.variants[variant].name) continue;
    double share[2] = {};
    for (const auto& [world, table] : {std::pair(0, &w0), std::pair(1, &w1)}) {
      const Returns returns(study, *table, window(study));
      RatioMoments m;
      for (std::size_t u = 0; u < table->units(); ++u)
        if (table->entered(u) && returns.surrogates(u))
          if (const double back = returns.comes_back(u); !std::isnan(back)) m.add(back);
      share[world] = ratio_estimate(m).value;
    }
    r.truth = share[1] - share[0];
  }
}

}  // namespace feedloop
