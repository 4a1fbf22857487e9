# Build helpers. One word in UNITS adds a header, its source and its test; LINKS is the only place
# where the direction of includes is written, and tests/tidy_test.cpp reads it back from layers.txt.

add_library(feedloop_flags INTERFACE)
target_include_directories(feedloop_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_options(feedloop_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wno-sign-conversion
  -march=x86-64-v3          # AVX2 everywhere: one instruction set, so one set of bits
  -ffp-contract=off         # a fused multiply-add rounds once instead of twice: other bits
)
target_compile_definitions(feedloop_flags INTERFACE
  EIGEN_DONT_PARALLELIZE    # threads are ours to hand out, in fixed grains
  EIGEN_NO_CPUID            # blocks of products, and so the order of their sums, by Eigen's constants and not by this processor's caches
  $<$<STREQUAL:${FEEDLOOP_EXECUTOR},threads>:FEEDLOOP_EXECUTOR_THREADS>
)
if(FEEDLOOP_SANITIZE)
  target_compile_options(feedloop_flags INTERFACE -fsanitize=${FEEDLOOP_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(feedloop_flags INTERFACE -fsanitize=${FEEDLOOP_SANITIZE})
endif()
target_link_libraries(feedloop_flags INTERFACE Threads::Threads)

# The headers that nearly every file includes, parsed once: a third of a build. Files include what they use all the same;
# the dev preset compiles without it.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/nothing.cpp CONTENT "")
add_library(feedloop_standard STATIC ${PROJECT_BINARY_DIR}/generated/nothing.cpp)
target_link_libraries(feedloop_standard PRIVATE feedloop_flags fmt::fmt)
target_precompile_headers(feedloop_standard PRIVATE <fmt/format.h>
  <algorithm> <array> <chrono> <cmath> <cstdint> <filesystem> <functional> <immintrin.h> <map> <memory> <numeric> <optional> <span>
  <string> <string_view> <utility> <vector>)

set_property(GLOBAL PROPERTY FEEDLOOP_LAYERS "")

# feedloop_layer(NAME UNITS unit… [HEADERS header-only unit…] LINKS layer… [PRIVATE third-party…] [PUBLIC third-party…])
# A unit `retrieval/trending` is NAME/retrieval/trending.hpp, .cpp and tests/NAME/retrieval/trending_test.cpp;
# the header is required, source and test are taken when they exist.
function(feedloop_layer name)
  cmake_parse_arguments(arg "" "" "UNITS;LINKS;PRIVATE;PUBLIC" ${ARGN})
  set(headers "")
  set(sources "")
  set(tests "")
  foreach(unit IN LISTS arg_UNITS)
    set(header ${CMAKE_CURRENT_SOURCE_DIR}/${unit}.hpp)
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/${unit}.cpp)
    set(test ${PROJECT_SOURCE_DIR}/tests/${name}/${unit}_test.cpp)
    if(NOT EXISTS ${header} AND NOT EXISTS ${source})
      message(FATAL_ERROR "${name}: unit ${unit} has neither ${header} nor ${source}")
    endif()
    if(EXISTS ${header})
      list(APPEND headers ${header})
    endif()
    if(EXISTS ${source})
      list(APPEND sources ${source})
    endif()
    if(EXISTS ${test})
      list(APPEND tests ${test})
    endif()
  endforeach()

  set(kind PUBLIC)
  if(sources)
    add_library(feedloop_${name} STATIC ${sources})
  else()
    add_library(feedloop_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_sources(feedloop_${name} ${kind} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})
  set(layers ${arg_LINKS})
  list(TRANSFORM layers PREPEND feedloop_)
  target_link_libraries(feedloop_${name} ${kind} feedloop_flags fmt::fmt ${layers} ${arg_PUBLIC})
  if(sources)
    target_link_libraries(feedloop_${name} PRIVATE ${arg_PRIVATE})
    target_precompile_headers(feedloop_${name} REUSE_FROM feedloop_standard)
  endif()
  list(JOIN arg_LINKS " " links)
  set_property(GLOBAL APPEND PROPERTY FEEDLOOP_LAYERS "${name}: ${links}")
  if(FEEDLOOP_TESTS AND tests)
    feedloop_tests(${name} SOURCES ${tests} LINKS feedloop_${name} ${arg_PRIVATE})
  endif()
endfunction()

# layers.txt: one line per layer with what it links, read by the tidy test.
function(feedloop_write_layers)
  get_property(layers GLOBAL PROPERTY FEEDLOOP_LAYERS)
  list(JOIN layers "\n" text)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/layers.txt CONTENT "${text}\n" @ONLY)
endfunction()

# Tests of the whole program; defined in tests/whole_program.cmake once every layer is known.
function(feedloop_whole_program_tests)
  if(EXISTS ${PROJECT_SOURCE_DIR}/tests/whole_program.cmake)
    include(${PROJECT_SOURCE_DIR}/tests/whole_program.cmake)
  endif()
endfunction()
