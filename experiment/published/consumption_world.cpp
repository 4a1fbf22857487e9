#include "experiment/published/consumption_world.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"
#include "base/distributions.hpp"

namespace feedloop {
namespace {

constexpr std::uint32_t kLuck = 0xFFFF'0000;  // purposes stand above it; below, the word is a period
constexpr float kGone = -std::numeric_limits<float>::infinity();
constexpr float kConsumed = -1e30f;  // below every score

// Places from the largest score down, ties in random order; found as they are asked for, since few users look far.
class Descending {
 public:
  std::vector<float> scores;  // as many as there are items, then kGone up to a multiple of 8; emptied as places are taken
  void begin() { tied_.clear(); }

  // False when there is none left, or what is left was consumed and `all` is not asked for.
  bool next(Rng& rng, bool all, std::size_t& item) {
    if (tied_.empty() && !find_ties(all)) return false;
    const std::size_t at = tied_.size() == 1 ? 0 : uniform_below(rng, static_cast<std::uint32_t>(tied_.size()));
    item = tied_[at];
    scores[item] = kGone;
    tied_[at] = tied_.back();
    tied_.pop_back();
    return true;
  }

 private:
  bool find_ties(bool all) {
    if (scores.empty()) return false;
    __m256 most = _mm256_loadu_ps(scores.data());
    for (std::size_t k = 8; k < scores.size(); k += 8) most = _mm256_max_ps(most, _mm256_loadu_ps(scores.data() + k));
    alignas(32) std::array<float, 8> lanes;
    _mm256_store_ps(lanes.data(), most);
    const float best = *std::max_element(lanes.begin(), lanes.end());
    if (best == kGone || (!all && best == kConsumed)) return false;
    const __m256 wanted = _mm256_set1_ps(best);
    for (std::size_t k = 0; k < scores.size(); k += 8) {
      auto equal =
          static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(scores.data() + k), wanted, _CMP_EQ_OQ)));
      for (; equal; equal &= equal - 1) tied_.push_back(k + static_cast<std::size_t>(__builtin_ctz(equal)));
    }
    return true;
  }

  std::vector<std::size_t> tied_;  // places of the largest score left
};

// The observed share of utility by place.
std::vector<double> attention(std::size_t places) {
  std::vector<double> share(places);
  for (std::size_t p = 0; p < places; ++p) share[p] = std::pow(1.0 + static_cast<double>(p), -0.8);
  return share;
}

}  // namespace

std::vector<double> dirichlet_rows(Seed seed, std::uint32_t purpose, std::size_t rows, std::span<const double> alpha) {
  std::vector<double> out;
  out.reserve(rows * alpha.size());
  for (std::size_t r = 0; r < rows; ++r) {
    Rng rng = stream(seed, Stream::Published, {0, kLuck + purpose, static_cast<std::uint32_t>(r)});
    const std::vector<double> row = dirichlet(rng, alpha);
    out.insert(out.end(), row.begin(), row.end());
  }
  return out;
}

void set_utilities(ConsumptionWorld& w) {
  w.utility.assign(w.users * w.items, 0);
  for (std::size_t u = 0; u < w.users; ++u)
    for (std::size_t i = 0; i < w.items; ++i)
      for (std::size_t a = 0; a < w.attributes; ++a)
        w.utility[u * w.items + i] += w.preference[u * w.attributes + a] * w.attribute[i * w.attributes + a];
}

std::vector<double> median_utilities(const ConsumptionWorld& w) {
  std::vector<double> medians, row;
  for (std::size_t u = 0; u < w.users; ++u) {
    row.assign(w.utility.begin() + static_cast<std::ptrdiff_t>(u * w.items),
               w.utility.begin() + static_cast<std::ptrdiff_t>((u + 1) * w.items));
    std::sort(row.begin(), row.end());
    medians.push_back((row[(w.items - 1) / 2] + row[w.items / 2]) / 2);
  }
  return medians;
}

void Consumption::add(std::size_t user, std::size_t item) {
  if (has(user, item)) return;
  has_[user * items_ + item] = 1;
  of_user_[user].push_back(static_cast<std::uint16_t>(item));
}

