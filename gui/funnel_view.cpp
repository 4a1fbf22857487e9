#include "gui/funnel_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/format.hpp"
#include "gui/live_view.hpp"
#include "gui/request_panel.hpp"
#include "gui/truth.hpp"

namespace feedloop {
namespace {

constexpr double kHead = 60;

std::string items_text(double n) { return fixed_text(n, n < 9.95 ? 1 : 0); }

std::string empty_text(const AppState& state, const Snapshot* snapshot) {
  if (snapshot == nullptr) return waiting_text(state);
  if (kept_for_the_end(state)) return waiting_text(state);
  if (snapshot->funnel == nullptr) return "The funnel was not recorded with this run";
  if (state.work.opened) return "No page was traced in this run";
  return "No page has been sampled yet: one in every few minutes of simulated time";
}

void draw_head(const AppState& state, const Snapshot* snapshot, const Rect& box) {
  ui::panel("funnel/head", box);
  Rect inner = box.inset(px(14), px(8));
  ui::text("funnel/head/title", inner.cut_top(px(18)), "Is it fast enough, and why was this shown?",
           {Font::Small, colors::kSecondary});
  const Rect line = inner.cut_top(px(24));
  const FunnelFacts* funnel = shown_funnel(snapshot);
  const CellFlow* flow = shown_flow(state, snapshot);
  if (funnel == nullptr) {
    ui::labelled_glyph("funnel/head/verdict", line, paint::Glyph::NoData, "◌", empty_text(state, snapshot),
                       {Font::Strong, colors::kSecondary});
    return;
  }
  std::string flows;
  if (flow != nullptr && flow->pages > 0)
    flows = fmt::format("{}: {} items nominated a page, {} ranked, {} shown", flow->cell, items_text(flow->nominated),
                        items_text(flow->candidates), items_text(flow->shown));
  // Of simulated services the slowest cell speaks; without them this machine's time is all there is, and no budget.
  const auto slowest = std::ranges::max_element(funnel->serving, {}, &PageLatency::p99_ms);
  if (slowest != funnel->serving.end()) {
    const bool within = slowest->p99_ms <= slowest->budget_ms;
    const std::string said = fmt::format("{} {}: 99% of pages within {} ms of a budget of {} ms{}{}", slowest->cell,
                                         within ? "keeps its budget" : "breaks its budget", fixed_text(slowest->p99_ms, 0),
                                         fixed_text(slowest->budget_ms, 0), flows.empty() ? "" : "; ", flows);
    ui::labelled_glyph("funnel/head/verdict", line, within ? paint::Glyph::Healthy : paint::Glyph::Alert, within ? "✓" : "⚠",
                       said, {Font::Strong, within ? colors::kBetter : colors::kAlert});
    return;
  }
  double longest = 0;
  std::string stage;
  for (const StageLatency& s : funnel->latency)
    if (s.stage != "world" && s.share > longest) longest = s.share, stage = s.stage;
  const std::string cost = stage.empty() || state.fixed_dt ? "" : fmt::format("; most of the engine's time goes to {}", stage);
  const std::string said = flows.empty() ? empty_text(state, snapshot) : flows + cost + "; no latency budget is set";
  if (flows.empty())
    ui::labelled_glyph("funnel/head/verdict", line, paint::Glyph::NoData, "◌", said, {Font::Strong, colors::kSecondary});
  else
    ui::text("funnel/head/verdict", line, said, {Font::Strong, colors::kText});
}

struct LatencyRow {
  std::string id, name, doc;
  double p50 = kNoValue, p95 = kNoValue, p99 = kNoValue, budget = kNoValue;  // microseconds
  double share = kNoValue;
};

std::vector<LatencyRow> latency_rows(const FunnelFacts& funnel) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kDocs{
      {{"retrieve", "Sources nominate candidates"},
       {"features", "Rows of features are written"},
       {"rank", "The ranker scores candidates"},
       {"rerank", "Boosts, rules and re-ranking"},
       {"policy", "The policy draws the slate"},
       {"world", "Not the engine: the simulated user responds"}}};
  std::vector<LatencyRow> rows;
  for (const StageLatency& s : funnel.latency) {
    const auto doc = std::ranges::find(kDocs, s.stage, [](const auto& d) { return d.first; });
    rows.push_back({s.stage, s.stage, doc == kDocs.end() ? "" : std::string(doc->second), s.p50_us, s.p95_us, s.p99_us,
                    kNoValue, s.share});
  }
  for (std::size_t i = 0; i < funnel.serving.size(); ++i) {
    const PageLatency& p = funnel.serving[i];
    rows.push_back({fmt::format("page_{}", i), "page, " + p.cell,
                    fmt::format("Simulated services: {} of {} pages came after the budget of {} ms", count_text(p.late),
                                count_text(p.pages), fixed_text(p.budget_ms, 0)),
                    1000 * p.p50_ms, 1000 * p.p95_ms, 1000 * p.p99_ms, 1000 * p.budget_ms, kNoValue});
  }
  return rows;
}

std::string seconds_text(double s) {
  if (s < 0.9995) return latency_text(1e6 * s);
  return s < 599.5 ? fmt::format("{} s", fixed_text(s, s < 9.95 ? 1 : 0)) : fmt::format("{} min", fixed_text(s / 60, 0));
}

// Two lines: hits of the cache, and the queue of updates.
void draw_fleet(const AppState& state, const Snapshot* snapshot, Rect box) {
  const FunnelFacts* funnel = shown_funnel(snapshot);
  const std::string_view cell = shown_cell(state, snapshot);
  const CellFleet* fleet = nullptr;
  for (const CellFleet& f : funnel->fleet)
    if (f.cell == cell) fleet = &f;
  std::string cache, cache_doc, queue, queue_doc;
  bool grows = false;
  if (fleet == nullptr) {
    cache = queue = state.work.opened ? "not kept in an archive" : "not recorded with this run";
  } else if (fleet->requests == 0) {
    cache = queue = "not enough data: it takes two whole days of requests";
  } else {
    grows = fleet->load >= 1;
    cache = fmt::format("answers {}% of requests", fixed_text(100 * fleet->hits, 1));
    if (fleet->hits > 0) cache += fmt::format(", with lists {} min old", fixed_text(fleet->age_minutes, 0));
    cache_doc = fmt::format(
        "Of {}'s requests of the last day: lists up to {} min old are kept for the {}% of its users who came most the day "
        "before",
        cell, fixed_text(fleet->cache_minutes, 0), fixed_text(100 * fleet->cached_users, 0));
    queue = fmt::format("load {}%{}, an update waits {}, at most {} queued", fixed_text(100 * fleet->load, 0),
                        grows ? ", it grows" : "", seconds_text(fleet->wait_s),
                        count_text(static_cast<std::int64_t>(std::llround(fleet->longest))));
    queue_doc = fmt::format(
        "Each click sets off {} updates, over {}'s last two days ({} requests); {}% of the second day's updates were left "
        "at its end",
        fixed_text(fleet->updates_a_click, 0), cell, count_text(fleet->requests), fixed_text(100 * fleet->growth, 1));
  }
  paint::line({box.x0, box.y0 + px(2)}, {box.x1, box.y0 + px(2)}, colors::kGrid);
  box.cut_top(px(5));
  const bool known = fleet != nullptr && fleet->requests > 0;
  const auto line = [&](std::string_view id, const std::string& said, const std::string& doc, bool alert) {
    Rect row = box.cut_top(px(17));
    const std::string path = fmt::format("funnel/latency/{}", id);
    ui::text(path + "/name", row.cut_left(px(96)), id, {Font::Small, colors::kText}, doc);
    row.cut_left(px(8));
    const Color color = alert ? colors::kAlert : known ? colors::kText : colors::kSecondary;
    if (alert || !known)
      ui::labelled_glyph(path, row, alert ? paint::Glyph::Alert : paint::Glyph::NoData, alert ? "⚠" : "◌", said,
                         {Font::Small, color}, doc);
    else
      ui::text(path, row, said, {Font::Small, color}, doc);
  };
  line("cache", cache, cache_doc, false);
  line("queue", queue, queue_doc, grows);
}

void draw_latency(const AppState& state, const Snapshot* snapshot, const Rect& box) {
  const FunnelFacts* funnel = shown_funnel(snapshot);
  ui::panel("funnel/latency", box, "Latency by stage, cache and queue");
  Rect inner = box.inset(px(14), px(10));
  inner.cut_top(px(22));
  ui::text("funnel/latency/subtitle", inner.cut_top(px(18)),
           funnel != nullptr && funnel->serving.empty()
               ? "of a request, p50 / p95 / p99; log scale; no budget is set, so none is marked"
               : "of a request, p50 / p95 / p99; log scale, with a mark at the budget",
           {Font::Small, colors::kSecondary});
  inner.cut_top(px(4));
  if (funnel != nullptr) draw_fleet(state, snapshot, inner.cut_bottom(px(39)));
  if (funnel == nullptr || funnel->latency.empty() || state.fixed_dt) {
    const std::string why = funnel == nullptr ? empty_text(state, snapshot)
                            : state.fixed_dt  ? "Not shown in pictures that repeat: it is this machine's time"
                                              : "Nothing was measured";
    // Simulated latencies do not depend on the machine.
    if (funnel == nullptr || funnel->serving.empty()) {
      ui::labelled_glyph("funnel/latency/empty", inner.cut_top(px(24)), paint::Glyph::NoData, "◌", why,
                         {Font::Body, colors::kSecondary});
      return;
    }
  }
  std::vector<LatencyRow> rows = latency_rows(*funnel);
  if (state.fixed_dt) std::erase_if(rows, [](const LatencyRow& r) { return std::isnan(r.budget); });
  double low = HUGE_VAL, high = 0;
  for (const LatencyRow& r : rows)
    for (const double v : {r.p50, r.p95, r.p99, r.budget})
      if (std::isfinite(v) && v > 0) low = std::min(low, v), high = std::max(high, v);
  if (!(low <= high)) low = 1, high = 10;
  low /= 2;
  high *= 1.15;
  const float row =
      std::clamp(std::floor(inner.height() / static_cast<float>(std::max<std::size_t>(rows.size(), 1))), px(17), px(30));
  for (const LatencyRow& r : rows) {
    if (inner.height() < row - 1) break;
    Rect line = inner.cut_top(row);
    const std::string path = "funnel/latency/" + r.id;
    const std::string numbers = fmt::format("{} / {} / {}", latency_text(r.p50), latency_text(r.p95), latency_text(r.p99));
    ui::text(path + "/name", line.cut_left(px(96)), r.name, {Font::Small, colors::kText}, r.doc);
    const std::string about =
        fmt::format("p50 {}, p95 {}, p99 {}{}{}", latency_text(r.p50), latency_text(r.p95), latency_text(r.p99),
                    std::isnan(r.budget) ? "" : fmt::format("; budget {}", latency_text(r.budget)),
                    std::isnan(r.share) ? "" : fmt::format("; {}% of all measured time", fixed_text(100 * r.share, 1)));
    ui::text(path + "/numbers", line.cut_right(px(178)), numbers, {Font::Small, colors::kSecondary, ui::Align::Right}, about);
    const Rect track = line.inset(px(8), 0);
    const auto to_x = [&](double us) {
      return track.x0 +
             static_cast<float>(std::clamp(std::log(std::max(us, low) / low) / std::log(high / low), 0.0, 1.0)) * track.width();
    };
    const float y = track.center().y;
    paint::fill({track.x0, y - px(4), track.x1, y + px(4)}, colors::kGrid, px(2));
    if (std::isfinite(r.p99)) {
      const bool over = std::isfinite(r.budget) && r.p99 > r.budget;
      paint::fill({track.x0, y - px(4), to_x(r.p99), y + px(4)}, (over ? colors::kAlert : colors::kSecondary).fade(0.55),
                  px(2));
      for (const double q : {r.p50, r.p95}) paint::fill({to_x(q) - 1, y - px(5), to_x(q) + 1, y + px(5)}, colors::kText);
    }
    if (std::isfinite(r.budget)) paint::fill({to_x(r.budget) - 1, y - px(8), to_x(r.budget) + 1, y + px(8)}, colors::kAlert);
    ui::mark(path + "/bar", ui::Kind::Mark, {track.x0, y - px(4), track.x1, y + px(4)}, about);
  }
}

// A metric that needs the truth, where that was asked for.
double true_value(const AppState& state, std::string_view variant, std::string_view metric) {
  const ExperimentReport* experiment = true_experiment(state);
  if (experiment == nullptr) return kNoValue;
  for (const VariantReport& v : experiment->variants)
    if (v.name == variant)
      if (const MetricValue* m = metric_of(v, metric)) return m->value;
  return kNoValue;
}

void draw_stages(const AppState& state, const CellFlow& flow, Rect box) {
  struct Stage {
    std::string_view id, name, doc, regret, recall;
    double items;
  };
  const std::array<Stage, 4> stages{
      {{"nominated", "Nominated", "Different items that some source named", "", "", flow.nominated},
       {"candidates", "May be shown", "Not blocked, licensed, not above the age, not seen: what the ranker scores",
        "regret_retrieval", "recall_retrieval", flow.candidates},
       {"kept", "Kept", "The best by value, and who the rules need: what re-ranking reads", "regret_ranking", "recall_ranking",
        flow.kept},
       {"shown", "Shown", "On the page", "regret_reranking", "recall_page", flow.shown}}};
  const double most = std::max({flow.nominated, flow.candidates, flow.kept, flow.shown, 1.0});
  const float row = std::min(px(22), std::floor(box.height() / 4));
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Stage& s = stages[i];
    Rect line = box.cut_top(row);
    const std::string path = fmt::format("funnel/flow/stage/{}", s.id);
    ui::text(path + "/name", line.cut_left(px(92)), s.name, {Font::Small, colors::kText}, s.doc);
    const double before = i == 0 ? s.items : stages[i - 1].items;
    const std::string share =
        i == 0 || !(before > 0) || s.items > before
            ? ""
            : fmt::format(", {}% kept", fixed_text(100 * s.items / before, s.items < 0.1 * before ? 1 : 0));
    const double regret = s.regret.empty() ? kNoValue : true_value(state, flow.cell, s.regret);
    const double recall = s.recall.empty() ? kNoValue : true_value(state, flow.cell, s.recall);
    if (true_experiment(state) != nullptr) {
      Rect share_left = line.cut_right(px(128));
      const Rect lost = share_left.cut_right(px(76));
      const ui::TextLook look{Font::Small, colors::kTruth, ui::Align::Right};
      if (i == 0) {
        ui::text(path + "/recall", share_left, "best left", look,
                 "By the truth: of the items of the best page there could be, the share that is still there");
        ui::text(path + "/regret", lost, "lost", look, "By the truth: minutes of watching a page that the stage loses");
      }
      if (std::isfinite(recall)) ui::text(path + "/recall", share_left, fmt::format("{}%", fixed_text(100 * recall, 0)), look);
      if (std::isfinite(regret)) ui::text(path + "/regret", lost, fmt::format("−{} min", fixed_text(regret, 2)), look);
    }
    ui::text(path + "/items", line.cut_right(px(126)), items_text(s.items) + share,
             {Font::Small, colors::kSecondary, ui::Align::Right}, "Items a page, and the share of the stage before");
    const Rect track = line.inset(px(8), 0);
    const float y = track.center().y, half = track.width() / 2 * static_cast<float>(s.items / most);
    paint::fill({track.center().x - half, y - px(6), track.center().x + std::max(half, 1.0F), y + px(6)},
                variant_color(std::max(state.focus, 0)).fade(0.65), px(2));
  }
}

