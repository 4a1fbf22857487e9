// Measured items and users, one row each, that a calibrated world samples instead of generating (written by
// `feedloop calibrate`). Columns of the CSVs:
//   items:  category (0-based), appeal (logit, popularity that taste does not explain), v0 … v15 (latent vector)
//   users:  activity (sessions/day), p0 … p15 (taste, same space)
// Other columns (an original id, a title) are allowed and ignored.
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include "base/catalog.hpp"

namespace feedloop {

constexpr int kLatentDims = kContentDims;
using Latent = std::array<float, kLatentDims>;

struct ItemRow {
  int category = 0;
  double appeal = 0;
  Latent v{};
};
struct UserRow {
  double activity = 0;
  Latent p{};
};

// Throws Error with file, line and column: a missing column, not a number, a category outside [0, categories), a zero or
// non-finite vector, an activity that is not positive, no rows.
std::vector<ItemRow> read_item_table(const std::filesystem::path& file, int categories);
std::vector<UserRow> read_user_table(const std::filesystem::path& file);

float dot(const Latent& a, const Latent& b);
void normalise(Latent& a);  // to length 1; the zero vector becomes the first axis

}  // namespace feedloop
