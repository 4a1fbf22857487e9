// House rules that a machine can check: the direction of includes, banned calls, names, files that nobody builds.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "tests/support/catch.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = FEEDLOOP_SOURCE_DIR;

// layers.txt is written by the build: "name: linked layers". What a linked layer links may be included too, but the front-ends
// and sinks above `experiment` see neither side of the wall.
std::map<std::string, std::set<std::string>> allowed_includes() {
  std::map<std::string, std::set<std::string>> direct;
  std::istringstream lines(read_file(fs::path(FEEDLOOP_BINARY_DIR) / "generated/layers.txt"));
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    std::istringstream words(line.substr(colon + 1));
    auto& links = direct[line.substr(0, colon)];
    for (std::string word; words >> word;) links.insert(word);
  }
  const std::set<std::string> walled{"sim", "engine", "policies"};
  for (std::size_t pass = 0; pass < direct.size(); ++pass)
    for (auto& [name, links] : direct)
      for (const std::string& link : std::set(links))
        for (const std::string& further : direct.at(link))
          if ((link != "experiment" && link != "data" && link != "bench") || !walled.contains(further)) links.insert(further);
  return direct;
}

struct SourceFile {
  fs::path path;
  std::string layer;  // first folder
  std::vector<std::string> lines;
};

std::vector<SourceFile> sources(const std::set<std::string>& folders) {
  std::vector<SourceFile> files;
  for (const std::string& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp") continue;
      SourceFile f{fs::relative(entry.path(), kRoot), folder, {}};
      std::istringstream text(read_file(entry.path()));
      for (std::string line; std::getline(text, line);) f.lines.push_back(line);
      files.push_back(std::move(f));
    }
  return files;
}

std::set<std::string> layer_names() {
  std::set<std::string> names;
  for (const auto& [name, links] : allowed_includes()) names.insert(name);
  return names;
}

std::string code_of(std::string line) {  // without the comment
  const auto slashes = line.find("//");
  if (slashes != std::string::npos) line.resize(slashes);
  return line;
}

}  // namespace

TEST_CASE("includes point only at the layers that a layer links") {
  const auto allowed = allowed_includes();
  REQUIRE(allowed.size() >= 9);
  const std::regex include(R"re(^\s*#include "([a-z_]+)/)re");
  for (const SourceFile& f : sources(layer_names()))
    for (std::size_t i = 0; i < f.lines.size(); ++i) {
      std::smatch m;
      if (!std::regex_search(f.lines[i], m, include)) continue;
      const std::string target = m[1];
      INFO(f.path.string() << ":" << i + 1 << ": " << f.lines[i]);
      CHECK((target == f.layer || allowed.at(f.layer).contains(target)));
    }
}

TEST_CASE("the wall stands: neither the engine nor a policy is built with the world nor the world with them") {
  const auto allowed = allowed_includes();
  for (const char* side : {"engine", "policies"}) CHECK_FALSE(allowed.at(side).contains("sim"));
  for (const char* side : {"engine", "policies"}) CHECK_FALSE(allowed.at("sim").contains(side));
  for (const auto& [layer, links] : allowed) {
    if (!links.contains("experiment") || layer == "data") continue;  // data regenerates logs from a world, without an engine
    INFO(layer);
    for (const char* inner : {"sim", "engine", "policies"})
      if (layer != "bench" || inner == std::string_view("sim")) CHECK_FALSE(links.contains(inner));  // bench times kernels
  }
  CHECK_FALSE(allowed.at("data").contains("engine"));
}

TEST_CASE("nothing below the reports reads the wall clock except the latency probes and the pace of checkpoints") {
  const std::set<std::string> probes{"engine/latency.hpp", "experiment/run_facts.hpp", "experiment/run_facts.cpp",
                                     "data/archived_run.cpp"};
  for (const SourceFile& f : sources({"base", "stats", "sim", "engine", "policies", "experiment", "data", "report"})) {
    if (probes.contains(f.path.string())) continue;
    for (const std::string& line : f.lines) {
      INFO(f.path.string() << ": " << line);
      CHECK(code_of(line).find("<chrono>") == std::string::npos);
      CHECK(code_of(line).find("std::time(") == std::string::npos);
    }
  }
}

