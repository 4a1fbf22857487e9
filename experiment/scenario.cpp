#include "experiment/scenario.hpp"

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/registry.hpp"
#include "base/time.hpp"
#include "engine/fleet/params.hpp"
#include "engine/params.hpp"
#include "engine/release.hpp"
#include "engine/retrieval/source.hpp"
#include "experiment/analysis/roles.hpp"
#include "experiment/assignment.hpp"
#include "experiment/bandit/bandit.hpp"
#include "experiment/claims/quantity.hpp"
#include "experiment/published/published.hpp"
#include "policies/policy.hpp"
#include "sim/category_mix.hpp"
#include "sim/world.hpp"

namespace feedloop {
namespace {

class Reader {
 public:
  Reader(const std::filesystem::path& source, Scenario& out) : source_(source.string()), out_(out) {}

  void read(const toml::table& root, const std::vector<std::string>& sets) {
    for (const auto& [key, node] : root) {
      const std::string name(key.str());
      if (name == "name")
        out_.name = text(node, name);
      else if (name == "question")
        out_.question = text(node, name);
      else if (name == "variant" || name == "experiment" || name == "claim")
        continue;
      else if (name == "dashboard")
        dashboard(node);
      else
        settings(name, node);
    }
    for (const std::string& s : sets)
      if (auto of_variant = variant_set(s))
        of_variants_.push_back(std::move(*of_variant));
      else
        out_.settings.set_text(s, {"--set"});
    if (out_.name.empty()) throw Error("`name` is missing; every scenario has one", {source_, 1, 1});

    const toml::node* variants = root.get("variant");
    const toml::node* experiments = root.get("experiment");
    if (variants && experiments)
      throw Error("has both [[variant]] and [[experiment]]; give the variants inside the experiments", place(*variants));
    if (!variants && !experiments) throw Error("has no [[variant]]; an experiment needs two or more", {source_, 1, 1});
    if (variants) {
      out_.experiments.push_back({"default", out_.name, {}});
      out_.experiments.back().design = read_design(out_.settings.read<AssignmentParams>("assignment"), {source_, 1, 1});
      read_variants(out_.experiments.back(), *variants);
    } else {
      read_experiments(*experiments);
    }
    for (const VariantSet& set : of_variants_)
      if (!set.found)
        throw Error(fmt::format("`{}.{}`: there is no variant \"{}\"; allowed is one of {}", set.variant, set.assignment,
                                set.variant, join(variant_names())),
                    {"--set"});
    std::size_t cells = 1;
    for (const Experiment& e : out_.experiments) cells = std::min(cells * e.variants.size(), kMaxCells + 1);
    if (cells > kMaxCells)
      throw Error(
          fmt::format("variants of all layers combine into more than {} cells; use fewer layers or variants", kMaxCells),
          {source_, 1, 1});
    if (const toml::node* claims = root.get("claim")) read_claims(*claims);
    if (const toml::node* page = root.get("dashboard")) check_sliders(*page);
  }

 private:
  // "treatment.engine.value.click=0.5": a key of engine or policy behind the name of the variant that it is for.
  struct VariantSet {
    std::string variant, assignment;
    bool found = false;
  };
  static std::optional<VariantSet> variant_set(std::string_view set) {
    for (const std::string_view group : {".engine.", ".policy."})
      if (const auto at = set.substr(0, set.find('=')).find(group); at != std::string_view::npos)
        return VariantSet{std::string(set.substr(0, at)), std::string(set.substr(at + 1))};
    const std::string_view key = set.substr(0, set.find('='));
    if (key.ends_with(".share") && key.size() < set.size() && !schema().find(key))
      return VariantSet{std::string(key.substr(0, key.size() - 6)), std::string(set.substr(key.size() - 5))};
    return std::nullopt;
  }

  static double share_of(const std::string& assignment) {  // "share=0.25"
    const std::string text = assignment.substr(assignment.find('=') + 1);
    double share = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), share);
    if (failed != std::errc{} || end != text.data() + text.size() || !(share >= 0 && share <= 1))
      throw Error(fmt::format("`share` = {} is no share; allowed is a number in [0, 1]", text), {"--set"});
    return share;
  }

  void dashboard(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (!table) throw Error("`dashboard` is a table: [dashboard]", place(node));
    for (const auto& [key, child] : *table) {
      if (key.str() != "sliders") throw unknown(key.str(), {"sliders"}, child);
      const toml::array* list = child.as_array();
      if (!list || list->size() > kMaxSliders)
        throw Error(fmt::format("`sliders` must be a list of at most {} keys", kMaxSliders), place(child));
      for (const toml::node& one : *list) out_.sliders.push_back(text(one, "sliders"));
    }
  }

