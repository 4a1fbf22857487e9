#include "gui/ui.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <cmath>

namespace feedloop::ui {
namespace {

struct PendingTooltip {
  std::string path, title;
  std::vector<TooltipRow> rows;
};

// ImGui keeps one global context, so the frame in progress is global too.
struct Frame {
  Registry* registry = nullptr;
  bool interactive = true, overlay = false;
  double tooltip_delay_s = 0;
  PendingTooltip tooltip;
  std::string candidate, candidate_text;  // the innermost element under the pointer that has a tooltip
  std::string resting_on;                 // last frame's candidate
  double resting_s = 0;
} frame;

void add(std::string_view path, Kind kind, std::string_view value, const Rect& rect, bool enabled = true, bool fits = true,
         std::string_view tooltip = {}) {
  frame.registry->add({std::string(path), kind, std::string(value), enabled, rect, fits, std::string(tooltip), frame.overlay});
}

void offer_tooltip(std::string_view path, const Rect& box, std::string_view tooltip) {
  if (tooltip.empty() || !hovered(box)) return;
  frame.candidate = path;
  frame.candidate_text = tooltip;
}

std::string shortened(std::string_view text, Font f, float width) {
  std::string cut(text);
  while (!cut.empty() && paint::measure(f, cut + "…").x > width) {
    // Remove a whole UTF-8 character.
    while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0) == 0x80) cut.pop_back();
    if (!cut.empty()) cut.pop_back();
  }
  return cut + "…";
}

std::string shortened_to(std::string_view text, Font f, float width) {
  return paint::measure(f, text).x <= width + 0.5F ? std::string(text) : shortened(text, f, width);
}

std::vector<std::string> wrapped(std::string_view text, Font f, float width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    const std::string longer = lines.back().empty() ? std::string(word) : fmt::format("{} {}", lines.back(), word);
    if (!lines.back().empty() && paint::measure(f, longer).x > width)
      lines.emplace_back(word);
    else
      lines.back() = longer;
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  return lines;
}

struct Area {
  bool hovered, held, clicked;
};

Area press_area(std::string_view path, const Rect& box, bool enabled) {
  if (!frame.interactive || box.width() < 1 || box.height() < 1) return {};
  ImGui::SetCursorScreenPos({box.x0, box.y0});
  const std::string id(path);
  ImGui::BeginDisabled(!enabled);
  const bool clicked = ImGui::InvisibleButton(id.c_str(), {box.width(), box.height()});
  const Area area{ImGui::IsItemHovered(), ImGui::IsItemActive(), clicked && enabled};
  ImGui::EndDisabled();
  return area;
}

void settle_tooltip() {
  if (frame.candidate != frame.resting_on) frame.resting_s = 0;
  frame.resting_on = frame.candidate;
  if (frame.candidate.empty()) return;
  if (frame.resting_s >= frame.tooltip_delay_s) frame.tooltip = {"tooltip", frame.candidate_text, {}};
  frame.resting_s += ImGui::GetIO().DeltaTime;
}

