#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "engine/ranking/validation.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "experiment/simulation.hpp"
#include "sim/examination.hpp"
#include "stats/ranking_quality.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kTop = 10, kObjectives = 5;
constexpr std::int64_t kLoggedDays = 2;
constexpr std::uint64_t kOnePageIn = 4;

using Overrides = std::vector<std::pair<std::string, Value>>;

const std::vector<Overrides>& models() {
  static const std::vector<Overrides> kModels{
      {},
      {{"engine.training.position", "none"}},
      {{"engine.training.position", "inverse"}},
      {{"engine.ranking.logistic.ridge", 2000.0}},
      {{"engine.ranking.scorer", "gradient_boosting"}, {"engine.ranking.gradient_boosting.depth", std::int64_t{3}}},
      {{"engine.ranking.scorer", "gradient_boosting"},
       {"engine.ranking.gradient_boosting.depth", std::int64_t{3}},
       {"engine.training.position", "none"}},
  };
  return kModels;
}

// Each model ranks by the predicted click alone and by objectives drawn once for all seeds. The first is control.
std::vector<Variant> ranker_variants() {
  std::vector<Variant> variants;
  const std::size_t n = models().size() * kObjectives;
  for (std::size_t m = 0; m < models().size(); ++m)
    for (std::size_t o = 0; o < kObjectives; ++o) {
      Variant v{fmt::format("model {}, objective {}", m + 1, o + 1), 1 / static_cast<double>(n), models()[m]};
      Rng rng = stream(Seed{1}, Stream::Exploration, entity_key(m, o));
      const std::pair<const char*, double> weights[] = {{"completion", 1.0}, {"watch", 0.1}, {"like", 1.0}, {"skip", -1.0}};
      for (const auto& [head, most] : weights)
        if (o > 0) v.overrides.emplace_back(fmt::format("engine.value.{}", head), most * rng.uniform());
      variants.push_back(std::move(v));
    }
  return variants;
}

// Control explores, and no rule binds, so that the probability of an item at a slot is known exactly.
Scenario logging_scenario(const Scenario& scenario) {
  Scenario one = with_variants(scenario, ranker_variants());
  const std::pair<const char*, Value> keys[] = {{"policy.name", "epsilon_greedy"},
                                                {"policy.epsilon_greedy.epsilon", 0.2},
                                                {"engine.rerank.method", "none"},
                                                {"engine.value.click", 1.0}};
  for (const auto& [key, value] : keys) one.settings.set(key, value, {});
  for (const char* rule : {"per_category", "per_series", "creator_run", "sponsored"})
    one.settings.set(fmt::format("engine.rerank.rules.{}", rule), std::int64_t{kMaxSlate}, {});
  return one;
}

double discount(std::size_t rank) { return rank < kTop ? 1 / std::log2(static_cast<double>(rank + 2)) : 0; }

// What one logged page says of one ranker, and what its page would be worth.
struct PageScore {
  double ndcg = 0, position_ndcg = 0, ips = 0;
  double clicks = 0, minutes = 0;  // true
  std::vector<float> scores;       // by slot of the logged page
};

class Judge {
 public:
  explicit Judge(const Study& study)
      : study_(study), eye_(study.scenario.settings.read<ExaminationParams>("world.examination")), of_(study.cells.size()) {}

  // As the epoch finds users: what they do on its pages must not be known to who ranks them.
  void remember(const Simulation& world) {
    known_ = world.features();
    users_ = world.users();
  }

