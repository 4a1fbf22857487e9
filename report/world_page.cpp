#include "report/world_page.hpp"

#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "report/line_chart.hpp"
#include "report/page.hpp"

namespace feedloop {
namespace {

// What is known of a constant from outside. Keys without a row are assumptions, chosen so that the magnitudes below come out.
struct Known {
  std::string_view key, magnitude, source;
};
constexpr std::array kKnown{
    Known{"world.items.arrivals_per_day", "0.01 % of 100M items a day; small catalogues turn over faster",
          "system-design guides"},
    Known{"world.items.duration_median_min", "short video: quartiles 7.4, 9.6, 12.2 s, mean 14.6 s",
          "KuaiRec, Gao et al. 2022"},
    Known{"world.items.items_per_creator", "rank-size exponent of videos -0.5 at the head, -1 below; 90 % lognormal",
          "Niconico, Ito & Shimada 2025"},
    Known{"world.population.arrivals_per_day", "cold users are 5 to 20 % of traffic", "system-design guides"},
    Known{"world.population.activity_sigma", "plays per active user-day: quartiles 19, 42, 83 (sigma of the log 1.1)",
          "KuaiRec, Gao et al. 2022"},
    Known{"world.examination.eta", "rank-1 lift under shuffled lists +53 % and +87 %: 0.43 and 0.66 for six items; 1 is common",
          "Collins et al. 2018; Joachims et al. 2017"},
    Known{"world.choice.intercept", "home-feed CTR 2 to 10 %; banners 0.35 to 0.51 %; related articles 0.12 to 1.3 %",
          "system-design guides; Open Bandit Dataset, Saito et al. 2021; Collins et al. 2018"},
    Known{"world.watch.loop_shape", "watch ratio quartiles 0.31, 0.72, 1.16, mean 0.85, sd 0.72", "KuaiRec, Gao et al. 2022"},
    Known{"world.watch.loop_scale", "the same", "KuaiRec, Gao et al. 2022"},
    Known{"world.watch.complete_intercept", "long form: 50 to 60 % of a video is watched on average",
          "industry pages, not audited"},
    Known{"world.visits.continue_intercept", "interest is lost after 60 to 90 s of browsing",
          "Netflix, by system-design guides"},
    Known{"world.dynamics.trust_half_life_days", "users learn to look away from ads with a half-life of about 60 days",
          "Hohnhold, O'Brien & Tang 2015"},
    Known{"world.churn.intercept", "median app D1, D7, D30 27.3, 9.2, 3.9 %; streaming 28–38, 16–22, 10–16 %",
          "industry pages, not audited"},
    Known{"world.dynamics.habit_rate", "novelty effects of one to two weeks", "Sadeghi et al. 2021"},
};

const Known* known(std::string_view key) {
  for (const Known& k : kKnown)
    if (k.key == key) return &k;
  return nullptr;
}

std::string percent(double x, int decimals = 1) { return std::isnan(x) ? "–" : fmt::format("{:.{}f} %", 100 * x, decimals); }
std::string plain(double x, int decimals = 2) { return std::isnan(x) ? "–" : fmt::format("{:.{}f}", x, decimals); }
std::string quartile_text(const Quartiles& q, int decimals = 2) {
  return fmt::format("{} / {} / {}", plain(q.q1, decimals), plain(q.median, decimals), plain(q.q3, decimals));
}
double at(const std::vector<double>& x, std::size_t i) { return i < x.size() ? x[i] : kNoValue; }

struct Fact {
  std::string what, measured, real, source;
};

std::vector<Fact> facts_of(const WorldFacts& f, const RankLaw& law) {
  const std::size_t last = f.slot_ctr.empty() ? 0 : f.slot_ctr.size() - 1;
  return {
      {"CTR", percent(f.ctr, 2), "2–10 % (home feed)", "system-design guides"},
      {fmt::format("CTR of slot 1 / {} / {}", (last + 2) / 2, last + 1),
       fmt::format("{} / {} / {}", percent(at(f.slot_ctr, 0)), percent(at(f.slot_ctr, last / 2)),
                   percent(at(f.slot_ctr, last))),
       "falls as rank^-0.43 to rank^-1", "Collins et al. 2018; Joachims et al. 2017"},
      {"Slots seen, of impressions: 1 / last",
       fmt::format("{} / {}", percent(at(f.slot_seen, 0)), percent(at(f.slot_seen, last))), "", ""},
      {"Watched a play, min", plain(f.watch_min_per_click), "", ""},
      {"Watch ratio, quartiles", quartile_text(f.watch_ratio), "short video 0.31 / 0.72 / 1.16; long form 0.5–0.6 on average",
       "KuaiRec; industry pages"},
      {"Bounces, of plays", percent(f.bounced), "", ""},
      {"Watched to the end, of plays", percent(f.completed), "", ""},
      {"Likes, of plays", percent(f.liked), "", ""},
      {"Mean survey rating", plain(f.wanted_again), "", ""},
      {"Session, min, quartiles", quartile_text(f.session_min, 1), "", ""},
      {"Pages a session", plain(f.pages_per_session), "", ""},
      {"Sessions a user-day / an active user-day",
       fmt::format("{} / {}", plain(f.sessions_per_day), plain(f.sessions_per_active_day)), "", ""},
      {"Plays an active user-day, quartiles", quartile_text(f.plays_per_active_day, 0), "short video 19 / 42 / 83", "KuaiRec"},
      {"Sessions of the most active tenth", percent(f.top_tenth_sessions), "40–45 %", "interview-style guides"},
      {"D1 / D7 / D30 of who arrived",
       fmt::format("{} / {} / {}", percent(at(f.retention, 1)), percent(at(f.retention, 7)), percent(at(f.retention, 30))),
       "27 / 9 / 4 % (median app); 28–38 / 16–22 / 10–16 % (streaming)", "industry pages, not audited"},
      {"Weekend over weekday sessions", plain(f.weekend), "", ""},
      {"Pages of who arrived since the start", percent(f.newcomer_requests), "5–20 %", "system-design guides"},
      {"Gini of impressions over items", plain(f.gini), "", ""},
      {"Impressions of the top tenth of items", percent(f.top_tenth_items), "top 3.7 % = 94 % of views (all of YouTube)",
       "McGrady et al. 2023"},
      {"Zipf–Mandelbrot (r + q)^-s of impressions",
       std::isnan(law.s) ? "–" : fmt::format("s = {:.2f}, q = {:.1f}", law.s, law.q), "s = 0.5 at the head, 1 below",
       "Niconico, Ito & Shimada 2025"},
      {"Searches a session", plain(f.searches_per_session, 3), "", ""},
      {"Plays passed on, of plays", percent(f.direct_plays_per_click, 2), "", ""},
  };
}

std::string run_text(const WorldFacts& f) {
  return fmt::format(
      "{} users and {} items at the start, seed {}, {} days of warm-up, then {} days in which control served everybody: {} "
      "pages, "
      "{} clicks.",
      grouped(std::to_string(f.users)), grouped(std::to_string(f.items)), f.seed, f.warmup_days, f.days,
      grouped(std::to_string(f.pages)), grouped(std::to_string(f.clicks)));
}

std::string one_line(std::string title, std::string x_label, std::vector<BandPoint> points, Interval x, bool whole = true,
                     std::vector<BandPoint> other = {}) {
  LineChart chart{.title = std::move(title), .x_label = std::move(x_label), .x = x, .whole_x = whole};
  chart.lines.push_back({.variant = 0, .points = std::move(points), .said = "measured"});
  if (!other.empty()) chart.lines.push_back({.variant = 1, .points = std::move(other), .said = "law"});
  return standalone(line_chart(std::move(chart)));
}

std::vector<BandPoint> indexed(const std::vector<double>& y, double first, double scale) {
  std::vector<BandPoint> points;
  for (std::size_t i = 0; i < y.size(); ++i) points.push_back({first + static_cast<double>(i), scale * y[i]});
  return points;
}

// log10 of impressions over log10 of rank, at ranks a tenth of a decade apart, and the law's.
std::string rank_picture(const WorldFacts& f, const RankLaw& law) {
  std::vector<BandPoint> measured, fitted;
  double total = 0, weight = 0;
  for (std::size_t r = 0; r < f.shown.size(); ++r) {
    total += static_cast<double>(f.shown[r]);
    weight += std::pow(static_cast<double>(r + 1) + law.q, -law.s);
  }
  for (double step = 0; std::pow(10.0, step) <= static_cast<double>(f.shown.size()); step += 0.1) {
    const auto rank = static_cast<std::size_t>(std::pow(10.0, step));
    const double x = std::log10(static_cast<double>(rank));
    if (!measured.empty() && measured.back().x == x) continue;
    if (f.shown[rank - 1] > 0) measured.push_back({x, std::log10(static_cast<double>(f.shown[rank - 1]))});
    const double expected = total * std::pow(static_cast<double>(rank) + law.q, -law.s) / weight;
    if (expected >= 1) fitted.push_back({x, std::log10(expected)});
  }
  return one_line(
      "Impressions by rank of the item, log10: A measured, B the fitted law", "log10 of the rank", std::move(measured),
      {0, std::max(1.0, std::log10(static_cast<double>(std::max<std::size_t>(f.shown.size(), 2))))}, false, std::move(fitted));
}

}  // namespace

std::string standalone(std::string svg) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kColours{{{"var(--v0)", "#59636f"},
                                                                                   {"var(--v1)", "#1f66d0"},
                                                                                   {"var(--v2)", "#bd4f00"},
                                                                                   {"var(--v3)", "#7d6b00"},
                                                                                   {"var(--v4)", "#00775a"},
                                                                                   {"var(--v5)", "#96590a"},
                                                                                   {"var(--truth)", "#7b2d8e"},
                                                                                   {"var(--dim)", "#5a636e"}}};
  for (const auto& [variable, colour] : kColours)
    for (std::size_t i = 0; (i = svg.find(variable, i)) != std::string::npos;) svg.replace(i, variable.size(), colour);
  const std::size_t open = svg.find("<svg") + 4;
  svg.insert(open, svg.find("xmlns=") == std::string::npos ? " xmlns='http://www.w3.org/2000/svg'" : "");
  const std::size_t inside = svg.find('>', open) + 1;
  svg.insert(inside,
             "<style>svg{background:#fff}text{font:11px system-ui,sans-serif;fill:#5a636e}.g{stroke:#e4e8ec;fill:none}"
             ".z{stroke:#9aa4b2;fill:none}.m{text-anchor:middle}.e{text-anchor:end}.l{font-weight:600}</style>"
             "<rect width='100%' height='100%' fill='#fff'/>");
  return svg + "\n";
}