void draw_tooltip() {
  const PendingTooltip& tip = frame.tooltip;
  if (tip.title.empty() && tip.rows.empty()) return;
  const float pad = px(8), line = font_height(Font::Small) + px(5), swatch = px(14);
  const std::vector<std::string> title = wrapped(tip.title, Font::Small, px(360));
  float width = 0;
  for (const std::string& t : title) width = std::max(width, text_width(t, Font::Small));
  for (const TooltipRow& r : tip.rows) width = std::max(width, text_width(r.text, Font::Small) + (r.color.a ? swatch : 0));
  const float height = line * static_cast<float>(title.size() + tip.rows.size()) - px(5);
  const Rect all = window();
  Rect box{mouse().x + px(14), mouse().y + px(16), 0, 0};
  box.x1 = box.x0 + width + 2 * pad;
  box.y1 = box.y0 + height + 2 * pad;
  if (box.x1 > all.x1 - 2) box = {mouse().x - px(10) - box.width(), box.y0, mouse().x - px(10), box.y1};
  if (box.x0 < 2) box = {2, box.y0, 2 + box.width(), box.y1};
  if (box.y1 > all.y1 - 2) box = {box.x0, mouse().y - px(10) - box.height(), box.x1, mouse().y - px(10)};

  set_overlay(true);
  paint::fill(box, colors::kRaised, px(5));
  paint::outline(box, colors::kAxis, px(5));
  add(tip.path, Kind::Tooltip, tip.title, box);
  Rect inner = box.inset(pad);
  const auto next_line = [&] {
    const Rect r = inner.cut_top(font_height(Font::Small));
    inner.y0 += px(5);
    return r;
  };
  for (const std::string& t : title) {
    const Rect r = next_line();
    paint::text({r.x0, r.y0}, Font::Small, tip.rows.empty() ? colors::kText : colors::kSecondary, t);
  }
  for (const TooltipRow& row : tip.rows) {
    Rect r = next_line();
    if (row.color.a) paint::disc({r.x0 + px(4), r.center().y}, px(4), row.color);
    if (row.color.a) r.x0 += swatch;
    paint::text({r.x0, r.y0}, Font::Small, colors::kText, row.text);
    add(row.path, Kind::Tooltip, row.text, r);
  }
  set_overlay(false);
}

}  // namespace

void begin(Registry& registry, double tooltip_delay_s) {
  frame.registry = &registry;
  registry.clear();
  frame.interactive = true;
  frame.overlay = false;
  frame.tooltip = {};
  frame.candidate.clear();
  frame.tooltip_delay_s = tooltip_delay_s;
  paint::layer(paint::Layer::Main);
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(io.DisplaySize);
  ImGui::Begin("feedloop", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus);
}

void end() {
  settle_tooltip();
  draw_tooltip();
  ImGui::End();
  ImGui::PopStyleVar(2);
  frame.registry = nullptr;
}

Rect window() {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  return {0, 0, size.x, size.y};
}

void set_interactive(bool on) { frame.interactive = on; }

void set_overlay(bool on) {
  frame.overlay = on;
  paint::layer(on ? paint::Layer::Overlay : paint::Layer::Main);
}

void set_dialog(bool on) {
  frame.overlay = on;  // fields draw into the window itself, below the overlay's layer
  paint::layer(paint::Layer::Main);
}

Vec2 mouse() { return {ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y}; }
double frame_seconds() { return static_cast<double>(ImGui::GetIO().DeltaTime); }
bool hovered(const Rect& box) { return frame.interactive && box.contains(mouse()); }

void panel(std::string_view path, const Rect& box, std::string_view title) {
  paint::fill(box, colors::kPanel, px(6));
  paint::outline(box, colors::kLine, px(6));
  add(path, Kind::Panel, title, box);
  if (!title.empty()) {
    Rect inner = box.inset(px(14), px(10));
    text(fmt::format("{}/title", path), inner.cut_top(px(22)), title, {.font = Font::Strong});
  }
}

Rect sheet(std::string_view path, const Rect& screen, float width, float height, std::string_view title,
           std::string_view hint) {
  paint::fill(screen, colors::kBackground.fade(0.75));
  const float x = std::round(screen.center().x - width / 2), y = std::round(screen.center().y - height / 2);
  const Rect box{x, y, x + width, y + height};
  paint::fill(box, colors::kPanel, px(8));
  paint::outline(box, colors::kAxis, px(8));
  add(path, Kind::Panel, title, box);
  Rect inner = box.inset(px(24), px(14));
  Rect head = inner.cut_top(px(36));
  text(fmt::format("{}/hint", path), head.cut_right(px(150)), hint, {Font::Small, colors::kSecondary, Align::Right});
  text(fmt::format("{}/title", path), head, title, {.font = Font::Title});
  inner.cut_top(px(8));
  return inner;
}

float text_width(std::string_view text, Font f) { return paint::measure(f, text).x; }

