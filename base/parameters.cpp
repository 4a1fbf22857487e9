#include "base/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace feedloop {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = (word.size() + 2) / 3 + 1;
  for (const auto& c : candidates) {
    // No text of another length can be nearer than the lengths differ.
    if (std::max(word.size(), c.size()) - std::min(word.size(), c.size()) >= best_distance) continue;
    const std::size_t d = edit_distance(word, c);
    if (d < best_distance) {
      best_distance = d;
      best = c;
    }
  }
  return best;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::string Describe::path(std::string_view name) const {
  return prefix_.empty() ? std::string(name) : fmt::format("{}.{}", prefix_, name);
}

std::string to_text(const Value& v) {
  if (const bool* b = std::get_if<bool>(&v)) return *b ? "true" : "false";
  if (const auto* i = std::get_if<std::int64_t>(&v)) return fmt::format("{}", *i);
  if (const auto* d = std::get_if<double>(&v)) return fmt::format("{}", *d);
  std::string quoted = "\"";
  for (const char c : std::get<std::string>(v)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string Parameter::allowed() const {
  if (std::holds_alternative<bool>(initial)) return "true or false";
  if (std::holds_alternative<std::int64_t>(initial))
    return fmt::format("a whole number in [{:.0f}, {:.0f}]", range.low, range.high);
  if (std::holds_alternative<double>(initial)) return fmt::format("a number in [{}, {}]", range.low, range.high);
  return choices.empty() ? "a text" : fmt::format("one of {}", join(choices));
}

const Parameter* Schema::find(std::string_view path) const {
  const auto it = index_.find(path);
  return it == index_.end() ? nullptr : &rows_[it->second];
}

std::string Schema::suggestion(std::string_view path) const {
  std::vector<std::string> paths;
  for (const auto& row : rows_) paths.push_back(row.path);
  const std::string best = nearest(path, paths);
  if (!best.empty()) return best;
  // The right last word under a wrong group is the other common slip.
  const auto last = path.substr(path.rfind('.') + 1);
  for (const auto& p : paths)
    if (std::string_view(p).substr(p.rfind('.') + 1) == last) return p;
  return {};
}

Settings::Settings(const Schema& schema) : schema_(&schema) {
  for (const auto& row : schema.rows()) values_.emplace(row.path, row.initial);
}

void Settings::set(std::string_view path, Value v, const Place& where) {
  const Parameter* row = schema_->find(path);
  if (!row) {
    const std::string near = schema_->suggestion(path);
    throw Error(fmt::format("unknown key `{}`{}", path,
                            near.empty() ? "; `feedloop params` lists all keys" : fmt::format("; did you mean `{}`?", near)),
                where);
  }
  // A whole number is a fine double; nothing else converts.
  if (std::holds_alternative<double>(row->initial) && std::holds_alternative<std::int64_t>(v))
    v = static_cast<double>(std::get<std::int64_t>(v));
  if (v.index() != row->initial.index())
    throw Error(fmt::format("`{}` = {} has the wrong type; allowed is {}", path, to_text(v), row->allowed()), where);
  double number = 0;
  bool numeric = true;
  if (const auto* i = std::get_if<std::int64_t>(&v))
    number = static_cast<double>(*i);
  else if (const auto* d = std::get_if<double>(&v))
    number = *d;
  else
    numeric = false;
  if (numeric && !(number >= row->range.low && number <= row->range.high))
    throw Error(fmt::format("`{}` = {} is out of range; allowed is {}", path, to_text(v), row->allowed()), where);
  if (const auto* s = std::get_if<std::string>(&v);
      s && !row->choices.empty() && std::find(row->choices.begin(), row->choices.end(), *s) == row->choices.end()) {
    const std::string near = nearest(*s, row->choices);
    throw Error(fmt::format("`{}` = {} is not known{}; allowed is {}", path, to_text(v),
                            near.empty() ? "" : fmt::format(", did you mean \"{}\"?", near), row->allowed()),
                where);
  }
  values_.find(path)->second = std::move(v);
}

void Settings::set_text(std::string_view assignment, const Place& where) {
  const auto eq = assignment.find('=');
  if (eq == std::string_view::npos) throw Error(fmt::format("`{}` is not of the form key=value", assignment), where);
  const std::string_view path = assignment.substr(0, eq), text = assignment.substr(eq + 1);
  const Parameter* row = schema_->find(path);
  Value v = std::string(text);
  // The parameter's type decides how the text is read; an unknown path or a text that does not read is set()'s to refuse.
  if (row && !std::holds_alternative<std::string>(row->initial)) {
    std::int64_t i = 0;
    double d = 0;
    const char* end = text.data() + text.size();
    if (text == "true" || text == "false")
      v = text == "true";
    else if (auto r = std::from_chars(text.data(), end, i); r.ec == std::errc{} && r.ptr == end)
      v = i;
    else if (auto s = std::from_chars(text.data(), end, d); s.ec == std::errc{} && s.ptr == end)
      v = d;
  }
  set(path, std::move(v), where);
}

const Value& Settings::at(std::string_view path) const {
  const auto it = values_.find(path);
  FEEDLOOP_CHECK(it != values_.end(), "a parameter was read that no schema describes");
  return it->second;
}

std::uint64_t Settings::digest(std::string_view prefix) const {
  Hasher h;
  for (const auto& [path, value] : values_)
    if (std::string_view(path).starts_with(prefix)) h.add(std::string_view(path)).add(std::string_view(to_text(value)));
  return h.value();
}

void SchemaBuilder::add(Parameter p) {
  FEEDLOOP_CHECK(!schema_.index_.contains(p.path), "a parameter is described twice");
  schema_.index_.emplace(p.path, schema_.rows_.size());
  schema_.rows_.push_back(std::move(p));
}
void SchemaBuilder::number(std::string_view n, double& x, Range r, std::string_view unit, std::string_view doc) {
  add({path(n), x, r, {}, std::string(unit), std::string(doc)});
}
void SchemaBuilder::integer(std::string_view n, std::int64_t& x, Range r, std::string_view unit, std::string_view doc) {
  add({path(n), x, r, {}, std::string(unit), std::string(doc)});
}
void SchemaBuilder::flag(std::string_view n, bool& x, std::string_view doc) {
  add({path(n), x, {0, 1}, {}, "", std::string(doc)});
}
void SchemaBuilder::text(std::string_view n, std::string& x, std::vector<std::string> choices, std::string_view doc) {
  add({path(n), x, {0, 0}, std::move(choices), "", std::string(doc)});
}

void SettingsReader::number(std::string_view n, double& x, Range, std::string_view, std::string_view) {
  x = std::get<double>(settings_.at(path(n)));
}
void SettingsReader::integer(std::string_view n, std::int64_t& x, Range, std::string_view, std::string_view) {
  x = std::get<std::int64_t>(settings_.at(path(n)));
}
void SettingsReader::flag(std::string_view n, bool& x, std::string_view) { x = std::get<bool>(settings_.at(path(n))); }
void SettingsReader::text(std::string_view n, std::string& x, std::vector<std::string>, std::string_view) {
  x = std::get<std::string>(settings_.at(path(n)));
}

}  // namespace feedloop