  // When the variants are known: a slider may be a key of one of them.
  void check_sliders(const toml::node& node) const {
    const std::vector<std::string> variants = variant_names();
    for (const std::string& slider : out_.sliders) {
      if (schema().find(slider)) continue;
      const auto of_variant = variant_set(slider + "=");
      const bool known = of_variant && schema().find(of_variant->assignment.substr(0, of_variant->assignment.size() - 1)) &&
                         std::ranges::find(variants, of_variant->variant) != variants.end();
      if (!known) {
        const std::string near = schema().suggestion(slider);
        throw Error(
            fmt::format("`sliders`: unknown key `{}`{}", slider, near.empty() ? "" : fmt::format(", did you mean `{}`?", near)),
            place(node));
      }
    }
  }

  std::vector<std::string> variant_names() const {
    std::vector<std::string> names;
    for (const Experiment& e : out_.experiments)
      for (const Variant& v : e.variants) names.push_back(v.name);
    return names;
  }

  Place place(const toml::node& node) const {
    return {source_, static_cast<int>(node.source().begin.line), static_cast<int>(node.source().begin.column)};
  }

  std::string text(const toml::node& node, std::string_view key) const {
    if (const auto s = node.value_exact<std::string>()) return *s;
    throw Error(fmt::format("`{}` has the wrong type; allowed is a text", key), place(node));
  }

  double number(const toml::node& node, std::string_view key, Range range) const {
    const auto x = node.is_number() ? node.value<double>() : std::nullopt;
    if (!x)
      throw Error(fmt::format("`{}` has the wrong type; allowed is a number in [{}, {}]", key, range.low, range.high),
                  place(node));
    if (!(*x >= range.low && *x <= range.high))
      throw Error(fmt::format("`{}` = {} is out of range; allowed is a number in [{}, {}]", key, *x, range.low, range.high),
                  place(node));
    return *x;
  }

  Value value(const toml::node& node, std::string_view path) const {
    if (const auto b = node.value_exact<bool>()) return *b;
    if (const auto i = node.value_exact<std::int64_t>()) return *i;
    if (const auto d = node.value_exact<double>()) return *d;
    if (const auto s = node.value_exact<std::string>()) return *s;
    throw Error(fmt::format("`{}` is a date or a list; allowed are numbers, texts and true or false", path), place(node));
  }

  // Walks nested tables down to leaves and hands over (path, leaf).
  template <class Leaf>
  void walk(const std::string& path, const toml::node& node, const Leaf& leaf) const {
    if (const toml::table* table = node.as_table()) {
      for (const auto& [key, child] : *table) walk(path + "." + std::string(key.str()), child, leaf);
    } else {
      leaf(path, node);
    }
  }

  void settings(const std::string& path, const toml::node& node) {
    walk(path, node, [&](const std::string& p, const toml::node& leaf) {
      if (leaf.is_array() && !schema().find(p))
        throw Error(fmt::format("unknown key `{}`; lists of tables are [[variant]], [[experiment]] and [[claim]]", p),
                    place(leaf));
      out_.settings.set(p, value(leaf, p), place(leaf));
    });
  }

  const toml::array& tables_of(const toml::node& node, std::string_view key) const {
    const toml::array* list = node.as_array();
    if (!list || list->empty() || !list->is_homogeneous(toml::node_type::table))
      throw Error(fmt::format("`{0}` must be written as [[{0}]] tables", key), place(node));
    return *list;
  }

