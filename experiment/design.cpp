#include "experiment/design.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "sim/params.hpp"

namespace feedloop {
namespace {

// The place of a word that describe() has checked.
template <class Enum>
Enum named(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<Enum>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::string percent(double share) { return fmt::format("{:g} %", 100 * share); }

// "0:0.01, 2:0.1, 5:1" as steps.
std::vector<RampStep> ramp_of(const std::string& text, const Place& where) {
  const auto refuse = [&](const std::string& why) {
    return Error(fmt::format("`ramp` = \"{}\": {}; allowed are pairs of day and share, as in \"0:0.01, 2:0.1, 5:1\", with days "
                             "that rise from 0 or later and shares in [0, 1] that do not fall",
                             text, why),
                 where);
  };
  std::vector<RampStep> steps;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string pair = text.substr(at, comma - at);
    at = comma + 1;
    const char* begin = pair.c_str();
    char *colon = nullptr, *end = nullptr;
    RampStep step;
    step.day = std::strtod(begin, &colon);
    if (colon != begin) colon += std::strspn(colon, " ");
    if (colon == begin || *colon != ':') throw refuse(fmt::format("\"{}\" is no pair", pair));
    step.share = std::strtod(colon + 1, &end);
    end += std::strspn(end, " ");
    if (end == colon + 1 || *end != '\0') throw refuse(fmt::format("\"{}\" is no pair", pair));
    if (!(step.share >= 0 && step.share <= 1)) throw refuse(fmt::format("share {} is outside [0, 1]", step.share));
    if (!(step.day >= 0 && std::isfinite(step.day))) throw refuse(fmt::format("day {} is before the start", step.day));
    if (!steps.empty() && step.day <= steps.back().day) throw refuse(fmt::format("day {} does not come later", step.day));
    if (!steps.empty() && step.share < steps.back().share) throw refuse("a share that falls would throw units out");
    check_share("ramp", step.share, where);
    steps.push_back(step);
  }
  return steps;
}

}  // namespace

void AssignmentParams::describe(Describe& d) {
  d.text(
      "design", design, kDesignNames,
      "Units that keep their variant; a switchback, where each block of time in a region has its own; or interleaving, where "
      "each page shows the slates of both.");
  d.text("unit", unit, kUnitNames, "What is randomised: users, whole households, or whole countries.");
  d.number("allocation", allocation, {0, 1}, "share",
           "Units that are in the experiment; the others are served control and not counted.");
  d.number(
      "lost", lost, {0, 1}, "share",
      "A fault to rehearse: units of the last variant that are served it and never counted, as when a page breaks before it "
      "logs. The sample-ratio check is there to notice.");
  d.text("ramp", ramp, {},
         "Instead of one allocation, the share of units from a day on, as in \"0:0.01, 2:0.1, 5:1\"; nobody changes variant.");
  d.flag("stop_on_guardrail", stop_on_guardrail,
         "After a day on which a guardrail is worse than its margin on always-valid evidence, everybody is served control.");
  d.text("trigger", trigger, {"none", "differs"},
         "differs: a unit counts from its first request whose slates differ between the variants; every page is computed for "
         "all.");
  d.number("block_hours", block_hours, {0.25, 8760}, "h",
           "Length of a switchback's blocks; neighbours may draw the same variant.");
  d.number("burn_in_hours", burn_in_hours, {0, 8760}, "h",
           "Of a switchback: what is not counted after a region switched, for what is carried over from before.");
}

void check_share(const std::string& key, double share, const Place& where) {
  if (std::fabs(share * 10'000 - std::round(share * 10'000)) > 1e-6)
    throw Error(fmt::format("`{}`: share {} is finer than 0.01 %", key, share), where);
}

