#include "engine/pipeline.hpp"

#include <cmath>

#include "engine/engine.hpp"
#include "engine/ranking/logistic.hpp"
#include "tests/engine/planted_pages.hpp"
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
    for (std::size_t k = 0; uniform && k < page.slate.slots.size(); ++k) {
      page.slate.slots[k].action_set = static_cast<std::int32_t>(shelf.size() - k);
      page.slate.slots[k].propensity = 1.0f / static_cast<float>(page.slate.slots[k].action_set);
    }
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
  bool uniform = false;  // pages say that they were drawn at random
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
    Platform p({"engine.release.mode=staged", "engine.release.shadow_hours=0", "engine.release.canary_hours=48"});
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

namespace {

// Pages of an hour, spread evenly, in which clicks follow a law.
std::vector<Interaction> planted_hour(int hour, std::size_t pages, Catalog shelf, const ClickLaw& law, std::uint32_t cell = 0) {
  auto batch = planted_pages(pages, shelf, 100 + static_cast<std::uint64_t>(hour) * 2 + cell, 0.1, law);
  for (std::size_t p = 0; p < pages; ++p) {
    batch[p].request.time =
        SimTime{0} + kHour * hour + Duration{kHour.us * static_cast<std::int64_t>(p) / static_cast<std::int64_t>(pages)};
    batch[p].cell = cell;
  }
  return batch;
}

// Learns hours of a planted law in epochs of five minutes.
template <class Learner>
void live_through(Learner& learner, int from, int to, std::size_t pages, Catalog shelf, std::vector<ClickLaw> by_cell) {
  for (int hour = from; hour < to; ++hour) {
    std::vector<std::vector<Interaction>> cells;
    for (std::uint32_t cell = 0; cell < by_cell.size(); ++cell)
      cells.push_back(planted_hour(hour, pages, shelf, by_cell[cell], cell));
    for (std::size_t epoch = 0; epoch < 12; ++epoch) {
      std::vector<Interaction> finished;
      for (const auto& all : cells)
        finished.insert(finished.end(), all.begin() + static_cast<std::ptrdiff_t>(pages * epoch / 12),
                        all.begin() + static_cast<std::ptrdiff_t>(pages * (epoch + 1) / 12));
      learner.learn(finished, SimTime{0} + kHour * hour + kMinute * 5 * static_cast<std::int64_t>(epoch + 1), shelf);
    }
  }
}

std::vector<std::string> online(std::string_view scorer, int minutes, std::vector<std::string> more = {}) {
  for (const char* set :
       {"engine.ranking.logistic.online_impressions=10000", "engine.ranking.gradient_boosting.trees=30",
        "engine.ranking.mlp.online_rate=1", "engine.ranking.wide_deep.online_rate=1", "engine.ranking.mlp.hidden1=16",
        "engine.ranking.mlp.hidden2=8", "engine.ranking.wide_deep.hidden1=16", "engine.ranking.wide_deep.hidden2=8"})
    more.push_back(set);
  more.push_back("engine.ranking.scorer=" + std::string(scorer));
  more.push_back("engine.training.online_minutes=" + std::to_string(minutes));
  return more;
}

}  // namespace

TEST_CASE("with near-real-time training a change is followed within the hour and without by the next night") {
  const auto shelf = make_shelf(kSlots);
  for (const ScorerEntry& scorer : scorer_registry()) {
    INFO(scorer.name);
    Pipeline updated(engine_settings(online(scorer.name, 15)), {1}), nightly(engine_settings(online(scorer.name, 0)), {1});
    for (Pipeline* p : {&updated, &nightly}) live_through(*p, 0, 3, 480, shelf, {kClick});
    REQUIRE(nightly.live().scorer->ready());
    const double stale = click_error(*nightly.live().scorer, kOtherClick);
    for (Pipeline* p : {&updated, &nightly}) live_through(*p, 3, 4, 1200, shelf, {kOtherClick});
    CHECK(click_error(*nightly.live().scorer, kOtherClick) == stale);
    CHECK(nightly.live().version == 1);
    const double hour_later = click_error(*updated.live().scorer, kOtherClick);
    INFO("error " << hour_later << " after " << stale);
    if (scorer.name == "gradient_boosting") {
      CHECK(hour_later == stale);
      CHECK(updated.live().version == 1);
      continue;
    }
    CHECK(hour_later < 0.5 * stale);
    CHECK(updated.live().version == 5);
    CHECK(updated.live().trained == 1);
    REQUIRE(updated.lineage().size() == 1);
    CHECK(updated.lineage()[0].updates == 4);
    CHECK(updated.lineage()[0].last_update == 5);
    CHECK(updated.lineage()[0].updated == SimTime{0} + kHour * 4);
    for (Pipeline* p : {&updated, &nightly}) live_through(*p, 4, 27, 60, shelf, {kOtherClick});
    CHECK(click_error(*nightly.live().scorer, kOtherClick) < 0.5 * stale);
    CHECK(nightly.live().version == 2);
    REQUIRE(updated.lineage().size() == 2);
    CHECK(updated.lineage()[1].parent == 1);
    CHECK(updated.live().version == updated.lineage()[1].version);
    // Every row was judged once, by a model that had not been taught it.
    CHECK(updated.validations().back().rows == nightly.validations().back().rows);
    CHECK(updated.validations().back().heads[0].normalised_entropy < nightly.validations().back().heads[0].normalised_entropy);
  }
}

