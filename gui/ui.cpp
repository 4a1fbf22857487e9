#include "gui/ui.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "gui/ui_core.hpp"

namespace feedloop::ui {

using namespace detail;

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
  if (interactive() && box.width() > 2 * pad && box.height() > 4) {
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

}  // namespace feedloop::ui
