#include <unistd.h>

#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/files.hpp"
#include "cli/command.hpp"
#include "data/past_units.hpp"
#include "report/size.hpp"

namespace feedloop {
namespace {

struct SizeFlags {
  double rate = kNaN, mean = kNaN, sd = kNaN, lift = kNaN, effect = kNaN, margin = kNaN;
  UnitColumns past;
  std::string csv, json, svg, spending = "obrien_fleming";
  std::int64_t units = 0;
  int variants = 2;
  bool one_sided = false;
  std::vector<double> weekly;
  SizingRequest request;
  CLI::Option* spending_given = nullptr;
};

constexpr int kDailyLooks = 28;  // of four weeks, where an always-valid test says nothing else

SizingPage plan(SizeFlags& f) {
  SizingPage page;
  SizingRequest& q = f.request;
  const int ways = !std::isnan(f.rate) + !std::isnan(f.mean) + !f.csv.empty();
  if (ways != 1) throw Error("one of --rate, --mean with --sd, or --csv with --metric is needed: what is known of the metric");
  if (!std::isnan(f.rate)) {
    q.metric = planned_rate(f.rate);
    page.metric = fmt::format("a rate of {:g} % of units", 100 * f.rate);
    page.percent = true;
  } else if (!std::isnan(f.mean)) {
    if (std::isnan(f.sd)) throw Error("--sd is needed with --mean: the standard deviation of one unit");
    q.metric = planned_mean(f.mean, f.sd);
    page.metric = "a mean per unit";
  } else {
    if (f.past.num.empty()) throw Error("--metric is needed with --csv: the column of the metric, or of its numerator");
    if (!f.past.pre_den.empty() && f.past.pre_num.empty()) throw Error("--pre-denominator needs --pre, its numerator");
    f.past.file = f.csv;
    const PastUnits past = read_past_units(f.past);
    q.metric = past.metric;
    if (!f.past.pre_num.empty()) q.test.rho = past.rho;
    if (!f.past.cluster.empty()) q.test.cluster_size = past.cluster_size, q.test.icc = past.icc;
    page.metric =
        fmt::format("{}{} of {} units in {}", f.past.num, f.past.den.empty() ? "" : " / " + f.past.den, past.units, f.csv);
  }
  q.test.comparisons = f.variants - 1;
  if (f.one_sided) q.test.alternative = Alternative::Greater;
  if (!std::isnan(f.lift) && !std::isnan(f.effect)) throw Error("--lift and --effect say the same thing; give one");
  if (!std::isnan(f.lift) && q.metric.control == 0)
    throw Error("--lift is relative to control's value, which is 0; give --effect in the metric's units");
  if (!std::isnan(f.margin) && !(q.metric.control > 0))
    throw Error(
        fmt::format("--margin is relative to control's value, which is {:g}; allowed is a value above 0", q.metric.control));
  if (!std::isnan(f.lift)) q.effect = f.lift * std::abs(q.metric.control);
  if (!std::isnan(f.effect)) q.effect = f.effect;
  if (!std::isnan(f.margin)) {
    q.test.null_relative = -f.margin;
    q.test.alternative = Alternative::Greater;
    if (!q.effect) q.effect = 0;
  }
  if (f.units > 0) q.units = f.units;
  if (!q.effect && !q.units) throw Error("--lift or --effect (how many units?), or --units (how small an effect?), is needed");
  if (q.effect && *q.effect == 0 && std::isnan(f.margin))
    throw Error("an effect of 0 cannot be found; allowed is any other, or a --margin");
  if (q.effect && *q.effect < 0 && f.one_sided) q.test.alternative = Alternative::Less;
  if (q.always_valid && q.test.alternative != Alternative::TwoSided)
    throw Error("--always-valid tests both directions; leave out --one-sided and --margin");
  if (q.always_valid && f.spending_given->count() > 0) throw Error("--always-valid spends no error; leave out --spending");
  if (q.always_valid && q.looks == 1) q.looks = kDailyLooks;
  q.spending = f.spending == "pocock" ? SpendingFamily::Pocock : SpendingFamily::ObrienFleming;
  if (!f.weekly.empty()) {
    if (f.weekly.size() != 7) throw Error(fmt::format("--weekly has {} numbers; allowed is 7, one a day", f.weekly.size()));
    double sum = 0;
    for (std::size_t d = 0; d < 7; ++d) {
      if (!(f.weekly[d] >= 0) || std::isinf(f.weekly[d]))
        throw Error(fmt::format("--weekly: {} is not a share of traffic; allowed is 0 or more", f.weekly[d]));
      sum += q.weekly[d] = f.weekly[d];
    }
    if (!(sum > 0)) throw Error("--weekly: on some day units must arrive");
  }
  page.request = q;
  page.answer = size_experiment(q);
  if (q.effect && page.answer.size.status != PlanStatus::Ok)
    throw Error(fmt::format("no size shows an effect of {:g} on {:g}: {}", *q.effect, q.metric.control,
                            to_string(page.answer.size.status)));
  return page;
}

int size_command(SizeFlags& flags) {
  for (const std::string* file : {&flags.json, &flags.svg})
    if (!file->empty() && *file != "-") check_writable(*file);
  const SizingPage page = plan(flags);
  if (!flags.svg.empty()) {
    const std::string picture = size_svg(page);
    if (picture.empty()) throw Error("--svg draws power against units, which needs an effect that some size can find");
    write_file(flags.svg, picture);
  }
  if (flags.json == "-") {
    std::fputs(size_json(page).c_str(), stdout);
  } else {
    if (!flags.json.empty()) write_file(flags.json, size_json(page));
    std::fputs(size_text(page, {.color = isatty(STDOUT_FILENO) != 0}).c_str(), stdout);
  }
  return kDone;
}

}  // namespace

void add_size(CLI::App& app, std::function<int()>& action) {
  auto flags = std::make_shared<SizeFlags>();
  SizeFlags& f = *flags;
  CLI::App* c = app.add_subcommand("size", "How many units an experiment needs, or how small an effect a number of them finds");
  c->add_option("--rate", f.rate, "Control's rate: the share of units, as 0.05")
      ->type_name("P")
      ->check(in_range(1e-9, 1 - 1e-9));
  c->add_option("--mean", f.mean, "Control's mean per unit")->type_name("M")->check(in_range(-1e15, 1e15));
  c->add_option("--sd", f.sd, "Standard deviation of one unit")->type_name("S")->check(in_range(1e-12, 1e15));
  c->add_option("--csv", f.csv, "Instead: past units, a row each")->type_name("FILE");
  c->add_option("--metric", f.past.num, "Its column of the metric, or of a ratio's numerator")->type_name("COLUMN");
  c->add_option("--denominator", f.past.den, "Its column of the ratio's denominator")->type_name("COLUMN");
  c->add_option("--pre", f.past.pre_num, "Its column of the same metric before, for CUPED")->type_name("COLUMN");
  c->add_option("--pre-denominator", f.past.pre_den, "That one's denominator")->type_name("COLUMN");
  c->add_option("--cluster", f.past.cluster, "Its column of the cluster that is randomised")->type_name("COLUMN");
  c->add_option("--lift", f.lift, "Effect relative to control, as 0.02")->type_name("L")->check(in_range(-1, 1000));
  c->add_option("--effect", f.effect, "Effect in the metric's units")->type_name("E")->check(in_range(-1e15, 1e15));
  c->add_option("--units", f.units, "Units in all groups together")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{4}, std::int64_t{1'000'000'000'000}));
  c->add_option("--power", f.request.power, "Chance to find the effect (default 0.8)")
      ->type_name("P")
      ->check(in_range(0.5, 0.9999));
  c->add_option("--alpha", f.request.test.alpha, "Level of the test (default 0.05)")
      ->type_name("A")
      ->check(in_range(1e-6, 0.4));
  c->add_option("--variants", f.variants, "Control and treatments (default 2)")->type_name("K")->check(CLI::Range(2, 100));
  c->add_option("--ratio", f.request.test.ratio, "Units in a treatment for each in control (default 1)")
      ->type_name("R")
      ->check(in_range(1e-3, 1e3));
  c->add_flag("--one-sided", f.one_sided, "Test in the effect's direction only");
  c->add_option("--margin", f.margin, "Non-inferiority: how much worse than control, relative, is still good enough")
      ->type_name("L")
      ->check(in_range(1e-6, 0.999));
  c->add_option("--rho", f.request.test.rho, "Correlation with the pre-period metric (CUPED)")
      ->type_name("R")
      ->check(in_range(-0.9999, 0.9999));
  c->add_option("--cluster-size", f.request.test.cluster_size, "Units a cluster, when clusters are randomised")
      ->type_name("M")
      ->check(in_range(1, 1e6));
  c->add_option("--icc", f.request.test.icc, "Their intra-cluster correlation")->type_name("R")->check(in_range(0, 1));
  c->add_option("--looks", f.request.looks, "Looks of a group-sequential test, evenly spaced (default 1)")
      ->type_name("K")
      ->check(CLI::Range(1, 100));
  c->add_flag("--always-valid", f.request.always_valid, "Always-valid boundaries: look whenever you like (power at 28 looks)");
  f.spending_given = c->add_option("--spending", f.spending, "Its boundaries: obrien_fleming (default) or pocock")
                         ->type_name("NAME")
                         ->check(CLI::IsMember({"obrien_fleming", "pocock"}));
  c->add_option("--daily", f.request.daily, "New units a day, for the duration")->type_name("N")->check(in_range(1e-3, 1e12));
  c->add_option("--weekly", f.weekly, "Seven relative numbers: how they arrive over a week")
      ->type_name("N,...")
      ->delimiter(',');
  c->add_option("--json", f.json, "Write the answer as JSON; - for standard output instead of the text")->type_name("FILE");
  c->add_option("--svg", f.svg, "Draw the power curve")->type_name("FILE");
  c->callback([flags, &action] { action = [flags] { return size_command(*flags); }; });
}

}  // namespace feedloop
