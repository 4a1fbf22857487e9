#include "data/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/distributions.hpp"
#include "data/calibration_draws.hpp"
#include "data/log_statistics.hpp"
#include "data/regenerate.hpp"

namespace feedloop {
namespace {

constexpr std::int64_t kEnoughUsers = 5000, kMostUsers = 10000;

std::vector<std::uint32_t> drawn_order(std::size_t n, CalibrationDraw purpose, Seed seed) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  Rng rng = calibration_stream(seed, purpose, 0);
  shuffle(rng, order);
  return order;
}

std::int64_t scenario_users(std::int64_t wanted, std::int64_t in_log) {
  if (wanted > 0) return wanted;
  if (in_log >= kEnoughUsers) return std::min(in_log, kMostUsers);
  return (kEnoughUsers + in_log - 1) / in_log * in_log;
}

void fill_users(const InteractionLog& log, Calibration& fit) {
  const auto counts = log.events_per_user();
  std::vector<double> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());
  fit.median_events = sorted_quantile(sorted, 0.5);
  fit.user_of_row = drawn_order(counts.size(), CalibrationDraw::UserOrder, fit.options.seed);
  const PopulationParams& p = fit.world.population;
  for (const std::uint32_t u : fit.user_of_row) {
    const double sessions = p.activity_median * static_cast<double>(counts[u]) / fit.median_events;
    fit.capped_users += sessions > p.activity_max;
    fit.tables.users.push_back({std::min(sessions, p.activity_max), fit.tastes.users[u]});
  }
}

void fill_items(Calibration& fit) {
  fit.item_of_row = drawn_order(fit.categories.of_item.size(), CalibrationDraw::ItemOrder, fit.options.seed);
  for (const std::uint32_t i : fit.item_of_row)
    fit.tables.items.push_back({fit.categories.of_item[i], fit.appeal.offset[i], fit.tastes.items[i]});
}

}  // namespace

Categories choose_categories(const InteractionLog& log) {
  std::vector<std::int64_t> with_label(log.labels.size());
  for (const LogItem& item : log.items)
    for (const int l : item.labels) ++with_label[static_cast<std::size_t>(l)];
  const auto rarer = [&](int a, int b) {
    const auto na = with_label[static_cast<std::size_t>(a)], nb = with_label[static_cast<std::size_t>(b)];
    return na != nb ? na < nb : a < b;
  };
  std::vector<int> label(log.items.size());
  std::vector<std::int64_t> items_in(log.labels.size());
  for (std::size_t i = 0; i < label.size(); ++i) {
    label[i] = *std::min_element(log.items[i].labels.begin(), log.items[i].labels.end(), rarer);
    ++items_in[static_cast<std::size_t>(label[i])];
  }

  std::vector<int> order(log.labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](int l) { return items_in[static_cast<std::size_t>(l)] == 0; });
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return items_in[static_cast<std::size_t>(a)] > items_in[static_cast<std::size_t>(b)]; });
  const std::size_t kept = order.size() > kMaxCategories ? kMaxCategories - 1 : order.size();

  Categories out;
  std::vector<int> category_of(log.labels.size(), static_cast<int>(kept));
  for (std::size_t c = 0; c < kept; ++c) {
    category_of[static_cast<std::size_t>(order[c])] = static_cast<int>(c);
    out.names.push_back(log.labels[static_cast<std::size_t>(order[c])]);
  }
  if (kept < order.size()) {
    out.names.emplace_back("other");
    out.merged = static_cast<int>(order.size() - kept);
  }
  out.catalogue_share.assign(out.names.size(), 0);
  for (const int l : label) {
    out.of_item.push_back(category_of[static_cast<std::size_t>(l)]);
    out.catalogue_share[static_cast<std::size_t>(out.of_item.back())] += 1.0 / static_cast<double>(label.size());
  }
  return out;
}

Calibration calibrate(const InteractionLog& log, const CalibrationOptions& options) {
  Calibration fit;
  fit.options = options;
  fit.categories = choose_categories(log);
  fit.curve = fit_zipf_mandelbrot(log.events_per_item());
  fit.activity = fit_activity(log.events_per_user());
  fit.tastes = fit_tastes(log, fit.categories.of_item, options.seed);
  fit.appeal = measure_appeal(log, fit.tastes, fit.world.choice, fit.world.items, options.appeal_share, options.seed);
  fill_users(log, fit);
  fill_items(fit);

  fit.world.items.count = std::ssize(log.items);
  fit.world.items.categories = std::ssize(fit.categories.names);
  fit.world.population.users = std::ssize(log.users);
  // The world standardises p . v by constants that it measures itself.
  const AffinityScale scale = World(fit.world, options.seed, SimTime{0}, fit.tables).affinity_scale();
  fit.affinity = fit.tastes.strength * scale.sd;
  fit.affinity_ci = {fit.tastes.strength_ci.low * scale.sd, fit.tastes.strength_ci.high * scale.sd};
  fit.world.choice.affinity = fit.affinity;
  fit.world.population.users = scenario_users(options.users, std::ssize(log.users));
  return fit;
}

InteractionLog regenerate_log(const InteractionLog& log, const Calibration& fit) {
  RegenerateOptions options{.world = fit.world,
                            .tables = fit.tables,
                            .seed = fit.options.seed,
                            .events = std::ssize(log.events),
                            .exposure = {},
                            .once = chosen_once(log)};
  options.world.population.users = std::ssize(log.users);
  for (const std::uint32_t i : fit.item_of_row) options.exposure.push_back(fit.appeal.exposure[i]);
  InteractionLog out = regenerate_log(options);
  out.users = log.users;
  out.items = log.items;
  out.labels = log.labels;
  for (LogEvent& e : out.events) {
    e.user = fit.user_of_row[e.user];
    e.item = fit.item_of_row[e.item];
  }
  make_canonical(out);
  return out;
}

}  // namespace feedloop