void LittleModel::train(const Consumption& consumed, std::span<const std::uint8_t> uses, std::span<const std::uint8_t> serves) {
  if (kind_ == LittleRecommender::Random || kind_ == LittleRecommender::Oracle) return;
  const std::size_t users = world_.users, d = world_.attributes;
  of_user_.assign(users, {});
  std::vector<std::vector<std::uint16_t>> consumers(world_.items);
  for (std::size_t u = 0; u < users; ++u) {
    if (!uses[u]) continue;
    of_user_[u].assign(consumed.of(u).begin(), consumed.of(u).end());
    for (const std::uint16_t i : of_user_[u]) consumers[i].push_back(static_cast<std::uint16_t>(u));
  }
  scale_.assign(world_.items, 1.0);
  weight_.assign(users * users, 0.0);
  if (kind_ == LittleRecommender::Popularity) {
    for (std::size_t i = 0; i < world_.items; ++i) scale_[i] = static_cast<double>(consumers[i].size());
    return;
  }
  if (kind_ == LittleRecommender::Content) {
    profile_.assign(users * d, 0.0);
    for (std::size_t u = 0; u < users; ++u)
      for (const std::uint16_t i : of_user_[u])
        for (std::size_t a = 0; a < d; ++a)
          profile_[u * d + a] += world_.attribute[i * d + a] / static_cast<double>(of_user_[u].size());
    return;
  }
  // sum_j in items of u of |users of i and j| / sqrt(n_i n_j) = 1 / sqrt(n_i) sum_v who consumed i of sum_j of u and v of
  // 1 / sqrt(n_j): like user_cf, a sum over users of a weight times B.
  const bool all = kind_ == LittleRecommender::Factorization;
  for (std::size_t i = 0; i < world_.items; ++i) {
    if (consumers[i].empty()) continue;
    double w = 1;
    if (kind_ == LittleRecommender::ItemCf) w = scale_[i] = 1 / std::sqrt(static_cast<double>(consumers[i].size()));
    for (const std::size_t u : consumers[i])
      if (all || serves[u])
        for (const std::size_t v : consumers[i]) weight_[u * users + v] += w;
  }
  if (all) find_factors(uses);
}

// Subspace iteration on B B', which weight_ holds; begins where the last training ended. weight_ becomes U U'.
void LittleModel::find_factors(std::span<const std::uint8_t> uses) {
  const std::size_t n = world_.users, k = std::min(world_.factors, n);
  if (basis_.empty()) {
    basis_.resize(n * k);
    Rng rng = stream(Seed{}, Stream::Published, {0, kLuck + 99, 0});
    for (double& x : basis_) x = normal(rng);
  }
  std::vector<double> image(n * k);
  for (int sweep = 0; sweep < 10; ++sweep) {
    std::fill(image.begin(), image.end(), 0.0);
    for (std::size_t u = 0; u < n; ++u)
      for (std::size_t v = 0; v < n; ++v)
        if (const double w = weight_[u * n + v]; w != 0)
          for (std::size_t c = 0; c < k; ++c) image[u * k + c] += w * basis_[v * k + c];
    for (std::size_t c = 0; c < k; ++c) {  // Gram-Schmidt; a direction that B does not have is dropped
      double before = 0, after = 0;
      for (std::size_t u = 0; u < n; ++u) before += image[u * k + c] * image[u * k + c];
      for (std::size_t b = 0; b < c; ++b) {
        double product = 0;
        for (std::size_t u = 0; u < n; ++u) product += image[u * k + c] * image[u * k + b];
        for (std::size_t u = 0; u < n; ++u) image[u * k + c] -= product * image[u * k + b];
      }
      for (std::size_t u = 0; u < n; ++u) after += image[u * k + c] * image[u * k + c];
      const double scale = after > 1e-18 * before && after > 0 ? 1 / std::sqrt(after) : 0;
      for (std::size_t u = 0; u < n; ++u) image[u * k + c] *= scale;
    }
    basis_ = image;
  }
  weight_.assign(n * n, 0.0);
  for (std::size_t u = 0; u < n; ++u)
    for (std::size_t v = 0; v < n; ++v)
      if (uses[v])
        for (std::size_t c = 0; c < k; ++c) weight_[u * n + v] += basis_[u * k + c] * basis_[v * k + c];
  for (std::size_t c = 0; c < k; ++c) {  // a dropped direction may come with later data: start it anew
    double norm = 0;
    for (std::size_t u = 0; u < n; ++u) norm += basis_[u * k + c] * basis_[u * k + c];
    if (norm > 0) continue;
    Rng rng = stream(Seed{}, Stream::Published, {0, kLuck + 99, static_cast<std::uint32_t>(c)});
    for (std::size_t u = 0; u < n; ++u) basis_[u * k + c] = normal(rng);
  }
}

void LittleModel::scores(std::size_t user, std::span<float> score, std::vector<double>& sums) const {
  const std::size_t users = world_.users, d = world_.attributes;
  switch (kind_) {
    case LittleRecommender::Random:
      std::fill(score.begin(), score.end(), 0.0f);
      return;
    case LittleRecommender::Oracle:
      for (std::size_t i = 0; i < score.size(); ++i) score[i] = static_cast<float>(world_.utility_of(user, i));
      return;
    case LittleRecommender::Popularity:
      for (std::size_t i = 0; i < score.size(); ++i) score[i] = static_cast<float>(scale_[i]);
      return;
    case LittleRecommender::Content:
      for (std::size_t i = 0; i < score.size(); ++i) {
        double product = 0;
        for (std::size_t a = 0; a < d; ++a) product += profile_[user * d + a] * world_.attribute[i * d + a];
        score[i] = static_cast<float>(product);
      }
      return;
    case LittleRecommender::ItemCf:
    case LittleRecommender::UserCf:
    case LittleRecommender::Factorization:
      break;
  }
  sums.assign(world_.items, 0.0);
  for (std::size_t v = 0; v < users; ++v)
    if (const double w = weight_[user * users + v]; w != 0)
      for (const std::uint16_t i : of_user_[v]) sums[i] += w;
  for (std::size_t i = 0; i < score.size(); ++i) score[i] = static_cast<float>(sums[i] * scale_[i]);
}

