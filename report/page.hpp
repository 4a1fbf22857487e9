// A page of text: wrapped prose, tables and colours, laid out by terminal columns rather than bytes. It knows nothing of what
// it shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/text.hpp"

namespace feedloop {

enum class Ink { Plain, Bold, Dim, Good, Bad, Doubt, Truth };

struct Cell {
  std::string text;
  Ink ink = Ink::Plain;
};

enum class Align { Left, Right };

struct Row {
  std::vector<Cell> cells;
  bool heading = false;  // one cell across all columns
};

class Page {
 public:
  explicit Page(TextStyle style) : style_(style) {}

  std::string take();
  void blank() { out_ += '\n'; }
  void line(std::string_view text, Ink ink = Ink::Plain) { out_ += inked(text, ink) + "\n"; }

  // Wraps at blanks; later lines are indented by `hang`.
  void prose(std::string_view text, int indent = 0, int hang = 0, Ink ink = Ink::Plain);

  // The first row is the head; a line break in one of its cells makes it two lines high.
  void table(const std::vector<Align>& align, std::vector<Row> rows);

 private:
  std::string inked(std::string_view text, Ink ink) const;

  TextStyle style_;
  std::string out_;
};

std::string grouped(std::string digits);  // "1234567.8" -> "1,234,567.8"

// Names come from files: a control character in one must neither break a table nor command the terminal.
std::string clean(std::string_view s);

}  // namespace feedloop
