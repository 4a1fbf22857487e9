// A backend without window, display or GPU: for tests, --screenshot and pictures of charts. The newest one is current, and when
// it goes, what was current before is again.
#pragma once

#include <functional>
#include <string_view>

#include "gui/geometry.hpp"
#include "gui/input_queue.hpp"
#include "gui/soft_raster.hpp"

struct ImGuiContext;

namespace feedloop {

class NullBackend {
 public:
  NullBackend(int width, int height, double scale);  // scale as asked; reduced to what the size allows
  ~NullBackend();
  NullBackend(const NullBackend&) = delete;
  NullBackend& operator=(const NullBackend&) = delete;

  void frame(const std::function<void()>& draw);  // one frame of 1/60 s
  void move_mouse(Vec2 to);
  void press_mouse(bool down);
  void press_right(bool down);
  void turn_wheel(float notches);            // seen by the next frame
  void type(std::string_view text);          // ASCII, for a field that has the keyboard; likewise
  void press_key(int key, bool down);        // for a field: keys::kEnter, kEscape, kBackspace; any number between two frames
  Image render() const;                      // of the last frame
  DrawnFrame drawn(const Rect& part) const;  // whole pixels of it, to be rendered elsewhere
  Rect window() const;

 private:
  FontState fonts_before_ = font_state();
  ImGuiContext* before_;  // current again at the end
  ImGuiContext* context_;
  int width_, height_;
  Atlas atlas_;
  InputQueue input_;
};

}  // namespace feedloop
