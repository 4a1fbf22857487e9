#include "experiment/scenario.hpp"

#include <fmt/format.h>

#include "base/csv.hpp"
#include "sim/world.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::string kVariants =
    "[[variant]]\nname = \"control\"\nshare = 0.5\n[[variant]]\nname = \"treatment\"\nshare = 0.5\nengine.value.like = 0.5\n";

Scenario parse(const std::string& top, const std::string& variants = kVariants, const std::vector<std::string>& sets = {}) {
  return parse_scenario("name = \"s\"\n" + top + variants, "s.toml", sets);
}

std::string error_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  try {
    parse_scenario(text, "s.toml", sets);
  } catch (const Error& e) {
    const std::string what = e.what();
    CHECK(what.find('\n') == std::string::npos);  // one line
    return what;
  }
  return "no error";
}

// Line 1 is the name, `top` begins on line 2.
std::string top_error(const std::string& top) { return error_of("name = \"s\"\n" + top + kVariants); }
std::string set_error(const std::string& set) { return error_of("name = \"s\"\n" + kVariants, {set}); }

std::string layer(const std::string& name, const std::string& key, const std::string& salt = "") {
  return "[[experiment]]\nlayer = \"" + name + "\"\n" + (salt.empty() ? "" : "salt = \"" + salt + "\"\n") +
         "[[experiment.variant]]\nname = \"off\"\nshare = 0.5\n[[experiment.variant]]\nname = \"on\"\nshare = 0.5\n" + key +
         "\n";
}

}  // namespace

TEST_CASE("a scenario reads its own keys and those of all layers") {
  const Scenario s = parse(
      "question = \"why?\"\nseed = 7\ndays = 3\n[world.population]\nusers = 50\n[engine]\nvalue.click = 0.3\n"
      "[policy]\nname = \"epsilon_greedy\"\nepsilon_greedy.epsilon = 0.2\n[analysis]\nalpha = 0.1\n");
  CHECK(s.name == "s");
  CHECK(s.question == "why?");
  CHECK(s.seed() == 7);
  CHECK(s.settings.read<ScenarioParams>("").days == 3);
  CHECK(s.settings.read<WorldParams>("world").population.users == 50);
  CHECK(std::get<double>(s.settings.at("engine.value.click")) == 0.3);
  CHECK(std::get<std::string>(s.settings.at("policy.name")) == "epsilon_greedy");
  CHECK(s.settings.read<AnalysisParams>("analysis").alpha == 0.1);
  REQUIRE(s.experiments.size() == 1);
  CHECK(s.experiments[0].variants.size() == 2);
  CHECK(s.experiments[0].salt == "s");
  CHECK(s.tables == nullptr);
}

