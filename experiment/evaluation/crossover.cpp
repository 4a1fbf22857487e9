#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::int64_t, 9> kEdges{0, 1, 3, 6, 11, 21, 36, 51, 101};
constexpr std::size_t kEach = 200, kAt = 200, kDraws = 1000, kFirstPage = 20;
constexpr double kClaimedFrom = 20, kClaimedTo = 100;  // clicks
constexpr std::array<std::string_view, 4> kCurves{"content", "two_tower", "covisitation", "matrix_factorization"};
constexpr std::array<std::string_view, 3> kFirst{"popularity", "two_tower", "onboarding"};

struct OfUser {
  double clicks = 0;
  std::array<double, kCurves.size()> recall{};  // content first
};
using Bins = std::array<std::vector<OfUser>, kEdges.size()>;

const Source& source(const Lived& lived, std::string_view name) { return *lived.sources()[source_index(name)]; }

// Of one curve over another, from the users that `pick` chooses of each bin.
template <class Pick>
double crossover_of(const Bins& bins, std::size_t above, std::size_t below, Pick pick) {
  std::vector<double> clicks, lead;
  for (std::size_t b = 0; b < bins.size(); ++b) {
    if (bins[b].empty()) continue;
    double x = 0, d = 0;
    for (std::size_t i = 0; i < bins[b].size(); ++i) {
      const OfUser& u = bins[b][pick(b, i)];
      x += u.clicks, d += u.recall[above] - u.recall[below];
    }
    const auto n = static_cast<double>(bins[b].size());
    clicks.push_back(x / n), lead.push_back(d / n);
  }
  return crossover_point(clicks, lead);
}

Interval bootstrapped(const Bins& bins, std::size_t above, std::size_t below, Seed seed) {
  std::vector<double> draws(kDraws);
  parallel_for(kDraws, 16, [&](std::size_t b, std::size_t e) {
    for (std::size_t d = b; d < e; ++d) {
      Rng rng = stream(seed, Stream::Bootstrap, entity_key(d, above, below));
      draws[d] = crossover_of(bins, above, below, [&](std::size_t bin, std::size_t) {
        return uniform_below(rng, static_cast<std::uint32_t>(bins[bin].size()));
      });
    }
  });
  std::sort(draws.begin(), draws.end());
  return {draws[kDraws / 40], draws[kDraws - 1 - kDraws / 40]};
}

std::string clicks_text(double n) { return std::isinf(n) ? "never" : n == 0 ? "always" : fmt::format("{:.0f}", n); }

// An interval that reaches as far as always or never says too little to meet a claim, unless it lies beside it.
std::string_view verdict(Interval ci) {
  if (ci.high < kClaimedFrom || ci.low > kClaimedTo) return "no";
  return ci.low > 0 && !std::isinf(ci.high) ? "yes" : "undecided";
}

// Mean true value; places left empty count as nothing.
double page_value(const Wishes& wishes, std::span<const ItemId> items) {
  double sum = 0;
  for (const ItemId item : items) sum += static_cast<double>(wishes.value[item.index()]);
  return sum / static_cast<double>(kFirstPage);
}

constexpr std::size_t kRows = kFirst.size() + 2;  // and chance, and the best there is
struct Followed {
  Bins bins;
  std::array<RatioMoments, kRows> page, lead;
};

Followed follow(const Scenario& scenario, const EvaluationOptions& options) {
  Followed all;
  auto& [bins, page, lead] = all;
  for (int s = 0; s < options.seeds; ++s) {
    options.begin(s, options.seeds);
    const Lived lived(nth_world(scenario, s));
    const std::vector<Sampled> sample = sample_users(lived, kEdges, kEach);
    std::vector<OfUser> users(sample.size());
    std::vector<std::array<double, kRows>> first(sample.size());
    parallel_for(sample.size(), 4, [&](std::size_t b, std::size_t e) {
      for (std::size_t i = b; i < e; ++i) {
        const Request request = lived.request(sample[i].user);
        const Wishes wishes = wishes_of(lived, request);
        users[i].clicks = static_cast<double>(lived.known(sample[i].user).total_clicks);
        for (std::size_t c = 0; c < kCurves.size(); ++c)
          users[i].recall[c] = recall(wishes.relevant, nominate_new(lived, source(lived, kCurves[c]), request, wishes, kAt));
        if (sample[i].bin != 0) continue;
        for (std::size_t f = 0; f < kFirst.size(); ++f)
          first[i][f] = page_value(wishes, nominate_new(lived, source(lived, kFirst[f]), request, wishes, kFirstPage));
        double sum = 0, eligible = 0;
        for (const float value : wishes.value)
          if (value >= 0) sum += static_cast<double>(value), ++eligible;
        first[i][kRows - 2] = eligible > 0 ? sum / eligible : 0;
        first[i][kRows - 1] = page_value(wishes, best_items(wishes.value, kFirstPage));
      }
    });
    for (std::size_t i = 0; i < sample.size(); ++i) {
      bins[sample[i].bin].push_back(users[i]);
      for (std::size_t f = 0; f < kRows && sample[i].bin == 0; ++f)
        page[f].add(first[i][f]), lead[f].add(first[i][f] - first[i][0]);
    }
  }
  return all;
}

}  // namespace

