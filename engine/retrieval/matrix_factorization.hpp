// Implicit-feedback matrix factorisation by alternating least squares (Hu, Koren, Volinsky 2008, eq. 4 and 5): preference 1
// where a play was seen, confidence 1 + alpha * value. Each row's normal equations are solved by Cholesky, or approached by a
// few steps of conjugate gradients from the row's last vector (Takacs, Pilaszy, Tikk 2011), which never form the matrix.
// Trained nightly from the last night's vectors.
#pragma once

#include "engine/index/vector_index.hpp"
#include "engine/retrieval/source.hpp"

namespace feedloop {

class MatrixFactorization final : public Source {
 public:
  static constexpr std::string_view kName = "matrix_factorization";
  static constexpr std::string_view kDoc = "Items whose learned vectors fit the user's.";
  static constexpr Signal kSignal = Signal::Plays;
  static constexpr std::int64_t kQuota = 150;
  struct Params {
    std::int64_t dims = 24, sweeps = 1, first_sweeps = 4, cg_steps = 3;
    double alpha = 10, regularisation = 10;
    std::string solver = "cholesky", index = "auto";
    void describe(Describe& d) {
      d.integer("dims", dims, {1, 128}, "", "Length of the vectors.");
      d.integer("sweeps", sweeps, {1, 50}, "", "Sweeps over users and items a night.");
      d.integer("first_sweeps", first_sweeps, {1, 50}, "", "Sweeps of the first night, which starts from noise.");
      d.number("alpha", alpha, {0, 1000}, "", "Confidence gained per unit of play value.");
      d.number("regularisation", regularisation, {0.01, 1e6}, "", "Ridge penalty (lambda).");
      d.text("solver", solver, {"cholesky", "cg"}, "Exact, or by conjugate gradients: faster for long vectors.");
      d.integer("cg_steps", cg_steps, {1, 100}, "", "Steps of conjugate gradients a row.");
      d.text("index", index, names_of(index_kinds()), "How the item vectors are searched.");
    }
  };
  explicit MatrixFactorization(const Params& params) : params_(params), index_(index_kind(params.index)) {}

  void nominate(const RetrievalQuery& query, std::size_t k, std::vector<Scored>& out) const override;
  void train(const TrainingLog& log, const PublishInput& in) override;
  bool reads_log() const override { return true; }
  void corrupt_index(Rng rng) override { index_.permute(rng); }
  void visit_state(State& s) override {
    s(users_);
    s(items_);
    s(index_);
    s(known_);
    s(nights_);
  }

  // Inner products estimate the preference: about 0 (none) to 1.
  std::size_t dims() const override { return static_cast<std::size_t>(params_.dims); }
  std::optional<Affinity> affinity() const override { return Affinity::Factorisation; }
  bool embed_user(const RetrievalQuery& query, float* out) const override;
  const float* item_vector(ItemId item) const override;

 private:
  Params params_;
  std::vector<float> users_;  // row-major, dims a row
  HugeVector<float> items_;
  VectorIndex index_;                // of items_
  std::vector<std::uint8_t> known_;  // by user: had a play in the last training
  std::int32_t nights_ = 0;
};

}  // namespace feedloop