  void read_experiments(const toml::node& node) {
    for (const toml::node& element : tables_of(node, "experiment")) {
      Experiment e;
      Settings design = out_.settings;
      const toml::node* variants = nullptr;
      for (const auto& [key, child] : *element.as_table()) {
        const std::string name(key.str());
        if (name == "layer")
          e.layer = text(child, name);
        else if (name == "salt")
          e.salt = text(child, name);
        else if (name == "hash")
          e.hash = static_cast<AssignmentHash>(choice(child, name, kAssignmentHashes));
        else if (name == "variant")
          variants = &child;
        else if (const std::string path = "assignment." + name; schema().find(path)) {
          design.set(path, value(child, name), place(child));
          e.own.emplace_back(path, design.at(path));
        } else
          throw unknown(name, experiment_keys(), child);
      }
      e.design = read_design(design.read<AssignmentParams>("assignment"), place(element));
      if (e.layer.empty()) throw Error("[[experiment]] needs a `layer`, its name", place(element));
      if (e.salt.empty()) e.salt = out_.name + "/" + e.layer;
      if (!variants) throw Error("[[experiment]] needs two or more [[experiment.variant]]", place(element));
      for (const Experiment& other : out_.experiments) {
        if (other.layer == e.layer) throw Error(fmt::format("layer \"{}\" is named twice", e.layer), place(element));
        if (other.salt == e.salt)
          throw Error(fmt::format("layers \"{}\" and \"{}\" share a salt: their variants would coincide", other.layer, e.layer),
                      place(element));
      }
      read_variants(e, *variants);
      for (const Experiment& other : out_.experiments)
        for (const Variant& v : e.variants)
          for (const auto& [path, ignored] : v.overrides)
            for (const Variant& w : other.variants)
              for (const auto& [taken, also_ignored] : w.overrides)
                if (path == taken)
                  throw Error(fmt::format("`{}` is overridden in layers \"{}\" and \"{}\"; one layer may own a key", path,
                                          other.layer, e.layer),
                              place(element));
      out_.experiments.push_back(std::move(e));
    }
  }

  static std::vector<std::string> experiment_keys() {
    std::vector<std::string> keys{"layer", "salt", "hash", "variant"};
    for (const Parameter& p : schema().rows())
      if (p.path.starts_with("assignment.")) keys.push_back(p.path.substr(p.path.find('.') + 1));
    return keys;
  }

  Error unknown(std::string_view key, const std::vector<std::string>& known, const toml::node& node) const {
    const std::string near = nearest(key, known);
    return Error(fmt::format("unknown key `{}`{}; allowed are {}", key,
                             near.empty() ? "" : fmt::format(", did you mean `{}`?", near), join(known)),
                 place(node));
  }

