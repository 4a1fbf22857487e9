// What the models learn from: plays for the retrieval models, and logged rows, with down-sampled negatives, for the ranker.
// Rows are point-in-time: the bytes the scorer read when the page was served, unless a separate training definition is asked
// for (`rows`): what a team has whose training set is built offline.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/state.hpp"
#include "engine/ranking/heads.hpp"

namespace feedloop {

struct TrainingParams {
  double history_days = 14, ranker_days = 3, negative_rate = 0.1;
  double hour_utc = 3;
  double propensity_clip = 0, position_clip = 10;
  std::int64_t ranker_every_days = 1, online_minutes = 0;
  std::string rows = "logged", position = "feature";
  void describe(Describe& d) {
    d.number("history_days", history_days, {0.1, 365}, "days", "Plays that the retrieval models learn from.");
    d.number("ranker_days", ranker_days, {0.1, 90}, "days", "Logged impressions that the ranker learns from.");
    d.number("negative_rate", negative_rate, {0.001, 1}, "probability",
             "Share of impressions without a click that are kept; their weight is its inverse.");
    d.number("propensity_clip", propensity_clip, {0, 1000}, "",
             "Rows of a mixed log weigh the inverse of their logged propensity, at most this; 0 = all weigh 1.");
    d.number("hour_utc", hour_utc, {0, 23.99}, "h", "When the nightly training runs, UTC.");
    d.text("position", position, {"feature", "inverse", "none"},
           "What ranker training does about position: the slot is an input; or clicks weigh the inverse of their slot's "
           "examination, once the pipeline's log gives an estimate of it (feature until then); or nothing.");
    d.number("position_clip", position_clip, {1, 1000}, "", "The most that a click weighs under position = inverse.");
    d.integer("ranker_every_days", ranker_every_days, {1, 365}, "days",
              "The ranker trains every so many nights, 7 = weekly, after as many of training nightly. Retrieval models train "
              "every night.");
    d.integer("online_minutes", online_minutes, {0, 1440}, "min",
              "Near-real-time training: the live ranker learns this often from the rows since; 0 = at night only. The scorer "
              "`gradient_boosting` learns at night in any case.");
    d.text(
        "rows", rows, {"logged", "recomputed"},
        "Features of training rows: the values that were served, or batch features computed again by the training definition.");
  }
};

struct Play {
  UserId user;
  ItemId item;
  float value = 0;  // play_value
  float pad = 0;    // keeps the saved bytes free of gaps
  SimTime time;
};

struct LabelledRow {
  SimTime time;
  float weight = 1;
  std::uint32_t slot = 0;  // 1-based
  HeadValues label{};      // what each head counts
  std::uint32_t pad = 0;
};

class TrainingLog {
 public:
  TrainingLog(const TrainingParams& params, Seed seed) : params_(params), seed_(seed) {}
  // `rewrite`, when given, may change the features of a row that is kept, before it is stored.
  using Rewrite = std::function<void(const Interaction& page, ItemId item, std::span<float> row)>;
  void append(std::span<const Interaction> batch, Catalog catalog, const Rewrite& rewrite = {});
  void expire(SimTime now);

  const std::vector<Play>& plays() const { return plays_; }  // value > 0 only, in canonical order
  const std::vector<LabelledRow>& rows() const { return rows_; }
  const std::vector<float>& features() const { return features_; }  // rows() x width(), row-major
  int width() const { return width_; }
  std::size_t users() const { return users_; }  // one above the largest user id seen
  void visit_state(State& s) {
    s(plays_);
    s(rows_);
    s(features_);
    s(width_);
    s(users_);
  }

 private:
  TrainingParams params_;
  Seed seed_;
  std::vector<Play> plays_;
  std::vector<LabelledRow> rows_;
  std::vector<float> features_;
  std::int32_t width_ = 0;
  std::uint64_t users_ = 0;
};

}  // namespace feedloop
