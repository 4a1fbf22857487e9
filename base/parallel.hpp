// Fixed-grain parallel loops. The grain, never the number of threads, decides how work is cut and in which order partial
// results meet, so every result is the same on any number of threads. Two executors stand behind it: oneTBB, and plain
// std::thread (FEEDLOOP_EXECUTOR=threads), which ThreadSanitizer can follow.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace feedloop {

void set_threads(int n);  // 0 = all cores. Requires: no loop is running
int threads();

// May be called from several threads at once. Calls body(begin, end) over [0, n) in pieces of `grain`. Bodies run concurrently
// and must not touch each other's data. The first exception (by piece) is rethrown after all pieces ended.
void parallel_for(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body);

// Reduces pieces left to right: merge(merge(p0, p1), p2)…, whatever the threads did.
template <class T, class Map, class Merge>
T parallel_reduce(std::size_t n, std::size_t grain, T init, Map map, Merge merge) {
  if (n == 0) return init;
  std::vector<T> parts((n + grain - 1) / grain, init);
  parallel_for(n, grain, [&](std::size_t b, std::size_t e) { parts[b / grain] = map(b, e); });
  T total = std::move(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) total = merge(std::move(total), std::move(parts[i]));
  return total;
}

}  // namespace feedloop