  void read_variants(Experiment& e, const toml::node& node) {
    double total = 0;
    for (const toml::node& element : tables_of(node, "variant")) {
      Variant v;
      bool shared = false;
      for (const auto& [key, child] : *element.as_table()) {
        const std::string name(key.str());
        if (name == "name")
          v.name = text(child, name);
        else if (name == "share") {
          v.share = number(child, name, {0, 1});
          shared = true;
        } else if (name == "engine" || name == "policy") {
          walk(name, child, [&](const std::string& path, const toml::node& leaf) {
            Settings trial = out_.settings;
            trial.set(path, value(leaf, path), place(leaf));
            override_key(v, path, trial, place(leaf));
          });
        } else if (schema().find(name) || name == "world" || name == "analysis" || name == "assignment") {
          throw Error(fmt::format("`{}` cannot differ between variants; allowed are keys of engine and policy", name),
                      place(child));
        } else {
          throw unknown(name, {"name", "share", "engine", "policy"}, child);
        }
      }
      if (v.name.empty()) throw Error("a variant needs a `name`", place(element));
      for (VariantSet& set : of_variants_) {
        if (set.variant != v.name) continue;
        set.found = true;
        if (set.assignment.starts_with("share=")) {
          v.share = share_of(set.assignment);
          shared = true;
          continue;
        }
        Settings trial = out_.settings;
        trial.set_text(set.assignment, {"--set"});
        override_key(v, set.assignment.substr(0, set.assignment.find('=')), trial, {"--set"});
      }
      if (!shared) throw Error(fmt::format("variant \"{}\" needs a `share` of the units", v.name), place(element));
      for (const Variant& other : e.variants)
        if (other.name == v.name) throw Error(fmt::format("variant \"{}\" is named twice", v.name), place(element));
      if (std::fabs(v.share * 10'000 - std::round(v.share * 10'000)) > 1e-6)
        throw Error(fmt::format("share {} is finer than 0.01 %", v.share), place(element));
      total += v.share;
      e.variants.push_back(std::move(v));
    }
    if (e.variants.size() < 2) throw Error("an experiment needs two variants or more", place(node));
    if (std::fabs(total - 1) > 1e-9) throw Error(fmt::format("shares sum to {:.6g}; they must sum to 1", total), place(node));
  }

  static void override_key(Variant& v, const std::string& path, const Settings& trial, const Place& where) {
    if (path == "engine.isolation")
      throw Error("`engine.isolation` cannot differ between variants; set it for the whole scenario", where);
    for (auto& [key, value] : v.overrides)
      if (key == path) {
        value = trial.at(path);
        return;
      }
    v.overrides.emplace_back(path, trial.at(path));
  }

  // The place of `word` in the list of what is allowed.
  std::size_t choice(const toml::node& node, std::string_view key, const std::vector<std::string>& allowed) const {
    const std::string word = text(node, key);
    const auto at = std::find(allowed.begin(), allowed.end(), word);
    if (at != allowed.end()) return static_cast<std::size_t>(at - allowed.begin());
    const std::string near = nearest(word, allowed);
    throw Error(fmt::format("`{}` = \"{}\"{}; allowed is one of {}", key, word,
                            near.empty() ? "" : fmt::format(", did you mean \"{}\"?", near), join(allowed)),
                place(node));
  }

  // A value for each tier: of a table by name, or the same for all.
  template <class Read>
  void by_tier(const toml::node& node, std::string_view key, const Read& read) const {
    const std::vector<std::string> tiers(kTierNames.begin(), kTierNames.end());
    const toml::table* table = node.as_table();
    if (!table) {
      for (std::size_t t = 0; t < tiers.size(); ++t) read(t, node);
      return;
    }
    for (const auto& [name, child] : *table) {
      const auto at = std::find(tiers.begin(), tiers.end(), name.str());
      if (at == tiers.end()) throw unknown(fmt::format("{}.{}", key, name.str()), tiers, child);
      read(static_cast<std::size_t>(at - tiers.begin()), child);
    }
  }

  Interval band(const toml::node& node) const {
    const toml::array* list = node.as_array();
    if (!list || list->size() != 2) throw Error("`band` must be two numbers, as in [0, inf]", place(node));
    constexpr Range kAny{-kInfinity, kInfinity};
    const Interval band{number((*list)[0], "band", kAny), number((*list)[1], "band", kAny)};
    if (band.low > band.high) throw Error(fmt::format("`band` = [{}, {}] is empty", band.low, band.high), place(node));
    return band;
  }

  Interval days(const toml::node& node) const {
    const toml::array* list = node.as_array();
    if (!list || list->size() != 2) throw Error("`days` must be two numbers of days since t0, as in [0, 7]", place(node));
    constexpr Range kDays{0, kInfinity};
    const Interval days{number((*list)[0], "days", kDays), number((*list)[1], "days", kDays)};
    if (days.low >= days.high) throw Error(fmt::format("`days` = [{}, {}] is empty", days.low, days.high), place(node));
    return days;
  }

  // The experiment that holds the variant; its index.
  std::size_t experiment_of(const std::string& variant, const toml::node& node) const {
    std::vector<std::string> names;
    for (std::size_t e = 0; e < out_.experiments.size(); ++e)
      for (const Variant& v : out_.experiments[e].variants) {
        if (v.name == variant) return e;
        names.push_back(v.name);
      }
    throw Error(fmt::format("there is no variant \"{}\"; allowed is one of {}", variant, join(names)), place(node));
  }

  void read_claims(const toml::node& node) {
    const std::vector<std::string> verdicts(kVerdictNames.begin(), kVerdictNames.end());
    const std::vector<std::string> tiers(kTierNames.begin(), kTierNames.end());
    const std::vector<std::string> quantities = names_of(quantity_registry());
    for (const toml::node& element : tables_of(node, "claim")) {
      const toml::table& table = *element.as_table();
      Claim c;
      for (const auto& [name, doc] : {std::pair("id", &c.id), std::pair("text", &c.text), std::pair("source", &c.source)}) {
        const toml::node* value = table.get(name);
        if (!value || (*doc = text(*value, name)).empty())
          throw Error(fmt::format("a claim needs `{}`, a text", name), place(value ? *value : element));
      }
      std::array<bool, kTierNames.size()> recorded{};
      for (const auto& [key, child] : table) {
        const std::string name(key.str());
        if (name == "id" || name == "text" || name == "source") continue;
        if (name == "quantity")
          c.quantity = quantities[choice(child, name, quantities)];
        else if (name == "metric")
          c.metric = text(child, name);
        else if (name == "variant")
          c.variant = text(child, name);
        else if (name == "against")
          c.against = text(child, name);
        else if (name == "contrast")
          c.lift = choice(child, name, {"difference", "lift"}) == 1;
        else if (name == "world")
          c.launch = choice(child, name, {"experiment", "launch"}) == 1;
        else if (name == "days")
          c.days = days(child);
        else if (name == "against_days")
          c.against_days = days(child);
        else if (name == "against_metric")
          c.against_metric = text(child, name);
        else if (name == "note")
          c.note = text(child, name);
        else if (name == "band")
          c.band = band(child);
        else if (name == "needs")
          c.overlap = choice(child, name, {"inside", "overlap"}) == 1;
        else if (name == "statistic")
          c.median = choice(child, name, {"mean", "median"}) == 1;
        else if (name == "from")
          c.from = number(child, name, {-kInfinity, kInfinity});
        else if (name == "tier")
          c.tier = static_cast<Tier>(choice(child, name, tiers));
        else if (name == "verdict")
          by_tier(child, name, [&](std::size_t t, const toml::node& n) {
            c.recorded[t] = static_cast<Verdict>(choice(n, name, verdicts));
            recorded[t] = true;
          });
        else if (name == "seeds")
          by_tier(child, name, [&](std::size_t t, const toml::node& n) {
            const auto k = n.value_exact<std::int64_t>();
            if (!k || *k < 1 || *k > 1000) throw Error("`seeds` must be a whole number in [1, 1000], or one a tier", place(n));
            c.seeds[t] = *k;
          });
        else if (name == "fleet")
          walk(name, child, [&](const std::string& path, const toml::node& leaf) {
            Settings trial = out_.settings;
            trial.set(path, value(leaf, path), place(leaf));
            c.overrides.emplace_back(path, trial.at(path));
          });
        else
          throw unknown(name, {"id",       "text",  "source",  "quantity",     "metric",         "variant", "against",
                               "contrast", "world", "days",    "against_days", "against_metric", "note",    "band",
                               "needs",    "from",  "verdict", "tier",         "seeds",          "fleet",   "statistic"},
                        child);
      }
      check_claim(c, recorded, element);
      out_.claims.push_back(std::move(c));
    }
  }

  void check_claim(Claim& c, const std::array<bool, kTierNames.size()>& recorded, const toml::node& node) const {
    const auto refuse = [&](const std::string& what) { return Error(fmt::format("claim \"{}\" {}", c.id, what), place(node)); };
    for (const Claim& other : out_.claims)
      if (other.id == c.id) throw refuse("stands here twice; each needs an `id` of its own");
    if (c.quantity.empty()) throw refuse("needs a `quantity`, what is measured");
    const Quantity& quantity = *find_entry(quantity_registry(), c.quantity);
    if (quantity.of_metric == c.metric.empty())
      throw refuse(
          fmt::format("{} a `metric`: its quantity is `{}`", quantity.of_metric ? "needs" : "cannot have", c.quantity));
    if (quantity.of_metric) choice(*node.as_table()->get("metric"), "metric", quantity.metrics());
    if (quantity.of_pair && (c.variant.empty() || c.against.empty() || c.lift))
      throw refuse(
          fmt::format("needs a `variant` and one to stand `against`, and no `contrast`: its quantity is `{}`", c.quantity));
    if (std::isnan(c.band.low)) throw refuse("needs a `band`, where the value is said to lie");
    for (std::size_t t = static_cast<std::size_t>(c.tier); t < recorded.size(); ++t)
      if (!recorded[t]) throw refuse(fmt::format("needs a `verdict` for the tier {}", kTierNames[t]));
    for (std::size_t t = static_cast<std::size_t>(c.tier); t < c.seeds.size(); ++t)
      if (c.median && c.seeds[t] > 1 && c.seeds[t] < kMedianSeeds)
        throw refuse(fmt::format("takes the median of {} seeds: it needs one or at least {}", c.seeds[t], kMedianSeeds));
    if (c.launch && (quantity.needs_truth || quantity.own_worlds))
      throw refuse(fmt::format("cannot have a `world`: its quantity `{}` has worlds of its own", c.quantity));
    if (!c.against_metric.empty()) {
      if (c.metric.empty())
        throw refuse(fmt::format("cannot have an `against_metric`: its quantity `{}` reads no metric", c.quantity));
      choice(*node.as_table()->get("against_metric"), "against_metric", quantity.metrics());
    }
    if (quantity.of_two && c.against.empty())
      throw refuse(fmt::format("names no variant to stand `against`, which its quantity `{}` is about", c.quantity));
    if (c.against.empty() && (c.against_days || !c.against_metric.empty())) {
      if (c.variant.empty()) throw refuse("contrasts a variant with itself and does not name it");
      c.against = c.variant;
    }
    const std::size_t e = c.variant.empty() ? 0 : experiment_of(c.variant, node);
    if (!c.against.empty()) {
      if (experiment_of(c.against, node) != e) throw refuse("contrasts variants of two experiments");
      if (!c.from) c.from = 0;
    } else if (c.lift) {
      throw refuse("asks for a `contrast` and names no variant to stand `against`");
    }
  }

  std::string source_;
  Scenario& out_;
  std::vector<VariantSet> of_variants_;
};