TEST_CASE("randomness comes only from keyed streams") {
  const std::regex banned(
      R"(random_device|mt19937|std::rand\b|\bsrand\(|std::\w+_distribution|default_random_engine|std::shuffle)");
  for (const SourceFile& f : sources(layer_names()))
    for (const std::string& line : f.lines) {
      INFO(f.path.string() << ": " << line);
      CHECK_FALSE(std::regex_search(code_of(line), banned));
    }
}

TEST_CASE("no floating sum crosses threads outside base and no unordered container gives an order") {
  const std::regex banned(R"(std::unordered_|tbb::|std::thread\b|std::async|#pragma omp|std::atomic<(float|double)>)");
  const std::set<std::string> exceptions{"base/parallel.cpp", "gui/session.hpp", "gui/session.cpp", "gui/background.hpp",
                                         "gui/background.cpp"};
  for (const SourceFile& f : sources(layer_names())) {
    if (exceptions.contains(f.path.string())) continue;
    for (const std::string& line : f.lines) {
      INFO(f.path.string() << ": " << line);
      CHECK_FALSE(std::regex_search(code_of(line), banned));
    }
  }
}

TEST_CASE("one word per concept") {
  const std::regex banned(R"(\b[aA]rms?\b|TODO|FIXME|XXX)");
  auto folders = layer_names();
  for (const SourceFile& f : sources(folders))
    for (const std::string& line : f.lines) {
      INFO(f.path.string() << ": " << line);
      CHECK_FALSE(std::regex_search(line, banned));
    }
}

TEST_CASE("every source is built and every header has prose on top") {
  const fs::path build = FEEDLOOP_BINARY_DIR;
  std::string commands = read_file(build / "compile_commands.json");
  for (const std::string& layer : layer_names()) {  // sources that are compiled together are named in a file each group
    const fs::path groups = build / layer / "CMakeFiles" / ("feedloop_" + layer + ".dir") / "Unity";
    if (fs::exists(groups))
      for (const auto& group : fs::directory_iterator(groups))
        if (group.path().extension() == ".cxx") commands += read_file(group.path());
  }
  for (const SourceFile& f : sources(layer_names())) {
    INFO(f.path.string());
    if (f.path.extension() == ".cpp")
      CHECK(commands.find("/" + f.path.string()) != std::string::npos);
    else
      CHECK(f.lines.front().starts_with("//"));
    if (f.path.extension() == ".hpp") CHECK(std::find(f.lines.begin(), f.lines.end(), "#pragma once") != f.lines.end());
  }
}

TEST_CASE("a source includes its own header first") {
  for (const SourceFile& f : sources(layer_names())) {
    if (f.path.extension() != ".cpp") continue;
    fs::path own = f.path;
    own.replace_extension(".hpp");
    if (!fs::exists(kRoot / own)) continue;
    INFO(f.path.string());
    for (const std::string& line : f.lines) {
      if (!line.starts_with("#include")) continue;
      CHECK(line == "#include \"" + own.string() + "\"");
      break;
    }
  }
}

TEST_CASE("tests mirror the sources") {
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "tests")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with("_test.cpp")) continue;
    const fs::path relative = fs::relative(entry.path(), kRoot / "tests");
    const std::string layer = relative.begin()->string();
    if (!layer_names().contains(layer)) continue;
    const fs::path unit = kRoot / relative.parent_path() / name.substr(0, name.size() - 9);
    INFO(relative.string());
    CHECK((fs::exists(unit.string() + ".hpp") || fs::exists(unit.string() + ".cpp")));
  }
}

}  // namespace feedloop
