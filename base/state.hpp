// One visitor that both saves and loads all mutable state. A type lists its members once:
//
//   void visit_state(State& s) { s(counts_); s(last_published_); }
//
// and the same list writes a checkpoint, reads it back, and forks a world. Bytes are those of this build on this kind of
// machine; the archive stores the build's fingerprint beside them.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace feedloop {

class State {
 public:
  using Sink = std::function<void(std::string_view)>;

  State() = default;                                                      // saves
  explicit State(std::string_view bytes) : in_(bytes), loading_(true) {}  // loads; the bytes must outlive the visitor
  // Saves in pieces of `piece` bytes, so that a large state need not be in memory twice. flush() gives what is left, at least
  // one piece in all, if an empty one.
  State(Sink sink, std::size_t piece) : sink_(std::move(sink)), piece_(piece) { out_.reserve(piece); }

  bool loading() const { return loading_; }
  std::string take() { return std::move(out_); }
  bool finished() const { return in_.empty(); }
  void flush() {
    if (!out_.empty() || !told_) tell();
  }
  void bytes(std::string_view text) { put(text); }  // as they are. Requires: it saves

  template <class T>
  void operator()(T& v) {
    if constexpr (requires { v.visit_state(*this); })
      v.visit_state(*this);
    else {
      static_assert(std::is_trivially_copyable_v<T>, "give the type a visit_state(State&)");
      raw(&v, sizeof(T));
    }
  }

  template <class T, class Allocator>
  void operator()(std::vector<T, Allocator>& v) {
    std::uint64_t n = v.size();
    raw(&n, sizeof n);
    if (loading_) {
      if (n > in_.size() && !std::is_empty_v<T>) throw Error("checkpoint is cut short");
      v.resize(n);
    }
    if constexpr (requires(T & t) { t.visit_state(*this); } || !std::is_trivially_copyable_v<T>) {
      for (auto& x : v) (*this)(x);
    } else if (n > 0) {
      raw(v.data(), n * sizeof(T));
    }
  }

  void operator()(std::string& v) {
    std::uint64_t n = v.size();
    raw(&n, sizeof n);
    if (loading_) {
      if (n > in_.size()) throw Error("checkpoint is cut short");
      v.resize(n);
    }
    raw(v.data(), n);
  }

 private:
  void raw(void* p, std::size_t n) {
    if (n == 0) return;
    if (loading_) {
      if (n > in_.size()) throw Error("checkpoint is cut short");
      std::memcpy(p, in_.data(), n);
      in_.remove_prefix(n);
    } else {
      put({static_cast<const char*>(p), n});
    }
  }
  void put(std::string_view bytes) {
    while (sink_ && out_.size() + bytes.size() >= piece_) {
      const std::size_t room = piece_ - out_.size();
      out_.append(bytes.substr(0, room));
      bytes.remove_prefix(room);
      tell();
    }
    out_.append(bytes);
  }
  void tell() {
    sink_(out_);
    out_.clear();
    told_ = true;
  }

  std::string out_;
  Sink sink_;
  std::size_t piece_ = 0;
  bool told_ = false;
  std::string_view in_;
  bool loading_ = false;
};

// What a writer of a state writes, in one piece.
inline std::string written(const std::function<void(State&)>& write) {
  State s;
  write(s);
  return s.take();
}

template <class T>
std::string save_state(T& v) {
  return written([&](State& s) { s(v); });
}

template <class T>
void load_state(T& v, std::string_view bytes) {
  State s(bytes);
  s(v);
  if (!s.finished()) throw Error("checkpoint holds more than was expected");
}

}  // namespace feedloop
