// Keys and characters on their way to ImGui's fields. ImGui 1.86 looks once a frame at which keys are down, so a tap shorter
// than a frame would be lost; here each frame gets, in order, as much as it can tell apart, and the rest waits for the next.
#pragma once

#include <deque>

namespace feedloop {

class InputQueue {
 public:
  void key(int code, bool down);  // as GLFW numbers them
  void character(unsigned code);  // Unicode
  bool feed();                    // before ImGui::NewFrame(); true: something waits, so another frame is due

 private:
  struct Event {
    int key = -1;  // negative: a character
    bool down = false;
    unsigned character = 0;
  };
  std::deque<Event> events_;
};

}  // namespace feedloop
