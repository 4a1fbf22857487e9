// Describe-once parameters. A struct of parameters names each of its members once, in `void describe(Describe&)`, with
// default, range, unit and one sentence; everything else is a visitor or a reader of the resulting table: the TOML reader,
// --set, overrides of a variant, `feedloop params`, the generated docs, the scenario's hash, the dashboard's sliders.
//
//   struct EpsilonGreedyParams {
//     double epsilon = 0.05;
//     void describe(Describe& d) { d.number("epsilon", epsilon, {0, 1}, "probability", "Chance that a slot explores."); }
//   };
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace feedloop {

struct Range {
  double low, high;  // both allowed
};

class Describe {
 public:
  virtual ~Describe() = default;
  virtual void number(std::string_view name, double& x, Range range, std::string_view unit, std::string_view doc) = 0;
  virtual void integer(std::string_view name, std::int64_t& x, Range range, std::string_view unit, std::string_view doc) = 0;
  virtual void flag(std::string_view name, bool& x, std::string_view doc) = 0;
  // Empty choices: any text.
  virtual void text(std::string_view name, std::string& x, std::vector<std::string> choices, std::string_view doc) = 0;

  template <class T>
  void group(std::string_view name, T& members) {
    const std::size_t size = prefix_.size();
    prefix_.append(prefix_.empty() ? "" : ".").append(name);
    members.describe(*this);
    prefix_.resize(size);
  }

 protected:
  std::string path(std::string_view name) const;

 private:
  std::string prefix_;
};

using Value = std::variant<bool, std::int64_t, double, std::string>;
std::string to_text(const Value& v);  // as TOML would read it; doubles in the shortest form, so 1.0 is "1"

struct Parameter {
  std::string path;
  Value initial;                     // the default, and through its alternative the type
  Range range{0, 0};                 // numbers only
  std::vector<std::string> choices;  // texts only; empty = any
  std::string unit, doc;
  std::string allowed() const;  // "a number in [0, 1]", "one of greedy, epsilon_greedy"
};

// All parameters there are, in the order described.
class Schema {
 public:
  template <class T>
  void add(std::string_view prefix, T& members);

  const std::vector<Parameter>& rows() const { return rows_; }
  const Parameter* find(std::string_view path) const;
  std::string suggestion(std::string_view path) const;  // nearest known path, or empty when none is near

 private:
  friend class SchemaBuilder;
  std::vector<Parameter> rows_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

// A full assignment of values to a schema's parameters; only valid values get in.
class Settings {
 public:
  explicit Settings(const Schema& schema);                         // all defaults. The schema must outlive the settings
  void set(std::string_view path, Value v, const Place& where);    // throws Error: unknown key, wrong type, out of range
  void set_text(std::string_view assignment, const Place& where);  // "path=value", as on a command line
  const Value& at(std::string_view path) const;
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }
  const Schema& schema() const { return *schema_; }

  // Fills a struct of parameters from the values under `prefix`.
  template <class T>
  T read(std::string_view prefix) const;

  std::uint64_t digest(std::string_view prefix = "") const;  // of all values whose path starts with prefix

 private:
  const Schema* schema_;
  std::map<std::string, Value, std::less<>> values_;
};

class SchemaBuilder final : public Describe {
 public:
  explicit SchemaBuilder(Schema& schema) : schema_(schema) {}
  void number(std::string_view, double&, Range, std::string_view, std::string_view) override;
  void integer(std::string_view, std::int64_t&, Range, std::string_view, std::string_view) override;
  void flag(std::string_view, bool&, std::string_view) override;
  void text(std::string_view, std::string&, std::vector<std::string>, std::string_view) override;

 private:
  void add(Parameter p);
  Schema& schema_;
};

class SettingsReader final : public Describe {
 public:
  explicit SettingsReader(const Settings& settings) : settings_(settings) {}
  void number(std::string_view, double&, Range, std::string_view, std::string_view) override;
  void integer(std::string_view, std::int64_t&, Range, std::string_view, std::string_view) override;
  void flag(std::string_view, bool&, std::string_view) override;
  void text(std::string_view, std::string&, std::vector<std::string>, std::string_view) override;

 private:
  const Settings& settings_;
};

template <class T>
void Schema::add(std::string_view prefix, T& members) {
  SchemaBuilder builder(*this);
  if (prefix.empty())
    members.describe(builder);
  else
    builder.group(prefix, members);
}

template <class T>
T Settings::read(std::string_view prefix) const {
  T members;
  SettingsReader reader(*this);
  if (prefix.empty())
    members.describe(reader);
  else
    reader.group(prefix, members);
  return members;
}

// The candidate nearest to `word` by edit distance, or empty when none is within a third of its length
// (rounded up).
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
std::string join(const std::vector<std::string>& words, std::string_view separator = ", ");

}  // namespace feedloop
