#include "engine/ranking/logistic.hpp"

#include <Eigen/LU>
#include <cmath>

#include "tests/engine/planted_pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Standard errors of a weighted logistic regression at w, robust to the weights: A^-1 B A^-1.
Eigen::VectorXd standard_errors(const TrainingLog& log, std::span<const double> w) {
  constexpr Eigen::Index p = kWidth + 2;
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(p, p), b = a;
  for (std::size_t i = 0; i < log.rows().size(); ++i) {
    Eigen::VectorXd x(p);
    for (std::size_t f = 0; f < kWidth; ++f)
      x[static_cast<Eigen::Index>(f)] = static_cast<double>(log.features()[i * kWidth + f]);
    x[kWidth] = 1;
    x[kWidth + 1] = std::log(static_cast<double>(log.rows()[i].slot));
    double z = 0;
    for (Eigen::Index f = 0; f < p; ++f) z += w[static_cast<std::size_t>(f)] * x[f];
    const double mu = logistic(z), weight = static_cast<double>(log.rows()[i].weight);
    const double residual = static_cast<double>(log.rows()[i].label[0]) - mu;
    a += weight * mu * (1 - mu) * x * x.transpose();
    b += weight * weight * residual * residual * x * x.transpose();
  }
  const Eigen::MatrixXd inverse = a.inverse();
  return (inverse * b * inverse).diagonal().cwiseSqrt();
}

Logistic::Params loose() {
  Logistic::Params p;
  p.ridge = 1e-6;
  p.first_iterations = 25;
  return p;
}

}  // namespace

TEST_CASE("planted coefficients are recovered and the slot takes the position's effect") {
  const auto shelf = make_shelf(kSlots);
  const auto pages = planted_pages(2000, shelf, 1);
  // Twelve standardised errors, each beyond 4 with probability 6e-5: 8e-4 for the test.
  for (const double rate : {1.0, 0.1}) {
    const TrainingLog log = log_of(pages, shelf, rate);
    Logistic model(loose());
    model.train({log});
    REQUIRE(model.ready());
    const auto w = model.weights(Head::Click);
    const auto se = standard_errors(log, w);
    for (std::size_t f = 0; f < kWidth + 2; ++f) {
      INFO("negatives kept " << rate << ", coefficient " << f << " = " << w[f] << " +- " << se[static_cast<Eigen::Index>(f)]);
      CHECK(std::fabs(w[f] - kClick[f]) < 4 * se[static_cast<Eigen::Index>(f)]);
    }
    CHECK(se[kWidth + 1] < 0.1);
  }
}

TEST_CASE("predictions are the logistic of the weights for the first slot") {
  const auto shelf = make_shelf(kSlots);
  Logistic model({});
  model.train({log_of(planted_pages(1000, shelf, 2), shelf, 1)});
  std::vector<float> rows;
  std::vector<Candidate> candidates(10);
  Rng rng = stream({3}, Stream::Test, {});
  for (std::size_t i = 0; i < 10; ++i) {
    candidates[i].row = static_cast<std::uint16_t>(9 - i);  // rows need not be in order of candidates
    for (std::size_t f = 0; f < kWidth; ++f) rows.push_back(static_cast<float>(normal(rng)));
  }
  ScoringInput in{rows, kWidth, 0, {}};
  in.wanted.fill(true);
  model.score(in, candidates);
  for (const Candidate& c : candidates)
    for (std::size_t h = 0; h < kHeads; ++h) {
      if (c.heads[h] == model.mean_rates()[h]) continue;  // too few positives to train on
      const auto w = model.weights(static_cast<Head>(h));
      double z = w[kWidth];
      for (std::size_t f = 0; f < kWidth; ++f) z += w[f] * static_cast<double>(rows[c.row * kWidth + f]);
      CHECK(c.heads[h] == Approx(head_prediction(h, static_cast<float>(z))).epsilon(1e-4));
    }
}

