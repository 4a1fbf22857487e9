// The one file of the target that owns the tests' precompiled header; Debian's library brings main().
#include "tests/support/catch.hpp"