void load_tables(Scenario& s) {
  const auto items = std::get<std::string>(s.settings.at("world.items.table"));
  const auto users = std::get<std::string>(s.settings.at("world.population.table"));
  if (items.empty() && users.empty()) return;
  WorldTables tables;
  Hasher digest;
  const auto beside = [&](const std::string& name) { return s.source.parent_path() / name; };
  if (!items.empty()) {
    tables.items =
        read_item_table(beside(items), static_cast<int>(std::get<std::int64_t>(s.settings.at("world.items.categories"))));
    digest.add(std::string_view(read_file(beside(items))));
  }
  if (!users.empty()) {
    tables.users = read_user_table(beside(users));
    digest.add(std::string_view(read_file(beside(users))));
  }
  s.tables = std::make_shared<const WorldTables>(std::move(tables));
  s.tables_digest = digest.value();
}

// Of a handful of countries a hash may leave a variant with too few to know its error.
void check_regions(const Experiment& e, const Place& where) {
  if (e.design.unit != Unit::Region || e.design.kind != DesignKind::Randomised) return;
  std::vector<int> regions(e.variants.size(), 0);
  for (std::uint64_t r = 0; r < kCountries; ++r) ++regions[variant_of(e, r)];
  for (std::size_t v = 0; v < e.variants.size(); ++v)
    if (regions[v] < 2)
      throw Error(
          fmt::format("layer \"{}\", unit = \"region\": variant \"{}\" gets {} of the world's {} regions, and an error "
                      "needs two or more; allowed are fewer variants, or another `salt` of the [[experiment]] than \"{}\"",
                      e.layer, e.variants[v].name, regions[v], kCountries, e.salt),
          where);
}

