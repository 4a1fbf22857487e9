add_subdirectory(${PROJECT_SOURCE_DIR}/tests/reference tests/reference)
