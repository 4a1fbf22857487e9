#include "report/page.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace feedloop {
namespace {

// The code point at `i`, which moves past it. A byte that is not UTF-8 stands for itself.
char32_t next_code_point(std::string_view s, std::size_t& i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char first = byte(i++);
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  if (more == 0) return first;
  char32_t c = first & (0x3F >> more);
  for (int k = 0; k < more; ++k) {
    if (i >= s.size() || (byte(i) & 0xC0) != 0x80) return c;
    c = (c << 6) | (byte(i++) & 0x3F);
  }
  return c;
}

int columns_of(char32_t c) {
  const auto in = [c](char32_t low, char32_t high) { return c >= low && c <= high; };
  if (in(0x300, 0x36F) || in(0x200B, 0x200F) || in(0xFE00, 0xFE0F)) return 0;
  if (in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) || in(0xF900, 0xFAFF) || in(0xFE30, 0xFE6F) ||
      in(0xFF00, 0xFF60) || in(0xFFE0, 0xFFE6) || in(0x1F300, 0x1F64F) || in(0x1F900, 0x1F9FF) || in(0x20000, 0x3FFFD))
    return 2;
  return 1;
}

int columns_of(std::string_view s) {
  int n = 0;
  for (std::size_t i = 0; i < s.size();) n += columns_of(next_code_point(s, i));
  return n;
}

// Keeps the number of columns in tables, whose only glyphs are the single-column ones.
std::string to_ascii(std::string_view s) {
  static constexpr std::array<std::pair<char32_t, std::string_view>, 14> kGlyphs{{{U'▲', "^"},
                                                                                  {U'▼', "v"},
                                                                                  {U'●', "="},
                                                                                  {U'◌', "?"},
                                                                                  {U'⚠', "!"},
                                                                                  {U'◆', "~"},
                                                                                  {U'–', "-"},
                                                                                  {U'─', "-"},
                                                                                  {U'·', "|"},
                                                                                  {U'χ', "chi"},
                                                                                  {U'²', "2"},
                                                                                  {U'µ', "u"},
                                                                                  {U'∞', "inf"},
                                                                                  {U'±', "+"}}};
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    const char32_t c = next_code_point(s, i);
    const auto glyph = std::find_if(kGlyphs.begin(), kGlyphs.end(), [c](const auto& g) { return g.first == c; });
    if (c < 0x80)
      out += static_cast<char>(c);
    else if (glyph != kGlyphs.end())
      out += glyph->second;
    else
      out.append(static_cast<std::size_t>(columns_of(c)), '?');
  }
  return out;
}

}  // namespace

std::string grouped(std::string digits) {
  const std::size_t first = digits.find_first_of("0123456789");
  std::size_t end = std::min(digits.find('.'), digits.size());
  while (end > first + 3) digits.insert(end -= 3, ",");
  return digits;
}

std::string clean(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return out;
}

std::string Page::take() { return style_.utf8 ? std::move(out_) : to_ascii(out_); }

void Page::prose(std::string_view text, int indent, int hang, Ink ink) {
  const std::string words = clean(text) + " ";
  std::string current(static_cast<std::size_t>(indent), ' ');
  int used = indent, on_line = 0;
  for (std::size_t i = 0, end; (end = words.find(' ', i)) != std::string::npos; i = end + 1) {
    const std::string_view word(words.data() + i, end - i);
    if (word.empty()) continue;
    const int w = columns_of(word);
    if (on_line > 0 && used + 1 + w > style_.width) {
      line(current, ink);
      current.assign(static_cast<std::size_t>(hang), ' ');
      used = hang;
      on_line = 0;
    }
    if (on_line++ > 0) current += ' ', ++used;
    current += word;
    used += w;
  }
  if (on_line > 0) line(current, ink);
}

void Page::table(const std::vector<Align>& align, std::vector<Row> rows) {
  Row upper = rows[0];
  bool two_lines = false;
  for (std::size_t c = 0; c < upper.cells.size(); ++c) {
    std::string &above = upper.cells[c].text, &below = rows[0].cells[c].text;
    const std::size_t at = below.find('\n');
    two_lines |= at != std::string::npos;
    above = at == std::string::npos ? "" : below.substr(0, at);
    below.erase(0, at == std::string::npos ? 0 : at + 1);
  }
  if (two_lines) rows.insert(rows.begin(), upper);
  const std::size_t head = two_lines ? 1 : 0;  // its last row
  std::vector<int> widths(align.size(), 0);
  for (const Row& row : rows)
    for (std::size_t c = 0; c < row.cells.size() && !row.heading; ++c)
      widths[c] = std::max(widths[c], columns_of(row.cells[c].text));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out_ += "  ";
    std::string pending;  // blanks not yet written, so that no line ends in them
    for (std::size_t c = 0; c < rows[r].cells.size(); ++c) {
      const Cell& cell = rows[r].cells[c];
      const int room = rows[r].heading ? 0 : widths[c] - columns_of(cell.text);
      const std::string pad(static_cast<std::size_t>(std::max(room, 0)), ' ');
      if (align[c] == Align::Right) pending += pad;
      if (!cell.text.empty()) out_ += std::exchange(pending, "") + inked(cell.text, r <= head ? Ink::Dim : cell.ink);
      if (align[c] == Align::Left) pending += pad;
      pending += "  ";
    }
    out_ += '\n';
    if (r == head) {
      int total = 2 * static_cast<int>(widths.size()) - 2;
      for (int w : widths) total += w;
      std::string rule;
      for (int k = 0; k < total; ++k) rule += "─";
      line("  " + inked(rule, Ink::Dim));
    }
  }
}

std::string Page::inked(std::string_view text, Ink ink) const {
  static constexpr std::array<std::string_view, 7> kCodes{"", "1", "2", "32", "31", "33", "35"};
  const std::string_view code = kCodes[static_cast<std::size_t>(ink)];
  if (!style_.color || code.empty() || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace feedloop