// A page can be drafted from two slates, once.
void check_interleaving(const Scenario& s, const Place& where) {
  int interleaved = 0;
  for (const Experiment& e : s.experiments) {
    if (e.design.kind != DesignKind::Interleaving) continue;
    if (e.variants.size() != 2)
      throw Error(fmt::format("layer \"{}\" interleaves {} variants; a page is drafted from two", e.layer, e.variants.size()),
                  where);
    if (++interleaved > 1) throw Error("two layers interleave; a page can be drafted in one of them", where);
  }
}

// Splits by one salt coincide, so each needs its own: layers, who is allocated to them, and the holdout.
void check_salts(const Scenario& s, const Place& where) {
  std::vector<std::string> salts;
  if (s.settings.read<ScenarioParams>("").holdout > 0) salts.push_back(holdout_salt(s.name));
  for (const Experiment& e : s.experiments) {
    salts.push_back(e.salt);
    if (!e.design.allocates_everybody()) salts.push_back(allocation_salt(e));
    if (e.design.lost > 0) salts.push_back(loss_salt(e));
  }
  std::sort(salts.begin(), salts.end());
  if (const auto twice = std::adjacent_find(salts.begin(), salts.end()); twice != salts.end())
    throw Error(
        fmt::format("the salt \"{}\" would serve two splits, which would coincide; give the layer another `salt`", *twice),
        where);
}

// Levers of the world that say the opposite of each other.
void check_world(const WorldParams& world, const Place& where) {
  constexpr double kMostArrivals = 1e6;  // a day
  const auto arrivals = [&](const char* group, double rate, std::int64_t n) {
    if (rate * static_cast<double>(n) > kMostArrivals)
      throw Error(
          fmt::format("`world.{}.arrivals_per_day` = {} of {} is more than {} arrivals a day", group, rate, n, kMostArrivals),
          where);
  };
  arrivals("population", world.population.arrivals_per_day, world.population.users);
  arrivals("items", world.items.arrivals_per_day, world.items.count);
  const auto ordered = [&](const char* low_key, double low, const char* high_key, double high) {
    if (low > high) throw Error(fmt::format("`{}` = {} is above `{}` = {}", low_key, low, high_key, high), where);
  };
  ordered("world.bots.watch_min_s", world.bots.watch_min_s, "world.bots.watch_max_s", world.bots.watch_max_s);
  ordered("world.population.activity_median", world.population.activity_median, "world.population.activity_max",
          world.population.activity_max);
  try {
    read_week(world.visits.week);
  } catch (const Error& e) {
    throw Error(fmt::format("`world.visits.week`: {}", e.what()), where);
  }
  try {
    if (!world.population.mix_shares.empty()) read_category_shares(world.population.mix_shares, world.items.categories);
  } catch (const Error& e) {
    throw Error(fmt::format("`world.population.mix_shares`: {}", e.what()), where);
  }
  if (world.watch.autoplay && world.examination.model != "pbm")
    throw Error(fmt::format("`world.watch.autoplay` plays every item in turn, so `world.examination.model` = \"{}\" would "
                            "never be read; allowed with it is \"pbm\", which it replaces",
                            world.examination.model),
                where);
}

