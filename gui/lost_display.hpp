// When the X server goes, or a window manager kills the connection, Xlib ends the program at once. After outlive_display() it
// does not: calls into it do nothing from then on, and the program can save what it has and leave.
#pragma once

namespace feedloop {

// On the UI thread, once GLFW is up. Without X11, or with an Xlib before 1.7, nothing changes.
void outlive_display();
bool display_lost();  // any thread

}  // namespace feedloop
