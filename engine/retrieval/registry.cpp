#include <array>

#include "engine/index/inner_product.hpp"
#include "engine/retrieval/content.hpp"
#include "engine/retrieval/covisitation.hpp"
#include "engine/retrieval/editorial.hpp"
#include "engine/retrieval/fresh.hpp"
#include "engine/retrieval/matrix_factorization.hpp"
#include "engine/retrieval/onboarding.hpp"
#include "engine/retrieval/popularity.hpp"
#include "engine/retrieval/source.hpp"
#include "engine/retrieval/trending.hpp"
#include "engine/retrieval/two_tower.hpp"

namespace feedloop {
namespace {

template <class T>
constexpr SourceEntry source_entry() {
  return {registry_entry<Source, T>(), T::kSignal, T::kQuota};
}

}  // namespace

void embed(const Source& source, RetrievalQuery& query, std::vector<float>& input, std::vector<float>& vector) {
  if (const std::size_t width = source.input_width(); width > 0) {
    input.resize(width);
    source.user_input(query, input.data());
    query.input = input;
  }
  vector.resize(source.dims());
  if (!vector.empty() && !source.embed_user(query, vector.data())) vector.clear();
  query.vector = vector;
}

std::size_t source_index(std::string_view name) {
  return static_cast<std::size_t>(find_entry(source_registry(), name) - source_registry().data());
}

float inner_product(const Source& source, std::span<const float> user, ItemId item) {
  const float* x = user.empty() ? nullptr : source.item_vector(item);
  if (!x) return 0;
  return inner_product(user.data(), x, user.size());
}

std::span<const SourceEntry> source_registry() {
  static constexpr std::array table{
      source_entry<Popularity>(),          source_entry<Trending>(), source_entry<Fresh>(),   source_entry<Covisitation>(),
      source_entry<MatrixFactorization>(), source_entry<TwoTower>(), source_entry<Content>(), source_entry<Editorial>(),
      source_entry<Onboarding>(),
  };
  static_assert(table.size() <= 16);
  return table;
}

}  // namespace feedloop