// What no single range can say.
void check_together(const Scenario& s) {
  const Place where{s.source.string()};
  const double minutes = s.settings.read<ScenarioParams>("").epoch_minutes;
  if (kDay.us % from_seconds(minutes * 60).us != 0)
    throw Error(fmt::format("`epoch_minutes` = {} does not divide a day into whole epochs", minutes), where);
  check_world(s.settings.read<WorldParams>("world"), where);
  try {
    metric_roles(s.settings.read<AnalysisParams>("analysis"));
  } catch (const Error& e) {
    throw Error(e.what(), where);
  }
  // A source may read a text of its own: whatever it refuses is refused before anything runs.
  const auto check_engine = [&](const Settings& settings) {
    const auto release = settings.read<ReleaseParams>("engine.release");
    const double hours = release.shadow_hours + release.canary_hours + release.ramp_hours;
    if (release.mode == "staged" && hours >= 24)
      throw Error(
          fmt::format("`engine.release` takes {} hours from shadow to live; the next night's models replace a candidate "
                      "after 24, so none would ever be live",
                      hours),
          where);
    try {
      for (const auto& entry : source_registry()) entry.make(settings, "engine.retrieval");
    } catch (const Error& e) {
      throw Error(e.what(), where);
    }
  };
  check_engine(s.settings);
  check_share("holdout", s.settings.read<ScenarioParams>("").holdout, where);
  check_salts(s, where);
  check_interleaving(s, where);
  for (const Experiment& e : s.experiments) check_regions(e, where);
  for (const Experiment& e : s.experiments)
    for (const Variant& v : e.variants) {
      Settings variant = s.settings;
      for (const auto& [path, value] : v.overrides) variant.set(path, value, where);
      check_engine(variant);
    }
}

}  // namespace

void ScenarioParams::describe(Describe& d) {
  d.integer("seed", seed, {0, static_cast<double>(kMaxSeed)}, "",
            "Seed of the world and of the engine's randomness; assignment does not depend on it.");
  d.integer("warmup_days", warmup_days, {0, 365}, "days", "Days before the experiment starts; everyone is in control.");
  d.integer("days", days, {1, 365}, "days", "Days of the experiment.");
  d.number("epoch_minutes", epoch_minutes, {1, 60}, "min", "Models are frozen inside an epoch and learn between epochs.");
  d.number("holdout", holdout, {0, 0.99}, "share", "Households that are in no experiment: served control and not counted.");
}

