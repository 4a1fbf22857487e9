#include "engine/pipeline.hpp"

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// A platform of one pipeline whose pages carry the rows that it would have served.
struct Platform {
  explicit Platform(const std::vector<std::string>& sets) : pipeline(engine_settings(sets), {1}) {
    pipeline.learn({}, SimTime{0}, shelf);
  }

  // A day of pages in epochs of an hour. A page is over by the end of its epoch, or an epoch later.
  void day(std::int64_t d, std::uint64_t luck = 1, std::size_t pages = 300) {
    const auto all = random_day(d, 20, shelf, pages, luck);
    for (int hour = 0; hour < 24; ++hour) {
      std::vector<Interaction> finished = std::move(running);
      running.clear();
      for (Interaction page : all)
        if (static_cast<int>(local_hour(page.request.time, 0)) == hour) {
          serve(page);
          (page.request.id.value % 3 == 0 ? running : finished).push_back(std::move(page));
        }
      std::sort(finished.begin(), finished.end(), canonical_before);
      pipeline.learn(finished, SimTime{0} + kDay * d + kHour * (hour + 1), shelf);
    }
  }
  void serve(Interaction& page) {
    OnlineFeatures& user = users[page.request.user.index()];
    page.version = pipeline.version();
    page.width = feature_count();
    page.features.resize(page.slate.slots.size() * static_cast<std::size_t>(page.width));
    RowWriter rows(page.request, user, shelf, pipeline.stats(), pipeline.served_week(), pipeline.item_features().current());
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
      rows.write(page.slate.slots[k].item, {}, page.features.data() + k * static_cast<std::size_t>(page.width));
    observe_user(user, page, shelf, 100);
  }

  std::vector<ItemFacts> shelf = make_shelf(40, 5);
  std::vector<OnlineFeatures> users{20};
  std::vector<Interaction> running;
  Pipeline pipeline;
};

}  // namespace

TEST_CASE("models train once a night at their hour") {
  const auto shelf = make_shelf(20);
  Pipeline pipeline(engine_settings({"engine.training.hour_utc=3"}), {1});
  std::vector<int> trained;
  for (int minute = 0; minute <= 3 * 1440; minute += 5) {
    const auto before = pipeline.version();
    pipeline.learn({}, SimTime{0} + kMinute * minute, shelf);
    if (pipeline.version() != before) trained.push_back(minute);
  }
  CHECK(trained == std::vector<int>{180, 1440 + 180, 2 * 1440 + 180});
}

TEST_CASE("a long epoch over the hour trains once") {
  const auto shelf = make_shelf(20);
  Pipeline pipeline(engine_settings(), {1});
  for (int hour = 0; hour <= 48; hour += 6) pipeline.learn({}, SimTime{0} + kHour * hour, shelf);
  CHECK(pipeline.version() == 2);
}

TEST_CASE("a night ages the counters and a new pipeline on the same pages is the same") {
  const auto shelf = make_shelf(20);
  Pipeline a(engine_settings(), {1}), b(engine_settings(), {1});
  for (Pipeline* p : {&a, &b}) p->learn(random_day(0, 5, shelf, 50), SimTime{0} + kHour, shelf);
  CHECK(a.stats().total().impressions == 300);
  for (Pipeline* p : {&a, &b}) p->learn({}, SimTime{0} + kHour * 3, shelf);
  CHECK(a.stats().total().impressions == Approx(300 * std::exp2(-1.0 / 7)));
  CHECK(save_state(a) == save_state(b));
}

TEST_CASE("preferences are the factorisation's after the first night") {
  const auto shelf = make_shelf(20);
  Pipeline pipeline(engine_settings(), {1});
  pipeline.learn(random_day(0, 5, shelf, 50), SimTime{0} + kHour, shelf);
  const auto find = [&]() -> const Source& {
    for (const auto& source : pipeline.live().sources)
      if (source->affinity() == Affinity::Factorisation) return *source;
    throw std::logic_error("no factorisation");
  };
  const Source& factorisation = find();
  CHECK(affinity(factorisation, UserId{0}, ItemId{0}) == 0);
  pipeline.learn({}, SimTime{0} + kHour * 4, shelf);
  float any = 0;
  for (std::size_t i = 0; i < 20; ++i) any += std::fabs(affinity(factorisation, UserId{0}, ItemId{i}));
  CHECK(any > 0);
}

TEST_CASE("with one definition rows computed again are the logged rows byte for byte") {
  Platform logged({"engine.training.rows=logged"}), recomputed({"engine.training.rows=recomputed"});
  for (std::int64_t d = 0; d < 9; ++d) {
    logged.day(d);
    recomputed.day(d);
    REQUIRE(logged.pipeline.log().rows().size() > 0);
    REQUIRE(logged.pipeline.log().features() == recomputed.pipeline.log().features());
  }
  CHECK(save_state(logged.pipeline) == save_state(recomputed.pipeline));
  for (const FeatureSkew& f : logged.pipeline.skew().features()) {
    CHECK(f.psi == 0);
    CHECK(f.state == SkewState::Stable);
  }
}

