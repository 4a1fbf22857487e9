// The page of a world: its constants beside the magnitudes of real platforms, and what it did (experiment/world_facts.hpp),
// with pictures. `feedloop describe-world`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiment/world_facts.hpp"
#include "report/text.hpp"

namespace feedloop {

// Of the Zipf-Mandelbrot law over the impressions by rank, as fitted; NaN: not fitted.
struct RankLaw {
  double s = kNoValue, q = kNoValue;
};

std::string world_text(const WorldFacts& facts, const RankLaw& law, TextStyle style);
// As the page docs/WORLD_MEASURED.md, which shows the pictures that lie in `folder`.
std::string world_markdown(const Scenario& scenario, const WorldFacts& facts, const RankLaw& law, std::string_view folder);
// File names and SVG pictures that stand alone.
std::vector<std::pair<std::string, std::string>> world_pictures(const WorldFacts& facts, const RankLaw& law);

// A picture of this layer with the colours of paper written into it, so that it is whole as a file of its own.
std::string standalone(std::string svg);

}  // namespace feedloop
