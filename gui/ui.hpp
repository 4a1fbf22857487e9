// Widgets. Every element that can be read or pressed is drawn through here and appended to the frame's registry.
// UI thread only, between begin() and end().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gui/geometry.hpp"
#include "gui/paint.hpp"
#include "gui/registry.hpp"
#include "gui/theme.hpp"

namespace feedloop::ui {

// Frame bracket: opens the one window that everything is drawn in. `tooltip_delay_s` 0 shows tooltips at once.
void begin(Registry& registry, double tooltip_delay_s);
void end();
Rect window();                  // the whole display
void set_interactive(bool on);  // off: widgets are drawn but neither react nor show tooltips (below an overlay)
void set_overlay(bool on);      // on: draw above everything; elements are marked as overlay
void set_dialog(bool on);       // on: elements are marked as overlay, and drawn above what was drawn before
Vec2 mouse();
double frame_seconds();  // since the last frame

enum class Align { Left, Center, Right };
struct TextLook {
  Font font = Font::Body;
  Color color = colors::kText;
  Align align = Align::Left;
};

void panel(std::string_view path, const Rect& box, std::string_view title = {});
// One line, vertically centred in the box, shortened with an ellipsis when too wide (the tooltip then holds all of it).
// Returns the rectangle of what was drawn.
Rect text(std::string_view path, const Rect& box, std::string_view text, TextLook look = {}, std::string_view tooltip = {});
// Wrapped at spaces only, so numbers stay whole. Returns the height used.
float paragraph(std::string_view path, const Rect& box, std::string_view text, TextLook look = {},
                std::string_view tooltip = {});
float paragraph_height(std::string_view text, Font f, float width);  // that it would use
// A sheet over the dimmed screen, in its middle, with a title and a hint at its right end. Returns what is left inside.
Rect sheet(std::string_view path, const Rect& screen, float width, float height, std::string_view title, std::string_view hint);
float text_width(std::string_view text, Font f = Font::Body);
// A glyph and a word, as one element with the value "symbol word".
Rect labelled_glyph(std::string_view path, const Rect& box, paint::Glyph glyph, std::string_view symbol, std::string_view word,
                    TextLook look, std::string_view tooltip = {});

enum class Look { Normal, Primary, Quiet };
struct ButtonSpec {
  std::string_view label = {};
  paint::Glyph glyph = paint::Glyph::None;
  Look look = Look::Normal;
  bool enabled = true;
  bool selected = false;
  std::string tooltip = {};
};
float button_width(const ButtonSpec& spec);
bool button(std::string_view path, const Rect& box, const ButtonSpec& spec);

// A pressable area without looks of its own, as a table's row.
struct Press {
  bool hovered = false, clicked = false;
};
Press row(std::string_view path, const Rect& box, std::string_view value, std::string_view tooltip = {});

// An area that the pointer may pull at: dragged by `dx` pixels since the last frame, or wheeled over. Registers nothing.
struct Pull {
  bool hovered = false, held = false, double_clicked = false, right_clicked = false;
  float dx = 0, wheel = 0;
};
Pull pull(std::string_view path, const Rect& box);

// A pressable area that draws nothing, as a map; tooltips are its owner's.
Press area(std::string_view path, const Rect& box, std::string_view value);

// Position in 0..1. Returns true while it is dragged to another position.
bool slider(std::string_view path, const Rect& box, double& position, std::string_view value, std::string_view tooltip);
struct Drag {
  bool moved = false, held = false;
};
Drag drag(std::string_view path, const Rect& box, double& position, std::string_view value, std::string_view tooltip);

// One line of text to type into. While one is typed into, keys are not commands (typing()).
struct FieldSpec {
  std::string_view hint = {};  // shown while empty
  bool invalid = false;
  bool focus = false;  // takes the keyboard in this frame
  std::string tooltip = {};
};
struct Field {
  bool changed = false;    // in this frame
  bool committed = false;  // Enter, or the focus left after a change; Esc takes the change back
  bool focused = false;
};
Field field(std::string_view path, const Rect& box, std::string& text, const FieldSpec& spec = {});
bool typing();  // a field has the keyboard

// True when it was pressed. Labels stand beside the box.
bool checkbox(std::string_view path, const Rect& box, bool on, std::string_view label, std::string_view tooltip = {});
// The line that opens and closes a group; `badge` at its right end. True when it was pressed.
bool disclosure(std::string_view path, const Rect& box, bool open, std::string_view title, std::string_view badge = {},
                std::string_view tooltip = {});
// One of a few texts, with buttons for the one before and after. True when `at` changed.
bool choice(std::string_view path, const Rect& box, const std::vector<std::string>& options, std::size_t& at,
            std::string_view tooltip = {});

// Equal rows of which only some fit: the wheel over `box` and the bar at its right move them by whole rows, so that no row is
// ever cut. `first` is kept in range.
struct VisibleRows {
  std::size_t first = 0, count = 0;
  Rect box;  // without the bar
};
VisibleRows scroll(std::string_view path, const Rect& box, std::size_t rows, float row_height, std::size_t& first);

void mark(std::string_view path, Kind kind, const Rect& box, std::string_view value);  // registers what a plot drew
bool pressed_outside(const Rect& box);                                                 // any button, in this frame
bool hovered(const Rect& box);                                                         // by the pointer, when interactive
struct TooltipRow {
  std::string path;
  std::string text;
  Color color = colors::kText;  // of the swatch; alpha 0 draws none
};
// A table by the pointer, drawn at the end of the frame. Rows are registered as elements of kind Tooltip.
void tooltip_rows(std::string_view path, std::string_view title, std::vector<TooltipRow> rows);
void copy_to_clipboard(std::string_view text);

}  // namespace feedloop::ui
