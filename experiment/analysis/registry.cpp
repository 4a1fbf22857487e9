#include <array>

#include "experiment/analysis/analysis.hpp"
#include "experiment/analysis/decision.hpp"
#include "experiment/analysis/effects.hpp"
#include "experiment/analysis/exposure.hpp"
#include "experiment/analysis/guardrails.hpp"
#include "experiment/analysis/preference.hpp"
#include "experiment/analysis/sample_ratio.hpp"
#include "experiment/analysis/serving.hpp"
#include "experiment/analysis/variants.hpp"
#include "experiment/analysis/verdict.hpp"

namespace feedloop {

std::span<const AnalysisEntry> analysis_registry() {
  static constexpr std::array table{
      AnalysisEntry{"variants", "Every metric's value per variant, with its standard error.", analyse_variants, true},
      AnalysisEntry{"exposure", "Gini, coverage and entropy of exposure per variant.", analyse_exposure, true},
      AnalysisEntry{"serving", "Simulated latency and what partial pages cost, per variant.", analyse_serving, true},
      AnalysisEntry{"sample_ratio", "Units against planned shares.", analyse_sample_ratio},
      AnalysisEntry{"effects", "Treatment against control, fixed-horizon and always-valid.", analyse_effects},
      AnalysisEntry{"verdicts", "One word per effect.", analyse_verdicts},
      AnalysisEntry{"guardrails", "Non-inferiority of each guardrail.", analyse_guardrails},
      AnalysisEntry{"decision", "Ship, do not ship, keep running or do not trust.", analyse_decision},
      AnalysisEntry{"preference", "Whose items users click on interleaved pages.", analyse_preference, true},
  };
  return table;
}

}  // namespace feedloop
