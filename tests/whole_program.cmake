# Tests that need more than one layer.
add_subdirectory(${PROJECT_SOURCE_DIR}/tests/reference tests/reference)

feedloop_tests(determinism SOURCES ${PROJECT_SOURCE_DIR}/tests/determinism/signature_test.cpp
               LINKS feedloop_experiment feedloop_report tomlplusplus::tomlplusplus)
feedloop_tests(statistical SOURCES ${PROJECT_SOURCE_DIR}/tests/statistical/aa_test.cpp
                                   ${PROJECT_SOURCE_DIR}/tests/statistical/feature_skew_test.cpp
                                   ${PROJECT_SOURCE_DIR}/tests/statistical/off_policy_coverage_test.cpp
                                   ${PROJECT_SOURCE_DIR}/tests/statistical/truth_test.cpp
               LINKS feedloop_experiment feedloop_data feedloop_report)
feedloop_tests(tidy SOURCES ${PROJECT_SOURCE_DIR}/tests/tidy_test.cpp LINKS feedloop_base)

# The program as a person meets it: exit codes, messages, files, signals.
if(NOT FEEDLOOP_SANITIZE)
  add_test(NAME "cli: the program from outside"
           COMMAND bash ${PROJECT_SOURCE_DIR}/tests/cli/cli_test.sh $<TARGET_FILE:feedloop> ${PROJECT_SOURCE_DIR})
  add_test(NAME "cli (slow): killed runs resume to the same bytes"
           COMMAND bash ${PROJECT_SOURCE_DIR}/tests/cli/kill_test.sh $<TARGET_FILE:feedloop> ${PROJECT_SOURCE_DIR})
  add_test(NAME "claims: the shipped scenarios' quick verdicts are those recorded"
           COMMAND feedloop verify ${PROJECT_SOURCE_DIR}/scenarios --quick)
  add_test(NAME "report: the HTML page in a browser"
           COMMAND bash ${PROJECT_SOURCE_DIR}/tests/report/browser_test.sh $<TARGET_FILE:feedloop> ${PROJECT_SOURCE_DIR})
  set_tests_properties("report: the HTML page in a browser" PROPERTIES SKIP_RETURN_CODE 77)
  if(FEEDLOOP_GUI)
    add_test(NAME "gui: the window and the picture from outside"
             COMMAND bash ${PROJECT_SOURCE_DIR}/tests/gui/window_test.sh $<TARGET_FILE:feedloop> ${PROJECT_SOURCE_DIR})
  endif()
  set_tests_properties("cli (slow): killed runs resume to the same bytes" PROPERTIES LABELS slow TIMEOUT 1800)
  add_test(NAME "docs: PARAMETERS.md is what `feedloop params --markdown` prints"
           COMMAND bash -c "diff <($<TARGET_FILE:feedloop> params --markdown) ${PROJECT_SOURCE_DIR}/docs/PARAMETERS.md")
endif()