  void add(const Simulation& world, std::span<const Interaction> pages) {
    for (std::size_t p = 0; p < world.engine().pipelines(); ++p)
      if (!world.engine().pipeline(p).live().scorer->ready()) return;  // not trained yet
    std::vector<const Interaction*> chosen;
    for (const Interaction& page : pages)
      if (Hasher().add(page.request.id.value).value() % kOnePageIn == 0 && !page.fallback) chosen.push_back(&page);
    std::vector<std::vector<PageScore>> scores(chosen.size());
    parallel_for(chosen.size(), 2, [&](std::size_t b, std::size_t e) {
      for (std::size_t i = b; i < e; ++i) scores[i] = judge(world, *chosen[i]);
    });
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const bool clicked = std::any_of(chosen[i]->outcome.slots.begin(), chosen[i]->outcome.slots.end(),
                                       [](const SlotOutcome& s) { return s.clicked; });
      pages_ += 1;
      clicked_pages_ += clicked;
      for (std::size_t c = 0; c < of_.size(); ++c) {
        const PageScore& s = scores[i][c];
        if (clicked) of_[c].ndcg += s.ndcg, of_[c].position_ndcg += s.position_ndcg;
        of_[c].ips += s.ips, of_[c].clicks += s.clicks, of_[c].minutes += s.minutes;
        for (std::size_t k = 0; k < s.scores.size(); ++k)
          of_[c].add_impression(s.scores[k], chosen[i]->outcome.slots[k].clicked);
      }
    }
  }

  std::int64_t pages() const { return pages_; }
  // By variant, over all impressions: the chance that a clicked one has the higher score.
  std::vector<double> auc() const {
    std::vector<double> out;
    for (const Sums& s : of_) out.push_back(feedloop::auc(s.impressions));
    return out;
  }
  // Means over the pages with a click, and over all.
  std::vector<double> by_click(double PageScore::*of) const { return means(of, clicked_pages_); }
  std::vector<double> by_page(double PageScore::*of) const { return means(of, static_cast<double>(pages_)); }

 private:
  struct Sums : PageScore {
    ValidationRows impressions;
    void add_impression(float score, bool clicked) {
      impressions.logit.push_back(double{score});
      impressions.positive.push_back(clicked);
      impressions.negative.push_back(!clicked);
    }
  };
  std::vector<double> means(double PageScore::*of, double n) const {
    std::vector<double> out;
    for (const Sums& s : of_) out.push_back(s.*of / n);
    return out;
  }

  std::vector<PageScore> judge(const Simulation& world, const Interaction& page) const {
    const auto& slots = page.slate.slots;
    const OnlineFeatures& known = known_[page.request.user.index()];
    const Catalog catalog = study_.world.catalog(world.now() - study_.epoch);
    const UserState state = study_.world.state_at(users_[page.request.user.index()], page.request.user, page.request.time);
    std::vector<ItemId> items;
    std::vector<double> seen;  // P(examined)
    for (std::size_t k = 0; k < slots.size(); ++k) {
      items.push_back(slots[k].item);
      seen.push_back(examination_probability(static_cast<int>(k) + 1, eye_));
    }
    std::vector<PageScore> out(of_.size());
    for (std::size_t c = 0; c < out.size(); ++c) {
      const Recommender& ranker = world.engine().cell(c);
      PageScore& s = out[c];
      s.scores.resize(slots.size());
      for (const Candidate& x : ranker.score(page.request, known, catalog, items))
        s.scores[static_cast<std::size_t>(std::find(items.begin(), items.end(), x.item) - items.begin())] = x.score;
      std::vector<std::size_t> order(slots.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return s.scores[a] != s.scores[b] ? s.scores[a] > s.scores[b] : items[a] < items[b];
      });
      std::vector<double> gains, corrected;
      for (const std::size_t k : order) {
        gains.push_back(page.outcome.slots[k].clicked);
        corrected.push_back(page.outcome.slots[k].clicked / seen[k]);
      }
      s.ndcg = ndcg(gains, kTop);
      s.position_ndcg = ndcg(corrected, kTop);

      const Ranking ranking = ranker.recommend(page.request, known, catalog);
      for (std::size_t k = 0; k < slots.size(); ++k) {
        if (!page.outcome.slots[k].clicked) continue;
        std::size_t rank = 0;
        while (rank < ranking.candidates.size() && ranking.candidates[rank].item != items[k]) ++rank;
        s.ips += discount(rank) / (seen[k] * static_cast<double>(slots[k].marginal));
      }
      for (std::size_t k = 0; k < std::min(static_cast<std::size_t>(ranking.slots), ranking.candidates.size()); ++k) {
        const ItemId item = ranking.candidates[k].item;
        const double p = examination_probability(static_cast<int>(k) + 1, eye_);
        s.clicks += p * study_.world.click_probability(state, page.request.user, item, page.request.time);
        s.minutes += p * study_.world.expected_value(state, page.request.user, item, page.request.time) / 60'000;
      }
    }
    return out;
  }

  const Study& study_;
  ExaminationParams eye_;
  std::vector<OnlineFeatures> known_;
  std::vector<UserState> users_;
  std::vector<Sums> of_;
  std::int64_t pages_ = 0;
  double clicked_pages_ = 0;
};

double sign_agreement(std::span<const double> x, std::span<const double> y) {
  double same = 0;
  for (std::size_t v = 1; v < x.size(); ++v) same += (x[v] > x[0]) == (y[v] > y[0]);
  return same / static_cast<double>(x.size() - 1);
}

}  // namespace

