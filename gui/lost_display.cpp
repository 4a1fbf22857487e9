#include "gui/lost_display.hpp"

#include <dlfcn.h>

#include <atomic>

namespace feedloop {
namespace {

std::atomic<bool> lost{false};

// GLFW has linked Xlib already; its headers are not needed for three functions.
template <class Function>
Function* loaded(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

void outlive_display() {
  auto* display_of = loaded<void*()>("glfwGetX11Display");
  using Handler = int (*)(void*);
  auto* on_error = loaded<Handler(Handler)>("XSetIOErrorHandler");
  auto* on_exit = loaded<void(void*, void (*)(void*, void*), void*)>("XSetIOErrorExitHandler");
  void* display = display_of == nullptr ? nullptr : display_of();
  if (display == nullptr || on_error == nullptr || on_exit == nullptr) return;
  on_error([](void*) {
    lost = true;
    return 0;
  });
  on_exit(
      display, [](void*, void*) {}, nullptr);  // the default one calls exit()
}

bool display_lost() { return lost; }

}  // namespace feedloop
