// A backend without window, display or GPU: for tests and --screenshot. One at a time, since ImGui has one context.
#pragma once

#include <functional>

#include "gui/geometry.hpp"
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
  void turn_wheel(float notches);  // seen by the next frame
  Image render() const;            // of the last frame
  Rect window() const;

 private:
  ImGuiContext* context_;
  int width_, height_;
  Atlas atlas_;
};

}  // namespace feedloop