double rank_correlation(std::span<const double> x, std::span<const double> y) {
  const auto ranks = [](std::span<const double> of) {
    std::vector<double> out(of.size());
    for (std::size_t i = 0; i < of.size(); ++i)
      for (const double other : of) out[i] += other < of[i] ? 1 : other == of[i] ? 0.5 : 0;
    return out;
  };
  const std::vector<double> a = ranks(x), b = ranks(y);
  const double mean = static_cast<double>(a.size()) / 2;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
  }
  return ab / std::sqrt(aa * bb);
}

OfflineMetrics offline_metrics(const Scenario& scenario) {
  const Scenario one = logging_scenario(scenario);
  const Study study(one);
  Simulation world(study);
  Judge judge(study);
  const SimTime logged_from = study.t0 - kDay * std::min<std::int64_t>(kLoggedDays, study.params.warmup_days);
  while (world.now() < study.t0) {
    const bool logged = world.now() >= logged_from;
    if (logged) judge.remember(world);
    world.run_epoch({.all_control = true}, [&](std::span<const Interaction> pages) {
      if (logged) judge.add(world, pages);
    });
  }
  std::vector<double> clicks(study.cells.size()), served(study.cells.size());
  while (world.now() < study.end)
    world.run_epoch({}, [&](std::span<const Interaction> pages) {
      for (const Interaction& page : pages) {
        ++served[page.cell];
        for (const SlotOutcome& slot : page.outcome.slots) clicks[page.cell] += slot.clicked;
      }
    });
  for (std::size_t c = 0; c < clicks.size(); ++c) clicks[c] /= served[c];
  const auto true_clicks = judge.by_page(&PageScore::clicks), true_minutes = judge.by_page(&PageScore::minutes);
  OfflineMetrics out;
  out.pages = judge.pages();
  out.users_a_variant = static_cast<double>(study.world.population().initial) / static_cast<double>(clicks.size());
  const auto [least, most] = std::minmax_element(true_clicks.begin(), true_clicks.end());
  out.spread = *most / *least - 1;
  const std::vector<double> by_metric[] = {judge.auc(), judge.by_click(&PageScore::ndcg),
                                           judge.by_click(&PageScore::position_ndcg), judge.by_page(&PageScore::ips), clicks};
  for (std::size_t m = 0; m < kOfflineMetrics.size(); ++m)
    out.of[m] = {rank_correlation(by_metric[m], true_clicks), rank_correlation(by_metric[m], true_minutes),
                 sign_agreement(by_metric[m], true_clicks)};
  return out;
}

std::vector<EvaluationTable> evaluate_offline_metrics(const Scenario& scenario, const EvaluationOptions& options) {
  std::vector<OfflineMetrics> seeds;
  for (int s = 0; s < options.seeds; ++s) {
    options.begin(s, options.seeds);
    seeds.push_back(offline_metrics(nth_world(scenario, s)));
  }
  const auto over = [&](auto value) {
    std::vector<double> by_seed;
    for (const OfflineMetrics& m : seeds) by_seed.push_back(value(m));
    return over_seeds(by_seed);
  };
  EvaluationTable table{"Offline metrics of thirty rankers against what their pages are worth",
                        {"", "rank correlation with true clicks", "with true minutes", "sign against control, % right"},
                        {},
                        ""};
  for (std::size_t m = 0; m < kOfflineMetrics.size(); ++m)
    table.rows.push_back({std::string(kOfflineMetrics[m]), over([&](const OfflineMetrics& o) { return o.of[m].clicks; }),
                          over([&](const OfflineMetrics& o) { return o.of[m].minutes; }),
                          over([&](const OfflineMetrics& o) { return 100 * o.of[m].signs; })});
  table.note = fmt::format(
      "Six models by five objectives; control is the first. Spearman's correlation over the thirty, means over {} seeds with "
      "Student's 95 % interval. The log is control's of the last two days of warm-up, one slot in five random ({} pages judged "
      "with the first seed); AUC and NDCG re-sort its impressions, IPS takes each clicked item at its place in the ranker's "
      "own "
      "page. True clicks and minutes: the world's closed form for the pages that each ranker would serve to the same requests; "
      "the best ranker's are worth {} % more clicks than the worst's. The A/B test gives each of the thirty {:.0f} users for "
      "{} "
      "days.",
      options.seeds, seeds[0].pages, over([](const OfflineMetrics& m) { return 100 * m.spread; }), seeds[0].users_a_variant,
      scenario.settings.read<ScenarioParams>("").days);
  return {std::move(table)};
}

}  // namespace feedloop
