#include "engine/ranking/validation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"

namespace feedloop {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr int kNewtonSteps = 25;
constexpr std::size_t kScoreBlock = 4096;  // rows scored at a time: candidates number them in 16 bits

double probability(double logit) { return 1 / (1 + std::exp(-logit)); }
double log_loss(double logit, double positive, double negative) {
  // log(1 + exp(x)) without overflow.
  const auto softplus = [](double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); };
  return positive * softplus(-logit) + negative * softplus(logit);
}

std::vector<std::size_t> by_prediction(const ValidationRows& rows) {
  std::vector<std::size_t> order(rows.logit.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return rows.logit[a] != rows.logit[b] ? rows.logit[a] < rows.logit[b] : a < b;
  });
  return order;
}

double auc_in_order(const ValidationRows& rows, std::span<const std::size_t> order) {
  double below = 0, positives = 0, won = 0;
  for (std::size_t i = 0; i < order.size();) {
    double positive = 0, negative = 0;
    const double tie = rows.logit[order[i]];
    for (; i < order.size() && rows.logit[order[i]] == tie; ++i) {
      positive += rows.positive[order[i]];
      negative += rows.negative[order[i]];
    }
    won += positive * (below + negative / 2);
    below += negative;
    positives += positive;
  }
  return positives > 0 && below > 0 ? won / (positives * below) : kNone;
}

// Logistic regression of the label on intercept and logit, by Newton's method from the identity.
void fit_calibration(const ValidationRows& rows, HeadValidation& out) {
  double a = 0, b = 1;
  for (int step = 0; step < kNewtonSteps; ++step) {
    double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
    for (std::size_t i = 0; i < rows.logit.size(); ++i) {
      const double x = rows.logit[i], w = rows.positive[i] + rows.negative[i], p = probability(a + b * x);
      const double residual = rows.positive[i] - w * p, curvature = w * p * (1 - p);
      ga += residual;
      gb += residual * x;
      haa += curvature;
      hab += curvature * x;
      hbb += curvature * x * x;
    }
    const double det = haa * hbb - hab * hab;
    if (!(det > 1e-12 * haa * hbb)) {  // one prediction for all: no slope
      out.slope = out.intercept = kNone;
      return;
    }
    const double da = (hbb * ga - hab * gb) / det, db = (haa * gb - hab * ga) / det;
    const double largest = std::max(std::fabs(da), std::fabs(db)), keep = largest > 2 ? 2 / largest : 1;
    a += keep * da;
    b += keep * db;
    if (largest < 1e-10) break;
  }
  out.slope = b;
  out.intercept = a;
}

// Coefficient of log(slot) that fits the labels best, given the logits.
double slot_coefficient(const ValidationRows& rows, std::span<const double> log_slot) {
  double c = 0;
  for (int step = 0; step < kNewtonSteps; ++step) {
    double gradient = 0, hessian = 1e-9;
    for (std::size_t i = 0; i < rows.logit.size(); ++i) {
      const double w = rows.positive[i] + rows.negative[i], p = probability(rows.logit[i] + c * log_slot[i]);
      gradient += (rows.positive[i] - w * p) * log_slot[i];
      hessian += w * p * (1 - p) * log_slot[i] * log_slot[i];
    }
    const double move = std::clamp(gradient / hessian, -1.0, 1.0);
    c += move;
    if (std::fabs(move) < 1e-10) break;
  }
  return c;
}

}  // namespace

double auc(const ValidationRows& rows) { return auc_in_order(rows, by_prediction(rows)); }

HeadValidation validate(const ValidationRows& rows) {
  HeadValidation out{kNone, kNone, kNone, kNone, {}};
  double positive = 0, negative = 0, loss = 0;
  for (std::size_t i = 0; i < rows.logit.size(); ++i) {
    positive += rows.positive[i];
    negative += rows.negative[i];
    loss += log_loss(rows.logit[i], rows.positive[i], rows.negative[i]);
  }
  if (!(positive > 0 && negative > 0)) return out;
  const std::vector<std::size_t> order = by_prediction(rows);
  out.auc = auc_in_order(rows, order);
  out.normalised_entropy = loss / log_loss(std::log(positive / negative), positive, negative);
  fit_calibration(rows, out);
  double before = 0;
  for (const std::size_t i : order) {
    const double w = rows.positive[i] + rows.negative[i];
    const auto b = static_cast<std::size_t>(before / (positive + negative) * static_cast<double>(kReliabilityBins));
    ReliabilityBin& bin = out.bins[std::min(b, kReliabilityBins - 1)];
    bin.weight += w;
    bin.predicted += w * probability(rows.logit[i]);
    bin.observed += rows.positive[i];
    before += w;
  }
  for (ReliabilityBin& bin : out.bins)
    if (bin.weight > 0) {
      bin.predicted /= bin.weight;
      bin.observed /= bin.weight;
    }
  return out;
}

void predict_rows(const Scorer& scorer, const HeadSet& wanted, const TrainingLog& log, std::size_t first,
                  std::vector<HeadValues>& predicted) {
  const std::size_t n = log.rows().size() - first, before = predicted.size();
  const auto width = static_cast<std::size_t>(log.width());
  predicted.resize(before + n);
  parallel_for(n, kScoreBlock, [&](std::size_t b, std::size_t e) {
    std::vector<Candidate> candidates(e - b);
    for (std::size_t i = b; i < e; ++i) candidates[i - b].row = static_cast<std::uint16_t>(i - b);
    scorer.score({std::span(log.features()).subspan((first + b) * width, (e - b) * width), log.width(), 0, wanted}, candidates);
    for (std::size_t i = b; i < e; ++i) predicted[before + i] = candidates[i - b].heads;
  });
}

NightlyValidation validate_day(std::span<const HeadValues> predicted, const HeadSet& wanted, const TrainingLog& log,
                               std::size_t first, SimTime night) {
  const std::size_t n = predicted.size();
  NightlyValidation out{night, static_cast<std::int64_t>(n), 0, {}};
  std::vector<double> log_slot(n);
  for (std::size_t i = 0; i < n; ++i) log_slot[i] = std::log(static_cast<double>(log.rows()[first + i].slot));
  parallel_for(kHeads, 1, [&](std::size_t h, std::size_t) {
    ValidationRows rows;  // none, of a head that is not trained
    for (std::size_t i = 0; i < n && wanted[h]; ++i) {
      const LabelledRow& row = log.rows()[first + i];
      const HeadTarget target = head_target(h, row.label[h]);
      rows.logit.push_back(head_logit(h, predicted[i][h]));
      rows.positive.push_back(static_cast<double>(row.weight * target.positive));
      rows.negative.push_back(static_cast<double>(row.weight * target.negative));
    }
    const double c = slot_coefficient(rows, log_slot);
    for (std::size_t i = 0; i < rows.logit.size(); ++i) rows.logit[i] += c * log_slot[i];
    out.heads[h] = validate(rows);
  });
  return out;
}

}  // namespace feedloop
