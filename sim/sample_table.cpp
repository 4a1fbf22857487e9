#include "sim/sample_table.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/csv.hpp"

namespace feedloop {
namespace {

std::array<std::size_t, kLatentDims> latent_columns(const CsvReader& csv, char letter) {
  std::array<std::size_t, kLatentDims> columns{};
  for (std::size_t k = 0; k < kLatentDims; ++k) columns[k] = csv.column(fmt::format("{}{}", letter, k));
  return columns;
}

Latent read_latent(const CsvReader& csv, const std::array<std::size_t, kLatentDims>& columns) {
  Latent v;
  float norm = 0;
  for (std::size_t k = 0; k < kLatentDims; ++k) {
    v[k] = static_cast<float>(csv.number(columns[k]));
    norm += v[k] * v[k];
  }
  if (!(norm > 0) || !std::isfinite(norm)) throw Error("the latent vector has no length", csv.place(columns[0]));
  normalise(v);
  return v;
}

}  // namespace

float dot(const Latent& a, const Latent& b) {
  float sum = 0;
  for (std::size_t k = 0; k < kLatentDims; ++k) sum += a[k] * b[k];
  return sum;
}

void normalise(Latent& a) {
  const float norm = std::sqrt(dot(a, a));
  if (!(norm > 0)) {
    a = {};
    a[0] = 1;
    return;
  }
  for (float& x : a) x /= norm;
}

std::vector<ItemRow> read_item_table(const std::filesystem::path& file, int categories) {
  CsvReader csv(file);
  const auto category = csv.column("category"), appeal = csv.column("appeal");
  const auto latent = latent_columns(csv, 'v');
  std::vector<ItemRow> rows;
  while (csv.next()) {
    const double c = csv.number(category);
    if (c < 0 || c >= categories || c != std::floor(c))
      throw Error(fmt::format("category {} is outside 0..{} (world.items.categories = {})", c, categories - 1, categories),
                  csv.place(category));
    rows.push_back({static_cast<int>(c), csv.number(appeal), read_latent(csv, latent)});
  }
  if (rows.empty()) throw Error("has no rows below its header", Place{file.string()});
  return rows;
}

std::vector<UserRow> read_user_table(const std::filesystem::path& file) {
  CsvReader csv(file);
  const auto activity = csv.column("activity");
  const auto latent = latent_columns(csv, 'p');
  std::vector<UserRow> rows;
  while (csv.next()) {
    const double a = csv.number(activity);
    if (!(a > 0) || a > 100) throw Error(fmt::format("activity {} is outside (0, 100]", a), csv.place(activity));
    rows.push_back({a, read_latent(csv, latent)});
  }
  if (rows.empty()) throw Error("has no rows below its header", Place{file.string()});
  return rows;
}

}  // namespace feedloop
