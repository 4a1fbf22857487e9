#include "engine/ranking/validation.hpp"

#include <cmath>

#include "engine/ranking/logistic.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Rows whose labels follow intercept + slope * logit; coarse logits tie.
ValidationRows planted(std::size_t n, double intercept, double slope, bool coarse = false, double negative_weight = 1) {
  ValidationRows rows;
  Rng rng = stream({1}, Stream::Test, entity_key(n, 3));
  for (std::size_t i = 0; i < n; ++i) {
    double z = -1.5 + normal(rng);
    if (coarse) z = std::round(z * 2) / 2;
    const bool hit = bernoulli(rng, logistic(intercept + slope * z));
    if (!hit && !bernoulli(rng, 1 / negative_weight)) continue;
    rows.logit.push_back(z);
    rows.positive.push_back(hit);
    rows.negative.push_back(hit ? 0 : negative_weight);
  }
  return rows;
}

double brute_auc(const ValidationRows& r) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < r.logit.size(); ++i)
    for (std::size_t j = 0; j < r.logit.size(); ++j) {
      const double w = r.positive[i] * r.negative[j];
      pairs += w;
      won += w * (r.logit[i] > r.logit[j] ? 1 : r.logit[i] == r.logit[j] ? 0.5 : 0);
    }
  return won / pairs;
}

}  // namespace

TEST_CASE("AUC equals the count over all pairs with ties and weights") {
  for (const bool coarse : {false, true}) {
    ValidationRows rows = planted(400, 0, 1, coarse);
    CHECK(auc(rows) == Approx(brute_auc(rows)).epsilon(1e-12));
    // Fractional labels and uneven weights.
    Rng rng = stream({2}, Stream::Test, {});
    for (std::size_t i = 0; i < rows.logit.size(); ++i) {
      rows.positive[i] = 3 * rng.uniform();
      rows.negative[i] = rng.uniform();
    }
    CHECK(auc(rows) == Approx(brute_auc(rows)).epsilon(1e-12));
  }
  CHECK(auc({{1, 2, 3, 4}, {0, 0, 1, 1}, {1, 1, 0, 0}}) == 1);
  CHECK(auc({{1, 1, 1, 1}, {0, 0, 1, 1}, {1, 1, 0, 0}}) == 0.5);
}

TEST_CASE("without positives or without negatives nothing is claimed") {
  CHECK(std::isnan(auc({{1, 2}, {0, 0}, {1, 1}})));
  CHECK(std::isnan(auc({{1, 2}, {1, 1}, {0, 0}})));
  CHECK(std::isnan(validate({}).normalised_entropy));
  const HeadValidation constant = validate({{-1, -1, -1}, {1, 0, 0}, {0, 1, 1}});
  CHECK(constant.auc == 0.5);
  CHECK(std::isnan(constant.slope));
}

TEST_CASE("the base rate's own entropy is one and better predictions are below") {
  const double base = std::log(0.25 / 0.75);
  CHECK(validate({{base, base, base, base}, {1, 0, 0, 0}, {0, 1, 1, 1}}).normalised_entropy == Approx(1).epsilon(1e-12));
  // By hand: one positive at p = 0.8, three negatives at p = 0.1.
  const double z8 = std::log(4.0), z1 = std::log(0.1 / 0.9);
  const double loss = -(std::log(0.8) + 3 * std::log(0.9)), entropy = -(std::log(0.25) + 3 * std::log(0.75));
  CHECK(validate({{z8, z1, z1, z1}, {1, 0, 0, 0}, {0, 1, 1, 1}}).normalised_entropy == Approx(loss / entropy).epsilon(1e-12));
}

TEST_CASE("a planted calibration slope and intercept are recovered whatever share of negatives was kept") {
  for (const double weight : {1.0, 10.0})
    for (const double slope : {1.0, 0.6, 1.5}) {
      const HeadValidation v = validate(planted(40'000, 0.3, slope, false, weight));
      INFO("slope " << slope << ", weight " << weight << ": " << v.slope << ", " << v.intercept);
      // At this size the standard error of the slope is below 0.02, of the intercept below 0.035; five of them.
      CHECK(std::fabs(v.slope - slope) < 0.1);
      CHECK(std::fabs(v.intercept - 0.3) < 0.175);
    }
}

TEST_CASE("reliability bins hold equal weight and show what happened beside what was predicted") {
  const HeadValidation v = validate(planted(50'000, 0, 1));
  double total = 0, last = -1;
  for (const ReliabilityBin& b : v.bins) {
    CHECK(b.weight == Approx(5000).margin(2));
    CHECK(b.predicted > last);
    CHECK(std::fabs(b.observed - b.predicted) < kZ * std::sqrt(b.predicted * (1 - b.predicted) / b.weight));
    last = b.predicted;
    total += b.weight;
  }
  CHECK(total == Approx(50'000));
}

TEST_CASE("a day's rows are judged by a model that learned from the day before") {
  // One feature carries the click's logit; position takes 0.7 log(slot).
  const auto shelf = make_shelf(20);
  const auto day = [&](std::uint64_t key) {
    std::vector<Interaction> batch;
    for (std::size_t p = 0; p < 1500; ++p) {
      Rng rng = stream({key}, Stream::Test, entity_key(p, 4));
      Interaction page;
      page.request = request_of(UserId{p % 50}, SimTime{static_cast<std::int64_t>(p)}, static_cast<std::uint32_t>(p));
      page.width = 1;
      for (std::size_t k = 0; k < 20; ++k) {
        page.slate.slots.emplace_back();
        page.slate.slots.back().item = ItemId{k};
        const auto x = static_cast<float>(normal(rng));
        page.features.push_back(x);
        const double z = -1.5 + static_cast<double>(x) - 0.7 * std::log(static_cast<double>(k + 1));
        page.outcome.slots.push_back(bernoulli(rng, logistic(z)) ? play(shelf[k], 0.7) : SlotOutcome{});
      }
      batch.push_back(std::move(page));
    }
    return batch;
  };
  TrainingParams params;
  TrainingLog log(params, {1});
  log.append(day(1), shelf);
  Logistic model({});
  model.train({log});
  const std::size_t taught = log.rows().size();
  log.append(day(2), shelf);
  std::vector<HeadValues> predicted;
  predict_rows(model, {true}, log, taught, predicted);
  const NightlyValidation v = validate_day(predicted, {true}, log, taught, SimTime{0} + kDay);
  CHECK(v.rows == static_cast<std::int64_t>(log.rows().size() - taught));
  const HeadValidation& click = v.heads[0];
  for (std::size_t h = 1; h < kHeads; ++h) CHECK(std::isnan(v.heads[h].auc));  // not trained: not judged
  // The oracle's AUC on the same rows; the model's estimate of three coefficients costs less than 0.005.
  ValidationRows oracle;
  for (std::size_t i = taught; i < log.rows().size(); ++i) {
    const LabelledRow& row = log.rows()[i];
    oracle.logit.push_back(-1.5 + static_cast<double>(log.features()[i]) - 0.7 * std::log(static_cast<double>(row.slot)));
    oracle.positive.push_back(static_cast<double>(row.weight * row.label[0]));
    oracle.negative.push_back(static_cast<double>(row.weight * (1 - row.label[0])));
  }
  CHECK(std::fabs(click.auc - auc(oracle)) < 0.005);
  CHECK(click.normalised_entropy < 0.95);
  // 30,000 impressions, about 3,000 clicks: standard error of the slope 0.03.
  CHECK(std::fabs(click.slope - 1) < 0.15);
}
