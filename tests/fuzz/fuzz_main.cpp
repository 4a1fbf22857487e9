// libFuzzer's entry, for the reader that the build names.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/readers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  feedloop::FEEDLOOP_FUZZ_READER({reinterpret_cast<const char*>(data), size});
  return 0;
}