void draw_sources(const CellFlow& flow, Rect box) {
  constexpr std::array<std::string_view, 5> kTitles{"Asked", "Nominated", "Allowed", "Kept", "Shown"};
  constexpr std::array<std::string_view, 5> kDocs{"Candidates asked of the source", "That it had",
                                                  "Of these, that may be shown to the user", "Of these, left for re-ranking",
                                                  "Of these, on the page"};
  const float name = std::min(px(150), std::round(box.width() * 0.3F)), wide = (box.width() - name) / 5;
  Rect header = box.cut_top(px(18));
  ui::text("funnel/flow/source/header", header.cut_left(name), "Source", {Font::Small, colors::kSecondary});
  for (std::size_t i = 0; i < kTitles.size(); ++i)
    ui::text(fmt::format("funnel/flow/source/header/{}", kTitles[i]), header.cut_left(wide), kTitles[i],
             {Font::Small, colors::kSecondary, ui::Align::Right}, kDocs[i]);
  std::vector<const SourceFlow*> sources;
  for (const SourceFlow& s : flow.sources) sources.push_back(&s);
  std::ranges::stable_sort(sources, std::greater(), [](const SourceFlow* s) { return s->shown; });
  auto fits = static_cast<std::size_t>(std::max(0.0F, std::floor(box.height() / px(18))));
  const bool more = fits < sources.size();
  if (more && fits > 0) --fits;
  for (std::size_t k = 0; k < std::min(fits, sources.size()); ++k) {
    const SourceFlow& s = *sources[k];
    Rect line = box.cut_top(px(18));
    const std::string path = "funnel/flow/source/" + s.source;
    ui::text(path, line.cut_left(name), s.source, {Font::Small, colors::kText});
    const std::array<double, 5> values{s.asked, s.nominated, s.admitted, s.kept, s.shown};
    for (std::size_t i = 0; i < values.size(); ++i)
      ui::text(fmt::format("{}/{}", path, kTitles[i]), line.cut_left(wide), items_text(values[i]),
               {Font::Small, i + 1 == values.size() ? colors::kText : colors::kSecondary, ui::Align::Right});
  }
  if (more && box.height() >= px(16))
    ui::text("funnel/flow/source/more", box.cut_top(px(18)), fmt::format("+{} more", sources.size() - fits),
             {Font::Small, colors::kSecondary}, "A taller window shows all sources");
}

