#include "data/csv_export.hpp"

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/files.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUnits = "units.csv";
constexpr const char* kTruth = "truth.csv";
constexpr std::pair<const char*, CsvTable (*)(const Report&)> kTables[] = {
    {"daily.csv", daily_csv}, {"effects.csv", effects_csv}, {"variants.csv", variants_csv}, {kTruth, truth_csv}};
constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

// Fields of one record after another.
class Rows {
 public:
  Rows& text(std::string_view s) { return raw(csv_field(s)); }
  Rows& number(double x) { return raw(csv_number(x)); }
  Rows& integer(std::int64_t n) { return raw(fmt::format("{}", n)); }
  Rows& flag(bool b) { return raw(b ? "TRUE" : "FALSE"); }
  Rows& missing() { return raw(""); }
  void end() {
    out_ += '\n';
    begun_ = false;
    ++rows_;
  }
  std::string& bytes() { return out_; }
  CsvTable table() && { return {std::move(out_), rows_ - 1}; }

 private:
  Rows& raw(std::string_view field) {
    if (begun_) out_ += ',';
    begun_ = true;
    out_ += field;
    return *this;
  }

  std::string out_;
  std::int64_t rows_ = 0;  // with the header
  bool begun_ = false;
};

Rows with_header(const std::vector<std::string>& columns) {
  Rows rows;
  for (const std::string& c : columns) rows.text(c);
  rows.end();
  return rows;
}

// Adds the column, under another name when there is one of that name.
void add_column(std::vector<std::string>& columns, const std::string& name) {
  std::string free = name;
  for (int i = 2; std::find(columns.begin(), columns.end(), free) != columns.end(); ++i) free = fmt::format("{}_{}", name, i);
  columns.push_back(std::move(free));
}

const MetricValue* find_value(const VariantReport& v, std::string_view metric) {
  const auto at = std::find_if(v.metrics.begin(), v.metrics.end(), [&](const MetricValue& m) { return m.name == metric; });
  return at == v.metrics.end() ? nullptr : &*at;
}

double value_of(const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  for (const VariantReport& v : e.variants)
    if (v.name == variant)
      if (const MetricValue* m = find_value(v, metric)) return m->value;
  return kNoValue;
}

void interval(Rows& rows, const Interval& ci) { rows.number(ci.low).number(ci.high); }

void write_units(Archive& archive, const Report& report, OutputFile& out, std::int64_t& count) {
  std::vector<std::string> columns{"user", "entry_day"};
  for (const ExperimentReport& e : report.experiments) add_column(columns, column_name(e.layer));
  for (const std::string& metric : archive.unit_metrics())
    for (const char* sum : {"_num", "_den"}) add_column(columns, column_name(metric) + sum);
  Rows rows = with_header(columns);
  const auto pass_on = [&] {
    out.append(rows.bytes());
    rows.bytes().clear();
  };
  const auto damaged = [&](const std::string& what) {
    return Error(fmt::format("is damaged ({}); use a copy, or run the scenario again", what), Place{archive.path().string()});
  };
  archive.visit_units([&](const UnitRow& unit) {
    if (unit.variants.size() != report.experiments.size())
      throw damaged(
          fmt::format("its units are of {} experiments and its report of {}", unit.variants.size(), report.experiments.size()));
    rows.integer(unit.user).number(unit.entry_day);
    for (const std::string& v : unit.variants) rows.text(v);
    for (std::size_t m = 0; m < unit.numerators.size(); ++m) rows.number(unit.numerators[m]).number(unit.denominators[m]);
    rows.end();
    ++count;
    if (rows.bytes().size() >= kPieceBytes) pass_on();
  });
  pass_on();
  if (report.experiments.empty()) return;
  std::int64_t counted = 0;
  for (const VariantReport& v : report.experiments.front().variants) counted += v.units;
  if (count != counted) throw damaged(fmt::format("it holds {} units and its report counts {}", count, counted));
}

// Removed again, when it was made here, unless what was to be in it is there.
class Folder {
 public:
  explicit Folder(fs::path path) : path_(std::move(path)) {
    const Place where{path_.string()};
    std::error_code ec;
    if (fs::exists(path_, ec)) {
      if (!fs::is_directory(path_, ec)) throw Error("is a file, not a folder", where);
    } else {
      made_ = fs::create_directory(path_, ec);
      if (ec) throw Error(fmt::format("cannot be made: {}", ec.message()), where);
    }
  }
  ~Folder() {
    std::error_code ignored;
    if (made_) fs::remove(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void keep() { made_ = false; }

 private:
  fs::path path_;
  bool made_ = false;
};

// An old truth.csv beside the tables of a run without truth would be taken for its own.
void check_is_free(const fs::path& folder) {
  const auto check = [&](const char* name) {
    const fs::path file = folder / name;
    std::error_code ec;
    if (fs::exists(fs::symlink_status(file, ec)))
      throw Error("exists and is not overwritten; give another folder with -o", Place{file.string()});
  };
  check(kUnits);
  for (const auto& [name, table] : kTables) check(name);
}

}  // namespace

std::string column_name(std::string_view name) {
  std::string out;
  bool gap = false;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      if (gap && !out.empty()) out += '_';
      gap = false;
      out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else {
      gap = true;
    }
  }
  if (out.empty()) return "unnamed";
  return out[0] >= '0' && out[0] <= '9' ? "x_" + out : out;
}

