#include "gui/input_queue.hpp"

#include <imgui.h>

#include <algorithm>
#include <vector>

namespace feedloop {
namespace {

// GLFW's left and right keys, in the order shift, control, alt, super.
constexpr int kLeftModifiers = 340, kRightModifiers = 344;
constexpr int kFirstUnprintable = 256;

bool is_modifier(int key) { return key >= kLeftModifiers && key < kRightModifiers + 4; }
bool modifier_down(int which) {
  const ImGuiIO& io = ImGui::GetIO();
  return io.KeysDown[kLeftModifiers + which] || io.KeysDown[kRightModifiers + which];
}

void apply_key(int key, bool down) {
  ImGuiIO& io = ImGui::GetIO();
  io.KeysDown[key] = down;
  io.KeyShift = modifier_down(0);
  io.KeyCtrl = modifier_down(1);
  io.KeyAlt = modifier_down(2);
  io.KeySuper = modifier_down(3);
}

}  // namespace

void InputQueue::key(int code, bool down) {
  if (code >= 0 && code < IM_ARRAYSIZE(ImGuiIO::KeysDown)) events_.push_back({code, down});
}

void InputQueue::character(unsigned code) { events_.push_back({.character = code}); }

bool InputQueue::feed() {
  ImGuiIO& io = ImGui::GetIO();
  std::vector<int> changed;
  bool pressed = false;  // a key that edits, as Backspace: what is typed after it belongs after it
  for (; !events_.empty(); events_.pop_front()) {
    const Event e = events_.front();
    if (e.key < 0) {
      if (pressed) break;
      io.AddInputCharacter(e.character);
      continue;
    }
    // A letter's key means something to a field only together with Ctrl; otherwise its character does.
    if (io.KeysDown[e.key] == e.down || (e.down && e.key < kFirstUnprintable && !io.KeyCtrl)) continue;
    if (std::ranges::find(changed, e.key) != changed.end() || (pressed && is_modifier(e.key))) break;
    apply_key(e.key, e.down);
    changed.push_back(e.key);
    pressed = pressed || (e.down && !is_modifier(e.key));
  }
  return !events_.empty();
}

}  // namespace feedloop
