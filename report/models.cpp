#include "report/models.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/parameters.hpp"
#include "report/page.hpp"

namespace feedloop {
namespace {

std::string number(double x, int decimals) {
  if (std::isnan(x)) return "–";
  const std::string s = fmt::format("{:.{}f}", x, decimals);
  return s.find_first_of("123456789") == std::string::npos && s[0] == '-' ? s.substr(1) : s;
}

std::string stages(const ModelVersion& v) {
  std::string s;
  for (const ModelStage& stage : v.stages)
    s += fmt::format("{}{} {}", s.empty() ? "" : ", ", clean(stage.stage), number(stage.day, 2));
  return s;
}

// The last night that judged the version; its first head is the click, when somebody ranks by clicks.
void quality(const ModelVersion& v, Row& row) {
  if (v.validations.empty() || v.validations.back().heads.empty()) {
    row.cells.insert(row.cells.end(), 3, {"–"});
    return;
  }
  const HeadQuality& head = v.validations.back().heads.front();
  row.cells.insert(row.cells.end(), {{number(head.auc, 3)}, {number(head.normalised_entropy, 3)}, {number(head.slope, 2)}});
}

}  // namespace

std::string models_text(const Report& report, TextStyle style) {
  Page page(style);
  page.line("Models: " + clean(report.scenario), Ink::Bold);
  page.prose(
      "Days count from the experiment's start. AUC, normalised entropy (NE) and calibration slope are of the first head, "
      "on the rows of the last day before they were learned from.");
  for (const PipelineReport& p : report.models) {
    page.blank();
    page.line(fmt::format("{} · {} · {}", clean(join(p.variants)), clean(p.scorer), clean(join(p.heads))), Ink::Bold);
    std::vector<Row> rows{{{{"Version"},
                            {"Trained"},
                            {"From"},
                            {"Ranker"},
                            {"Rows"},
                            {"of days"},
                            {"Updates"},
                            {"AUC"},
                            {"NE"},
                            {"Slope"},
                            {"Release"}}}};
    for (const ModelVersion& v : p.versions) {
      Row row{{{fmt::format("{}", v.version)},
               {number(v.trained, 2)},
               {v.parent == 0 ? "–" : fmt::format("{}", v.parent)},
               {v.ranker == 0 ? "–" : fmt::format("{}", v.ranker)},
               {v.rows == 0 ? "–" : fmt::format("{}", v.rows)},
               {v.rows == 0 ? "–" : fmt::format("{} to {}", number(v.first_row, 1), number(v.last_row, 1))},
               {fmt::format("{}", v.updates)}}};
      quality(v, row);
      const bool fell = !v.stages.empty() && !v.stages.back().reason.empty();
      row.cells.push_back({stages(v), fell ? Ink::Doubt : Ink::Plain});
      rows.push_back(std::move(row));
    }
    page.table({Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right,
                Align::Right, Align::Right, Align::Left},
               rows);
    for (const ModelVersion& v : p.versions)
      for (const ModelStage& s : v.stages)
        if (!s.reason.empty())
          page.prose(fmt::format("Version {} was rolled back: {}.", v.version, clean(s.reason)), 2, 4, Ink::Doubt);
  }
  return page.take();
}

}  // namespace feedloop