TEST_CASE("while a candidate is on trial updates go to the live models and reach it when it is live") {
  const auto shelf = make_shelf(kSlots);
  Pipeline p(
      engine_settings(online("logistic", 15,
                             {"engine.release.mode=staged", "engine.release.shadow_hours=0", "engine.release.canary_share=1",
                              "engine.release.canary_hours=3", "engine.release.ramp_hours=0", "engine.release.gate_z=10"})),
      {1});
  const UserId anyone{3};
  live_through(p, 0, 26, 60, shelf, {kClick});
  REQUIRE(&p.models(anyone) == &p.live());
  live_through(p, 26, 28, 60, shelf, {kClick});  // trained at the 27th hour
  REQUIRE(&p.models(anyone) != &p.live());
  const std::uint32_t candidate = p.models(anyone).version, live = p.live().version;
  const double tried = click_error(*p.models(anyone).scorer, kOtherClick), lived = click_error(*p.live().scorer, kOtherClick);
  live_through(p, 28, 29, 480, shelf, {kOtherClick});
  REQUIRE(&p.models(anyone) != &p.live());
  CHECK(p.models(anyone).version == candidate);
  CHECK(click_error(*p.models(anyone).scorer, kOtherClick) == tried);
  CHECK(p.live().version == live + 4);
  CHECK(click_error(*p.live().scorer, kOtherClick) < 0.5 * lived);
  // Live after three hours: the next update teaches it all rows since its night.
  live_through(p, 29, 31, 2, shelf, {kOtherClick});
  CHECK(p.live().trained == candidate);
  CHECK(p.live().version > live + 4);
  CHECK(click_error(*p.live().scorer, kOtherClick) < 0.5 * tried);
}

TEST_CASE("isolated pipelines are updated from their own pages") {
  const auto shelf = make_shelf(kSlots);
  const Settings settings = engine_settings(online("logistic", 15, {"engine.isolation=data"}));
  const std::vector<Settings> cells{settings, settings};
  Engine engine(cells, {1});
  engine.begin_epoch(true);
  live_through(engine, 0, 3, 480, shelf, {kClick, kClick});
  const double stale = click_error(*engine.pipeline(1).live().scorer, kOtherClick);
  live_through(engine, 3, 4, 480, shelf, {kClick, kOtherClick});
  CHECK(click_error(*engine.pipeline(1).live().scorer, kOtherClick) < 0.5 * stale);
  CHECK(click_error(*engine.pipeline(0).live().scorer, kOtherClick) > 0.9 * stale);
}

TEST_CASE("a ranker of a slower cadence keeps its weights while retrieval trains every night") {
  const auto shelf = make_shelf(kSlots);
  Pipeline p(engine_settings({"engine.training.ranker_every_days=3"}), {1});
  live_through(p, 0, 24 * 7, 20, shelf, {kClick});
  std::vector<std::uint32_t> version, ranker;
  for (const ModelRecord& record : p.lineage()) {
    version.push_back(record.version);
    ranker.push_back(record.ranker);
    CHECK(record.features == record.version);
    CHECK(record.parent + 1 == record.version);
    CHECK((record.rows > 0) == (record.ranker == record.version));
    if (record.rows > 0) CHECK(record.first_row < record.last_row);
    CHECK(record.last_row <= record.trained);
  }
  CHECK(version == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7});
  CHECK(ranker == std::vector<std::uint32_t>{1, 2, 3, 3, 3, 6, 6});
}

TEST_CASE("a pipeline saved between updates goes on as the original") {
  const auto shelf = make_shelf(kSlots);
  for (const char* scorer : {"logistic", "mlp", "gradient_boosting"}) {
    const Settings settings = engine_settings(online(scorer, 30, {"engine.release.mode=staged"}));
    Pipeline a(settings, {1}), b(settings, {1});
    live_through(a, 0, 5, 60, shelf, {kClick});
    load_state(b, save_state(a));
    for (Pipeline* p : {&a, &b}) live_through(*p, 5, 29, 20, shelf, {kOtherClick});
    CHECK(save_state(a) == save_state(b));
    CHECK(a.live().version == b.live().version);
  }
}

TEST_CASE("position is an input until the log tells how likely each slot is to be examined") {
  const auto weights = [](const Platform& p) {
    const auto w = dynamic_cast<const Logistic&>(*p.pipeline.live().scorer).weights(Head::Click);
    return std::vector<double>(w.begin(), w.end());
  };
  Platform feature({}), inverse({"engine.training.position=inverse"}), none({"engine.training.position=none"});
  for (std::int64_t d = 0; d < 2; ++d)
    for (Platform* p : {&feature, &inverse, &none}) p->day(d);
  CHECK_FALSE(std::isfinite(inverse.pipeline.position_bias().examination().eta_se));
  CHECK(weights(inverse) == weights(feature));
  CHECK(weights(feature).back() != 0);
  CHECK(weights(none).back() == 0);
  // From now on pages are drawn at random and say so.
  for (Platform* p : {&feature, &inverse}) {
    p->uniform = true;
    for (std::int64_t d = 2; d < 5; ++d) p->day(d, 1, 3000);
  }
  CHECK(inverse.pipeline.position_bias().examination().eta_se < 0.1);
  CHECK(feature.pipeline.position_bias().examination().eta == inverse.pipeline.position_bias().examination().eta);
  CHECK(weights(inverse) != weights(feature));
}
