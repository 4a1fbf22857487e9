// What the engine is worth against the world's truth, as tables: `feedloop evaluate SCENARIO`. Each evaluation runs the
// scenario's worlds for itself, for as many seeds as asked, and says in a note what was measured.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ranking/position_bias.hpp"
#include "engine/retrieval/source.hpp"
#include "experiment/scenario.hpp"
#include "sim/world.hpp"

namespace feedloop {

// Cells are ready to print; the first column names the row.
struct EvaluationTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string note;  // what was measured: sizes, seeds, what an interval covers
};

struct EvaluationOptions {
  int seeds = 3;  // the scenario's own seed and those that follow it
  // Told before each world which share of the evaluation is done, 0..1; may throw Interrupted.
  std::function<void(double done)> progress = [](double) {};
  void begin(int world, int worlds) const { progress(static_cast<double>(world) / worlds); }
};

struct Evaluation {
  std::string_view name, doc;
  std::vector<EvaluationTable> (*run)(const Scenario&, const EvaluationOptions&);
  bool of_study = false;  // of a published study's own world, not of the scenario's engine: only when asked for by name
};

std::span<const Evaluation> evaluation_registry();

// The scenario with another seed.
Scenario with_seed(Scenario scenario, std::uint64_t seed);
Scenario nth_world(const Scenario& scenario, int n);  // with the n-th seed from its own on
// The first page of a visit of the user's that begins now.
Request first_request(const World& world, UserId user, SimTime now);
// What the scenario serves in control, under one experiment of these variants in place of its own.
Scenario with_variants(const Scenario& scenario, std::vector<Variant> variants);

std::vector<EvaluationTable> evaluate_calibration(const Scenario& scenario, const EvaluationOptions& options);

// Retrieval against the truth of experiment/evaluation/truth.hpp.
//
// Each source's recall at 500 and that of the union at its quotas, by the user's clicks so far; then what each kind of index
// finds of what exact search finds.
std::vector<EvaluationTable> evaluate_recall(const Scenario& scenario, const EvaluationOptions& options);
// By kind of the registry: the mean share of exact search's k best among the kind's, over queries of source.dims() floats.
std::vector<double> recall_of_kinds(const Source& source, std::size_t items, std::span<const float> queries, std::size_t k);

// What the union's recall loses without each source in turn.
std::vector<EvaluationTable> evaluate_leave_one_out(const Scenario& scenario, const EvaluationOptions& options);
// Share of the sources whose loss costs some cohort recall: the lower end of a 95 % interval over users is above 0. With the
// scenario's own seed.
double helpful_sources(const Scenario& scenario);
// The quotas with one source at 0; handed on: the others' grow in proportion, so that the sum stays, up to rounding.
std::vector<std::size_t> quotas_without(std::span<const std::size_t> quotas, std::size_t source, bool handed_on);

// The two towers trained with and without log-frequency correction (Yi et al. 2019, "Sampling-bias-corrected neural modeling
// for large corpus item recommendations", eq. 4) on the same pages: recall, recall of tail items, and whether exposure goes
// to what is popular rather than to what is wanted.
std::vector<EvaluationTable> evaluate_log_q(const Scenario& scenario, const EvaluationOptions& options);
// Of the least-squares line of y on x. Requires: equal lengths; NaN when x does not vary.
double slope(std::span<const double> x, std::span<const double> y);

// The two towers by what a play competes with in training, on the same pages, which control served: what was shown beside it
// without a click; other plays; these and items of the whole catalogue. Recall at 100 of what users want, by the first items
// that may be shown; of what of it they were never shown; and of what stands in the least shown half of the catalogue.
std::vector<EvaluationTable> evaluate_negatives(const Scenario& scenario, const EvaluationOptions& options);
constexpr std::array<std::string_view, 3> kNegatives{"page", "plays", "catalogue"};
struct NegativesRecall {
  std::array<double, kNegatives.size()> all{}, unseen{}, tail{};  // means over users
  double chance = 0, unseen_share = 0, tail_share = 0;            // of what is wanted
};
NegativesRecall negatives_recall(const Scenario& scenario);  // with the scenario's own seed

