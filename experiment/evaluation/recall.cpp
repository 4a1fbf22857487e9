#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/parallel.hpp"
#include "engine/index/vector_index.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::int64_t, 3> kEdges{0, 1, 50};
constexpr std::size_t kEach = 333;

struct Measured {
  std::array<RatioMoments, kEdges.size()> recall;  // by cohort
  RatioMoments found;                              // different items
  RatioMoments wasted;                             // of those nominated for the last cohort, that may not be shown
};

EvaluationTable recall_table(const std::vector<Measured>& measured, std::size_t items) {
  EvaluationTable table{"Recall of the relevant, by source and by the user's clicks so far", {"source", "items"}, {}, ""};
  for (std::size_t c = 0; c < kEdges.size(); ++c) table.columns.push_back(bin_name(kEdges, c));
  table.columns.push_back(fmt::format("kept back, {}", table.columns.back()));
  const auto add = [&](std::string name, const Measured& m) {
    table.rows.push_back({std::move(name), fmt::format("{:.0f}", m.found.mean_num)});
    for (const RatioMoments& x : m.recall) table.rows.back().push_back(plus_minus(x));
    table.rows.back().push_back(fmt::format("{:.0f} %", 100 * m.wasted.mean_num / std::max(m.wasted.mean_den, 1e-9)));
  };
  const auto add_chance = [&](std::string name, double found) {
    table.rows.push_back({std::move(name), fmt::format("{:.0f}", found)});
    table.rows.back().resize(table.columns.size() - 1, fmt::format("{:.3f}", found / static_cast<double>(items)));
    table.rows.back().emplace_back();
  };
  const std::size_t sources = source_registry().size();
  for (std::size_t s = 0; s < sources; ++s) add(std::string(source_registry()[s].name), measured[s]);
  add_chance("chance", static_cast<double>(std::min(kAsked, items)));
  add("union at its quotas", measured[sources]);
  add_chance("chance, as many", measured[sources].found.mean_num);
  return table;
}

// Vectors of those users whom the source knows.
std::vector<float> queries_of(const Lived& lived, const Source& source, std::span<const Sampled> sample) {
  std::vector<float> queries, input, vector;
  for (const Sampled& user : sample) {
    const Request request = lived.request(user.user);
    RetrievalQuery query{request, lived.known(user.user), lived.catalog};
    embed(source, query, input, vector);
    queries.insert(queries.end(), vector.begin(), vector.end());
  }
  return queries;
}

// What one user was nominated: by each source asked for kAsked, and last by all together at their quotas.
struct Nominated {
  double recall, found, wasted;
};
std::vector<Nominated> nominations_of(const Lived& lived, UserId user) {
  const Request request = lived.request(user);
  const Wishes wishes = wishes_of(lived, request);
  const std::vector<std::size_t> asked = quotas(lived, request);
  std::vector<Nominated> rows;
  const auto judge = [&](std::vector<ItemId> items) {
    const auto wasted = std::ranges::count_if(items, [&](ItemId item) { return wishes.value[item.index()] < 0; });
    const auto found = static_cast<double>(items.size());
    rows.push_back({recall(wishes.relevant, std::move(items)), found, static_cast<double>(wasted)});
  };
  std::vector<ItemId> together;
  for (std::size_t s = 0; s < asked.size(); ++s) {
    judge(nominate(lived, *lived.sources()[s], request, kAsked));
    const std::vector<ItemId> served = nominate(lived, *lived.sources()[s], request, asked[s]);
    together.insert(together.end(), served.begin(), served.end());
  }
  std::sort(together.begin(), together.end());
  together.erase(std::unique(together.begin(), together.end()), together.end());
  judge(std::move(together));
  return rows;
}

}  // namespace

