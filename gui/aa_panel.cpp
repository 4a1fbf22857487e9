#include "gui/aa_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/commands.hpp"
#include "gui/format.hpp"
#include "gui/live_view.hpp"
#include "gui/race_panel.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::string_view, 5> kRules{"daily_peeking", "always_valid", "obrien_fleming", "pocock", "fixed_horizon"};

const FalsePositiveRate* rate_of(const FalsePositives& all, std::string_view rule) {
  const auto at = std::ranges::find(all.rates, rule, &FalsePositiveRate::rule);
  return at == all.rates.end() || at->stopped.trials == 0 ? nullptr : &*at;
}

std::string percent(double share) {
  const bool whole = std::abs(100 * share - std::round(100 * share)) < 1e-9;
  return fixed_text(100 * share, share < 0.0995 && !whole ? 1 : 0) + "%";
}

// What stands in the first line: the answer, or why there is none.
std::string sentence(const AaState& aa, const LabSubject& subject) {
  const FalsePositiveRate* peek = rate_of(aa.result, "daily_peeking");
  switch (aa.stage) {
    case AaStage::Idle:
      return "How often would each rule find a difference where there is none?";
    case AaStage::Living:
      return "Living the A/A world";
    case AaStage::Failed:
      return aa.error;
    case AaStage::Cancelled:
      if (peek == nullptr) return "Cancelled before the first experiment was over";
      break;
    case AaStage::Repeating:
    case AaStage::Done:
      if (peek == nullptr) return "Not enough data: no day of the A/A world has enough units to look at";
      break;
  }
  (void)subject;
  return fmt::format("Peeking stopped {} of {} A/A experiments: {} are false alarms", peek->stopped.hits, peek->stopped.trials,
                     percent(peek->stopped.value));
}

void draw_rate(const std::string& path, std::string_view rule, const FalsePositiveRate* rate, Rect row, double reach,
               double alpha) {
  const float words = px(108);
  ui::text(path + "/name", row.cut_left(words), rule_name(rule), {Font::Small, colors::kText}, rule_doc(rule));
  const std::string text = rate == nullptr ? "–"
                                           : fmt::format("{} [{}, {}]", percent(rate->stopped.value),
                                                         percent(rate->stopped.ci.low), percent(rate->stopped.ci.high));
  ui::text(path + "/rate", row.cut_right(px(128)), text,
           {Font::Small, rate == nullptr ? colors::kSecondary : colors::kText, ui::Align::Right},
           rate == nullptr ? "Not measured yet"
                           : fmt::format("{} of {} experiments; the interval is Monte-Carlo, 95%", rate->stopped.hits,
                                         rate->stopped.trials));
  const Rect track = row.inset(px(8), 0);
  const auto to_x = [&](double share) {
    return track.x0 + static_cast<float>(std::clamp(share / reach, 0.0, 1.0)) * track.width();
  };
  const float y = track.center().y;
  paint::fill({track.x0, y - px(4), track.x1, y + px(4)}, colors::kGrid, px(2));
  if (rate != nullptr) {
    const Color ink = rate->stopped.ci.low > alpha ? colors::kWorse : colors::kSecondary;
    paint::fill({track.x0, y - px(4), to_x(rate->stopped.value), y + px(4)}, ink.fade(0.8), px(2));
    paint::line({to_x(rate->stopped.ci.low), y}, {to_x(rate->stopped.ci.high), y}, colors::kText, std::max(1.0F, px(1.5)));
  }
  const float mark = std::round(to_x(alpha));
  paint::fill({mark - 1, y - px(7), mark + 1, y + px(7)}, colors::kAlert);
}

}  // namespace

void draw_aa_panel(AppState& state, const Snapshot* snapshot, const LabSubject& subject, const Rect& box) {
  const AaState aa = state.stats.meter->state();
  ui::panel("stats/aa", box);
  Rect inner = box.inset(px(14), px(10));
  Rect head = inner.cut_top(px(26));
  const Command& repeat = command("aa");
  const ui::ButtonSpec spec{.label = aa.working() ? "Cancel" : "Repeat ×200",
                            .look = aa.working() || aa.stage == AaStage::Done ? ui::Look::Normal : ui::Look::Primary,
                            .enabled = repeat.enabled(state),
                            .tooltip = tooltip(repeat, state)};
  if (ui::button("stats/aa/repeat", head.cut_right(ui::button_width(spec)), spec)) invoke(repeat, state);
  head.cut_right(px(8));
  ui::text("stats/aa/title", head, "A/A false-positive meter", {.font = Font::Strong});
  if (inner.height() < px(20)) return;

  const bool failed = aa.stage == AaStage::Failed;
  const Color ink = failed ? colors::kAlert : colors::kText;
  inner.cut_top(px(2));
  const float used = ui::paragraph("stats/aa/sentence", inner, sentence(aa, subject), {Font::Small, ink});
  inner.cut_top(used + px(2));
  if (aa.working() && inner.height() >= px(10)) {
    const Rect bar = inner.cut_top(px(8)).inset(0, px(2));
    paint::fill(bar, colors::kLine, px(2));
    paint::fill({bar.x0, bar.y0, bar.x0 + bar.width() * static_cast<float>(std::clamp(aa.done, 0.0, 1.0)), bar.y1},
                colors::kSelection, px(2));
    ui::mark("stats/aa/done", ui::Kind::Mark, bar, fmt::format("{:.0f}%", 100 * aa.done));
  }
  const double alpha = snapshot == nullptr ? 0.05 : snapshot->alpha;
  double reach = 4 * alpha;
  for (const FalsePositiveRate& r : aa.result.rates)
    if (std::isfinite(r.stopped.ci.high)) reach = std::max(reach, r.stopped.ci.high);
  const float row = std::clamp(std::floor((inner.height() - px(18)) / 5), px(16), px(30));
  for (const std::string_view rule : kRules) {
    if (inner.height() < row) break;
    draw_rate(fmt::format("stats/aa/{}", rule), rule, failed ? nullptr : rate_of(aa.result, rule), inner.cut_top(row), reach,
              alpha);
  }
  if (inner.height() < px(16)) return;
  // Where the experiments come from, and of what: the numbers are of the metric that was asked for, not of the one on the
  // screen.
  std::string from = aa.method.empty() ? fmt::format("Mark: the error that the test promises, {}", percent(alpha)) : aa.method;
  if (!aa.request.metric.empty() && subject.metric != nullptr && aa.request.metric != subject.metric->name && !failed)
    from = fmt::format("Of {}. {}", aa.request.metric, from);
  ui::paragraph("stats/aa/method", inner, from, {Font::Small, colors::kSecondary});
}

}  // namespace feedloop