Rect text(std::string_view path, const Rect& box, std::string_view text, TextLook look, std::string_view tooltip) {
  const float full = text_width(text, look.font);
  const bool fits = full <= box.width() + 0.5F;
  const std::string shown = fits ? std::string(text) : shortened(text, look.font, box.width());
  const float width = fits ? full : std::min(text_width(shown, look.font), box.width()), height = font_height(look.font);
  const float spare = box.width() - width;
  const float x = box.x0 + (look.align == Align::Left ? 0 : look.align == Align::Right ? spare : spare / 2);
  const float y = std::round(box.center().y - height / 2);
  const Rect drawn{std::floor(x), y, std::floor(x) + width, y + height};
  paint::text({drawn.x0, drawn.y0}, look.font, look.color, shown);
  const std::string tip = tooltip.empty() && !fits ? std::string(text) : std::string(tooltip);
  add(path, Kind::Text, text, drawn, true, fits, tip);
  offer_tooltip(path, drawn, tip);
  return drawn;
}

float paragraph_height(std::string_view text, Font f, float width) {
  const float step = std::round(font_height(f) * 1.3F);
  return step * static_cast<float>(wrapped(text, f, width).size());
}

float paragraph(std::string_view path, const Rect& box, std::string_view text, TextLook look, std::string_view tooltip) {
  const float step = std::round(font_height(look.font) * 1.3F);
  const std::vector<std::string> lines = wrapped(text, look.font, box.width());
  float y = box.y0, widest = 0;
  bool fits = true;
  std::size_t shown = 0;
  for (; shown < lines.size() && y + font_height(look.font) <= box.y1 + 0.5F; ++shown, y += step) {
    const bool last_that_fits = y + step + font_height(look.font) > box.y1 + 0.5F && shown + 1 < lines.size();
    std::string line = lines[shown];
    if (last_that_fits || text_width(line, look.font) > box.width() + 0.5F) {
      line = shortened(line, look.font, box.width());
      fits = false;
    }
    paint::text({box.x0, y}, look.font, look.color, line);
    widest = std::max(widest, text_width(line, look.font));
  }
  const Rect drawn{box.x0, box.y0, box.x0 + std::min(widest, box.width()),
                   shown > 0 ? y - step + font_height(look.font) : box.y0};
  const std::string tip = fits && shown > 0 ? std::string(tooltip) : std::string(text);
  add(path, Kind::Text, text, drawn, true, fits && shown == lines.size(), tip);
  offer_tooltip(path, drawn, tip);
  return y - box.y0;
}

Rect labelled_glyph(std::string_view path, const Rect& box, paint::Glyph glyph, std::string_view symbol, std::string_view word,
                    TextLook look, std::string_view tooltip) {
  Rect rest = box;
  const float size = std::round(font_height(look.font) * 0.66F);
  const Rect icon = rest.cut_left(size + px(7));
  paint::glyph(glyph, {icon.x0 + size / 2, icon.center().y}, size, look.color);
  const bool fits = text_width(word, look.font) <= rest.width() + 0.5F;
  const std::string shown = fits ? std::string(word) : shortened(word, look.font, rest.width());
  const float height = font_height(look.font), y = std::round(box.center().y - height / 2);
  paint::text({rest.x0, y}, look.font, look.color, shown);
  const Rect drawn{box.x0, y, std::min(rest.x0 + text_width(shown, look.font), rest.x1), y + height};
  const std::string tip = tooltip.empty() && !fits ? std::string(word) : std::string(tooltip);
  add(path, Kind::Text, fmt::format("{} {}", symbol, word), drawn, true, fits, tip);
  offer_tooltip(path, drawn, tip);
  return drawn;
}

float button_width(const ButtonSpec& spec) {
  const float icon = spec.glyph == paint::Glyph::None ? 0 : px(spec.label.empty() ? 11 : 19);
  const float label = spec.label.empty() ? 0 : text_width(spec.label);
  return icon + label + 2 * px(11);
}