TEST_CASE("a serving window of its own skews the logged rows and the training definition's are as ever") {
  Platform healthy({"engine.training.rows=recomputed"}),
      skewed({"engine.training.rows=recomputed", "engine.features.serving_window=calendar", "engine.features.serving_days=1"}),
      logged({"engine.training.rows=logged", "engine.features.serving_window=calendar", "engine.features.serving_days=1"});
  for (std::int64_t d = 0; d < 4; ++d)
    for (Platform* p : {&healthy, &skewed, &logged}) p->day(d);
  // The same pages: random ones, whoever serves.
  CHECK(healthy.pipeline.log().features() == skewed.pipeline.log().features());
  CHECK(healthy.pipeline.log().features() != logged.pipeline.log().features());
  for (const FeatureSkew& f : skewed.pipeline.skew().features()) {
    INFO(f.feature);
    CHECK(f.alerted <= SimTime{0} + kDay * 3);
  }
}

TEST_CASE("a pipeline watches the pages of its own cells only") {
  Platform p({"engine.features.serving_window=calendar", "engine.features.serving_days=1"});
  p.pipeline.serve(1);  // the pages are of cell 0
  for (std::int64_t d = 0; d < 4; ++d) p.day(d);
  for (const FeatureSkew& f : p.pipeline.skew().features()) CHECK(f.psi == 0);
}

// Pipelines number their models alike, so another one's pages carry the candidate's number too.
TEST_CASE("a release is judged by the pages of its own cells only") {
  for (const std::uint32_t bad_cell : {0u, 1u}) {
    Platform p({"engine.release.mode=staged", "engine.release.shadow_hours=0"});
    p.pipeline.serve(0);
    for (std::int64_t d = 0; d < 2; ++d) p.day(d);
    REQUIRE(p.pipeline.release().pending());
    const SimTime now = SimTime{0} + kDay * 2;
    std::vector<Interaction> pages = random_day(2, 20, p.shelf, 300, 1);
    for (std::size_t i = 0; i < pages.size(); ++i) {
      const bool bad = i % 2 == 0;
      pages[i].cell = bad ? bad_cell : 0;
      pages[i].model = bad ? p.pipeline.release().version() : 0;
      for (SlotOutcome& o : pages[i].outcome.slots) o.clicked = !bad;
    }
    p.pipeline.learn(pages, now + kHour, p.shelf);
    CHECK(p.pipeline.release().pending() == (bad_cell != 0));
  }
}

TEST_CASE("no future event leaks into a logged row") {
  // Two platforms with one past and two futures: what the first days' rows say may not differ.
  for (const char* rows : {"logged", "recomputed"}) {
    INFO(rows);
    Platform a({std::string("engine.training.rows=") + rows}), b({std::string("engine.training.rows=") + rows});
    for (std::int64_t d = 0; d < 2; ++d) {
      a.day(d);
      b.day(d);
    }
    a.day(2, 1);
    b.day(2, 2);
    const auto &one = a.pipeline.log(), &two = b.pipeline.log();
    const auto width = static_cast<std::size_t>(feature_count());
    std::size_t past = 0;
    while (past < std::min(one.rows().size(), two.rows().size()) && one.rows()[past].time < SimTime{0} + kDay * 2) {
      REQUIRE(one.rows()[past].time == two.rows()[past].time);
      REQUIRE(std::equal(one.features().begin() + static_cast<std::ptrdiff_t>(past * width),
                         one.features().begin() + static_cast<std::ptrdiff_t>((past + 1) * width),
                         two.features().begin() + static_cast<std::ptrdiff_t>(past * width)));
      ++past;
    }
    CHECK(past > 300);
    CHECK(one.features() != two.features());
  }
}

TEST_CASE("every night since the first model has a validation of the rows that the model had not seen") {
  Platform p({});
  for (std::int64_t d = 0; d < 5; ++d) p.day(d);
  const auto& nights = p.pipeline.validations();
  REQUIRE(nights.size() >= 3);
  CHECK(nights.back().night == SimTime{0} + kDay * 4 + kHour * 3);
  for (const NightlyValidation& v : nights) {
    CHECK(v.rows > 0);
    CHECK(std::isfinite(v.heads[0].auc));
    CHECK(std::isfinite(v.heads[0].normalised_entropy));
  }
}

TEST_CASE("a loaded pipeline goes on as the original with its windows and its monitor") {
  const std::vector<std::string> sets{"engine.training.rows=recomputed", "engine.features.serving_window=calendar"};
  Platform a(sets), b(sets);
  for (std::int64_t d = 0; d < 3; ++d) a.day(d);
  load_state(b.pipeline, save_state(a.pipeline));
  b.users = a.users;
  b.running = a.running;
  for (Platform* p : {&a, &b}) p->day(3);
  CHECK(save_state(a.pipeline) == save_state(b.pipeline));
}
