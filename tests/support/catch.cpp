// The one file of the target that owns the tests' precompiled header; Debian's library brings main().
#include "tests/support/catch.hpp"

#ifdef __SANITIZE_THREAD__
// hnswlib takes the locks of two neighbours in either order. One thread builds a graph here, so none can wait for another.
extern "C" const char* __tsan_default_suppressions() { return "deadlock:hnswlib\n"; }
#endif