bool button(std::string_view path, const Rect& box, const ButtonSpec& spec) {
  const Area area = press_area(path, box, spec.enabled);
  const bool primary = spec.look == Look::Primary;
  Color back = primary ? colors::kPrimary : colors::kRaised;
  if (area.hovered) back = primary ? colors::kPrimaryHover : colors::kHover;
  if (area.held) back = primary ? colors::kPrimary : colors::kLine;
  if (!spec.enabled) back = colors::kRaised.fade(0.45);
  const bool bare = spec.look == Look::Quiet && !spec.selected && !area.hovered;
  if (!bare) paint::fill(box, back, px(5));

  const Color ink = !spec.enabled                                                 ? colors::kSecondary.fade(0.55)
                    : spec.look == Look::Quiet && !spec.selected && !area.hovered ? colors::kSecondary
                                                                                  : colors::kText;
  const float icon = px(11), room = box.width() - px(8);
  const float label = text_width(spec.label), gap = spec.label.empty() ? 0 : px(8);
  const bool has_icon = spec.glyph != paint::Glyph::None;
  const float total = label + (has_icon ? icon + gap : 0);
  float x = std::round(box.center().x - total / 2);
  if (has_icon) {
    paint::glyph(spec.glyph, {x + icon / 2, box.center().y}, icon, ink);
    x += icon + gap;
  }
  const float y = std::round(box.center().y - font_height(Font::Body) / 2);
  if (!spec.label.empty()) paint::text({x, y}, Font::Body, ink, spec.label);
  add(path, Kind::Button, spec.label, box, spec.enabled, total <= room, spec.tooltip);
  offer_tooltip(path, box, spec.tooltip);
  return area.clicked;
}

Press row(std::string_view path, const Rect& box, std::string_view value, std::string_view tooltip) {
  const Area area = press_area(path, box, true);
  if (area.hovered) paint::fill(box, colors::kRaised, px(3));
  add(path, Kind::Row, value, box, true, true, tooltip);
  offer_tooltip(path, box, tooltip);
  return {area.hovered, area.clicked};
}

Pull pull(std::string_view path, const Rect& box) {
  const Area area = press_area(path, box, true);
  const ImGuiIO& io = ImGui::GetIO();
  return {area.hovered,
          area.held,
          area.hovered && ImGui::IsMouseDoubleClicked(0),
          area.hovered && ImGui::IsMouseClicked(1),
          area.held ? io.MouseDelta.x : 0,
          area.hovered ? io.MouseWheel : 0};
}

Press area(std::string_view path, const Rect& box, std::string_view value) {
  const Area pressed = press_area(path, box, true);
  add(path, Kind::Plot, value, box);
  return {pressed.hovered, pressed.clicked};
}

bool slider(std::string_view path, const Rect& box, double& position, std::string_view value, std::string_view tooltip) {
  return drag(path, box, position, value, tooltip).moved;
}

Drag drag(std::string_view path, const Rect& box, double& position, std::string_view value, std::string_view tooltip) {
  const Area area = press_area(path, box, true);
  const float grab = px(7), y = box.center().y;
  const float low = box.x0 + grab, high = box.x1 - grab;
  bool moved = false;
  if (area.held && high > low) {
    const double at = std::clamp((mouse().x - low) / (high - low), 0.0F, 1.0F);
    moved = at != position;
    position = at;
  }
  const float x = std::round(low + static_cast<float>(position) * (high - low));
  paint::fill({low, y - px(2), high, y + px(2)}, colors::kLine, px(2));
  paint::fill({low, y - px(2), x, y + px(2)}, colors::kSecondary, px(2));
  paint::disc({x, y}, grab, area.held || area.hovered ? colors::kText : colors::kSelection);
  add(path, Kind::Slider, value, box, true, true, tooltip);
  offer_tooltip(path, box, tooltip);
  return {moved, area.held};
}

