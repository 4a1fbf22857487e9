#include "experiment/model_registry.hpp"

#include <fmt/format.h>

#include "base/parameters.hpp"

namespace feedloop {
namespace {

constexpr std::string_view stage_name(ReleaseStage stage) { return kReleaseStageNames[static_cast<std::size_t>(stage)]; }

ModelVersion describe(const Study& study, const Pipeline& pipeline, const ModelRecord& record) {
  const auto day = [&](SimTime t) { return (t - study.t0).days(); };
  ModelVersion out;
  out.version = record.version;
  out.parent = record.parent;
  out.ranker = record.ranker;
  out.features = record.features;
  out.trained = day(record.trained);
  out.rows = record.rows;
  if (record.rows > 0) {
    out.first_row = day(record.first_row);
    out.last_row = day(record.last_row);
  }
  out.updates = record.updates;
  out.last_update = record.last_update;
  if (record.updates > 0) out.updated = day(record.updated);
  for (const ReleaseEvent& e : pipeline.release().log()) {
    if (e.version != record.version) continue;
    out.stages.push_back({day(e.time), std::string(stage_name(e.stage)), static_cast<double>(e.z), e.impressions, ""});
    if (e.stage == ReleaseStage::RolledBack)
      out.stages.back().reason =
          fmt::format("its users' clicks were {:.1f} standard errors below the live models', and the gate is {:g}",
                      -static_cast<double>(e.z), pipeline.release().params().gate_z);
  }
  for (const NightlyValidation& night : pipeline.validations()) {
    if (night.version != record.version) continue;
    out.validations.push_back({day(night.night), night.rows, {}});
    for (std::size_t h = 0; h < kHeads; ++h)
      if (pipeline.heads()[h])
        out.validations.back().heads.push_back(
            {std::string(kHeadNames[h]), night.heads[h].auc, night.heads[h].normalised_entropy, night.heads[h].slope});
  }
  return out;
}

}  // namespace

std::vector<PipelineReport> model_registry(const Study& study, const Engine& engine) {
  std::vector<PipelineReport> all;
  for (std::size_t p = 0; p < engine.pipelines(); ++p) {
    const Pipeline& pipeline = engine.pipeline(p);
    PipelineReport& out = all.emplace_back();
    for (const std::uint32_t cell : pipeline.cells()) out.variants.push_back(study.cell_name(cell));
    out.scorer = std::get<std::string>(study.cells[pipeline.cells().front()].at("engine.ranking.scorer"));
    for (std::size_t h = 0; h < kHeads; ++h)
      if (pipeline.heads()[h]) out.heads.emplace_back(kHeadNames[h]);
    for (const ModelRecord& record : pipeline.lineage()) out.versions.push_back(describe(study, pipeline, record));
  }
  return all;
}

std::vector<Warning> rollback_warnings(const std::vector<PipelineReport>& models) {
  std::vector<Warning> warnings;
  for (const PipelineReport& p : models)
    for (const ModelVersion& v : p.versions)
      for (const ModelStage& s : v.stages)
        if (!s.reason.empty())
          warnings.push_back({"rollback", fmt::format("{}: models of version {} were rolled back on day {:.1f} after {} "
                                                      "impressions: {}.",
                                                      join(p.variants), v.version, s.day, s.impressions, s.reason)});
  return warnings;
}

}  // namespace feedloop