TEST_CASE("a whole number is a fine number and underscores are fine") {
  CHECK(std::get<double>(parse("epoch_minutes = 10\n").settings.at("epoch_minutes")) == 10);
  CHECK(parse("[world.population]\nusers = 10_000\n").settings.read<WorldParams>("world").population.users == 10'000);
}

TEST_CASE("an unknown key is refused with the nearest known one") {
  CHECK_THAT(top_error("dayz = 3\n"),
             StartsWith("s.toml:2:") && Contains("unknown key `dayz`") && Contains("did you mean `days`?"));
  CHECK_THAT(top_error("[world.population]\nuser = 3\n"),
             StartsWith("s.toml:3:") && Contains("did you mean `world.population.users`?"));
  CHECK_THAT(top_error("[population]\nusers = 3\n"), Contains("did you mean `world.population.users`?"));
  CHECK_THAT(top_error("zzzzzzzzzzzzzzz = 3\n"), Contains("feedloop params"));
  CHECK_THAT(top_error("days.a = 3\n"), Contains("unknown key `days.a`"));
  CHECK_THAT(top_error("[[varient]]\nname = \"x\"\n"), Contains("unknown key `varient`"));
}

TEST_CASE("a wrong type is refused with what is allowed") {
  CHECK_THAT(top_error("days = \"three\"\n"), StartsWith("s.toml:2:8: ") && Contains("wrong type") && Contains("[1, 365]"));
  CHECK_THAT(top_error("days = 3.5\n"), Contains("wrong type"));
  CHECK_THAT(top_error("days = true\n"), Contains("wrong type"));
  CHECK_THAT(top_error("days = [3]\n"), StartsWith("s.toml:2:8: ") && Contains("list"));
  CHECK_THAT(top_error("days = 2024-01-01\n"), Contains("date"));
  CHECK_THAT(top_error("[policy]\nname = 1\n"), Contains("one of greedy"));
  CHECK_THAT(error_of("name = 3\n" + kVariants), StartsWith("s.toml:1:8: ") && Contains("text"));
  CHECK_THAT(top_error("question = 3\n"), Contains("text"));
}

TEST_CASE("what is out of range is refused with the range") {
  CHECK_THAT(top_error("days = 0\n"),
             StartsWith("s.toml:2:8: ") && Contains("`days` = 0 is out of range") && Contains("[1, 365]"));
  CHECK_THAT(top_error("[world.population]\nusers = 0\n"),
             StartsWith("s.toml:3:9: ") && Contains("`world.population.users` = 0") && Contains("[1, 5000000]"));
  CHECK_THAT(top_error("[world.population]\nusers = -5\n"), Contains("out of range"));
  CHECK_THAT(top_error("seed = -1\n"), Contains("out of range"));
  CHECK_THAT(top_error("seed = 281474976710656\n"), Contains("out of range"));  // 2^48
  CHECK_THAT(top_error("[policy]\nepsilon_greedy.epsilon = 1.5\n"), Contains("[0, 1]"));
  CHECK_THAT(top_error("[policy]\nepsilon_greedy.epsilon = nan\n"), Contains("out of range"));
  CHECK_THAT(top_error("[policy]\nepsilon_greedy.epsilon = inf\n"), Contains("out of range"));
  CHECK_THAT(top_error("[policy]\nname = \"greedi\"\n"), Contains("did you mean \"greedy\"?"));
}

TEST_CASE("ids that editors cannot mean are refused before anything runs") {
  for (const std::string& what :
       {top_error("engine.retrieval.editorial.ids = \"3,x\"\n"), set_error("engine.retrieval.editorial.ids=3,x"),
        error_of("name = \"s\"\n" + kVariants + "engine.retrieval.editorial.ids = \"3,x\"\n")}) {
    CHECK_THAT(what, StartsWith("s.toml: `engine.retrieval.editorial.ids` = \"3,x\" holds \"x\""));
    CHECK_THAT(what, Contains("allowed are item ids between commas"));
  }
  CHECK_NOTHROW(parse("engine.retrieval.editorial.ids = \"3, 12\"\n"));
}

TEST_CASE("variants that disagree on isolation are refused at the line") {
  CHECK_THAT(error_of("name = \"s\"\n" + kVariants + "engine.isolation = \"data\"\n"),
             StartsWith("s.toml:9:20: ") && Contains("`engine.isolation` cannot differ between variants"));
}

TEST_CASE("a staged release must be over before the next night") {
  CHECK_THAT(top_error("engine.release = {mode = \"staged\", canary_hours = 17}\n"),
             Contains("takes 24 hours from shadow to live"));
  CHECK_NOTHROW(parse("engine.release = {mode = \"staged\", canary_hours = 16}\n"));
  CHECK_NOTHROW(parse("engine.release.canary_hours = 48\n"));
}

TEST_CASE("malformed TOML is refused at its line and column") {
  CHECK_THAT(error_of("name = \"s\"\ndays = = 3\n"), StartsWith("s.toml:2:8: ") && Contains("not valid TOML"));
  CHECK_THAT(error_of("name = \"s\n"), StartsWith("s.toml:1:") && Contains("not valid TOML"));
  CHECK_THAT(error_of("name = \"s\"\nname = \"t\"\n"), StartsWith("s.toml:2:") && Contains("not valid TOML"));
  CHECK_THAT(error_of("[world\n"), StartsWith("s.toml:1:"));
  CHECK_THAT(error_of(std::string("name = \"s\"\n\0", 12)), StartsWith("s.toml:2:"));
}

TEST_CASE("a missing file is refused by its name") {
  CHECK_THROWS_WITH(load_scenario("/nonexistent/there.toml"),
                    StartsWith("/nonexistent/there.toml") && Contains("cannot be read"));
  CHECK_THROWS_WITH(load_scenario("/tmp"), Contains("is a directory"));
}

TEST_CASE("what every scenario needs is asked for") {
  CHECK_THAT(error_of(kVariants), Contains("`name` is missing"));
  CHECK_THAT(error_of("name = \"\"\n" + kVariants), Contains("`name` is missing"));
  CHECK_THAT(error_of("name = \"s\"\n"), Contains("[[variant]]"));
  CHECK_THAT(error_of(""), Contains("`name` is missing"));
  CHECK_THAT(error_of("name = \"s\"\n[[variant]]\nname = \"a\"\nshare = 1\n"),
             StartsWith("s.toml:2:") && Contains("two variants or more"));
  CHECK_THAT(error_of("name = \"s\"\nvariant = 3\n"), Contains("[[variant]]"));
  CHECK_THAT(error_of("name = \"s\"\nvariant = []\n"), Contains("[[variant]]"));
  CHECK_THAT(error_of("name = \"s\"\n[variant]\nname = \"a\"\n"), Contains("[[variant]]"));
}

TEST_CASE("keys of the analysis outside their ranges are refused with what is allowed") {
  for (const char* bad :
       {"alpha = 0", "alpha = 0.51", "alpha = -0.05", "alpha = nan", "tau_lift = 0", "tau_lift = inf", "min_units = 1",
        "min_units = -5", "guardrail_margin = 0", "guardrail_margin = -0.02", "guardrail_margin = 1.5"}) {
    INFO(bad);
    CHECK_THAT(top_error(std::string("[analysis]\n") + bad + "\n"),
               StartsWith("s.toml:3:") && Contains("is out of range; allowed is"));
    std::string set(bad);
    std::erase(set, ' ');
    CHECK_THAT(set_error("analysis." + set), StartsWith("--set: ") && Contains("is out of range; allowed is"));
  }
  CHECK_THAT(top_error("analysis.min_units = 10.5\n"), Contains("wrong type"));
  CHECK_THAT(top_error("analysis.alpha = \"small\"\n"), Contains("wrong type"));
}

TEST_CASE("metrics to decide by are refused by the file when they are none or have two roles") {
  CHECK_THAT(top_error("analysis.decision = \"d7_retenton\"\n"),
             StartsWith("s.toml: analysis.decision names `d7_retenton`") && Contains("did you mean `d7_retention`?"));
  CHECK_THAT(top_error("analysis.decision = \"ctr\"\nanalysis.guardrails = \"ctr\"\n"),
             StartsWith("s.toml: `ctr` is in analysis.decision and in analysis.guardrails"));
  CHECK_THAT(set_error("analysis.guardrails=ctrr"), Contains("which is no metric"));
}

TEST_CASE("variants are checked one by one") {
  const auto variants = [](const std::string& second, const std::string& first = "name = \"control\"\nshare = 0.5\n") {
    return error_of("name = \"s\"\n[[variant]]\n" + first + "[[variant]]\n" + second);
  };
  CHECK_THAT(variants("name = \"t\"\nshare = 0.4\n"),
             StartsWith("s.toml:") && Contains("shares sum to 0.9; they must sum to 1"));
  CHECK_THAT(variants("name = \"t\"\nshare = 1.5\n"), StartsWith("s.toml:7:9: ") && Contains("[0, 1]"));
  CHECK_THAT(variants("name = \"t\"\nshare = -0.5\n"), Contains("out of range"));
  CHECK_THAT(variants("name = \"t\"\nshare = nan\n"), Contains("out of range"));
  CHECK_THAT(variants("name = \"t\"\nshare = \"half\"\n"), StartsWith("s.toml:7:9: ") && Contains("wrong type"));
  CHECK_THAT(variants("name = \"t\"\nshare = true\n"), Contains("wrong type"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.50001\n", "name = \"c\"\nshare = 0.49999\n"), Contains("finer than 0.01 %"));
  CHECK_THAT(variants("name = \"t\"\n"), StartsWith("s.toml:5:") && Contains("needs a `share`"));
  CHECK_THAT(variants("share = 0.5\n"), Contains("needs a `name`"));
  CHECK_THAT(variants("name = \"control\"\nshare = 0.5\n"), StartsWith("s.toml:5:") && Contains("\"control\" is named twice"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nshar = 1\n"), StartsWith("s.toml:8:") && Contains("did you mean `share`?"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nworld.items.count = 5\n"),
             StartsWith("s.toml:8:") && Contains("cannot differ between variants"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nanalysis.alpha = 0.1\n"), Contains("cannot differ between variants"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nseed = 5\n"), Contains("cannot differ between variants"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nengine.value.lke = 5\n"),
             StartsWith("s.toml:8:") && Contains("did you mean `engine.value.like`?"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nengine.value.like = 500\n"),
             StartsWith("s.toml:8:21: ") && Contains("out of range"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nengine.value.like = [1]\n"), Contains("list"));
  CHECK_THAT(variants("name = \"t\"\nshare = 0.5\nengine = 1\n"), Contains("unknown key `engine`"));
}

TEST_CASE("shares of thirds and zeros are fine") {
  const auto s = parse("",
                       "[[variant]]\nname = \"a\"\nshare = 0.3333\n[[variant]]\nname = \"b\"\nshare = "
                       "0.3333\n[[variant]]\nname = \"c\"\nshare = 0.3334\n");
  CHECK(s.experiments[0].variants.size() == 3);
  CHECK_NOTHROW(parse("", "[[variant]]\nname = \"a\"\nshare = 1\n[[variant]]\nname = \"b\"\nshare = 0\n"));
}

TEST_CASE("layers have names and salts and keys of their own") {
  const std::string a = layer("rank", "engine.value.like = 1"), b = layer("explore", "policy.name = \"epsilon_greedy\"");
  const Scenario s = parse("", a + b);
  REQUIRE(s.experiments.size() == 2);
  CHECK(s.experiments[0].salt == "s/rank");
  CHECK(s.experiments[1].salt == "s/explore");
  CHECK_THAT(error_of("name = \"s\"\n" + a + layer("rank", "engine.slate.size = 5")),
             Contains("layer \"rank\" is named twice"));
  CHECK_THAT(
      error_of("name = \"s\"\n" + layer("x", "engine.value.like = 1", "same") + layer("y", "engine.slate.size = 5", "same")),
      StartsWith("s.toml:12:1: ") && Contains("share a salt"));
  CHECK_THAT(error_of("name = \"s\"\n" + a + layer("other", "engine.value.like = 2")),
             Contains("`engine.value.like` is overridden in layers \"rank\" and \"other\""));
  CHECK_THAT(error_of("name = \"s\"\n" + a + kVariants), Contains("both [[variant]] and [[experiment]]"));
  CHECK_THAT(error_of("name = \"s\"\n[[experiment]]\nsalt = \"x\"\n"), Contains("needs a `layer`"));
  CHECK_THAT(error_of("name = \"s\"\n[[experiment]]\nlayer = \"x\"\n"), Contains("[[experiment.variant]]"));
  CHECK_THAT(error_of("name = \"s\"\n[[experiment]]\nlayr = \"x\"\n"), Contains("did you mean `layer`?"));
  CHECK_THAT(error_of("name = \"s\"\n[experiment]\nlayer = \"x\"\n"), Contains("[[experiment]]"));
}

TEST_CASE("a layer names its hash, which the scenario's hash knows of, and xxh64 need not be said") {
  const std::string block = layer("rank", "engine.value.like = 1");
  const auto with = [&](const std::string& hash) {
    std::string text = block;
    return text.insert(text.find("[[experiment.variant]]"), "hash = \"" + hash + "\"\n");
  };
  CHECK(parse("", block).experiments[0].hash == AssignmentHash::Xxh64);
  CHECK(parse("", with("planout")).experiments[0].hash == AssignmentHash::Planout);
  CHECK(parse("", with("growthbook")).experiments[0].hash == AssignmentHash::Growthbook);
  CHECK(parse("", with("xxh64")).hash() == parse("", block).hash());
  CHECK(parse("", with("planout")).hash() != parse("", block).hash());
  CHECK(parse("", with("planout")).hash() != parse("", with("growthbook")).hash());
  CHECK_THAT(error_of("name = \"s\"\n" + with("growth")), Contains("allowed is one of"));
}

TEST_CASE("an explicit salt that equals another layer's default is refused too") {
  CHECK_THAT(error_of("name = \"s\"\n" + layer("x", "engine.value.like = 1") + layer("y", "engine.slate.size = 5", "s/x")),
             Contains("share a salt"));
}

TEST_CASE("a cell's settings are the base under one variant of each layer") {
  const Scenario s =
      parse("[engine]\nvalue.click = 0.7\n", layer("rank", "engine.value.like = 1") + layer("page", "engine.slate.size = 5"));
  CHECK(s.cell_settings({0, 0}).values() == s.settings.values());
  const Settings both = s.cell_settings({1, 1});
  CHECK(std::get<double>(both.at("engine.value.like")) == 1);
  CHECK(std::get<std::int64_t>(both.at("engine.slate.size")) == 5);
  CHECK(std::get<double>(both.at("engine.value.click")) == 0.7);
  CHECK(std::get<std::int64_t>(s.cell_settings({1, 0}).at("engine.slate.size")) == 20);
}

TEST_CASE("settings of the command line come over the file and are checked alike") {
  const Scenario s = parse("seed = 1\n", kVariants, {"seed=9", "world.items.count=77", "policy.name=epsilon_greedy"});
  CHECK(s.seed() == 9);
  CHECK(s.settings.read<WorldParams>("world").items.count == 77);
  CHECK_THAT(set_error("dayz=3"), StartsWith("--set: ") && Contains("did you mean `days`?"));
  CHECK_THAT(set_error("days"), Contains("key=value"));
  CHECK_THAT(set_error("days=x"), Contains("wrong type"));
  CHECK_THAT(set_error("days=0"), Contains("out of range"));
  CHECK_THAT(set_error("world.population.users=0"), Contains("out of range"));
}

TEST_CASE("the hash follows every key but the seed") {
  const auto hash = [](const std::string& top, const std::string& variants = kVariants) { return parse(top, variants).hash(); };
  const auto base = hash("");
  CHECK(hash("seed = 12345\n") == base);
  CHECK(hash("# a comment\n") == base);
  CHECK(hash("question = \"what?\"\n") == base);
  CHECK(hash("days = 14\n") == base);  // the default, written out
  for (const char* change :
       {"days = 13\n", "warmup_days = 1\n", "epoch_minutes = 10\n", "[world.churn]\nrecency = 0.3\n",
        "[engine.value]\nlike = 0.1\n", "[policy]\nepsilon_greedy.epsilon = 0.06\n", "[analysis]\nalpha = 0.1\n"})
    CHECK(hash(change) != base);
  CHECK(hash("",
             "[[variant]]\nname = \"control\"\nshare = 0.5\n[[variant]]\nname = \"treatment\"\nshare = 0.5\nengine.value.like "
             "= 0.6\n") != base);
  CHECK(hash("",
             "[[variant]]\nname = \"control\"\nshare = 0.4\n[[variant]]\nname = \"treatment\"\nshare = 0.6\nengine.value.like "
             "= 0.5\n") != base);
  CHECK(hash("",
             "[[variant]]\nname = \"control\"\nshare = 0.5\n[[variant]]\nname = \"treated\"\nshare = 0.5\nengine.value.like = "
             "0.5\n") != base);
}

TEST_CASE("tables are found beside the scenario and their bytes are part of the hash") {
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("feedloop_scenario_{}", static_cast<const void*>(&kVariants));
  std::filesystem::create_directories(folder);
  std::string header = "category,appeal", row = "1,0.5";
  for (int k = 0; k < kLatentDims; ++k) {
    header += fmt::format(",v{}", k);
    row += k == 0 ? ",1" : ",0";
  }
  const std::string text = "name = \"s\"\n[world.items]\ntable = \"items.csv\"\n" + kVariants;
  CHECK_THROWS_WITH(parse_scenario(text, folder / "s.toml"), Contains("items.csv") && Contains("cannot be read"));
  write_file(folder / "items.csv", header + "\n" + row + "\n");
  const Scenario one = parse_scenario(text, folder / "s.toml");
  REQUIRE(one.tables != nullptr);
  CHECK(one.tables->items.size() == 1);
  CHECK(one.tables->users.empty());
  write_file(folder / "items.csv", header + "\n" + row + "\n" + row + "\n");
  const Scenario two = parse_scenario(text, folder / "s.toml");
  CHECK(one.hash() != two.hash());
  write_file(folder / "items.csv", header + "\n" + row + "\n9x" + row + "\n");
  CHECK_THROWS_WITH(parse_scenario(text, folder / "s.toml"), Contains("items.csv:3:1: "));
  std::filesystem::remove_all(folder);
}

TEST_CASE("every default of every layer is valid by its own rule") {
  for (const Parameter& row : schema().rows()) {
    INFO(row.path);
    Settings s(schema());
    CHECK_NOTHROW(s.set(row.path, row.initial, {}));
  }
}

namespace {

const std::string kClaim =
    "[[claim]]\nid = \"A\"\ntext = \"It clicks.\"\nsource = \"us\"\nquantity = \"metric\"\nmetric = \"ctr\"\n"
    "band = [0.1, inf]\nverdict = \"partly\"\n";

// The scenario's name is line 1 and its variants are lines 2 to 8; the claim begins on line 9.
std::string claim_error(const std::string& from, const std::string& to) {
  std::string claim = kClaim;
  if (const auto at = claim.find(from); at != std::string::npos) claim.replace(at, from.size(), to);
  return error_of("name = \"s\"\n" + kVariants + claim);
}

}  // namespace

TEST_CASE("claims are read with what they leave out") {
  const Scenario s = parse("", kVariants + kClaim + "variant = \"treatment\"\nagainst = \"control\"\ncontrast = \"lift\"\n");
  REQUIRE(s.claims.size() == 1);
  const Claim& c = s.claims[0];
  CHECK(c.id == "A");
  CHECK(c.metric == "ctr");
  CHECK(c.band.low == 0.1);
  CHECK(c.band.high == kInfinity);
  CHECK(c.lift);
  CHECK_FALSE(c.overlap);
  CHECK(c.from == 0);  // of a contrast
  CHECK(c.tier == Tier::Quick);
  CHECK(c.recorded[2] == Verdict::Partly);
  CHECK(c.seeds == std::array<std::int64_t, 3>{1, 3, 10});
  CHECK(s.hash() == parse("").hash());  // no result depends on a claim
}

TEST_CASE("a claim that names other days or another metric and no other variant stands against its own") {
  const Scenario s = parse("", kVariants + kClaim +
                                   "variant = \"treatment\"\nagainst_days = [7, 14]\nagainst_metric = \"user_ctr\"\n"
                                   "note = \"Why.\"\n");
  const Claim& c = s.claims.at(0);
  CHECK(c.against == "treatment");
  CHECK(c.against_days->high == 14);
  CHECK(c.against_metric == "user_ctr");
  CHECK(c.note == "Why.");
  CHECK(c.from == 0);
}

TEST_CASE("tiers have verdicts and seeds of their own") {
  const Scenario s = parse(
      "", kVariants +
              "[[claim]]\nid = \"A\"\ntext = \"t\"\nsource = \"us\"\nquantity = \"metric\"\nmetric = \"ctr\"\nband = [0, 1]\n"
              "tier = \"standard\"\nverdict = { standard = \"not\", full = \"reproduced\" }\nseeds = { full = 5 }\n");
  const Claim& c = s.claims.at(0);
  CHECK(c.tier == Tier::Standard);
  CHECK(c.recorded[1] == Verdict::Not);
  CHECK(c.recorded[2] == Verdict::Reproduced);
  CHECK(c.seeds == std::array<std::int64_t, 3>{1, 3, 5});
}

TEST_CASE("a claim that cannot be judged is refused with its place") {
  CHECK(claim_error("", "") == "no error");
  CHECK_THAT(claim_error("quantity", "quantitty"), StartsWith("s.toml:13:") && Contains("did you mean `quantity`"));
  CHECK_THAT(claim_error("\"metric\"", "\"metrics\""), StartsWith("s.toml:13:") && Contains("did you mean \"metric\""));
  CHECK_THAT(claim_error("\"ctr\"", "\"ctrl\""), StartsWith("s.toml:14:") && Contains("did you mean \"ctr\""));
  CHECK_THAT(claim_error("metric = \"ctr\"\n", ""), StartsWith("s.toml:9:") && Contains("needs a `metric`"));
  CHECK_THAT(claim_error("[0.1, inf]", "[0.1]"), StartsWith("s.toml:15:") && Contains("two numbers"));
  CHECK_THAT(claim_error("[0.1, inf]", "[2, 1]"), StartsWith("s.toml:15:") && Contains("is empty"));
  CHECK_THAT(claim_error("[0.1, inf]", "[\"a\", 1]"), StartsWith("s.toml:15:") && Contains("wrong type"));
  CHECK_THAT(claim_error("band = [0.1, inf]\n", ""), Contains("needs a `band`"));
  CHECK_THAT(claim_error("\"partly\"", "\"true\""), StartsWith("s.toml:16:") && Contains("reproduced, partly, not"));
  CHECK_THAT(claim_error("verdict = \"partly\"\n", ""), Contains("needs a `verdict` for the tier quick"));
  CHECK_THAT(claim_error("\"partly\"", "{ quick = \"not\" }"), Contains("needs a `verdict` for the tier standard"));
  CHECK_THAT(claim_error("\"partly\"", "{ quik = \"not\" }"), Contains("did you mean `quick`") || Contains("quick"));
  CHECK_THAT(claim_error("source = \"us\"\n", ""), Contains("needs `source`"));
  CHECK_THAT(claim_error("verdict", "statistic = \"median\"\nverdict"),
             Contains("median of 3 seeds") && Contains("at least 6"));
  CHECK_THAT(claim_error("verdict", "statistic = \"mode\"\nverdict"), Contains("mean, median"));
  CHECK_THAT(claim_error("id = \"A\"", "id = \"\""), StartsWith("s.toml:10:") && Contains("needs `id`"));
  CHECK_THAT(claim_error("verdict", "variant = \"nobody\"\nverdict"), Contains("no variant \"nobody\""));
  CHECK_THAT(claim_error("verdict", "contrast = \"lift\"\nverdict"), Contains("names no variant to stand `against`"));
  CHECK_THAT(claim_error("verdict", "against_days = [0, 7]\nverdict"), Contains("with itself and does not name it"));
  CHECK_THAT(claim_error("verdict", "against_days = [7, 0]\nverdict"), StartsWith("s.toml:16:") && Contains("is empty"));
  CHECK_THAT(claim_error("verdict", "against_metric = \"ctrr\"\nverdict"),
             StartsWith("s.toml:16:") && Contains("did you mean \"ctr\""));
  CHECK_THAT(claim_error("\"metric\"\nmetric = \"ctr\"", "\"coverage\"\nagainst_metric = \"ctr\""),
             Contains("reads no metric"));
  CHECK_THAT(claim_error("\"metric\"\n", "\"effect_trend\"\n"),
             Contains("names no variant to stand `against`, which its quantity `effect_trend` is about"));
  CHECK_THAT(claim_error("verdict", "note = 1\nverdict"), StartsWith("s.toml:16:") && Contains("allowed is a text"));
  CHECK_THAT(claim_error("verdict", "seeds = 0\nverdict"), StartsWith("s.toml:16:") && Contains("[1, 1000]"));
  CHECK_THAT(claim_error("verdict", "fleet.nothing = 1\nverdict"),
             StartsWith("s.toml:16:") && Contains("unknown key `fleet.nothing`"));
  CHECK_THAT(error_of("name = \"s\"\n" + kVariants + kClaim + kClaim),
             StartsWith("s.toml:17:") && Contains("stands here twice"));
}

TEST_CASE("a scenario names the sliders of the dashboard, and no result depends on them") {
  const std::string page = "[dashboard]\nsliders = [\"days\", \"treatment.engine.value.like\"]\n";
  const Scenario s = parse("", page + kVariants);
  CHECK(s.sliders == std::vector<std::string>{"days", "treatment.engine.value.like"});
  CHECK(s.hash() == parse("").hash());
  CHECK_THAT(top_error("[dashboard]\nsliders = [\"dayss\"]\n"), Contains("unknown key `dayss`") && Contains("`days`"));
  CHECK_THAT(top_error("[dashboard]\nsliders = [\"nobody.engine.value.like\"]\n"), Contains("unknown key"));
  CHECK_THAT(top_error("[dashboard]\nsliders = \"days\"\n"), StartsWith("s.toml:3") && Contains("a list of at most 6"));
  CHECK_THAT(top_error("[dashboard]\nslider = []\n"), Contains("did you mean `sliders`"));
}

TEST_CASE("shares can be said over the file, and must still sum to 1") {
  const Scenario s = parse("", kVariants, {"control.share=0.9", "treatment.share=0.1"});
  CHECK(s.experiments[0].variants[0].share == 0.9);
  CHECK(s.experiments[0].variants[1].share == 0.1);
  CHECK_THAT(set_error("treatment.share=0.1"), Contains("shares sum to 0.6"));
  CHECK_THAT(set_error("treatment.share=2"), StartsWith("--set") && Contains("[0, 1]"));
  CHECK_THAT(set_error("treatment.share=half"), Contains("[0, 1]"));
  CHECK_THAT(set_error("nobody.share=0.5"), Contains("there is no variant \"nobody\""));
}

TEST_CASE("shipped scenarios load") {
  int loaded = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "scenarios"))
    if (entry.path().extension() == ".toml") {
      INFO(entry.path().string());
      CHECK_NOTHROW(load_scenario(entry.path()));
      ++loaded;
    }
  CHECK(loaded > 0);
}
