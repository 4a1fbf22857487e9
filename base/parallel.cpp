#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#ifndef FEEDLOOP_EXECUTOR_THREADS
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <memory>
#include <mutex>
#else
#include <condition_variable>
#include <memory>
#endif

#include "base/check.hpp"

namespace feedloop {
namespace {
thread_local bool inside = false;  // this thread is running a piece
int thread_count = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));

#ifndef FEEDLOOP_EXECUTOR_THREADS

std::unique_ptr<tbb::global_control> limit;
std::unique_ptr<tbb::task_arena> arena;
std::mutex making;

void make_arena() {
  const std::lock_guard lock(making);
  if (!arena) {
    // A test may ask for more threads than the machine has cores: the contract must hold there too.
    limit = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism, thread_count);
    arena = std::make_unique<tbb::task_arena>(thread_count);
  }
}

void execute(std::size_t pieces, const std::function<void(std::size_t)>& piece) {
  make_arena();
  arena->execute([&] { tbb::parallel_for(std::size_t{0}, pieces, piece, tbb::simple_partitioner{}); });
}

void reset_executor() {
  arena.reset();
  limit.reset();
}

#else

// A pool of plain threads: workers wait for a generation number to move, then take pieces from a counter.
class Pool {
 public:
  explicit Pool(int n) {
    for (int i = 1; i < n; ++i) workers_.emplace_back([this] { work(); });
  }
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (auto& w : workers_) w.join();
  }
  void execute(std::size_t pieces, const std::function<void(std::size_t)>& piece) {
    const std::lock_guard turn(callers_);
    {
      const std::lock_guard lock(mutex_);
      piece_ = &piece;
      pieces_ = pieces;
      next_.store(0);
      busy_ = workers_.size();
      ++generation_;
    }
    wake_.notify_all();
    drain();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void drain() {
    for (std::size_t i = next_.fetch_add(1); i < pieces_; i = next_.fetch_add(1)) (*piece_)(i);
  }
  void work() {
    std::size_t seen = 0;
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || generation_ != seen; });
      if (stop_) return;
      seen = generation_;
      lock.unlock();
      drain();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }
  std::mutex callers_;  // one loop at a time
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> workers_;
  const std::function<void(std::size_t)>* piece_ = nullptr;
  std::size_t pieces_ = 0, busy_ = 0, generation_ = 0;
  std::atomic<std::size_t> next_{0};
  bool stop_ = false;
};

std::unique_ptr<Pool> pool;
std::mutex making;

void execute(std::size_t pieces, const std::function<void(std::size_t)>& piece) {
  {
    const std::lock_guard lock(making);
    if (!pool) pool = std::make_unique<Pool>(thread_count);
  }
  pool->execute(pieces, piece);
}

void reset_executor() { pool.reset(); }

#endif

}  // namespace

void set_threads(int n) {
  reset_executor();
  thread_count = n > 0 ? n : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

int threads() { return thread_count; }

void parallel_for(std::size_t n, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body) {
  FEEDLOOP_CHECK(grain > 0, "a loop needs a positive grain");
  const std::size_t pieces = (n + grain - 1) / grain;
  std::vector<std::exception_ptr> failures(pieces);
  const auto piece = [&](std::size_t i) {
    try {
      body(i * grain, std::min(n, (i + 1) * grain));
    } catch (...) {
      failures[i] = std::current_exception();
    }
  };
  // A loop inside a piece runs there: its order is the same, and the pool has one job at a time.
  if (thread_count == 1 || pieces <= 1 || inside) {
    for (std::size_t i = 0; i < pieces; ++i) piece(i);
  } else {
    execute(pieces, [&](std::size_t i) {
      inside = true;
      piece(i);
      inside = false;
    });
  }
  for (const auto& f : failures)
    if (f) std::rethrow_exception(f);
}

}  // namespace feedloop
