#include "stats/moment_lanes.hpp"

#include <cstdint>
#include <cstring>

#include "base/check.hpp"

namespace feedloop {
namespace {

using Four = double __attribute__((vector_size(32)));

void load(Four& to, const double* from) { std::memcpy(&to, from, sizeof to); }
void store(double* to, const Four& from) { std::memcpy(to, &from, sizeof from); }

}  // namespace

void MomentLanes::add(std::span<const double> num, std::span<const double> den) {
  FEEDLOOP_CHECK(num.size() >= width() && den.size() >= width(), "a lane without a value");
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    Lanes& l = lanes_[i];
    Four x, y, n, mean_num, mean_den, m2_num, m2_den, c;
    load(x, num.data() + 4 * i);
    load(y, den.data() + 4 * i);
    load(n, l.n);
    load(mean_num, l.mean_num);
    load(mean_den, l.mean_den);
    load(m2_num, l.m2_num);
    load(m2_den, l.m2_den);
    load(c, l.c);
    const auto counted = x == x;
    const Four count = n + 1.0, delta_num = x - mean_num, delta_den = y - mean_den;
    const Four new_num = mean_num + delta_num / count, new_den = mean_den + delta_den / count;
    store(l.n, counted ? count : n);
    store(l.mean_num, counted ? new_num : mean_num);
    store(l.mean_den, counted ? new_den : mean_den);
    store(l.m2_num, counted ? m2_num + delta_num * (x - new_num) : m2_num);
    store(l.m2_den, counted ? m2_den + delta_den * (y - new_den) : m2_den);
    store(l.c, counted ? c + delta_num * (y - new_den) : c);
  }
}

RatioMoments MomentLanes::operator[](std::size_t metric) const {
  const Lanes& l = lanes_[metric / 4];
  const std::size_t k = metric % 4;
  return {static_cast<std::int64_t>(l.n[k]), l.mean_num[k], l.mean_den[k], l.m2_num[k], l.m2_den[k], l.c[k]};
}

}  // namespace feedloop
