// A policy all of whose state is one book of what was shown and clicked: ItemBook or LinearBook.
#pragma once

#include <span>

#include "policies/policy.hpp"

namespace feedloop {

template <class Book>
class BookPolicy : public Policy {
 public:
  template <class BookParameters>
  explicit BookPolicy(const BookParameters& params) : book_(params) {}
  void learn(std::span<const Interaction> pages) override { book_.learn(pages); }
  void visit_state(State& s) override { s(book_); }

 protected:
  Book book_;
};

}  // namespace feedloop
