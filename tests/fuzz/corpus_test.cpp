// The kept texts through the readers' promises, in the ordinary build; and each of them a little spoilt, since most faults lie
// near a text that somebody meant.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/random.hpp"
#include "tests/fuzz/readers.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

using Reader = bool (*)(std::string_view);

std::vector<std::filesystem::path> corpus(const std::string& reader) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "tests/fuzz/corpus" / reader))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// One to four places removed, doubled, or replaced by what readers treat specially.
std::string spoilt(std::string text, Rng& rng) {
  constexpr std::string_view kSpecial = "\",\n\r=[]#.-+e19\xEF|\0_";
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(rng.uniform() * static_cast<double>(n)); };
  for (std::size_t k = 0, n = 1 + below(4); k < n && !text.empty(); ++k) {
    const std::size_t at = below(text.size()), length = std::min(text.size() - at, 1 + below(12));
    switch (below(3)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(below(text.size()), text.substr(at, length));
        break;
      default:
        text[at] = kSpecial[below(kSpecial.size())];
    }
  }
  return text;
}

// How many of the kept texts were read and how many refused.
std::pair<int, int> replay(const std::string& name, Reader read, int spoils) {
  int taken = 0, refused = 0;
  const auto files = corpus(name);
  for (std::size_t f = 0; f < files.size(); ++f) {
    INFO(files[f].string());
    const std::string text = read_file(files[f]);
    ++(read(text) ? taken : refused);
    for (int i = 0; i < spoils; ++i) {
      Rng rng = stream({1}, Stream::Test, {static_cast<std::uint32_t>(f), static_cast<std::uint32_t>(i)});
      read(spoilt(text, rng));
    }
  }
  return {taken, refused};
}

}  // namespace

TEST_CASE("every kept CSV file is read or refused in one line, spoilt ones too") {
  const auto [taken, refused] = replay("csv", fuzz_csv, 20);
  CHECK(taken >= 5);
  CHECK(refused >= 10);
}

TEST_CASE("every kept scenario is read or refused in one line, spoilt ones too") {
  const auto [taken, refused] = replay("scenario", fuzz_scenario, 5);
  CHECK(taken >= 5);
  CHECK(refused >= 10);
}

TEST_CASE("the corpus stays small") {
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
  for (const char* reader : {"csv", "scenario"})
    for (const auto& file : corpus(reader)) {
      ++files;
      bytes += std::filesystem::file_size(file);
    }
  CHECK(files < 200);
  CHECK(bytes < 300'000);
}