CsvTable daily_csv(const Report& r) {
  Rows rows = with_header({"layer", "variant", "metric", "day", "value", "low", "high"});
  for (const Series& s : r.series)
    for (std::size_t i = 0; i < s.day.size(); ++i) {
      rows.text(s.layer).text(s.variant).text(s.metric).number(s.day[i]).number(s.value.at(i));
      rows.number(i < s.low.size() ? s.low[i] : kNoValue).number(i < s.high.size() ? s.high[i] : kNoValue).end();
    }
  return std::move(rows).table();
}

CsvTable effects_csv(const Report& r) {
  Rows rows = with_header({"layer", "variant", "control", "metric", "value", "control_value", "effect", "se", "ci_low",
                           "ci_high", "lift", "lift_low", "lift_high", "p", "always_valid_p", "always_valid_low",
                           "always_valid_high", "adjusted_p", "verdict"});
  for (const ExperimentReport& e : r.experiments) {
    const std::string control = e.variants.empty() ? "" : e.variants.front().name;
    const auto add = [&](const EffectReport& x) {
      rows.text(e.layer).text(x.variant).text(control).text(x.metric);
      rows.number(value_of(e, x.variant, x.metric)).number(value_of(e, control, x.metric)).number(x.effect).number(x.se);
      interval(rows, x.ci);
      rows.number(x.lift);
      interval(rows, x.lift_ci);
      rows.number(x.p).number(x.sequential.p);
      interval(rows, x.sequential.ci);
      rows.number(x.adjusted_p).text(x.verdict).end();
    };
    std::for_each(e.effects.begin(), e.effects.end(), add);
    std::for_each(e.group_effects.begin(), e.group_effects.end(), add);
  }
  return std::move(rows).table();
}

CsvTable variants_csv(const Report& r) {
  std::vector<std::string> columns{"layer", "variant", "position", "share", "units", "requests", "impressions"};
  std::vector<std::string> metrics;  // of all variants, in the order met
  for (const ExperimentReport& e : r.experiments)
    for (const VariantReport& v : e.variants)
      for (const MetricValue& m : v.metrics)
        if (std::find(metrics.begin(), metrics.end(), m.name) == metrics.end()) metrics.push_back(m.name);
  for (const std::string& m : metrics)
    for (const char* what : {"", "_se", "_n"}) add_column(columns, column_name(m) + what);
  Rows rows = with_header(columns);
  for (const ExperimentReport& e : r.experiments) {
    std::int64_t position = 0;
    for (const VariantReport& v : e.variants) {
      rows.text(e.layer).text(v.name).integer(position++).number(v.share);
      rows.integer(v.units).integer(v.requests).integer(v.impressions);
      for (const std::string& metric : metrics) {
        if (const MetricValue* m = find_value(v, metric))
          rows.number(m->value).number(m->se).integer(m->n);
        else
          rows.missing().missing().missing();
      }
      rows.end();
    }
  }
  return std::move(rows).table();
}

CsvTable truth_csv(const Report& r) {
  Rows rows = with_header(
      {"layer", "variant", "metric", "effect", "se", "bias", "covered", "spill_on_treated", "spill_on_control", "sampling"});
  for (const ExperimentReport& e : r.experiments)
    for (const TruthReport& t : e.truth) {
      rows.text(e.layer).text(t.variant).text(t.metric).number(t.effect).number(t.se).number(t.bias);
      // Without a true effect or an estimate there was nothing to cover.
      (std::isnan(t.bias) ? rows.missing() : rows.flag(t.covered))
          .number(t.spill_on_treated)
          .number(t.spill_on_control)
          .number(t.sampling)
          .end();
    }
  return std::move(rows).table();
}

std::vector<ExportedFile> export_csv(Archive& archive, const Report& report, const fs::path& path) {
  check_is_free(path);
  Folder folder(path);
  const bool has_truth = std::any_of(report.experiments.begin(), report.experiments.end(),
                                     [](const ExperimentReport& e) { return !e.truth.empty(); });
  std::vector<OutputFile> files;
  std::vector<ExportedFile> done;
  const auto begin = [&](const char* name) -> OutputFile& {
    done.push_back({path / name, 0});
    return files.emplace_back(done.back().file);
  };
  OutputFile& units = begin(kUnits);
  write_units(archive, report, units, done.front().rows);
  for (const auto& [name, table_of] : kTables) {
    if (!has_truth && name == std::string_view(kTruth)) continue;
    const CsvTable table = table_of(report);
    begin(name).append(table.text);
    done.back().rows = table.rows;
  }
  for (OutputFile& f : files) f.flush();  // a full disk shows here, before any file has its name
  for (OutputFile& f : files) f.finish();
  folder.keep();
  return done;
}

}  // namespace feedloop
