#include "gui/known_scenarios.hpp"

#include <algorithm>
#include <utility>

#include "experiment/scenario.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

// "scenarios/dashboard/b.toml" comes before "scenarios/a.toml".
bool before(const KnownScenario& a, const KnownScenario& b) {
  const auto rank = [](const KnownScenario& s) {
    const fs::path folder = s.file.parent_path().filename();
    return folder == "dashboard" ? 0 : folder == "bandit" || folder == "published" ? 2 : 1;  // worlds of their own
  };
  return std::pair(rank(a), a.file) < std::pair(rank(b), b.file);
}

}  // namespace

std::vector<KnownScenario> known_scenarios(const fs::path& folder) {
  std::vector<KnownScenario> known;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, failed), end;
       !failed && it != end; it.increment(failed)) {
    if (it->path().extension() != ".toml") continue;
    KnownScenario one{it->path(), it->path().stem().string(), {}, {}};
    try {
      const Scenario scenario = load_scenario(one.file);
      one.name = scenario.name;
      one.question = scenario.question;
    } catch (const std::exception& e) {
      one.error = e.what();
    }
    known.push_back(std::move(one));
  }
  std::ranges::sort(known, before);
  return known;
}

}  // namespace feedloop
