#include "net/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace nat {
namespace {

std::string Gunzip(std::string compressed, std::size_t bytes) {
  std::string text(bytes + 1, '\0');
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

TEST(Gzip, ComesBackAsItWas) {
  std::string noise;
  unsigned state = 1;
  for (int count = 0; count < 100'000; ++count) {
    state = state * 1'664'525 + 1'013'904'223;
    noise.push_back(static_cast<char>(state >> 24));
  }
  for (const std::string& text : {std::string(), std::string(1'000'000, 'x'), noise}) {
    EXPECT_EQ(Gunzip(Gzip(text), text.size()), text);
  }
}

TEST(Gzip, MakesTextSmaller) {
  EXPECT_LT(Gzip(std::string(10'000, 'x')).size(), 100U);
}

}  // namespace
}  // namespace nat