Field field(std::string_view path, const Rect& box, std::string& text, const FieldSpec& spec) {
  Field out;
  paint::fill(box, colors::kBackground, px(4));
  const float pad = px(8);
  if (frame.interactive && box.width() > 2 * pad && box.height() > 4) {
    ImGui::SetCursorScreenPos({box.x0, box.y0});
    ImGui::PushFont(font(Font::Body));
    const float height = std::max(0.0F, std::floor((box.height() - font_height(Font::Body)) / 2));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {pad, height});
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
    const auto color = [](Color c) { return IM_COL32(c.r, c.g, c.b, c.a); };
    ImGui::PushStyleColor(ImGuiCol_FrameBg, color(colors::kBackground.fade(0)));
    ImGui::PushStyleColor(ImGuiCol_Text, color(colors::kText));
    ImGui::PushStyleColor(ImGuiCol_TextSelectedBg, color(colors::kPrimary));
    ImGui::SetNextItemWidth(box.width());
    const std::string id = fmt::format("##{}", path), before = text;
    if (spec.focus) ImGui::SetKeyboardFocusHere();
    const bool entered =
        ImGui::InputText(id.c_str(), &text, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    out.changed = text != before;
    out.committed = entered || ImGui::IsItemDeactivatedAfterEdit();
    out.focused = ImGui::IsItemActive();
    ImGui::PopStyleColor(3);
    ImGui::PopStyleVar(2);
    ImGui::PopFont();
  } else {
    paint::text({box.x0 + pad, std::round(box.center().y - font_height(Font::Body) / 2)}, Font::Body, colors::kText, text);
  }
  if (text.empty() && !out.focused && !spec.hint.empty()) {
    const std::string hint = shortened_to(spec.hint, Font::Body, box.width() - 2 * pad);
    paint::text({box.x0 + pad, std::round(box.center().y - font_height(Font::Body) / 2)}, Font::Body, colors::kSecondary, hint);
  }
  const Color line = spec.invalid   ? colors::kWorse
                     : out.focused  ? colors::kSelection
                     : hovered(box) ? colors::kAxis
                                    : colors::kLine;
  paint::outline(box, line, px(4));
  add(path, Kind::Field, text, box, true, true, spec.tooltip);
  if (!out.focused) offer_tooltip(path, box, spec.tooltip);
  return out;
}

bool typing() { return ImGui::GetIO().WantTextInput; }

bool checkbox(std::string_view path, const Rect& box, bool on, std::string_view label, std::string_view tooltip) {
  const Area area = press_area(path, box, true);
  const float side = px(16), y = std::round(box.center().y - side / 2);
  const Rect square{box.x0, y, box.x0 + side, y + side};
  paint::fill(square, on ? colors::kPrimary : colors::kBackground, px(3));
  paint::outline(square, area.hovered ? colors::kSelection : colors::kAxis, px(3));
  if (on) {
    const Vec2 tick[] = {{square.x0 + side * 0.22F, square.y0 + side * 0.52F},
                         {square.x0 + side * 0.42F, square.y0 + side * 0.72F},
                         {square.x0 + side * 0.78F, square.y0 + side * 0.30F}};
    paint::polyline(tick, colors::kText, px(2));
  }
  const float room = box.width() - side - px(8);
  const std::string shown = shortened_to(label, Font::Body, room);
  paint::text({square.x1 + px(8), std::round(box.center().y - font_height(Font::Body) / 2)}, Font::Body, colors::kText, shown);
  add(path, Kind::Check, fmt::format("{} {}", on ? "☑" : "☐", label), box, true, shown == label,
      tooltip.empty() && shown != label ? label : tooltip);
  offer_tooltip(path, box, tooltip);
  return area.clicked;
}

