#include "data/calibration_files.hpp"

#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "base/csv.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

std::string toml_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return out + "\"";
}

std::string one_line(const fs::path& path) {
  std::string out = path.filename().string();
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return out;
}

std::string latent_header(char letter) {
  std::string out;
  for (int k = 0; k < kLatentDims; ++k) out += fmt::format(",{}{}", letter, k);
  return out + "\n";
}

std::string latent_fields(const Latent& v) {
  std::string out;
  for (const float x : v) out += fmt::format(",{:.6g}", x);
  return out + "\n";
}

}  // namespace

CalibrationPaths calibration_paths(const fs::path& scenario, const LogSource& source) {
  if (scenario.extension() != ".toml" || scenario.stem().empty())
    throw Error("the scenario to write must be called NAME.toml", Place{scenario.string()});
  const auto beside = [&](const char* ending) { return scenario.parent_path() / (scenario.stem().string() + ending); };
  CalibrationPaths paths{scenario, beside(".items.csv"), beside(".users.csv")};
  for (const fs::path& out : {paths.scenario, paths.items, paths.users})
    for (const fs::path& in : {source.log, source.items}) {
      std::error_code ignored;
      if (!in.empty() && fs::equivalent(in, out, ignored))
        throw Error("would be overwritten by the calibration; give another -o", Place{in.string()});
    }
  return paths;
}

namespace {

// The keys of the world that the fit set, in groups.
class Keys {
 public:
  explicit Keys(std::string_view group) : group_(group) {}
  void add(std::string_view key, const std::string& value, std::string_view comment = "") {
    if (!comment.empty()) lines_ += fmt::format("# {}\n", comment);
    lines_ += fmt::format("{} = {}\n", key, value);
  }
  void number(std::string_view key, double value, const Interval& ci = {kNaN, kNaN}) {
    add(key, fmt::format("{:.5g}", value) + (value == std::floor(value) && std::fabs(value) < 1e5 ? ".0" : ""),
        std::isfinite(ci.low) && std::isfinite(ci.high)
            ? fmt::format("Estimated; 95 % interval {:.4g} to {:.4g}.", ci.low, ci.high)
            : "");
  }
  std::string text() const { return lines_.empty() ? "" : fmt::format("[{}]\n{}\n", group_, lines_); }

 private:
  std::string_view group_;
  std::string lines_;
};

}  // namespace

std::string scenario_toml(const InteractionLog& log, const Calibration& fit, const CalibrationPaths& paths,
                          const LogSource& source) {
  std::string out =
      log.has_users() ? fmt::format(
                            "# A world fitted by `feedloop calibrate` to {}: {} events, {} users, {} items.\n"
                            "# The tables beside this file are derived from that log row by row, so its licence covers them.\n",
                            one_line(source.log), log.events.size(), log.users.size(), log.items.size())
                      : fmt::format(
                            "# A world fitted by `feedloop calibrate` to {}: {} impressions without users, {} items.\n"
                            "# The table beside this file is derived from that log row by row, so its licence covers it.\n",
                            one_line(source.log), log.seen.size(), log.items.size());
  out += fmt::format(
      "name = {}\nquestion = \"On the world of a real log: does ranking by completed, liked plays instead of clicks make "
      "people watch "
      "and stay?\"\nseed = {}\nwarmup_days = 7\ndays = 14\n\n",
      toml_text(paths.scenario.stem().string()), fit.options.seed.value);
  const WorldParams& w = fit.world;
  Keys population("world.population");
  if (log.has_users()) {
    population.add(
        "users", std::to_string(w.population.users),
        fmt::format("{} users of the log; with more than that, each is drawn {:.3g} times on average and has luck of its own.",
                    log.users.size(), static_cast<double>(w.population.users) / static_cast<double>(log.users.size())));
    population.add("table", toml_text(paths.users.filename().string()));
  } else {
    population.add("users", std::to_string(w.population.users));
  }
  if (fit.rate.identified) {
    population.number("activity_median", w.population.activity_median, fit.rate.median_ci);
    population.number("activity_sigma", w.population.activity_sigma, fit.rate.sigma_ci);
  }
  if (std::isfinite(fit.mix_concentration.value)) {
    population.number("mix_concentration", w.population.mix_concentration, fit.mix_concentration.ci);
    population.add("mix_shares", toml_text(w.population.mix_shares));
  }
  out += population.text();

  Keys items("world.items");
  items.add("count", std::to_string(w.items.count));
  items.add("categories", std::to_string(w.items.categories));
  items.add("table", toml_text(paths.items.filename().string()));
  if (std::isfinite(fit.durations.median_min.value)) {
    items.number("duration_median_min", w.items.duration_median_min, fit.durations.median_min.ci);
    items.number("duration_sigma", w.items.duration_sigma, fit.durations.sigma.ci);
  }
  out += items.text();

  Keys visits("world.visits");
  if (fit.week.identified)
    visits.add("week", toml_text(w.visits.week),
               fmt::format("Measured on {:.0f} {}.", fit.week.arrivals, log.has_users() ? "visits" : "rows"));
  if (std::isfinite(fit.go_on.value)) visits.number("continue_intercept", w.visits.continue_intercept, fit.go_on.ci);
  out += visits.text();

  Keys examination("world.examination");
  if (fit.slots.identified) examination.number("eta", w.examination.eta, fit.slots.eta_ci);
  out += examination.text();

  Keys choice("world.choice");
  if (log.has_users())
    choice.add("affinity", fmt::format("{:.4f}", fit.affinity),
               fmt::format("Estimated on held-out events; 95 % interval {:.3f} to {:.3f}.", fit.affinity_ci.low,
                           fit.affinity_ci.high));
  if (fit.tuned) choice.number("intercept", w.choice.intercept, fit.intercept.ci);
  out += choice.text();

  Keys watch("world.watch");
  if (fit.watch.identified && fit.watch.loops) {
    watch.add("autoplay", "true");
    watch.number("loop_shape", w.watch.loop_shape, fit.watch.loop_shape.ci);
    watch.number("loop_scale", w.watch.loop_scale, fit.watch.loop_scale.ci);
    watch.number("loop_mean_relevance", w.watch.loop_mean_relevance);
  } else if (fit.watch.identified) {
    watch.number("bounce_intercept", w.watch.bounce_intercept, fit.watch.bounce_intercept.ci);
    watch.number("complete_intercept", w.watch.complete_intercept, fit.watch.complete_intercept.ci);
    watch.number("partial_intercept", w.watch.partial_intercept, fit.watch.partial_intercept.ci);
  }
  out += watch.text();

  if (fit.page_slots > 0) out += fmt::format("[engine.slate]\nsize = {}\n\n", fit.page_slots);
  out +=
      "# Control ranks by the predicted click alone.\n[engine.value]\nclick = 1.0\n\n"
      "[[variant]]\nname = \"control\"\nshare = 0.5\n\n"
      "# Treatment ranks by what follows the click, and against early skips.\n"
      "[[variant]]\nname = \"treatment\"\nshare = 0.5\nengine.value.click = 0.4\nengine.value.completion = 0.8\n"
      "engine.value.like = 0.4\nengine.value.skip = -0.6\n";
  return out;
}