Design read_design(const AssignmentParams& p, const Place& where) {
  Design out{.kind = named<DesignKind>(kDesignNames, p.design),
             .unit = named<Unit>(kUnitNames, p.unit),
             .triggered = p.trigger == "differs",
             .stop_on_guardrail = p.stop_on_guardrail,
             .ramp = {{0, p.allocation}},
             .lost = p.lost,
             .block = from_seconds(3600 * p.block_hours),
             .burn_in = from_seconds(3600 * p.burn_in_hours)};
  check_share("allocation", p.allocation, where);
  check_share("lost", p.lost, where);
  if (p.lost > 0 && out.kind != DesignKind::Randomised)
    throw Error("`lost` takes units away, and neither a switchback nor interleaving counts units; allowed is 0", where);
  if (!p.ramp.empty()) {
    if (p.allocation != 1)
      throw Error("has an `allocation` and a `ramp`; the ramp says what is allocated when, so give one", where);
    out.ramp = ramp_of(p.ramp, where);
  }
  if (out.kind == DesignKind::Interleaving && (out.unit != Unit::User || out.triggered || out.stop_on_guardrail))
    throw Error(
        "interleaving compares within each user's pages; allowed are `unit` = \"user\", no `trigger` and no "
        "`stop_on_guardrail`",
        where);
  if (out.kind == DesignKind::Switchback) {
    if (out.unit != Unit::Region)
      throw Error(fmt::format("a switchback switches whole regions, not a {}; set `unit` = \"region\"", p.unit), where);
    if (!out.allocates_everybody())
      throw Error("a switchback takes everybody along; `allocation` and `ramp` are for designs that keep units apart", where);
    if (out.triggered)
      throw Error("the blocks of a switchback count whole; `trigger` = \"differs\" is for designs that count users", where);
    if (out.burn_in >= out.block)
      throw Error(fmt::format("`burn_in_hours` = {:g} leaves nothing of a block; allowed is less than `block_hours` = {:g}",
                              p.burn_in_hours, p.block_hours),
                  where);
  }
  if (out.ramp.back().share == 0) throw Error("allocates no unit to an experiment; `allocation` must end above 0", where);
  return out;
}

double Design::share_at(double day) const {
  double share = 0;
  for (const RampStep& step : ramp)
    if (step.day <= day) share = step.share;
  return share;
}

std::size_t block_id(const Design& design, const Request& r, SimTime t0) {
  return static_cast<std::size_t>((r.time - t0).us / design.block.us) * kCountries + r.country;
}

std::size_t unit_id(Unit unit, UserId user, HouseholdId household, std::uint8_t country) {
  switch (unit) {
    case Unit::Household:
      return household.index();
    case Unit::Region:
      return country;
    case Unit::User:
      break;
  }
  return user.index();
}

std::string design_text(const Design& design, const std::string& isolation) {
  const std::string what =
      design.kind == DesignKind::Switchback ? fmt::format("switchback by region, blocks of {:g} h less {:g} h after a switch",
                                                          design.block.days() * 24, design.burn_in.days() * 24)
      : design.kind == DesignKind::Interleaving ? "interleaved by team draft within pages"
                                                : kUnitNames[static_cast<std::size_t>(design.unit)] + "-randomised";
  std::string text = fmt::format("{}, {}", what,
                                 isolation == "data"          ? "data-diverted"
                                 : isolation == "user_corpus" ? "user-corpus co-diverted"
                                                              : "shared models");
  const auto &first = design.ramp.front(), &last = design.ramp.back();
  if (design.ramp.size() > 1)
    text += fmt::format(", ramped from {} on day {:g} to {} on day {:g}", percent(first.share), first.day, percent(last.share),
                        last.day);
  else if (!design.allocates_everybody())
    text += fmt::format(", {} of units", percent(last.share)) + (first.day > 0 ? fmt::format(" from day {:g}", first.day) : "");
  if (design.lost > 0) text += fmt::format(", {} of the last variant's units lost", percent(design.lost));
  if (design.triggered) text += ", triggered where slates differ";
  if (design.stop_on_guardrail) text += ", stopped by guardrails";
  return text;
}

}  // namespace feedloop
