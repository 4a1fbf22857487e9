// Vectors for tables of which a request reads a few rows anywhere: with pages of 4 KiB each such row costs a walk of the page
// tables besides its cache misses. Short vectors are like any other.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace feedloop {

template <class T>
struct HugePageAllocator {
  using value_type = T;
  static constexpr std::align_val_t kCacheLine{64}, kPage{2u << 20};

  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    void* memory = ::operator new(bytes, alignment(n));
    if (alignment(n) == kPage) madvise(memory, bytes, MADV_HUGEPAGE);  // where the system has none, pages stay small
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t n) { ::operator delete(memory, alignment(n)); }
  bool operator==(const HugePageAllocator&) const { return true; }

 private:
  static std::align_val_t alignment(std::size_t n) {
    return n * sizeof(T) >= static_cast<std::size_t>(kPage) ? kPage : kCacheLine;
  }
};

template <class T>
using HugeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace feedloop
