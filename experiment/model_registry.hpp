// The model registry as the report shows it: every version that a world's pipelines trained, what it was made from, how its
// release went and why, and how well it predicted. Days count from the experiment's start; the warm-up's are negative.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/engine.hpp"
#include "experiment/report.hpp"
#include "experiment/study.hpp"

namespace feedloop {

std::vector<PipelineReport> model_registry(const Study& study, const Engine& engine);

// What a rollback deserves to be said about, whoever reads the report.
std::vector<Warning> rollback_warnings(const std::vector<PipelineReport>& models);

}  // namespace feedloop
