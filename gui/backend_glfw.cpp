#include "gui/backend_glfw.hpp"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/error.hpp"
#include "gui/input_queue.hpp"
#include "gui/lost_display.hpp"
#include "gui/theme.hpp"

namespace feedloop {
namespace {

static_assert(keys::kEscape == GLFW_KEY_ESCAPE && keys::kF1 == GLFW_KEY_F1 && keys::kSpace == GLFW_KEY_SPACE);
static_assert(keys::kPeriod == GLFW_KEY_PERIOD && keys::kSlash == GLFW_KEY_SLASH && keys::kEqual == GLFW_KEY_EQUAL);
static_assert(keys::kMinus == GLFW_KEY_MINUS && keys::kLeftBracket == GLFW_KEY_LEFT_BRACKET);
static_assert(keys::kEnter == GLFW_KEY_ENTER && keys::kRight == GLFW_KEY_RIGHT && keys::kLeft == GLFW_KEY_LEFT);
static_assert(keys::kDown == GLFW_KEY_DOWN && keys::kUp == GLFW_KEY_UP && keys::kHome == GLFW_KEY_HOME);
static_assert(keys::kEnd == GLFW_KEY_END);
static_assert(keys::kRightBracket == GLFW_KEY_RIGHT_BRACKET && 'A' == GLFW_KEY_A && '0' == GLFW_KEY_0);
static_assert(keys::kEnter == GLFW_KEY_ENTER && keys::kBackspace == GLFW_KEY_BACKSPACE);

using Clock = std::chrono::steady_clock;
constexpr std::chrono::microseconds kFrame{16'600};
constexpr int kSettlingFrames = 4;  // after input: hover and press states need a few frames to come to rest
constexpr double kIdle_s = 0.25;

std::atomic<bool> woken{false};

std::string last_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text == nullptr ? "unknown reason" : text;
}

}  // namespace

struct GlfwBackend::Window {
  GLFWwindow* handle = nullptr;
  std::vector<KeyPress> keys;  // for commands
  InputQueue input;            // for fields
  int frames_due = kSettlingFrames;
  double scale_asked = 0, scale_built = 0;
  Clock::time_point last_frame{};

  static Window& of(GLFWwindow* w) { return *static_cast<Window*>(glfwGetWindowUserPointer(w)); }
  static void touch(GLFWwindow* w) { of(w).frames_due = kSettlingFrames; }