// Recall of content retrieval and of its rivals as a function of the user's clicks, where a rival passes it for good or falls
// behind it, and what a first page is worth when nothing is known of the user.
std::vector<EvaluationTable> evaluate_crossover(const Scenario& scenario, const EvaluationOptions& options);
// The least n from which on `lead`, linear between its points, stays above 0: 0 when it is so from the first point on,
// infinity when it is not at the last. Requires: n ascending, equal lengths.
double crossover_point(std::span<const double> n, std::span<const double> lead);
// Of the two towers over content in the scenario's own world, with its own seed.
double crossover_clicks(const Scenario& scenario);
// Examination as the engine estimates it beside the world's, and what the ranker is worth by engine.training.position.
std::vector<EvaluationTable> evaluate_position_bias(const Scenario& scenario, const EvaluationOptions& options);
// One world lived with that treatment of position: nine users in ten are served by one of two rankers that harvest from each
// other, the tenth gets pages in random order.
struct PositionWorld {
  Examination randomised, harvested;
  std::vector<double> ndcg;  // by user of the population at time 0; NaN of who was not asked
};
PositionWorld position_world(const Scenario& scenario, std::string_view position);
// In worlds of the scenario's own seed: how far the estimate from pages in random order is off; and the mean over users of the
// NDCG that engine.training.position = "inverse" adds to "none". NaN without an estimate or users.
struct PositionTraining {
  double eta_error, ndcg_gain;
};
PositionTraining position_training(const Scenario& scenario);

// What re-ranking costs in clicks and time and gives in diversity, method by method and rule by rule: worlds in which all are
// served so, against one in which the order is the scores' alone.
std::vector<EvaluationTable> evaluate_rerank(const Scenario& scenario, const EvaluationOptions& options);

// How long an upload waits for its first impression, by the way that new items take into retrieval.
std::vector<EvaluationTable> evaluate_first_impression(const Scenario& scenario, const EvaluationOptions& options);

// What logs say offline of thirty rankers beside what their pages are truly worth to the same requests, and beside an A/B test
// of all of them.
std::vector<EvaluationTable> evaluate_offline_metrics(const Scenario& scenario, const EvaluationOptions& options);
constexpr std::array<std::string_view, 5> kOfflineMetrics{"AUC", "NDCG@10", "NDCG@10, clicks over examination",
                                                          "DCG@10, clicks over examination and propensity (IPS)",
                                                          "A/B test: clicks a page"};
struct OfflineMetrics {
  struct Agreement {
    double clicks = 0, minutes = 0;  // rank correlation over the thirty with true clicks, and with true minutes
    double signs = 0;                // share of the others that it puts on the right side of the first, by true clicks
  };
  std::array<Agreement, kOfflineMetrics.size()> of;
  double spread = 0;  // the best ranker's true clicks over the worst's, less 1
  std::int64_t pages = 0;
  double users_a_variant = 0;
};
OfflineMetrics offline_metrics(const Scenario& scenario);  // with the scenario's own seed

// Take-up, true effects, estimates and their biases in the world of experiment/published/symbiosis.hpp, over the replications
// of all seeds.
std::vector<EvaluationTable> evaluate_symbiosis(const Scenario& scenario, const EvaluationOptions& options);
// Similarity of consumption, utility and concentration against the ideal's (experiment/published/homogenisation.hpp), a world a
// seed.
std::vector<EvaluationTable> evaluate_homogenisation(const Scenario& scenario, const EvaluationOptions& options);
// Estimates of a price effect by design against the truth (experiment/published/marketplace.hpp), over the markets of all
// seeds.
std::vector<EvaluationTable> evaluate_marketplace(const Scenario& scenario, const EvaluationOptions& options);
// How far interests drift by recommender and growth of the pool (experiment/published/degeneracy.hpp), a world a seed.
std::vector<EvaluationTable> evaluate_degeneracy(const Scenario& scenario, const EvaluationOptions& options);

// Spearman's, with mean ranks for ties. Requires: equal lengths; NaN when one does not vary.
double rank_correlation(std::span<const double> x, std::span<const double> y);

}  // namespace feedloop