void AnalysisParams::describe(Describe& d) {
  d.number("alpha", alpha, {0.0001, 0.5}, "probability", "Level of tests; intervals cover 1 - alpha.");
  d.number("tau_lift", tau_lift, {0.0001, 1}, "share",
           "The lift worth finding: msprt is tuned to it (tau of the mixture), and the power reached is the power to find it.");
  d.text("sequential", sequential, kSequentialNames,
         "What always-valid inference is tuned to: the lift of `tau_lift` (msprt), or the planned end, where its interval is "
         "then narrowest (asymptotic).");
  d.integer("min_units", min_units, {2, 1e6}, "units", "A variant with fewer units gets no verdict.");
  d.integer("pre_days", pre_days, {0, 365}, "days",
            "What users did in this many days before the experiment, or in the whole warm-up, is their past: the covariate of "
            "adjusted effects, and their tier.");
  d.integer("lapse_days", lapse_days, {1, 365}, "days", "A user who does not come for this long has lapsed.");
  d.integer("bootstrap", bootstrap, {0, 100'000}, "replicates",
            "Resamples of the units for an interval of every decision metric's lift beside the delta method's; 0: none.");
  d.number("prior_lift", prior_lift, {0.0001, 10}, "share",
           "Posteriors start from lifts around 0 with this standard deviation.");
  d.text("decision", decision, {}, "Metrics that decide whether to ship, between commas; they alone share one correction.");
  d.text("guardrails", guardrails, {}, "Metrics that must not get worse by more than the margin, between commas.");
  d.text("covariate", covariate, {},
         "Metric whose past adjusts every effect; empty: each metric's own, and active days for one that is not a sum.");
  d.text("adjustment", adjustment, {"cuped", "regression"},
         "How the past adjusts effects: CUPED, with one coefficient for all variants, or Lin's regression, with a slope for "
         "each variant.");
  d.number("guardrail_margin", guardrail_margin, {0.0001, 1}, "share",
           "How much worse than control a guardrail may be, relative to control's value.");
  d.integer("exposure_replicates", exposure_replicates, {0, 1000}, "",
            "Bootstrap replicates over users behind the errors of Gini, coverage and their like, rounded up to a multiple of "
            "16; 0 = no "
            "errors.");
  d.integer("panel_users", panel_users, {0, 1e6}, "users",
            "Users, of all variants together, whose items are kept one by one, to compare users with one another; 0 = none.");
  d.integer("truth_one_in", truth_one_in, {1, 1e6}, "requests",
            "With --truth, one request in so many is put to the world, for the metrics that need the truth.");
  d.number("click_price", click_price, {0, 1e6}, "ct", "Median over creators of what a click on their sponsored items earns.");
  d.number("click_price_sigma", click_price_sigma, {0, 3}, "", "Its sd over creators, of the logarithm.");
}

const Schema& schema() {
  static const Schema built = [] {
    Schema s;
    ScenarioParams scenario;
    s.add("", scenario);
    WorldParams world;
    s.add("world", world);
    EngineSchema engine;
    s.add("engine", engine);
    PolicyParams policy;
    s.add("policy", policy);
    AssignmentParams assignment;
    s.add("assignment", assignment);
    AnalysisParams analysis;
    s.add("analysis", analysis);
    FleetParams fleet;
    s.add("fleet", fleet);
    BanditParams bandit;
    s.add("bandit", bandit);
    PublishedParams published;
    s.add("published", published);
    return s;
  }();
  return built;
}

Scenario parse_scenario(const std::string& text, const std::filesystem::path& source, const std::vector<std::string>& sets,
                        TableFiles files) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& e) {
    throw Error(fmt::format("is not valid TOML: {}", e.description()),
                Place{source.string(), static_cast<int>(e.source().begin.line), static_cast<int>(e.source().begin.column)});
  }
  Scenario s{.name = {},
             .question = {},
             .source = source,
             .settings = Settings(schema()),
             .experiments = {},
             .claims = {},
             .tables = {},
             .tables_digest = 0,
             .sliders = {},
             .toml = text,
             .sets = sets};
  Reader(source, s).read(root, sets);
  check_together(s);
  if (files == TableFiles::Load) load_tables(s);
  return s;
}

Scenario load_scenario(const std::filesystem::path& file, const std::vector<std::string>& sets) {
  return parse_scenario(read_file(file), file, sets);
}

std::uint64_t Scenario::seed() const { return static_cast<std::uint64_t>(std::get<std::int64_t>(settings.at("seed"))); }

std::uint64_t Scenario::hash() const {
  Hasher h;
  for (const auto& [path, value] : settings.values())
    if (path != "seed") h.add(std::string_view(path)).add(std::string_view(to_text(value)));
  for (const Experiment& e : experiments) {
    h.add(std::string_view(e.layer)).add(std::string_view(e.salt));
    if (e.hash != AssignmentHash::Xxh64) h.add(static_cast<int>(e.hash));
    for (const auto& [path, value] : e.own) h.add(std::string_view(path)).add(std::string_view(to_text(value)));
    for (const Variant& v : e.variants) {
      h.add(std::string_view(v.name)).add(v.share);
      for (const auto& [path, value] : v.overrides) h.add(std::string_view(path)).add(std::string_view(to_text(value)));
    }
  }
  return h.add(tables_digest).value();
}

Settings Scenario::cell_settings(const std::vector<std::size_t>& variants) const {
  Settings cell = settings;
  for (std::size_t e = 0; e < experiments.size(); ++e)
    for (const auto& [path, value] : experiments[e].variants[variants[e]].overrides) cell.set(path, value, {});
  return cell;
}

}  // namespace feedloop