std::string world_text(const WorldFacts& facts, const RankLaw& law, TextStyle style) {
  Page page(style);
  page.prose(run_text(facts));
  page.blank();
  std::vector<Row> rows{{{{"What"}, {"This world"}, {"Real platforms"}}}};
  for (const Fact& f : facts_of(facts, law)) rows.push_back({{{f.what}, {f.measured, Ink::Bold}, {f.real, Ink::Dim}}});
  page.table({Align::Left, Align::Right, Align::Left}, std::move(rows));
  return page.take();
}

std::string world_markdown(const Scenario& scenario, const WorldFacts& facts, const RankLaw& law, std::string_view folder) {
  std::string out = fmt::format(
      "# The world, measured\n\nGenerated by `feedloop describe-world` for the scenario `{}`. The model's equations and the "
      "choices "
      "made are in [WORLD](WORLD.md).\n\n## What it does\n\n{}\n\n| what | this world | real platforms | source "
      "|\n|---|---:|---|---|\n",
      scenario.name, run_text(facts));
  for (const Fact& f : facts_of(facts, law))
    out += fmt::format("| {} | {} | {} | {} |\n", f.what, f.measured, f.real, f.source);
  out += "\n";
  for (const auto& [name, svg] : world_pictures(facts, law)) {
    const std::size_t from = svg.find("<title>"), to = svg.find("</title>");
    const std::string title = from < to ? svg.substr(from + 7, to - from - 7) : name;
    out += fmt::format("![{0}]({1}/{2})\n\n*{0}*\n\n", title, folder, name);
  }
  out +=
      "## What it is made of\n\nEach constant, beside what is known of it from outside. Those without a source are "
      "assumptions, "
      "chosen so that what the world does lies within the magnitudes above.\n\n| key | value | unit | meaning | known from "
      "outside | "
      "source |\n|---|---:|---|---|---|---|\n";
  for (const Parameter& p : schema().rows()) {
    if (!p.path.starts_with("world.")) continue;
    const Known* k = known(p.path);
    out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", p.path, to_text(scenario.settings.at(p.path)), p.unit, p.doc,
                       k ? k->magnitude : "", k ? k->source : "");
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> world_pictures(const WorldFacts& f, const RankLaw& law) {
  const auto slots = static_cast<double>(f.slot_ctr.size());
  std::vector<BandPoint> hours = indexed({f.hours.begin(), f.hours.end()}, 0, 100);
  std::vector<BandPoint> ratios;
  for (std::size_t b = 0; b < f.ratio_share.size(); ++b)
    ratios.push_back({0.1 * static_cast<double>(b) + 0.05, 100 * f.ratio_share[b]});
  std::vector<double> retention = f.retention;
  if (!retention.empty()) retention.erase(retention.begin());  // the day of arrival is 100 %
  return {{"slots.svg",
           one_line("Clicks of impressions by slot, %", "slot", indexed(f.slot_ctr, 1, 100), {1, std::max(2.0, slots)})},
          {"hours.svg", one_line("Sessions by local hour, %", "hour", std::move(hours), {0, 23})},
          {"ratios.svg",
           one_line("Plays by share watched, % (bins of 0.1)", "watched / duration", std::move(ratios), {0, 2.1}, false)},
          {"ranks.svg", rank_picture(f, law)},
          {"retention.svg", one_line("Newcomers who came on day d, %", "days since arrival", indexed(retention, 1, 100),
                                     {1, std::max(2.0, static_cast<double>(f.retention.size()))})},
          {"users.svg", one_line("Different users a day", "day", indexed(f.daily_users, 1, 1),
                                 {1, std::max(2.0, static_cast<double>(f.days))})}};
}

}  // namespace feedloop
