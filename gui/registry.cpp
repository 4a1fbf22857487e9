#include "gui/registry.hpp"

#include <fmt/format.h>

namespace feedloop::ui {
namespace {

bool contains_path(std::string_view outer, std::string_view inner) {
  return inner.size() > outer.size() && inner.starts_with(outer) && inner[outer.size()] == '/';
}

}  // namespace

std::string_view kind_name(Kind kind) {
  constexpr std::string_view kNames[] = {"panel", "text", "button",  "slider", "row",
                                         "plot",  "mark", "tooltip", "field",  "check"};
  return kNames[static_cast<int>(kind)];
}

const Element* Registry::find(std::string_view path) const {
  for (auto e = elements_.rbegin(); e != elements_.rend(); ++e) {
    if (e->path == path) return &*e;
  }
  return nullptr;
}

std::vector<std::string> layout_faults(const Registry& registry, const Rect& window) {
  std::vector<std::string> faults;
  const std::vector<Element>& all = registry.all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Element& a = all[i];
    const Rect& r = a.rect;
    if (r.x0 < window.x0 || r.y0 < window.y0 || r.x1 > window.x1 || r.y1 > window.y1 || r.width() < 0 || r.height() < 0) {
      faults.push_back(fmt::format("{} ({:.0f},{:.0f})-({:.0f},{:.0f}) is outside the window", a.path, r.x0, r.y0, r.x1, r.y1));
    }
    if (!a.text_fits && a.tooltip.empty()) faults.push_back(fmt::format("{} is cut off: {}", a.path, a.value));
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Element& b = all[j];
      if (a.overlay != b.overlay || contains_path(a.path, b.path) || contains_path(b.path, a.path)) continue;
      if (overlap(a.rect, b.rect)) faults.push_back(fmt::format("{} overlaps {}", a.path, b.path));
    }
  }
  return faults;
}

}  // namespace feedloop::ui