void draw_flow(AppState& state, const Snapshot* snapshot, const Rect& box) {
  const CellFlow* flow = shown_flow(state, snapshot);
  ui::panel("funnel/flow", box);
  Rect inner = box.inset(px(14), px(10));
  Rect head = inner.cut_top(px(24));
  if (const ExperimentReport* experiment = shown_experiment(state, snapshot)) {
    for (int i = static_cast<int>(experiment->variants.size()) - 1; i >= 0; --i) {
      const std::string label(1, variant_letter(i));
      const ui::ButtonSpec spec{
          .label = label,
          .look = ui::Look::Quiet,
          .selected = i == state.focus,
          .tooltip = fmt::format("The funnel of {} {}", label, experiment->variants[static_cast<std::size_t>(i)].name)};
      const float wide = std::min(ui::button_width(spec), px(26));
      if (!ui::button("funnel/flow/variant/" + label, head.cut_right(wide).inset(px(1), 0), spec)) continue;
      state.focus = i;
      state.funnel.pinned = nullptr;
    }
    head.cut_right(px(6));
  }
  ui::text("funnel/flow/title", head, flow == nullptr ? "Candidates" : "Candidates of " + flow->cell, {.font = Font::Strong});
  ui::text(
      "funnel/flow/subtitle", inner.cut_top(px(18)),
      flow == nullptr || flow->pages == 0
          ? "items a page, by stage and source"
          : fmt::format("items a page, mean of {} sampled pages{}", count_text(flow->pages),
                        flow->fallbacks == 0 ? "" : fmt::format("; {} answered by the fallback", count_text(flow->fallbacks))),
      {Font::Small, colors::kSecondary});
  inner.cut_top(px(4));
  if (flow == nullptr || flow->pages == 0) {
    ui::paragraph("funnel/flow/empty", inner, empty_text(state, snapshot), {Font::Body, colors::kSecondary});
    return;
  }
  draw_stages(state, *flow, inner.cut_top(std::min(px(88), inner.height())));
  inner.cut_top(px(6));
  if (inner.height() >= px(36)) draw_sources(*flow, inner);
}

}  // namespace

