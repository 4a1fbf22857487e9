#include <array>

#include "experiment/analysis/adjusted.hpp"
#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/bootstrap.hpp"
#include "experiment/analysis/cohorts.hpp"
#include "experiment/analysis/decision.hpp"
#include "experiment/analysis/distributions.hpp"
#include "experiment/analysis/effects.hpp"
#include "experiment/analysis/exposure.hpp"
#include "experiment/analysis/guardrails.hpp"
#include "experiment/analysis/novelty.hpp"
#include "experiment/analysis/peeking.hpp"
#include "experiment/analysis/posteriors.hpp"
#include "experiment/analysis/power_reached.hpp"
#include "experiment/analysis/preference.hpp"
#include "experiment/analysis/quantiles.hpp"
#include "experiment/analysis/sample_ratio.hpp"
#include "experiment/analysis/serving.hpp"
#include "experiment/analysis/staying.hpp"
#include "experiment/analysis/stopping.hpp"
#include "experiment/analysis/surrogates.hpp"
#include "experiment/analysis/tiers.hpp"
#include "experiment/analysis/variants.hpp"
#include "experiment/analysis/verdict.hpp"

namespace feedloop {

std::span<const AnalysisEntry> analysis_registry() {
  static constexpr std::array table{
      AnalysisEntry{"variants", "Every metric's value per variant, with its standard error.", analyse_variants, Reads::Pages},
      AnalysisEntry{"exposure", "Gini, coverage and entropy of exposure per variant.", analyse_exposure, Reads::Pages},
      AnalysisEntry{"serving", "Simulated latency and what partial pages cost, per variant.", analyse_serving, Reads::Pages},
      AnalysisEntry{"sample_ratio", "Units against planned shares.", analyse_sample_ratio, Reads::Units},
      AnalysisEntry{"effects", "Treatment against control, fixed-horizon and always-valid.", analyse_effects, Reads::Units},
      AnalysisEntry{"bootstrap", "Intervals of lifts by resampling units, where asked.", analyse_bootstrap, Reads::Users},
      AnalysisEntry{"verdicts", "One word per effect.", analyse_verdicts, Reads::Units},
      AnalysisEntry{"guardrails", "Non-inferiority of each guardrail.", analyse_guardrails, Reads::Units},
      AnalysisEntry{"adjusted", "Effects less what the past explained: CUPED, or a regression.", analyse_adjusted,
                    Reads::Clusters},
      AnalysisEntry{"tiers", "Effects by past activity, and their post-stratified average.", analyse_tiers, Reads::Clusters},
      AnalysisEntry{"novelty", "Do effects fade or grow.", analyse_novelty, Reads::Everybody},
      AnalysisEntry{"posteriors", "Chance to win and expected loss.", analyse_posteriors, Reads::Units},
      AnalysisEntry{"quantiles", "Effects on the median and the 90th percentile.", analyse_quantiles, Reads::Users},
      AnalysisEntry{"peeking", "Boundaries for daily looks, and what peeking would risk.", analyse_peeking, Reads::Units},
      AnalysisEntry{"stopping", "What each stopping rule makes of the daily looks.", analyse_stopping, Reads::Units},
      AnalysisEntry{"power_reached", "What the run could have found.", analyse_power_reached, Reads::Units},
      AnalysisEntry{"staying", "Retention curves and survival.", analyse_staying, Reads::Users},
      AnalysisEntry{"cohorts", "Retention by the day on which units came first.", analyse_cohorts, Reads::Users},
      AnalysisEntry{"distributions", "How watch time spreads over units.", analyse_distributions, Reads::Users},
      AnalysisEntry{"surrogates", "What the first days say of who comes back.", analyse_surrogates, Reads::Everybody},
      AnalysisEntry{"decision", "Ship, do not ship, keep running or do not trust.", analyse_decision, Reads::Units},
      AnalysisEntry{"preference", "Whose items users click on interleaved pages.", analyse_preference, Reads::Pages},
  };
  return table;
}

}  // namespace feedloop
