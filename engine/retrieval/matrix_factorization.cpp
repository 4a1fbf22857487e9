#include "engine/retrieval/matrix_factorization.hpp"

#include <Eigen/Core>
#include <cmath>

#include "base/distributions.hpp"
#include "base/linear_solve.hpp"
#include "base/parallel.hpp"

namespace feedloop {
namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Sparse {  // by row: (column, value), in order of column
  std::vector<std::uint32_t> first, column;
  std::vector<float> value;
};

// Sums plays of the same pair. `row_of` and `column_of` pick the side.
template <class RowOf, class ColumnOf>
Sparse gather(const std::vector<Play>& plays, std::size_t rows, RowOf row_of, ColumnOf column_of) {
  std::vector<std::pair<std::uint64_t, float>> cells;
  cells.reserve(plays.size());
  for (const Play& p : plays) cells.emplace_back((std::uint64_t{row_of(p)} << 32) | column_of(p), p.value);
  std::stable_sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Sparse m;
  m.first.assign(rows + 1, 0);
  for (std::size_t i = 0; i < cells.size();) {
    float sum = 0;
    std::size_t j = i;
    for (; j < cells.size() && cells[j].first == cells[i].first; ++j) sum += cells[j].second;
    m.column.push_back(static_cast<std::uint32_t>(cells[i].first));
    m.value.push_back(sum);
    ++m.first[(cells[i].first >> 32) + 1];
    i = j;
  }
  for (std::size_t r = 0; r < rows; ++r) m.first[r + 1] += m.first[r];
  return m;
}

// A row's system (Y'Y + Y'(C - I)Y + lambda I) x = Y' C p; `gram` is Y'Y + lambda I.
struct RowSystem {
  const Sparse& m;
  const Rows& y;
  const Eigen::MatrixXf& gram;
  float alpha;
  std::size_t row;

  template <class Each>  // each(vector of a played column, confidence above 1)
  void each_play(Each each) const {
    for (std::uint32_t k = m.first[row]; k < m.first[row + 1]; ++k) each(y.row(m.column[k]).transpose(), alpha * m.value[k]);
  }
};

void solve_exactly(const RowSystem& s, Eigen::MatrixXf& a, Eigen::VectorXf& x) {
  a = s.gram;
  x.setZero();
  s.each_play([&](const auto& v, float confidence) {
    a.selfadjointView<Eigen::Lower>().rankUpdate(v, confidence);
    x += (1 + confidence) * v;
  });
  x = solve_positive_definite(a, x);
}

// Each step costs the square of the length, and twice the length a play; a factorisation, its cube and the square a play.
void step_towards(const RowSystem& s, std::int64_t steps, Eigen::VectorXf& x) {
  Eigen::VectorXf r = -(s.gram * x);
  s.each_play([&](const auto& v, float confidence) { r += (1 + confidence - confidence * v.dot(x)) * v; });
  Eigen::VectorXf p = r, ap(x.size());
  float rr = r.squaredNorm();
  const float enough = 1e-12f * rr;
  for (std::int64_t step = 0; step < steps && rr > enough; ++step) {
    ap.noalias() = s.gram * p;
    s.each_play([&](const auto& v, float confidence) { ap += confidence * v.dot(p) * v; });
    const float length = rr / p.dot(ap);
    x += length * p;
    r -= length * ap;
    const float next = r.squaredNorm();
    p = r + next / rr * p;
    rr = next;
  }
}

// Solves every row of `x` given the other side `y`; exactly when `cg_steps` is 0.
void solve_side(const Sparse& m, const Rows& y, Rows& x, float alpha, float lambda, std::int64_t cg_steps) {
  const Eigen::Index d = y.cols();
  const Eigen::MatrixXf gram = y.transpose() * y + lambda * Eigen::MatrixXf::Identity(d, d);
  parallel_for(static_cast<std::size_t>(x.rows()), 64, [&](std::size_t b, std::size_t e) {
    Eigen::MatrixXf a(d, d);
    Eigen::VectorXf solution(d);
    for (std::size_t r = b; r < e; ++r) {
      const auto row = static_cast<Eigen::Index>(r);
      if (m.first[r] == m.first[r + 1]) {
        x.row(row).setZero();
        continue;
      }
      const RowSystem system{m, y, gram, alpha, r};
      if (cg_steps > 0) {
        solution = x.row(row).transpose();
        step_towards(system, cg_steps, solution);
      } else {
        solve_exactly(system, a, solution);
      }
      x.row(row) = solution.transpose();
      // Extreme parameters can exhaust a float's digits: such a row is unknown rather than poison for all that read it.
      if (!x.row(row).allFinite()) x.row(row).setZero();
    }
  });
}

}  // namespace

void MatrixFactorization::train(const TrainingLog& log, const PublishInput& in) {
  if (log.plays().empty()) return;
  const auto d = static_cast<std::size_t>(params_.dims);
  const std::size_t users = log.users(), items = in.catalog.size();
  const std::size_t old_items = items_.size() / d;
  users_.resize(users * d);
  items_.resize(items * d);
  for (std::size_t i = old_items; i < items; ++i) {
    Rng rng = stream(in.seed, Stream::InitialWeights, entity_key(i));
    for (std::size_t k = 0; k < d; ++k) items_[i * d + k] = static_cast<float>(0.1 * normal(rng));
  }
  Rows x = Eigen::Map<Rows>(users_.data(), static_cast<Eigen::Index>(users), static_cast<Eigen::Index>(d));
  Rows y = Eigen::Map<Rows>(items_.data(), static_cast<Eigen::Index>(items), static_cast<Eigen::Index>(d));
  const Sparse by_user = gather(
      log.plays(), users, [](const Play& p) { return p.user.value; }, [](const Play& p) { return p.item.value; });
  const Sparse by_item = gather(
      log.plays(), items, [](const Play& p) { return p.item.value; }, [](const Play& p) { return p.user.value; });
  const auto alpha = static_cast<float>(params_.alpha), lambda = static_cast<float>(params_.regularisation);
  const std::int64_t cg_steps = params_.solver == "cg" ? params_.cg_steps : 0;
  for (std::int64_t sweep = 0; sweep < (nights_ == 0 ? params_.first_sweeps : params_.sweeps); ++sweep) {
    solve_side(by_user, y, x, alpha, lambda, cg_steps);
    solve_side(by_item, x, y, alpha, lambda, cg_steps);
  }
  solve_side(by_user, y, x, alpha, lambda, cg_steps);
  std::copy_n(x.data(), users_.size(), users_.data());
  std::copy_n(y.data(), items_.size(), items_.data());
  known_.assign(users, 0);
  for (std::size_t u = 0; u < users; ++u) known_[u] = by_user.first[u] < by_user.first[u + 1];
  ++nights_;
  index_.build(items_, static_cast<int>(params_.dims));
}

bool MatrixFactorization::embed_user(const RetrievalQuery& query, float* out) const {
  const std::size_t user = query.request.user.index();
  if (user >= known_.size() || !known_[user]) return false;
  std::copy_n(users_.begin() + static_cast<std::ptrdiff_t>(user * dims()), dims(), out);
  return true;
}

const float* MatrixFactorization::item_vector(ItemId item) const {
  return (item.index() + 1) * dims() <= items_.size() ? items_.data() + item.index() * dims() : nullptr;
}

void MatrixFactorization::nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const {
  if (!query.vector.empty()) index_.search(query.vector, k, out);
}

}  // namespace feedloop