std::string item_table(const InteractionLog& log, const Calibration& fit) {
  std::vector<std::int64_t> counts(log.items.size());
  if (log.has_users())
    counts = log.events_per_item();
  else
    for (const LogRow& row : log.seen) counts[row.item] += row.chosen;
  std::string out = "item,title,events,label,category,appeal" + latent_header('v');
  for (std::size_t r = 0; r < fit.tables.items.size(); ++r) {
    const ItemRow& row = fit.tables.items[r];
    const std::uint32_t i = fit.item_of_row[r];
    out += fmt::format("{},{},{},{},{},{:.6g}", csv_field(log.items[i].id), csv_field(log.items[i].title), counts[i],
                       csv_field(fit.categories.names[static_cast<std::size_t>(row.category)]), row.category, row.appeal);
    out += latent_fields(row.v);
  }
  return out;
}

std::string user_table(const InteractionLog& log, const Calibration& fit) {
  const auto counts = log.events_per_user();
  std::string out = "user,events,activity" + latent_header('p');
  for (std::size_t r = 0; r < fit.tables.users.size(); ++r) {
    const std::uint32_t u = fit.user_of_row[r];
    out += fmt::format("{},{},{:.6g}", csv_field(log.users[u]), counts[u], fit.tables.users[r].activity);
    out += latent_fields(fit.tables.users[r].p);
  }
  return out;
}

std::string events_csv(const InteractionLog& log) {
  if (!log.has_click) {
    std::string out = "userId,itemId,timestamp\n";
    for (const LogEvent& e : log.events)
      out += fmt::format("{},{},{}\n", csv_field(log.users[e.user]), csv_field(log.items[e.item].id), e.time_s);
    return out;
  }
  std::string out = fmt::format("{}itemId,timestamp,position,click{}\n", log.has_users() ? "userId," : "",
                                log.has_played ? ",watched_s" : "");
  for (const LogRow& r : log.seen) {
    if (log.has_users()) out += csv_field(log.viewers[r.viewer]) + ",";
    out += fmt::format("{},{:.3f},{},{}", csv_field(log.items[r.item].id), static_cast<double>(r.time_ms) / 1000, r.slot,
                       int{r.chosen});
    if (log.has_played) out += std::isnan(r.played_s) ? "," : fmt::format(",{:.3f}", r.played_s);
    out += "\n";
  }
  return out;
}

std::string items_csv(const InteractionLog& log) {
  const bool lengths = log.has_click;
  std::string out = lengths ? "itemId,category,duration_s\n" : "itemId,category\n";
  for (const LogItem& item : log.items) {
    std::string labels;
    for (const int l : item.labels) labels += (labels.empty() ? "" : "|") + log.labels[static_cast<std::size_t>(l)];
    out += fmt::format("{},{}", csv_field(item.id), csv_field(labels));
    if (lengths) out += std::isnan(item.duration_s) ? "," : fmt::format(",{:.3f}", item.duration_s);
    out += "\n";
  }
  return out;
}

void write_together(const std::vector<std::pair<fs::path, std::string>>& files) {
  const auto fresh = [](const fs::path& path) { return fs::path(path.string() + ".new"); };
  std::size_t written = 0;
  try {
    for (const auto& [path, text] : files) {
      std::error_code ignored;
      if (fs::is_directory(path, ignored)) throw Error("is a directory, not a file", Place{path.string()});
      write_file(fresh(path), text);
      ++written;
    }
  } catch (...) {
    for (std::size_t k = 0; k < written; ++k) std::remove(fresh(files[k].first).c_str());
    throw;
  }
  for (const auto& [path, text] : files) fs::rename(fresh(path), path);
}

}  // namespace feedloop
