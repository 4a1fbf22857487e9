// What a policy without context keeps of every item: how often it was shown and clicked, and how often the ranker expected a
// click. What it ranks by is a click probability that starts at the ranker's prediction and is corrected by the item's own
// record:
//
//   mean_i = m * (w0 + clicks_i / e_i) / (w0 + n_i)        e_i: the mean prediction over the n_i times it was shown
//
// that is the prediction m of this request times the item's ratio of clicks to predictions, shrunk to 1 by w0 impressions.
// Where all predictions are one number it is the posterior mean of a Beta prior of w0 observations with mean m, the
// textbook's. A ranker that gives no prediction leaves m = prior_mean.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/state.hpp"
#include "policies/feedback.hpp"
#include "policies/predicted_click.hpp"

namespace feedloop {

struct BookParams {
  std::string feedback = "seen";
  double prior_weight = 20, prior_mean = 0.05, half_life_days = 0;
  void describe(Describe& d);
};

class ItemBook {
 public:
  explicit ItemBook(const BookParams& params) : params_(params), feedback_(feedback_named(params.feedback)) {}

  struct Tally {
    double shown = 0, clicked = 0, expected = 0;  // decayed where half_life_days > 0 (Garivier & Moulines 2011)
  };
  struct Belief {
    double mean, weight;  // of a click; observations that stand behind it, the prior's included
  };

  // The slots that count, of pages in canonical order. An item whose tally has `stop_at` impressions learns no more.
  void learn(std::span<const Interaction> pages, double stop_at = 1e300);
  Tally tally(ItemId item) const { return item.index() < tallies_.size() ? tallies_[item.index()] : Tally{}; }
  Belief belief(const Candidate& c) const {
    const double m = prediction(c.heads);
    const Tally t = tally(c.item);
    const double weight = params_.prior_weight + t.shown;
    const double ratio = t.shown > 0 && t.expected > 0 ? t.clicked * t.shown / t.expected : 0;
    return {std::clamp(weight > 0 ? m * (params_.prior_weight + ratio) / weight : m, 1e-6, 1 - 1e-6), weight};
  }
  double rounds() const { return rounds_; }  // slots counted so far, decayed alike
  void visit_state(State& s) {
    s(tallies_);
    s(rounds_);
    s(decayed_to_);
  }

 private:
  double prediction(const std::array<float, kHeads>& heads) const {
    return std::min(predicted_click(heads, params_.prior_mean), 1 - 1e-6);
  }

  BookParams params_;
  Feedback feedback_;
  std::vector<Tally> tallies_;  // by item
  double rounds_ = 0;
  SimTime decayed_to_;
};

}  // namespace feedloop