std::vector<std::int32_t> consume(const ConsumptionWorld& w, const ConsumptionRun& run) {
  FEEDLOOP_CHECK(run.variant.size() == w.users && w.items <= 65'535, "a consumption run that does not fit its world");
  const std::size_t periods = w.periods();
  const std::vector<double> share = attention(w.items);
  std::vector<double> most(w.users, 0.0);
  for (std::size_t u = 0; u < w.users; ++u)
    for (std::size_t i = 0; i < w.items; ++i) most[u] = std::max(most[u], w.utility_of(u, i));
  std::array<std::vector<std::uint8_t>, 2> serves{std::vector<std::uint8_t>(w.users), std::vector<std::uint8_t>(w.users)};
  for (std::size_t u = 0; u < w.users; ++u) serves[run.variant[u]][u] = 1;
  const std::vector<std::uint8_t> everybody(w.users, 1);

  std::vector<LittleModel> models;
  for (const LittleRecommender kind : run.recommenders) models.emplace_back(w, kind);
  Consumption consumed(w.users, w.items);
  std::vector<std::int32_t> chosen(periods * w.users, kNothing);
  std::vector<double> sums;
  std::vector<std::uint32_t> fresh;
  Descending ranking;
  for (std::size_t t = 0; t < periods; ++t) {
    const std::size_t first = t * w.arrivals;
    const bool recommends = t >= run.startup;
    for (std::size_t v = 0; v < 2; ++v) {
      if (recommends && (run.retrain || t == run.startup) &&
          std::find(run.variant.begin(), run.variant.end(), v) != run.variant.end())
        models[v].train(consumed, run.own_data ? serves[v] : everybody, serves[v]);
    }
    for (std::size_t u = 0; u < w.users; ++u) {
      Rng rng =
          stream(run.seed, Stream::Published, {run.replication, static_cast<std::uint32_t>(t), static_cast<std::uint32_t>(u)});
      const std::size_t v = run.variant[u];
      fresh.clear();
      for (std::size_t i = first; i < first + w.arrivals; ++i)
        if (run.corpus.empty() || run.corpus[i] == v) fresh.push_back(static_cast<std::uint32_t>(i));
      shuffle(rng, fresh);
      if (recommends) {
        ranking.begin();
        ranking.scores.resize((first + 7) / 8 * 8);
        std::fill(ranking.scores.begin() + static_cast<std::ptrdiff_t>(first), ranking.scores.end(), kGone);
        const std::span<float> score(ranking.scores.data(), first);
        models[v].scores(u, score, sums);
        for (std::size_t i = 0; i < first && !run.corpus.empty(); ++i)
          if (run.corpus[i] != v) score[i] = kGone;
        if (w.once || run.recommenders[v] != LittleRecommender::Random)
          for (const std::uint16_t i : consumed.of(u)) score[i] = kConsumed;
      }

      const double reserve = w.reserve.empty() ? 0 : w.reserve[u];
      const double floor = w.reserve_of_utility ? 0 : reserve;
      double best = 0;
      std::int32_t choice = kNothing;
      bool more = recommends;
      std::size_t next = 0;
      for (std::size_t place = 0; more || next < fresh.size(); ++place) {
        if (most[u] * share[place] <= std::max(best, floor)) break;  // nothing further down could still win
        std::size_t item = 0;
        const bool recommended = more && (place % 2 == 0 || next == fresh.size());
        if (recommended && !ranking.next(rng, !w.once, item)) {
          more = false;
          if (next == fresh.size()) break;
        }
        if (!recommended || !more) item = fresh[next++];
        const double observed = w.utility_of(u, item) * share[place];
        if (observed > best) best = observed, choice = static_cast<std::int32_t>(item);
      }
      if (choice != kNothing) {
        const double said = w.reserve_of_utility ? w.utility_of(u, static_cast<std::size_t>(choice)) : best;
        if (!w.reserve.empty() && said <= reserve) choice = kNothing;
      }
      chosen[t * w.users + u] = choice;
    }
    for (std::size_t u = 0; u < w.users; ++u)
      if (const std::int32_t i = chosen[t * w.users + u]; i != kNothing) consumed.add(u, static_cast<std::size_t>(i));
  }
  return chosen;
}

}  // namespace feedloop
