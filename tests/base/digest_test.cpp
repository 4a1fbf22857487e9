#include "base/digest.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("digests are those of the standards' examples") {
  // RFC 1321, appendix A.5, and the examples of FIPS 180: nothing, one block, padding that needs a second block.
  const std::string two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  CHECK(hex_text(md5("")) == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(hex_text(md5("abc")) == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(hex_text(md5("12345678901234567890123456789012345678901234567890123456789012345678901234567890")) ==
        "57edf4a22be3c955ac49da2e2107b67a");
  CHECK(hex_text(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(hex_text(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex_text(sha1(two_blocks)) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  CHECK(hex_text(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_text(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_text(sha256(two_blocks)) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("digests of many blocks are the standards' too") {
  const std::string million(1'000'000, 'a');
  CHECK(hex_text(md5(million)) == "7707d6ae4e027c70eea2a935c2296f21");
  CHECK(hex_text(sha1(million)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  CHECK(hex_text(sha256(million)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("every length of padding gives a digest of its own") {
  // 55, 56 and 64 bytes are where the padding changes shape: a length taken for another would show as an equal digest.
  std::vector<std::string> seen;
  for (std::size_t n = 50; n < 70; ++n) {
    const std::string d = hex_text(sha1(std::string(n, '\0'))) + hex_text(md5(std::string(n, '\0')));
    CHECK(std::find(seen.begin(), seen.end(), d) == seen.end());
    seen.push_back(d);
  }
}
