// Compressed bodies, as servers and proxies send them, for FakeAnswer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/fake_upstream.h"

namespace nat {

// One gzip stream in as many pieces as `pieces`, each flushed so that its text can be had at once,
// and a last one that ends the stream.
std::vector<std::string> GzipPieces(const std::vector<std::string>& pieces);

// `text` as one gzip stream.
std::string GzipOf(const std::string& text);

// `answer` with its body compressed so, and a header that says it.
FakeAnswer Gzipped(FakeAnswer answer);

}  // namespace nat