std::vector<double> recall_of_kinds(const Source& source, std::size_t items, std::span<const float> queries, std::size_t k) {
  const std::size_t dims = source.dims();
  std::vector<float> vectors;
  for (std::size_t i = 0; i < items && source.item_vector(ItemId{i}); ++i)
    vectors.insert(vectors.end(), source.item_vector(ItemId{i}), source.item_vector(ItemId{i}) + dims);
  const std::size_t n = queries.size() / dims;
  std::vector<std::vector<ItemId>> exact(n);  // ascending
  std::vector<double> by_kind;
  for (const IndexKindInfo& kind : index_kinds()) {
    VectorIndex index(kind.kind);
    index.build(vectors, static_cast<int>(dims));
    std::vector<double> found(n);
    parallel_for(n, 16, [&](std::size_t b, std::size_t e) {
      std::vector<Scored> answer;
      for (std::size_t q = b; q < e; ++q) {
        answer.clear();
        index.search(queries.subspan(q * dims, dims), k, answer);
        std::vector<ItemId> ids;
        for (const Scored& s : answer) ids.push_back(s.item);
        if (kind.kind == IndexKind::Exact) {
          exact[q] = ids;
          std::sort(exact[q].begin(), exact[q].end());
        }
        found[q] = recall(exact[q], std::move(ids));
      }
    });
    RatioMoments mean;
    for (const double x : found) mean.add(x);
    by_kind.push_back(mean.mean_num);
  }
  return by_kind;
}

std::vector<EvaluationTable> evaluate_recall(const Scenario& scenario, const EvaluationOptions& options) {
  const std::size_t sources = source_registry().size();
  std::vector<Measured> measured(sources + 1);  // the last is the union
  std::array<std::int64_t, kEdges.size()> users{};
  std::vector<std::vector<std::vector<double>>> kinds(sources);  // by source, kind and seed
  std::size_t items = 0;
  for (int seed = 0; seed < options.seeds; ++seed) {
    options.begin(seed, options.seeds);
    const Lived lived(nth_world(scenario, seed));
    const std::vector<Sampled> sample = sample_users(lived, kEdges, kEach);
    items = lived.catalog.size();

    std::vector<std::vector<Nominated>> of_user(sample.size());
    parallel_for(sample.size(), 4, [&](std::size_t b, std::size_t e) {
      for (std::size_t i = b; i < e; ++i) of_user[i] = nominations_of(lived, sample[i].user);
    });
    for (std::size_t i = 0; i < sample.size(); ++i) {
      ++users[sample[i].bin];
      for (std::size_t r = 0; r <= sources; ++r) {
        const Nominated& row = of_user[i][r];
        measured[r].recall[sample[i].bin].add(row.recall);
        measured[r].found.add(row.found);
        if (sample[i].bin + 1 == kEdges.size()) measured[r].wasted.add(row.wasted, row.found);
      }
    }

    for (std::size_t s = 0; s < sources; ++s) {
      const Source& source = *lived.sources()[s];
      if (source.dims() == 0) continue;
      const std::vector<double> of_kind = recall_of_kinds(source, items, queries_of(lived, source, sample), kAsked);
      kinds[s].resize(of_kind.size());
      for (std::size_t k = 0; k < of_kind.size(); ++k) kinds[s][k].push_back(of_kind[k]);
    }
  }

  EvaluationTable table = recall_table(measured, items);
  table.note = fmt::format(
      "Each source is asked for {}, the union for the quotas of serving. Relevant: the {} items of the largest true value "
      "(expected share watched if examined) among those that the user may be shown and has not clicked. Means over users of {} "
      "seeds ({}, {} and {} by clicks) and their standard errors; {} items at the end of day {}. Kept back: of "
      "what is nominated for the last cohort, what they may not be shown, most of it because they clicked it before.",
      kAsked, kRelevant, options.seeds, users[0], users[1], users[2], items,
      scenario.settings.read<ScenarioParams>("").warmup_days + scenario.settings.read<ScenarioParams>("").days);

  EvaluationTable against{"Recall at 500 of each kind of index, against exact search", {"source"}, {}, ""};
  for (const IndexKindInfo& kind : index_kinds()) against.columns.emplace_back(kind.name);
  for (std::size_t s = 0; s < sources; ++s) {
    if (kinds[s].empty()) continue;
    against.rows.push_back({std::string(source_registry()[s].name)});
    for (const auto& by_seed : kinds[s]) against.rows.back().push_back(over_seeds(by_seed));
  }
  against.note = "The engine's own vectors of the last night, and the same users as queries. Student's 95 % over seeds.";
  std::vector<EvaluationTable> tables;
  tables.push_back(std::move(table));
  tables.push_back(std::move(against));
  return tables;
}

}  // namespace feedloop
