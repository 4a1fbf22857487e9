// What single pages and users are like: clicks a page, how soon new items are seen by many, what follows a user's word, and
// whether layers of experiments are independent.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "experiment/claims/quantity.hpp"

namespace feedloop {

// Pages by how many of their items were clicked.
class PageClicks : public Probe {
 public:
  using Probe::Probe;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;

 protected:
  std::array<double, kMaxSlate + 1> pages_{};
};

class ZeroClickPages final : public PageClicks {  // share without a click
 public:
  using PageClicks::PageClicks;
  double value(const Report&) const override;
};
class ClickDispersion final : public PageClicks {  // variance over mean: 1 of a Poisson law, more where clicks come together
 public:
  using PageClicks::PageClicks;
  double value(const Report&) const override;
};

// Median over the uploads of the window's first half of the days from upload to the 100th impression in the variant; who does
// not reach it waits for ever. NaN without uploads.
class DaysToHundred final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 private:
  std::vector<std::int64_t> shown_;  // by item
  std::vector<double> days_;         // by item; NaN: not yet, or not of the first half
};

// After a user said something of a category (marked an item as not interesting, or searched): the category's share of the
// user's impressions in the rest of this session and the two that follow, over its share in this one so far and the two
// before. Pooled over such words; a word that falls into the time after another of the same user does not count.
class AfterWord : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override;

 protected:
  // The category that the page's user spoke of, 1-based; 0: none.
  virtual int word(const Interaction& page) const = 0;
  // A search is before its page is shown, "not interested" is after.
  virtual bool before_page() const = 0;
  int category_of(ItemId item) const;

 private:
  using Counts = std::array<double, 33>;  // impressions by category; the last: all
  struct User {
    std::array<Counts, 3> past{};  // this session and the two before
    int open = 0;                  // 1-based category that is being watched; 0: none
    int sessions = 0;              // begun since
    double before = 0;             // share then
    Counts after{};
  };
  void close(User& user);
  std::map<std::uint64_t, User> users_;
  double before_ = 0, after_ = 0;
};

class AfterDismissal final : public AfterWord {
 public:
  using AfterWord::AfterWord;

 private:
  int word(const Interaction& page) const override;
  bool before_page() const override { return false; }
};
class AfterSearch final : public AfterWord {
 public:
  using AfterWord::AfterWord;

 private:
  int word(const Interaction& page) const override { return page.request.searched; }
  bool before_page() const override { return true; }
};

// The p of Pearson's chi-square test that users' variants in the first two experiments are independent, over users who came.
// NaN with fewer experiments.
class LayersP final : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  double value(const Report&) const override { return table_.empty() ? kNoValue : independence_p(table_); }
  static double independence_p(const std::vector<std::vector<double>>& table);

 private:
  std::vector<std::vector<double>> table_;
  std::vector<bool> came_;
};

}  // namespace feedloop