bool disclosure(std::string_view path, const Rect& box, bool open, std::string_view title, std::string_view badge,
                std::string_view tooltip) {
  const Area area = press_area(path, box, true);
  if (area.hovered) paint::fill(box, colors::kRaised, px(3));
  const Vec2 c{box.x0 + px(9), box.center().y};
  const float r = px(4);
  if (open)
    paint::triangle({c.x - r, c.y - r / 2}, {c.x + r, c.y - r / 2}, {c.x, c.y + r}, colors::kSecondary);
  else
    paint::triangle({c.x - r / 2, c.y - r}, {c.x - r / 2, c.y + r}, {c.x + r, c.y}, colors::kSecondary);
  add(path, Kind::Row, fmt::format("{}{}{}", title, badge.empty() ? "" : ", ", badge), box, true, true, tooltip);
  Rect rest{box.x0 + px(22), box.y0, box.x1 - px(8), box.y1};
  if (!badge.empty()) {
    text(fmt::format("{}/badge", path), rest.cut_right(text_width(badge, Font::Small) + 1), badge,
         {Font::Small, colors::kAlert});
    rest.cut_right(px(8));
  }
  text(fmt::format("{}/title", path), rest, title);
  offer_tooltip(path, box, tooltip);
  return area.clicked;
}

bool choice(std::string_view path, const Rect& box, const std::vector<std::string>& options, std::size_t& at,
            std::string_view tooltip) {
  Rect rest = box;
  const std::size_t before = at;
  paint::fill(box, colors::kBackground, px(4));
  paint::outline(box, colors::kLine, px(4));
  add(path, Kind::Panel, at < options.size() ? options[at] : std::string(), box, true, true, tooltip);
  const ButtonSpec less{.label = "<", .look = Look::Quiet, .enabled = at > 0, .tooltip = "The one before"};
  const ButtonSpec more{.label = ">", .look = Look::Quiet, .enabled = at + 1 < options.size(), .tooltip = "The next one"};
  if (button(fmt::format("{}/previous", path), rest.cut_left(px(24)), less)) --at;
  if (button(fmt::format("{}/next", path), rest.cut_right(px(24)), more)) ++at;
  if (before < options.size())
    text(fmt::format("{}/value", path), rest.inset(px(4), 0), options[before], {.align = Align::Center}, tooltip);
  return at != before;
}

VisibleRows scroll(std::string_view path, const Rect& box, std::size_t rows, float row_height, std::size_t& first) {
  VisibleRows out;
  out.box = box;
  out.count = static_cast<std::size_t>(std::max(0.0F, std::floor((box.height() + 0.5F) / row_height)));
  if (rows <= out.count) {
    first = 0;
    out.count = rows;
    return out;
  }
  const std::size_t last = rows - out.count;
  if (hovered(box)) {
    const float wheel = ImGui::GetIO().MouseWheel;
    const auto step = static_cast<std::size_t>(std::ceil(std::fabs(wheel) * 2));
    if (wheel > 0) first -= std::min(first, step);
    if (wheel < 0) first += step;
  }
  first = std::min(first, last);
  const Rect bar = out.box.cut_right(px(10));
  out.box.x1 -= px(4);
  const Area area = press_area(path, bar, true);
  const float share = static_cast<float>(out.count) / static_cast<float>(rows);
  const float length = std::max(px(20), bar.height() * share), room = bar.height() - length;
  if (area.held && room > 0) {
    const float to = std::clamp((mouse().y - bar.y0 - length / 2) / room, 0.0F, 1.0F);
    first = static_cast<std::size_t>(std::lround(to * static_cast<float>(last)));
  }
  const float y = bar.y0 + room * static_cast<float>(first) / static_cast<float>(last);
  paint::fill({bar.x0 + px(3), y, bar.x1 - px(1), y + length}, area.held || area.hovered ? colors::kAxis : colors::kLine,
              px(3));
  add(path, Kind::Slider, fmt::format("rows {} to {} of {}", first + 1, first + out.count, rows), bar);
  out.first = first;
  return out;
}

void mark(std::string_view path, Kind kind, const Rect& box, std::string_view value) { add(path, kind, value, box); }

void tooltip_rows(std::string_view path, std::string_view title, std::vector<TooltipRow> rows) {
  frame.tooltip = {std::string(path), std::string(title), std::move(rows)};
}

bool pressed_outside(const Rect& box) {
  return (ImGui::IsMouseClicked(0) || ImGui::IsMouseClicked(1)) && !box.contains(mouse());
}

void copy_to_clipboard(std::string_view text) { ImGui::SetClipboardText(std::string(text).c_str()); }

}  // namespace feedloop::ui
