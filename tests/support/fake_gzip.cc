#include "tests/support/fake_gzip.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace nat {
namespace {

std::string Deflated(z_stream& stream, const std::string& text, int flush) {
  std::string compressed;
  std::array<char, 16'384> bytes;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    deflate(&stream, flush);
    compressed.append(bytes.data(), bytes.size() - stream.avail_out);
  } while (stream.avail_out == 0);
  return compressed;
}

}  // namespace

std::vector<std::string> GzipPieces(const std::vector<std::string>& pieces) {
  z_stream stream = {};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, 9, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    std::fputs("fake_gzip: deflateInit2 failed\n", stderr);
    std::abort();
  }
  std::vector<std::string> compressed;
  for (const auto& piece : pieces) compressed.push_back(Deflated(stream, piece, Z_SYNC_FLUSH));
  compressed.push_back(Deflated(stream, "", Z_FINISH));
  deflateEnd(&stream);
  return compressed;
}

std::string GzipOf(const std::string& text) {
  std::string whole;
  for (const auto& piece : GzipPieces({text})) whole += piece;
  return whole;
}

FakeAnswer Gzipped(FakeAnswer answer) {
  answer.pieces = GzipPieces(answer.pieces);
  answer.headers.emplace_back("Content-Encoding", "gzip");
  return answer;
}

}  // namespace nat
