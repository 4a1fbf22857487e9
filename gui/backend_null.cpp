#include "gui/backend_null.hpp"

#include <imgui.h>

#include "gui/app_state.hpp"

namespace feedloop {

NullBackend::NullBackend(int width, int height, double scale)
    : before_(ImGui::GetCurrentContext()), context_(ImGui::CreateContext()), width_(width), height_(height) {
  ImGui::SetCurrentContext(context_);  // creating a second one does not
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  build_fonts(fit_scale(scale, width, height));
  unsigned char* alpha = nullptr;
  io.Fonts->GetTexDataAsAlpha8(&alpha, &atlas_.width, &atlas_.height);
  atlas_.alpha = alpha;
  io.Fonts->SetTexID(context_);  // any value but null
  io.KeyMap[ImGuiKey_Enter] = keys::kEnter;
  io.KeyMap[ImGuiKey_Escape] = keys::kEscape;
  io.KeyMap[ImGuiKey_Backspace] = keys::kBackspace;
  move_mouse({-1000, -1000});
}

NullBackend::~NullBackend() {
  ImGui::SetCurrentContext(context_);
  ImGui::DestroyContext(context_);
  ImGui::SetCurrentContext(before_);
  set_font_state(fonts_before_);
}

void NullBackend::frame(const std::function<void()>& draw) {
  ImGui::GetIO().DeltaTime = 1.0F / 60;
  input_.feed();
  ImGui::NewFrame();
  draw();
  ImGui::Render();
  ImGui::GetIO().MouseWheel = 0;
}

void NullBackend::move_mouse(Vec2 to) { ImGui::GetIO().MousePos = {to.x, to.y}; }
void NullBackend::press_mouse(bool down) { ImGui::GetIO().MouseDown[0] = down; }
void NullBackend::press_right(bool down) { ImGui::GetIO().MouseDown[1] = down; }
void NullBackend::turn_wheel(float notches) { ImGui::GetIO().MouseWheel = notches; }
void NullBackend::type(std::string_view text) {
  for (const char c : text) input_.character(static_cast<unsigned char>(c));
}
void NullBackend::press_key(int key, bool down) { input_.key(key, down); }
Image NullBackend::render() const { return rasterize(drawn(window())); }
DrawnFrame NullBackend::drawn(const Rect& part) const {
  return drawn_frame(*ImGui::GetDrawData(), atlas_, colors::kBackground, part);
}
Rect NullBackend::window() const { return {0, 0, static_cast<float>(width_), static_cast<float>(height_)}; }

}  // namespace feedloop
