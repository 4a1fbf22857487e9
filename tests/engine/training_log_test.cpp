#include "engine/training_log.hpp"

#include <cmath>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Feature 0 of a row is its page's time in hours, feature 1 its slot: rows can be recognised.
Interaction with_features(Interaction page) {
  page.width = 2;
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
    page.features.push_back(static_cast<float>((page.request.time - SimTime{0}).hours()));
    page.features.push_back(static_cast<float>(k + 1));
  }
  return page;
}

std::vector<Interaction> day_with_features(std::int64_t day, Catalog shelf, std::size_t pages) {
  auto batch = random_day(day, 50, shelf, pages);
  for (auto& page : batch) page = with_features(std::move(page));
  return batch;
}

}  // namespace

TEST_CASE("every click is kept with weight one and its labels") {
  const auto shelf = make_shelf(20);
  TrainingParams p;
  p.negative_rate = 0.001;
  TrainingLog log(p, {1});
  const auto batch = day_with_features(0, shelf, 300);
  log.append(batch, shelf);
  std::array<std::size_t, kHeads> want{}, got{};
  for (const Interaction& page : batch)
    for (const SlotOutcome& o : page.outcome.slots) {
      want[0] += o.clicked;
      want[1] += o.completed;
      want[3] += o.liked;
      want[4] += o.skipped;
    }
  for (const LabelledRow& row : log.rows()) {
    for (const std::size_t h : {0, 1, 3, 4}) got[h] += row.label[h] > 0;
    if (row.label[0] > 0) CHECK(row.weight == 1);
  }
  CHECK(got == want);
}

TEST_CASE("weights of sampled negatives count all negatives without bias") {
  const auto shelf = make_shelf(40);
  const auto batch = day_with_features(0, shelf, 5000);
  double negatives = 0;
  std::array<double, 7> by_slot{};
  for (const Interaction& page : batch)
    for (std::size_t k = 0; k < page.outcome.slots.size(); ++k)
      if (!page.outcome.slots[k].clicked) {
        negatives += 1;
        by_slot[k + 1] += 1;
      }
  for (const double rate : {0.05, 0.1, 0.5}) {
    TrainingParams p;
    p.negative_rate = rate;
    TrainingLog log(p, {1});
    log.append(batch, shelf);
    double weight = 0;
    std::array<double, 7> slot_weight{};
    for (const LabelledRow& row : log.rows())
      if (row.label[0] == 0) {
        weight += static_cast<double>(row.weight);
        slot_weight.at(row.slot) += static_cast<double>(row.weight);
      }
    // Each negative counts 1 / rate with probability rate: variance 1 / rate - 1.
    CHECK(std::fabs(weight - negatives) < kZ * std::sqrt(negatives * (1 / rate - 1)));
    for (std::size_t k = 1; k <= 6; ++k)
      CHECK(std::fabs(slot_weight[k] - by_slot[k]) < kZ * std::sqrt(by_slot[k] * (1 / rate - 1)));
  }
  TrainingParams all;
  all.negative_rate = 1;
  TrainingLog log(all, {1});
  log.append(batch, shelf);
  CHECK(log.rows().size() == 5000 * 6);
}

TEST_CASE("a row's features are the bytes that were logged for its slot") {
  const auto shelf = make_shelf(20);
  TrainingLog log({}, {1});
  log.append(day_with_features(0, shelf, 200), shelf);
  REQUIRE(log.width() == 2);
  REQUIRE(log.features().size() == 2 * log.rows().size());
  for (std::size_t i = 0; i < log.rows().size(); ++i) {
    CHECK(log.features()[2 * i] == static_cast<float>((log.rows()[i].time - SimTime{0}).hours()));
    CHECK(log.features()[2 * i + 1] == static_cast<float>(log.rows()[i].slot));
  }
}

TEST_CASE("plays are positive ones and need no features") {
  const auto shelf = make_shelf(5);
  TrainingLog log({}, {1});
  SlotOutcome shown;
  log.append({{page_of(request_of(UserId{8}, SimTime{3}), {ItemId{0}, ItemId{1}, ItemId{2}},
                       {shown, play(shelf[1], 0.001), play(shelf[2], 0.5)})}},
             shelf);
  REQUIRE(log.plays().size() == 1);
  CHECK(log.plays()[0].item == ItemId{2});
  CHECK(log.plays()[0].user == UserId{8});
  CHECK(log.plays()[0].value == Approx(0.5).epsilon(1e-3));
  CHECK(log.plays()[0].time == SimTime{3});
  CHECK(log.users() == 9);
  CHECK(log.rows().empty());
}

TEST_CASE("plays and rows expire at their own ages and features go with their rows") {
  const auto shelf = make_shelf(20);
  TrainingParams p;
  p.history_days = 5;
  p.ranker_days = 2;
  TrainingLog log(p, {1});
  for (std::int64_t d = 0; d < 10; ++d) log.append(day_with_features(d, shelf, 100), shelf);
  const auto plays = log.plays().size(), rows = log.rows().size();
  const SimTime now = SimTime{0} + kDay * 10;
  log.expire(now);
  CHECK(log.plays().size() < plays);
  CHECK(log.rows().size() < rows);
  CHECK(log.plays().size() > plays / 3);
  CHECK(log.rows().size() > rows / 7);
  for (const Play& play_row : log.plays()) REQUIRE(play_row.time >= now - kDay * 5);
  REQUIRE(log.features().size() == 2 * log.rows().size());
  for (std::size_t i = 0; i < log.rows().size(); ++i) {
    REQUIRE(log.rows()[i].time >= now - kDay * 2);
    REQUIRE(log.features()[2 * i] == static_cast<float>((log.rows()[i].time - SimTime{0}).hours()));
    REQUIRE(log.features()[2 * i + 1] == static_cast<float>(log.rows()[i].slot));
  }
  log.expire(now + kDay * 100);
  CHECK(log.plays().empty());
  CHECK(log.rows().empty());
  CHECK(log.features().empty());
}

TEST_CASE("which negatives are kept depends on the page and not on the batch") {
  const auto shelf = make_shelf(20);
  const auto batch = day_with_features(0, shelf, 300);
  TrainingLog whole({}, {1}), pieces({}, {1});
  whole.append(batch, shelf);
  for (std::size_t i = 0; i < batch.size(); i += 7)
    pieces.append(std::span(batch).subspan(i, std::min<std::size_t>(7, batch.size() - i)), shelf);
  CHECK(save_state(whole) == save_state(pieces));
  TrainingLog copy({}, {1});
  load_state(copy, save_state(whole));
  CHECK(copy.rows().size() == whole.rows().size());
  CHECK(save_state(copy) == save_state(whole));
}