TEST_CASE("mean rates are those of all impressions whatever share of negatives was kept") {
  const auto shelf = make_shelf(kSlots);
  const auto pages = planted_pages(2000, shelf, 4);
  Logistic all(loose()), sampled(loose());
  all.train({log_of(pages, shelf, 1)});
  sampled.train({log_of(pages, shelf, 0.1)});
  double clicks = 0, likes = 0;
  for (const auto& page : pages)
    for (const auto& o : page.outcome.slots) {
      clicks += o.clicked;
      likes += o.liked;
    }
  CHECK(all.mean_rates()[0] == Approx(clicks / 40'000).epsilon(1e-5));
  CHECK(all.mean_rates()[3] == Approx(likes / 40'000).epsilon(1e-5));
  // Kept negatives vary by sqrt(n (1/rate - 1)) in weight, about 570 of 40,000.
  CHECK(std::fabs(static_cast<double>(sampled.mean_rates()[0] / all.mean_rates()[0]) - 1) < kZ * 600 / 40'000);
}

TEST_CASE("a model without clicks stays unready") {
  const auto shelf = make_shelf(kSlots);
  Logistic model({});
  model.train({TrainingLog({}, {1})});
  CHECK_FALSE(model.ready());
  auto pages = planted_pages(20, shelf, 5);
  for (auto& page : pages) page.outcome.slots.assign(kSlots, {});
  model.train({log_of(pages, shelf, 1)});
  CHECK_FALSE(model.ready());
  for (const float m : model.mean_rates()) CHECK(m > 0);
}

TEST_CASE("a log without negatives leaves finite weights") {
  // At a low rate of kept negatives a small day may keep none.
  const auto shelf = make_shelf(kSlots);
  auto pages = planted_pages(40, shelf, 6);
  const TrainingLog log = log_of(pages, shelf, 0.001);
  std::vector<Interaction> clicks_only;
  for (auto& page : pages)
    for (std::size_t k = 0; k < kSlots; ++k)
      if (page.outcome.slots[k].clicked) {
        Interaction one = page_of(page.request, {ItemId{k}}, {page.outcome.slots[k]});
        one.width = kWidth;
        one.features.assign(page.features.begin() + static_cast<std::ptrdiff_t>(k * kWidth),
                            page.features.begin() + static_cast<std::ptrdiff_t>((k + 1) * kWidth));
        clicks_only.push_back(one);
      }
  REQUIRE(clicks_only.size() > 20);
  Logistic model({});
  model.train({log_of(clicks_only, shelf, 0.001)});
  if (model.ready())
    for (const double w : model.weights(Head::Click)) CHECK(std::isfinite(w));
}

TEST_CASE("a head that first has positives on a later night starts as well as on the first") {
  const auto shelf = make_shelf(kSlots);
  const auto night1 = planted_pages(1500, shelf, 7, 0.0), night2 = planted_pages(1500, shelf, 8, 0.05);
  Logistic late({}), fresh({});
  late.train({log_of(night1, shelf, 1)});
  late.train({log_of(night2, shelf, 1)});
  fresh.train({log_of(night2, shelf, 1)});
  const auto a = late.weights(Head::Like), b = fresh.weights(Head::Like);
  for (std::size_t f = 0; f < kWidth + 2; ++f) CHECK(a[f] == Approx(b[f]).margin(0.05));
}

TEST_CASE("a warm start converges to what a cold one finds") {
  const auto shelf = make_shelf(kSlots);
  const auto pages = planted_pages(1500, shelf, 9);
  const TrainingLog log = log_of(pages, shelf, 1);
  Logistic warm({}), cold(loose());
  warm.train({log_of(planted_pages(1500, shelf, 10), shelf, 1)});
  for (int night = 0; night < 4; ++night) warm.train({log});
  Logistic::Params p;
  p.first_iterations = 25;
  Logistic settled(p);
  settled.train({log});
  for (std::size_t f = 0; f < kWidth + 2; ++f)
    CHECK(warm.weights(Head::Click)[f] == Approx(settled.weights(Head::Click)[f]).margin(1e-3));
}

TEST_CASE("a loaded model predicts and goes on as the original") {
  const auto shelf = make_shelf(kSlots);
  Logistic a({}), b({});
  a.train({log_of(planted_pages(500, shelf, 11), shelf, 1)});
  load_state(b, save_state(a));
  CHECK(b.ready());
  const TrainingLog next = log_of(planted_pages(500, shelf, 12), shelf, 1);
  a.train({next});
  b.train({next});
  CHECK(save_state(a) == save_state(b));
}
