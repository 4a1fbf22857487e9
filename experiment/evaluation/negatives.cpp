#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/parallel.hpp"
#include "engine/retrieval/two_tower.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "stats/sample_quantile.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::int64_t, 1> kEdges{1};
constexpr std::size_t kEach = 1000, kModels = kNegatives.size();
const std::string kKey = "engine.retrieval.two_tower.";

// Control serves as it is; cell m + 1 has model m.
Scenario side_by_side(const Scenario& scenario) {
  const std::int64_t more = std::max<std::int64_t>(std::get<std::int64_t>(scenario.settings.at(kKey + "negatives")), 256);
  Scenario made = with_variants(scenario, {{"control", 0.25, {}},
                                           {"page", 0.25, {{kKey + "negatives_from", std::string("page")}}},
                                           {"plays", 0.25, {{kKey + "negatives", std::int64_t{0}}}},
                                           {"catalogue", 0.25, {{kKey + "negatives", more}}}});
  made.settings.set(kKey + "negatives_from", std::string("catalogue"), {});
  made.settings.set("engine.isolation", std::string("shared"), {});  // all learn from what control served
  return made;
}

struct OfUser {
  std::array<double, kModels> all{}, unseen{}, tail{};
  std::size_t relevant = 0, never = 0, rare = 0,
              allowed = 0;  // items wanted, of these never shown and rarely; that may be shown
};

const Source& two_tower(const Lived& lived, std::size_t model) {
  std::size_t p = 0;
  while (!lived.simulation.engine().pipeline(p).serves(static_cast<std::uint32_t>(model + 1))) ++p;
  return *lived.sources(p)[source_index(TwoTower::kName)];
}

}  // namespace

NegativesRecall negatives_recall(const Scenario& scenario) {
  std::vector<std::vector<bool>> shown;   // by user and item
  std::vector<std::int64_t> impressions;  // by item
  const Lived lived(side_by_side(scenario), false, [&](const Interaction& page) {
    const std::size_t user = page.request.user.index();
    if (shown.size() <= user) shown.resize(user + 1);
    for (const Slot& slot : page.slate.slots) {
      const std::size_t item = slot.item.index();
      if (shown[user].size() <= item) shown[user].resize(item + 1);
      if (impressions.size() <= item) impressions.resize(item + 1);
      shown[user][item] = true;
      ++impressions[item];
    }
  });
  const std::size_t items = lived.catalog.size();
  impressions.resize(items);
  shown.resize(lived.study.world.population().users.size());
  for (auto& of_user : shown) of_user.resize(items);
  const std::int64_t median = upper_median(impressions);

  const std::vector<Sampled> sample = sample_users(lived, kEdges, kEach);
  std::vector<OfUser> users(sample.size());
  parallel_for(sample.size(), 4, [&](std::size_t b, std::size_t e) {
    for (std::size_t i = b; i < e; ++i) {
      const Request request = lived.request(sample[i].user);
      const Wishes wishes = wishes_of(lived, request);
      OfUser& u = users[i];
      std::vector<ItemId> never, rare;
      for (const ItemId item : wishes.relevant) {
        if (!shown[request.user.index()][item.index()]) never.push_back(item);
        if (impressions[item.index()] <= median) rare.push_back(item);
      }
      u.relevant = wishes.relevant.size();
      u.never = never.size();
      u.rare = rare.size();
      u.allowed = static_cast<std::size_t>(std::ranges::count_if(wishes.value, [](float v) { return v >= 0; }));
      for (std::size_t m = 0; m < kModels; ++m) {
        const std::vector<ItemId> found = nominate_new(lived, two_tower(lived, m), request, wishes, kRelevant);
        u.all[m] = recall(wishes.relevant, found);
        u.unseen[m] = recall(never, found);
        u.tail[m] = recall(rare, found);
      }
    }
  });

  NegativesRecall out;
  double asked = 0, with_never = 0, with_rare = 0, relevant = 0;
  for (const OfUser& u : users) {
    asked += 1;
    with_never += u.never > 0;
    with_rare += u.rare > 0;
    relevant += static_cast<double>(u.relevant);
    out.unseen_share += static_cast<double>(u.never);
    out.tail_share += static_cast<double>(u.rare);
    out.chance += std::min(1.0, static_cast<double>(kRelevant) / static_cast<double>(std::max<std::size_t>(u.allowed, 1)));
    for (std::size_t m = 0; m < kModels; ++m) {
      out.all[m] += u.all[m];
      out.unseen[m] += u.unseen[m];
      out.tail[m] += u.tail[m];
    }
  }
  const auto over = [](double sum, double n) { return n > 0 ? sum / n : kNoValue; };
  for (std::size_t m = 0; m < kModels; ++m) {
    out.all[m] = over(out.all[m], asked);
    out.unseen[m] = over(out.unseen[m], with_never);
    out.tail[m] = over(out.tail[m], with_rare);
  }
  out.unseen_share = over(out.unseen_share, relevant);
  out.tail_share = over(out.tail_share, relevant);
  out.chance = over(out.chance, asked);
  return out;
}

std::vector<EvaluationTable> evaluate_negatives(const Scenario& scenario, const EvaluationOptions& options) {
  struct Numbers {
    std::vector<double> all, unseen, tail;  // by seed
  };
  constexpr std::array<std::string_view, 5> kRows{"page", "plays", "catalogue", "catalogue - page", "catalogue - plays"};
  std::array<Numbers, kRows.size()> numbers;
  RatioMoments chance, unseen_share, tail_share;
  for (int seed = 0; seed < options.seeds; ++seed) {
    options.begin(seed, options.seeds);
    const NegativesRecall r = negatives_recall(nth_world(scenario, seed));
    if (std::isnan(r.chance)) continue;  // nobody has clicked anything
    const auto add = [](std::vector<double>& to, const std::array<double, kModels>& of, std::size_t row) {
      const double x = row < kModels ? of[row] : of.back() - of[row - kModels];
      if (std::isfinite(x)) to.push_back(x);
    };
    for (std::size_t row = 0; row < kRows.size(); ++row) {
      add(numbers[row].all, r.all, row);
      add(numbers[row].unseen, r.unseen, row);
      add(numbers[row].tail, r.tail, row);
    }
    chance.add(r.chance);
    unseen_share.add(r.unseen_share);
    tail_share.add(r.tail_share);
  }
  EvaluationTable table{"The towers by what a play competes with in training",
                        {"negatives", "recall at 100", "of what was never shown", "of the least shown half"},
                        {},
                        ""};
  for (std::size_t row = 0; row < kRows.size(); ++row)
    table.rows.push_back({std::string(kRows[row]), over_seeds(numbers[row].all), over_seeds(numbers[row].unseen),
                          over_seeds(numbers[row].tail)});
  if (chance.n == 0) table.note = "Nobody has clicked anything.";
  if (chance.n > 0)
    table.note = fmt::format(
        "All learn from the same pages, which control served; up to {} users with clicks, {} seeds, Student's 95 % over seeds. "
        "Page: a play competes with what was shown beside it without a click; plays: with the other plays of its batch; "
        "catalogue: with these and items drawn from the catalogue. Found are the first {} items that may be shown; chance "
        "finds "
        "{:.3f}. Of what is wanted {:.0f} % was never shown to the user, and {:.0f} % is of the half that was shown least.",
        kEach, options.seeds, kRelevant, chance.mean_num, 100 * unseen_share.mean_num, 100 * tail_share.mean_num);
  return {std::move(table)};
}

}  // namespace feedloop
