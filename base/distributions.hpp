// Portable distributions over Rng. The same words give the same values on every library and compiler up to the last bits
// of libm; samplers that reject consume a varying number of words, so give each draw that must stay aligned its own key.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"

namespace feedloop {

inline bool bernoulli(Rng& rng, double p) { return rng.uniform() < p; }
std::uint32_t uniform_below(Rng& rng, std::uint32_t n);   // 0..n-1, unbiased (Lemire 2019). Requires: n > 0
double normal(Rng& rng);                                  // Box-Muller, one of the pair: no state between calls
double exponential(Rng& rng, double mean);                // Requires: mean > 0
double lognormal(Rng& rng, double median, double sigma);  // sigma is the sd of the logarithm
double gamma(Rng& rng, double shape, double scale);       // Marsaglia & Tsang 2000; shape < 1 by boosting
double beta(Rng& rng, double a, double b);
std::uint32_t poisson(Rng& rng, double mean);  // inversion by chunks of mean <= 16; 0 <= mean <= 1e6
double pareto(Rng& rng, double minimum, double shape);
std::vector<double> dirichlet(Rng& rng, std::span<const double> alpha);
std::size_t categorical(Rng& rng, std::span<const double> weights);  // Requires: weights >= 0, sum > 0
void shuffle(Rng& rng, std::span<std::uint32_t> values);             // Fisher-Yates

double logistic(double x);  // 1 / (1 + e^-x)
double logit(double p);

}  // namespace feedloop