  // Keys and characters reach ImGui by way of the queue, in place of its own callbacks.
  void listen_to_keys() {
    glfwSetKeyCallback(handle, [](GLFWwindow* w, int key, int, int action, int mods) {
      touch(w);
      if (action != GLFW_REPEAT) of(w).input.key(key, action == GLFW_PRESS);
      if (action == GLFW_RELEASE || key < 0) return;
      if (action == GLFW_REPEAT && key != GLFW_KEY_LEFT && key != GLFW_KEY_RIGHT) return;  // scrubbing goes on while held
      of(w).keys.push_back({key, (mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0, (mods & GLFW_MOD_ALT) != 0});
    });
    glfwSetCharCallback(handle, [](GLFWwindow* w, unsigned code) {
      touch(w);
      of(w).input.character(code);
    });
  }

  // Installed before ImGui's own callbacks, which chain to these.
  void listen() {
    glfwSetWindowUserPointer(handle, this);
    glfwSetCursorPosCallback(handle, [](GLFWwindow* w, double, double) { touch(w); });
    glfwSetMouseButtonCallback(handle, [](GLFWwindow* w, int, int, int) { touch(w); });
    glfwSetScrollCallback(handle, [](GLFWwindow* w, double, double) { touch(w); });
    glfwSetCursorEnterCallback(handle, [](GLFWwindow* w, int) { touch(w); });
    glfwSetWindowFocusCallback(handle, [](GLFWwindow* w, int) { touch(w); });
    glfwSetFramebufferSizeCallback(handle, [](GLFWwindow* w, int, int) { touch(w); });
    glfwSetWindowRefreshCallback(handle, [](GLFWwindow* w) { touch(w); });
  }

  double display_scale() const {
    if (scale_asked > 0) return scale_asked;
    float x = 1, y = 1;
    glfwGetWindowContentScale(handle, &x, &y);
    return std::max(x, 0.5F);
  }
};

GlfwBackend::GlfwBackend(const std::string& title, int width, int height, double scale) : window_(std::make_unique<Window>()) {
  glfwSetErrorCallback(nullptr);
  if (glfwInit() == GLFW_FALSE) {
    throw Error(
        fmt::format("cannot open a window: {}. Set DISPLAY to a running X server (over ssh: ssh -X), "
                    "or write a picture without one: --screenshot FILE.png",
                    last_error()));
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_SAMPLES, 0);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, scale > 0 ? GLFW_FALSE : GLFW_TRUE);
  window_->handle = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
  if (window_->handle == nullptr) {
    const std::string reason = last_error();
    glfwTerminate();
    throw Error(
        fmt::format("cannot create an OpenGL 3.2 window: {}. Install a driver, for example apt install libgl1-mesa-dri, "
                    "or write a picture without one: --screenshot FILE.png",
                    reason));
  }
  outlive_display();
  window_->scale_asked = scale;
  glfwMakeContextCurrent(window_->handle);
  glfwSwapInterval(1);
  glfwSetWindowSizeLimits(window_->handle, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
  window_->listen();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().LogFilename = nullptr;
  ImGui_ImplGlfw_InitForOpenGL(window_->handle, true);
  window_->listen_to_keys();
  ImGui_ImplOpenGL3_Init("#version 150");
}

GlfwBackend::~GlfwBackend() {
  if (display_lost()) return;  // there is nobody to give anything back to
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window_->handle);
  glfwTerminate();
}

bool GlfwBackend::wait() {
  if (dirty()) {
    const auto due = window_->last_frame + kFrame;
    const auto left = std::chrono::duration<double>(due - Clock::now()).count();
    if (left > 0) std::this_thread::sleep_for(std::chrono::duration<double>(left));
    glfwPollEvents();
  } else {
    glfwWaitEventsTimeout(kIdle_s);
  }
  if (woken.exchange(false)) window_->frames_due = std::max(window_->frames_due, 1);
  return !display_lost() && glfwWindowShouldClose(window_->handle) == GLFW_FALSE;
}

Vec2 GlfwBackend::window_size() const {
  if (display_lost()) return {};
  int width = 0, height = 0;
  glfwGetWindowSize(window_->handle, &width, &height);
  // The constructor's size is multiplied by the display's scale unless a scale was asked for.
  float x = 1, y = 1;
  if (window_->scale_asked <= 0) glfwGetWindowContentScale(window_->handle, &x, &y);
  return {std::round(static_cast<float>(width) / x), std::round(static_cast<float>(height) / y)};
}

bool GlfwBackend::dirty() const { return window_->frames_due > 0 && visible(); }

bool GlfwBackend::visible() const {
  return glfwGetWindowAttrib(window_->handle, GLFW_VISIBLE) != 0 && glfwGetWindowAttrib(window_->handle, GLFW_ICONIFIED) == 0;
}

void GlfwBackend::animate() { window_->frames_due = std::max(window_->frames_due, 1); }

std::vector<KeyPress> GlfwBackend::take_keys() {
  std::vector<KeyPress> keys;
  keys.swap(window_->keys);
  return keys;
}

void GlfwBackend::frame(double zoom, const std::function<void()>& draw) {
  window_->last_frame = Clock::now();
  --window_->frames_due;
  int width = 0, height = 0;
  glfwGetFramebufferSize(window_->handle, &width, &height);
  if (width == 0 || height == 0) return;  // minimised
  const double scale = fit_scale(window_->display_scale() * zoom, width, height);
  if (scale != window_->scale_built) {
    build_fonts(scale);
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    window_->scale_built = scale;
  }
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  if (window_->input.feed()) animate();
  ImGui::NewFrame();
  draw();
  ImGui::Render();
  glViewport(0, 0, width, height);
  glClearColor(static_cast<float>(colors::kBackground.r) / 255, static_cast<float>(colors::kBackground.g) / 255,
               static_cast<float>(colors::kBackground.b) / 255, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(window_->handle);
}

void GlfwBackend::wake() {
  woken = true;
  if (!display_lost()) glfwPostEmptyEvent();
}

}  // namespace feedloop