const FunnelFacts* shown_funnel(const Snapshot* snapshot) { return snapshot == nullptr ? nullptr : snapshot->funnel.get(); }

const CellFlow* shown_flow(const AppState& state, const Snapshot* snapshot) {
  const FunnelFacts* funnel = shown_funnel(snapshot);
  if (funnel == nullptr || funnel->flows.empty()) return nullptr;
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  if (experiment != nullptr && state.focus >= 0 && state.focus < static_cast<int>(experiment->variants.size())) {
    const std::string& name = experiment->variants[static_cast<std::size_t>(state.focus)].name;
    for (const CellFlow& f : funnel->flows)
      if (f.cell == name) return &f;
  }
  // Several layers: a cell is a combination; the one with most pages stands for them.
  return &*std::ranges::max_element(funnel->flows, {}, &CellFlow::pages);
}

std::string_view shown_cell(const AppState& state, const Snapshot* snapshot) {
  const CellFlow* flow = shown_flow(state, snapshot);
  return flow == nullptr ? std::string_view() : flow->cell;
}

void FunnelView::draw(AppState& state, const Snapshot* snapshot, const Rect& area) {
  const float gap = px(10);
  Rect rest = area;
  draw_head(state, snapshot, rest.cut_top(px(kHead)));
  rest.cut_top(gap);
  Rect above = rest.cut_top(std::round((rest.height() - gap) * 0.5F));
  rest.cut_top(gap);
  const Rect flow = above.cut_right(std::round((above.width() - gap) * 0.5F));
  above.cut_right(gap);
  draw_latency(state, snapshot, above);
  draw_flow(state, snapshot, flow);
  const bool means_alone = shown_flow(state, snapshot) != nullptr && state.work.opened;
  draw_request_panel(
      state, shown_funnel(snapshot), shown_cell(state, snapshot),
      means_alone ? "An archive keeps no single pages: run the scenario again to look into one" : empty_text(state, snapshot),
      rest);
}

}  // namespace feedloop
