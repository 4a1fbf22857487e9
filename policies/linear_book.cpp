#include "policies/linear_book.hpp"

#include <algorithm>

#include "policies/predicted_click.hpp"

namespace feedloop {

void LinearParams::describe(Describe& d, std::vector<std::string> models) {
  d.text("model", model, std::move(models), "Which items share coefficients.");
  describe_feedback(d, feedback);
  d.number("ridge", ridge, {1e-6, 1e6}, "", "Prior precision of every coefficient.");
  d.group("context", context);
}

LinearBook::LinearBook(const LinearParams& params)
    : params_(params),
      feedback_(feedback_named(params.feedback)),
      context_(params.context),
      shared_(context_.size(), params.ridge) {}

std::size_t LinearBook::own_dims() const { return std::min(static_cast<std::size_t>(params_.item_dims), context_.size()); }

std::size_t LinearBook::place_of(ItemId item) {
  if (item.index() >= place_.size()) place_.resize(item.index() + 1, -1);
  std::int32_t& place = place_[item.index()];
  if (place < 0) {
    place = static_cast<std::int32_t>(std::max(items_.size(), own_.size()));
    if (params_.model == "disjoint") {
      items_.emplace_back(context_.size(), params_.ridge);
    } else {
      const std::size_t n = own_dims();
      Own& own =
          own_.emplace_back(Own{std::vector<double>(n * n), std::vector<double>(n * context_.size()), std::vector<double>(n)});
      for (std::size_t i = 0; i < n; ++i) own.a_inverse[i * n + i] = 1 / params_.ridge;
    }
  }
  return static_cast<std::size_t>(place);
}

void LinearBook::learn_hybrid(Own& own, const float* x, double y) {
  const std::size_t n = own_dims(), k = context_.size();
  // A0 += B' A^-1 B and b0 += B' A^-1 b before, minus the same after (the paper's lines 17 to 18 and 22 to 24).
  std::vector<double> precision(k * k, 0.0), target(k, 0.0), half(n * k), solved(n);
  const auto fold = [&](double sign) {
    for (std::size_t i = 0; i < n; ++i) {
      solved[i] = 0;
      std::fill_n(half.begin() + static_cast<std::ptrdiff_t>(i * k), k, 0.0);
      for (std::size_t j = 0; j < n; ++j) {
        const double a = own.a_inverse[i * n + j];
        solved[i] += a * own.b[j];
        for (std::size_t c = 0; c < k; ++c) half[i * k + c] += a * own.cross[j * k + c];
      }
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t r = 0; r < k; ++r) {
        const double v = sign * own.cross[i * k + r];
        target[r] += v * solved[i];
        for (std::size_t c = 0; c < k; ++c) precision[r * k + c] += v * half[i * k + c];
      }
  };
  fold(1);
  std::vector<double> ax(n, 0.0);
  double scale = 1;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) ax[i] += own.a_inverse[i * n + j] * static_cast<double>(x[j]);
    scale += ax[i] * static_cast<double>(x[i]);
  }
  for (std::size_t i = 0; i < n; ++i) {  // Sherman & Morrison 1950
    for (std::size_t j = 0; j < n; ++j) own.a_inverse[i * n + j] -= ax[i] * ax[j] / scale;
    for (std::size_t c = 0; c < k; ++c) own.cross[i * k + c] += static_cast<double>(x[i]) * static_cast<double>(x[c]);
    own.b[i] += y * static_cast<double>(x[i]);
  }
  fold(-1);
  shared_.add(x, y);
  shared_.add_precision(precision);
  shared_.add_target(target);
}

void LinearBook::learn(std::span<const Interaction> pages) {
  std::vector<float> x(context_.size());
  std::vector<std::size_t> touched;
  for (const Interaction& page : pages) {
    const auto width = static_cast<std::size_t>(page.width);
    each_counted(page, feedback_, [&](std::size_t k) {
      const std::span<const float> row{page.features.data() + k * width, width};
      const Slot& slot = page.slate.slots[k];
      context_.observe(row);
      context_.map(row, x.data());
      const double y = (page.outcome.slots[k].clicked ? 1 : 0) - predicted_click(slot.heads, 0);
      if (params_.model == "shared") {
        shared_.add(x.data(), y);
      } else if (params_.model == "disjoint") {
        const std::size_t at = place_of(slot.item);
        items_[at].add(x.data(), y);
        touched.push_back(at);
      } else {
        learn_hybrid(own_[place_of(slot.item)], x.data(), y);
      }
    });
  }
  if (params_.model != "disjoint") return shared_.refresh();
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const std::size_t at : touched) items_[at].refresh();
}

LinearBook::Estimates LinearBook::estimates(const Ranking& ranking) const {
  const std::size_t n = ranking.candidates.size(), k = context_.size();
  const std::vector<float> x = contexts_of(ranking, context_);
  Estimates e{std::vector<double>(n), std::vector<double>(n)};
  if (is_shared()) {
    std::vector<float> mean(n), variance(n);
    shared_.means(x.data(), n, mean.data());
    shared_.variances(x.data(), n, variance.data());
    std::copy(mean.begin(), mean.end(), e.mean.begin());
    std::copy(variance.begin(), variance.end(), e.variance.begin());
  }
  std::vector<float> w(k);
  for (std::size_t i = 0; i < n; ++i) {
    const ItemId item = ranking.candidates[i].item;
    const float* z = x.data() + i * k;
    const std::int32_t place = item.index() < place_.size() ? place_[item.index()] : -1;
    if (params_.model == "disjoint") {
      const LinearModel& model = place < 0 ? shared_ : items_[static_cast<std::size_t>(place)];
      e.mean[i] = model.mean(z);
      e.variance[i] = model.variance(z);
    } else if (params_.model == "hybrid") {
      const std::size_t m = own_dims();
      double mean = shared_.mean(z), own_variance = 0;
      std::copy_n(z, k, w.begin());
      if (place < 0) {
        for (std::size_t j = 0; j < m; ++j)
          own_variance += static_cast<double>(z[j]) * static_cast<double>(z[j]) / params_.ridge;
      } else {
        const Own& own = own_[static_cast<std::size_t>(place)];
        for (std::size_t r = 0; r < m; ++r) {
          double ax = 0, left = own.b[r];  // A^-1 x and b - B beta
          for (std::size_t c = 0; c < m; ++c) ax += own.a_inverse[r * m + c] * static_cast<double>(z[c]);
          for (std::size_t c = 0; c < k; ++c) left -= own.cross[r * k + c] * shared_.theta()[c];
          mean += ax * left;
          own_variance += ax * static_cast<double>(z[r]);
          for (std::size_t c = 0; c < k; ++c) w[c] -= static_cast<float>(ax * own.cross[r * k + c]);
        }
      }
      e.mean[i] = mean;
      e.variance[i] = shared_.variance(w.data()) + own_variance;
    }
    e.mean[i] += predicted_click(ranking.candidates[i].heads, 0);
  }
  return e;
}

}  // namespace feedloop
