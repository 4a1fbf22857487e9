#include "gui/backend_null.hpp"

#include <imgui.h>

namespace feedloop {

NullBackend::NullBackend(int width, int height, double scale)
    : context_(ImGui::CreateContext()), width_(width), height_(height) {
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
  move_mouse({-1000, -1000});
}

NullBackend::~NullBackend() { ImGui::DestroyContext(context_); }

void NullBackend::frame(const std::function<void()>& draw) {
  ImGui::GetIO().DeltaTime = 1.0F / 60;
  ImGui::NewFrame();
  draw();
  ImGui::Render();
}

void NullBackend::move_mouse(Vec2 to) { ImGui::GetIO().MousePos = {to.x, to.y}; }
void NullBackend::press_mouse(bool down) { ImGui::GetIO().MouseDown[0] = down; }
void NullBackend::press_right(bool down) { ImGui::GetIO().MouseDown[1] = down; }
void NullBackend::turn_wheel(float notches) { ImGui::GetIO().MouseWheel = notches; }
Image NullBackend::render() const { return rasterize(*ImGui::GetDrawData(), atlas_, colors::kBackground); }
Rect NullBackend::window() const { return {0, 0, static_cast<float>(width_), static_cast<float>(height_)}; }

}  // namespace feedloop
