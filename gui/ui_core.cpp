#include "gui/ui_core.hpp"

#include <imgui.h>

#include <algorithm>

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

}  // namespace

namespace detail {

bool interactive() { return frame.interactive; }

void add(std::string_view path, Kind kind, std::string_view value, const Rect& rect, bool enabled, bool fits,
         std::string_view tooltip) {
  frame.registry->add({std::string(path), kind, std::string(value), enabled, rect, fits, std::string(tooltip), frame.overlay});
}

void offer_tooltip(std::string_view path, const Rect& box, std::string_view tooltip) {
  if (tooltip.empty() || !hovered(box)) return;
  frame.candidate = path;
  frame.candidate_text = tooltip;
}

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

}  // namespace detail

using namespace detail;

namespace {

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

bool typing() { return ImGui::GetIO().WantTextInput; }

void mark(std::string_view path, Kind kind, const Rect& box, std::string_view value) { add(path, kind, value, box); }

void tooltip_rows(std::string_view path, std::string_view title, std::vector<TooltipRow> rows) {
  frame.tooltip = {std::string(path), std::string(title), std::move(rows)};
}

bool pressed_outside(const Rect& box) {
  return (ImGui::IsMouseClicked(0) || ImGui::IsMouseClicked(1)) && !box.contains(mouse());
}

void copy_to_clipboard(std::string_view text) { ImGui::SetClipboardText(std::string(text).c_str()); }

}  // namespace feedloop::ui
