// The window: GLFW and OpenGL 3. Sleeps when nothing changes and draws at most 60 frames a second, since vsync cannot be
// relied on. Main thread only, except wake().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gui/app_state.hpp"

namespace feedloop {

class GlfwBackend {
 public:
  // Throws Error, saying what to install or set, when there is no display or no OpenGL 3.2. `scale` 0: the display's own.
  GlfwBackend(const std::string& title, int width, int height, double scale);
  ~GlfwBackend();
  GlfwBackend(const GlfwBackend&) = delete;
  GlfwBackend& operator=(const GlfwBackend&) = delete;

  // Waits for input, wake() or a timeout. False when the person closed the window.
  bool wait();
  // True while input or wake() asked for a frame that was not drawn yet, and somebody can see it.
  bool dirty() const;
  bool visible() const;               // neither minimised nor taken off the screen
  Vec2 window_size() const;           // as the constructor takes it; {0, 0} while minimised
  void animate();                     // asks for one more frame
  std::vector<KeyPress> take_keys();  // since the last call, in order
  void frame(double zoom, const std::function<void()>& draw);
  static void wake();  // from any thread

 private:
  struct Window;
  std::unique_ptr<Window> window_;
};

}  // namespace feedloop
