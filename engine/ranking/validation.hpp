// How good a head's predictions were, on rows that it was not taught. Every number weighs rows, so that down-sampled
// negatives count for all; a row may hold a positive and a negative weight at once (engine/ranking/heads.hpp).
//
//   auc                 P(a positive row's prediction > a negative's), ties counting half
//   normalised_entropy  mean log loss over that of always predicting the base rate (He et al. 2014, section 2, eq. 1): below
//                       1 when predictions say anything
//   slope, intercept    of the logistic regression of the label on the logit of the prediction (Cox 1958): 1 and 0 when
//                       calibrated; a slope below 1 is over-confident
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/state.hpp"
#include "base/time.hpp"
#include "engine/ranking/heads.hpp"
#include "engine/ranking/scorer.hpp"

namespace feedloop {

// One head's rows: logits of predictions and the weights of each row as a positive and as a negative. Of one length.
struct ValidationRows {
  std::vector<double> logit, positive, negative;
};

// Equal-weight bins of rows in order of prediction, of the probability positive / (positive + negative).
struct ReliabilityBin {
  double weight = 0, predicted = 0, observed = 0;
};
constexpr std::size_t kReliabilityBins = 10;

// NaN where there is not enough data: without positives or without negatives nothing is defined.
struct HeadValidation {
  double auc, normalised_entropy, slope, intercept;
  std::array<ReliabilityBin, kReliabilityBins> bins{};
};
HeadValidation validate(const ValidationRows& rows);

// Weighted area under the ROC curve; NaN without positives or without negatives.
double auc(const ValidationRows& rows);

// Progressive validation: a day's rows, each scored by the model as it was before it was taught the row.
// A scorer predicts for slot 1, and rows come from all slots: one coefficient of log(slot) is fitted on the same rows and added
// to the logits first, so that the numbers are those of a prediction that knows the slot.
struct NightlyValidation {
  SimTime night;
  std::int64_t rows = 0;
  std::int64_t version = 0;  // of the training that the live models came from at that night
  std::array<HeadValidation, kHeads> heads{};
};
// Of the rows from `first` on, as many as were predicted. Heads that are not wanted are not trained: nothing is claimed of
// them.
NightlyValidation validate_day(std::span<const HeadValues> predicted, const HeadSet& wanted, const TrainingLog& log,
                               std::size_t first, SimTime night);
// Appends predictions for rows [first, log.rows().size()). Requires: scorer.ready().
void predict_rows(const Scorer& scorer, const HeadSet& wanted, const TrainingLog& log, std::size_t first,
                  std::vector<HeadValues>& predicted);

}  // namespace feedloop
