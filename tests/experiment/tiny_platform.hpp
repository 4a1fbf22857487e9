// A platform written by hand, for metrics that read the catalogue.
#pragma once

#include "experiment/metrics/metric.hpp"
#include "tests/experiment/tiny_pages.hpp"

namespace feedloop {

// Eight items: i is of category i % 4 and of creator i / 2, points along axis i % 4, was uploaded i days before t0, and its
// click earns 10 i cents if i is odd. User 1 clicked items 0 and 1 before, user 2 item 0. User 3 signed up a day after t0.
inline Platform tiny_platform() {
  Platform p = blank_platform(4, 8);
  p.t0 = kStart;
  p.joined[3] = kStart + kDay;
  p.categories = 4;
  for (std::size_t i = 0; i < p.items.size(); ++i) {
    ItemFacts& item = p.items[i];
    item.category = CategoryId{i % 4};
    item.creator = CreatorId{i / 2};
    item.content[i % 4] = 1;
    item.uploaded = kStart - kDay * static_cast<std::int64_t>(i);
    item.sponsored = i % 2 == 1;
    if (item.sponsored) p.click_price[i] = 10 * static_cast<float>(i);
  }
  p.set_popularity(std::vector<std::vector<ItemId>>{{}, {ItemId{0}, ItemId{1}, ItemId{0}}, {ItemId{0}}, {}});
  return p;
}

}  // namespace feedloop