double crossover_point(std::span<const double> n, std::span<const double> lead) {
  std::size_t from = lead.size();
  while (from > 0 && lead[from - 1] > 0) --from;
  if (from == lead.size()) return kInfinity;
  if (from == 0) return 0;
  return std::lerp(n[from - 1], n[from], -lead[from - 1] / (lead[from] - lead[from - 1]));
}

double crossover_clicks(const Scenario& scenario) {
  return crossover_of(follow(scenario, {.seeds = 1}).bins, 1, 0, [](std::size_t, std::size_t i) { return i; });
}

std::vector<EvaluationTable> evaluate_crossover(const Scenario& scenario, const EvaluationOptions& options) {
  const auto [bins, page, lead] = follow(scenario, options);

  EvaluationTable curves{"Recall at 200 by the user's clicks so far", {"clicks", "users"}, {}, ""};
  for (const std::string_view name : kCurves) curves.columns.emplace_back(name);
  for (std::size_t b = 0; b < bins.size(); ++b) {
    std::array<RatioMoments, kCurves.size()> m;
    for (const OfUser& u : bins[b])
      for (std::size_t c = 0; c < m.size(); ++c) m[c].add(u.recall[c]);
    curves.rows.push_back({bin_name(kEdges, b), fmt::format("{}", bins[b].size())});
    for (const RatioMoments& x : m) curves.rows.back().push_back(plus_minus(x));
  }
  curves.note = fmt::format(
      "The same users by all sources, each by its first {} items that may be shown, so not what was clicked already; up to {} "
      "users a bin and seed, {} seeds, means and standard errors over users. A source that does not know a user yet "
      "nominates nothing. Relevant: the {} items of the largest true value.",
      kAt, kEach, options.seeds, kRelevant);

  EvaluationTable crossing{
      "From how many clicks on a source stays above content, and content above it",
      {"source", "above from", "95 %", fmt::format("meets {:.0f} to {:.0f}", kClaimedFrom, kClaimedTo), "below from", "95 %"},
      {},
      ""};
  for (std::size_t r = 1; r < kCurves.size(); ++r) {
    crossing.rows.push_back({std::string(kCurves[r])});
    for (const auto& [above, below] : {std::pair{r, std::size_t{0}}, std::pair{std::size_t{0}, r}}) {
      auto& row = crossing.rows.back();
      row.push_back(clicks_text(crossover_of(bins, above, below, [](std::size_t, std::size_t i) { return i; })));
      const Interval ci = bootstrapped(bins, above, below, Seed{scenario.seed()});
      row.push_back(fmt::format("{} to {}", clicks_text(ci.low), clicks_text(ci.high)));
      if (above == r) row.emplace_back(verdict(ci));
    }
  }
  crossing.note = fmt::format(
      "Where the difference of the curves crosses zero for the last time, linear between the bins' mean clicks; percentiles of "
      "{} bootstrap draws of users within bins.",
      kDraws);

  EvaluationTable start{"The first page of who has not clicked yet", {"source", "true value", "less popularity's"}, {}, ""};
  for (std::size_t f = 0; f < kRows; ++f)
    start.rows.push_back({std::string(f < kFirst.size()    ? kFirst[f]
                                      : f == kFirst.size() ? "chance"
                                                           : "best there is"),
                          plus_minus(page[f]), f == 0 ? "" : plus_minus(lead[f], 1.96)});
  start.note = fmt::format(
      "Expected share watched of an examined slot, mean of the first {} items that may be shown, over {} users of {} seeds; "
      "standard errors, and 95 % intervals of the difference, paired by user.",
      kFirstPage, page[0].n, options.seeds);
  return {std::move(curves), std::move(crossing), std::move(start)};
}

}  // namespace feedloop
