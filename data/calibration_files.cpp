#include "data/calibration_files.hpp"

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

std::string scenario_toml(const InteractionLog& log, const Calibration& fit, const CalibrationPaths& paths,
                          const LogSource& source) {
  std::string out = fmt::format(
      "# A world fitted by `feedloop calibrate` to {}: {} events, {} users, {} items.\n"
      "# The tables beside this file are derived from that log row by row, so its licence covers them.\n",
      one_line(source.log), log.events.size(), log.users.size(), log.items.size());
  out += fmt::format(
      "name = {}\nquestion = \"On the world of a real log: does ranking by completed, liked plays instead of clicks make "
      "people watch "
      "and stay?\"\nseed = {}\nwarmup_days = 7\ndays = 14\n\n",
      toml_text(paths.scenario.stem().string()), fit.options.seed.value);
  out += fmt::format(
      "# {} users of the log; with more than that, each is drawn {:.3g} times on average and has luck of its own.\n"
      "[world.population]\nusers = {}\ntable = {}\n\n",
      log.users.size(), static_cast<double>(fit.world.population.users) / static_cast<double>(log.users.size()),
      fit.world.population.users, toml_text(paths.users.filename().string()));
  out += fmt::format("[world.items]\ncount = {}\ncategories = {}\ntable = {}\n\n", fit.world.items.count,
                     fit.world.items.categories, toml_text(paths.items.filename().string()));
  out += fmt::format("# Estimated on held-out events; 95 % interval {:.3f} to {:.3f}.\n[world.choice]\naffinity = {:.4f}\n\n",
                     fit.affinity_ci.low, fit.affinity_ci.high, fit.affinity);
  out +=
      "# Control ranks by the predicted click alone.\n[engine.value]\nclick = 1.0\n\n"
      "[[variant]]\nname = \"control\"\nshare = 0.5\n\n"
      "# Treatment ranks by what follows the click, and against early skips.\n"
      "[[variant]]\nname = \"treatment\"\nshare = 0.5\nengine.value.click = 0.4\nengine.value.completion = 0.8\n"
      "engine.value.like = 0.4\nengine.value.skip = -0.6\n";
  return out;
}

std::string item_table(const InteractionLog& log, const Calibration& fit) {
  const auto counts = log.events_per_item();
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
  std::string out = "userId,itemId,timestamp\n";
  for (const LogEvent& e : log.events)
    out += fmt::format("{},{},{}\n", csv_field(log.users[e.user]), csv_field(log.items[e.item].id), e.time_s);
  return out;
}

std::string items_csv(const InteractionLog& log) {
  std::string out = "itemId,category\n";
  for (const LogItem& item : log.items) {
    std::string labels;
    for (const int l : item.labels) labels += (labels.empty() ? "" : "|") + log.labels[static_cast<std::size_t>(l)];
    out += fmt::format("{},{}\n", csv_field(item.id), csv_field(labels));
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
