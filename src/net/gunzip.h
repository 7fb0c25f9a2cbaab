// Decompression of what comes over the wire, however it is cut. Pure.
//
//   Gunzip gunzip;
//   std::string_view rest = received;
//   do {
//     auto text = gunzip.Take(rest);
//     if (!text) return text.error();
//     Use(*text);  // empty where nothing is whole yet
//   } while (!rest.empty() || gunzip.has_more());
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct z_stream_s;

namespace nat {

class Gunzip {
 public:
  Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  // Removes bytes in the format of RFC 1952 from the front of `input` and answers what they stand
  // for, at most kUpstreamReadBytes: however much a few bytes unfold to, it comes as it is asked
  // for. Everything that can be known from `input` comes out, also where a sender has only flushed.
  // Members may follow one another. kUpstream where the bytes are broken, or where more than
  // kUpstreamSilentBytesMax of them in a row stand for nothing. Not called again after an error.
  Result<std::string> Take(std::string_view& input);

  // Whether Take would answer more without any further input.
  bool has_more() const { return has_more_; }
  // Whether what was taken may end here: it is nothing at all, or whole members.
  bool is_whole() const { return is_whole_; }

 private:
  struct Ending {
    void operator()(z_stream_s* stream) const;
  };

  std::unique_ptr<z_stream_s, Ending> stream_;
  bool has_more_ = false;
  bool is_whole_ = true;
  std::size_t silent_bytes_ = 0;
};

}  // namespace nat
