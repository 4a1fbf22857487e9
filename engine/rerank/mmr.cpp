#include "engine/rerank/mmr.hpp"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace feedloop {
namespace {

// Lanes run over candidates; each sums over dimensions in order of index, as the scalar twin does, so the bits are the same.
constexpr std::size_t kLanes = SlateRules::kLanes;
typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));
typedef std::int32_t Ints __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
static_assert(kLanes == 8);

float largest(Floats x) {
  const auto step = [](Floats a, Floats b) { return a > b ? a : b; };
  x = step(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3));
  x = step(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5));
  return std::max(x[0], x[1]);
}

// Bit l: lane l of a comparison holds.
unsigned lanes_of(Ints holds) {
  return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(reinterpret_cast<__m256i>(holds))));
}

constexpr float kLeast = -1.0f;  // the least a cosine can be
constexpr float kNobody = -std::numeric_limits<float>::infinity();

// Candidates that share the lanes of a vector.
struct Group {
  Floats relevance, nearest;  // to the first `known` picks
  std::size_t known;
};

// Buffers kept between requests of a thread; they never carry information from one request to the next.
struct Scratch {
  std::vector<Group> groups;
  std::vector<Floats> vectors;  // by group and dimension; filled in when a group is first compared
  std::vector<const float*> slate;
};
thread_local Scratch scratch;

void transpose(const MmrProblem& p, std::size_t group, Floats* out) {
  const std::size_t lanes = std::min(kLanes, p.rows.size() - group * kLanes);
  for (std::size_t l = 0; l < kLanes; ++l)
    for (std::size_t d = 0; d < p.dims; ++d) out[d][l] = l < lanes ? p.rows[group * kLanes + l][d] : 0.0f;
}

// Brings a group up to date with the picks it does not know of, four at a time so that their sums overlap.
void compare(Group& group, const Floats* x, std::span<const float* const> slate, std::size_t dims) {
  const auto raise = [&group](Floats dot) { group.nearest = group.nearest < dot ? dot : group.nearest; };
  for (; group.known + 4 <= slate.size(); group.known += 4) {
    const float* const* y = slate.data() + group.known;
    Floats a{}, b{}, c{}, e{};
    for (std::size_t d = 0; d < dims; ++d) {
      a += x[d] * y[0][d];
      b += x[d] * y[1][d];
      c += x[d] * y[2][d];
      e += x[d] * y[3][d];
    }
    for (const Floats& dot : {a, b, c, e}) raise(dot);
  }
  for (; group.known < slate.size(); ++group.known) {
    Floats dot{};
    for (std::size_t d = 0; d < dims; ++d) dot += x[d] * slate[group.known][d];
    raise(dot);
  }
}

}  // namespace

void pick_mmr(const MmrProblem& p, SlateRules& rules, std::vector<std::uint16_t>& picks) {
  const std::size_t n = p.rows.size();
  auto& [groups, vectors, slate] = scratch;
  groups.assign((n + kLanes - 1) / kLanes, {Floats{}, Floats{} + kLeast, 0});
  vectors.resize(groups.size() * p.dims);
  slate.clear();
  for (std::size_t i = 0; i < n; ++i) groups[i / kLanes].relevance[i % kLanes] = p.lambda * p.relevance[i];

  for (std::size_t slot = 0; slot < p.slots && rules.left() > 0; ++slot) {
    const auto value_of = [&](const Group& group, std::size_t g) {
      Ints level;
      std::memcpy(&level, rules.levels().data() + g * kLanes, sizeof level);
      const Floats value = slot > 0 ? group.relevance - (1 - p.lambda) * group.nearest : group.relevance;
      return level == rules.least() ? value : Floats{} + kNobody;
    };
    std::size_t pick = n;
    float most = kNobody;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      // Similarity to the slate only grows, so a value that is out of date can only fall: most groups need no comparison.
      Floats value = value_of(groups[g], g);
      if (lanes_of(value > most) == 0) continue;
      if (groups[g].known < slot) {
        if (groups[g].known == 0) transpose(p, g, vectors.data() + g * p.dims);
        compare(groups[g], vectors.data() + g * p.dims, slate, p.dims);
        value = value_of(groups[g], g);
        if (lanes_of(value > most) == 0) continue;
      }
      most = largest(value);
      pick = g * kLanes + static_cast<std::size_t>(std::countr_zero(lanes_of(value == most)));
    }
    picks.push_back(static_cast<std::uint16_t>(pick));
    slate.push_back(p.rows[pick]);
    rules.take(pick);
  }
}

void pick_mmr_scalar(const MmrProblem& p, SlateRules& rules, std::vector<std::uint16_t>& picks) {
  const std::size_t n = p.rows.size();
  // Similarity to the slate only grows: one new dot product a candidate and slot keeps it current.
  std::vector<float> nearest(n, kLeast);
  for (std::size_t slot = 0; slot < p.slots && rules.left() > 0; ++slot) {
    std::size_t pick = n;
    float most = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!rules.admits(i)) continue;
      const float value = p.lambda * p.relevance[i] - (slot > 0 ? (1 - p.lambda) * nearest[i] : 0.0f);
      if (pick == n || value > most) {
        pick = i;
        most = value;
      }
    }
    picks.push_back(static_cast<std::uint16_t>(pick));
    rules.take(pick);
    for (std::size_t i = 0; i < n; ++i) {
      if (rules.levels()[i] == SlateRules::kTaken) continue;
      float dot = 0;
      for (std::size_t d = 0; d < p.dims; ++d) dot += p.rows[i][d] * p.rows[pick][d];
      nearest[i] = std::max(nearest[i], dot);
    }
  }
}

}  // namespace feedloop
