// Reads JSON of model servers with simdjson, in one pass over it, and once more over the mended
// text where it is broken (llm/json_repair.h). For the sources of wire formats: it brings simdjson
// along.
//
//   const bool is_read = parser_.Read(json, [&](ondemand::object object) {
//     found = Found();
//     return ReadFields(object, found);
//   });
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "llm/json_repair.h"

namespace nat {

namespace ondemand = simdjson::ondemand;

// Keeps its buffers between calls: one for each stream.
class TolerantParser {
 public:
  // Whether `json` is an object that `read` answers without an error. It may be called twice, and
  // starts afresh each time. Views that it takes are valid until the next call.
  template <class Reading>
  bool Read(std::string_view json, Reading read) {
    if (!ReadOnce(json, read)) return true;
    const std::string mended = RepairJson(json);
    return !ReadOnce(mended, read);
  }

 private:
  template <class Reading>
  simdjson::error_code ReadOnce(std::string_view json, Reading& read) {
    // simdjson reads, and ignores, some bytes beyond the end.
    padded_.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    padded_ = json;
    ondemand::document document;
    const auto bytes = padded_.capacity() + 1;
    if (const auto error = parser_.iterate(padded_.data(), padded_.size(), bytes).get(document)) {
      return error;
    }
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return error;
    return read(object);
  }

  ondemand::parser parser_;
  std::string padded_;
};

inline bool IsNull(ondemand::value& value) {
  bool is_null = false;
  return value.is_null().get(is_null) == simdjson::SUCCESS && is_null;
}

// A count that is not one is left as it is: no reply fails for its bill.
inline void ReadCount(ondemand::value value, std::size_t& count) {
  constexpr std::uint64_t kTokensMax = 1'000'000'000;
  std::uint64_t number = 0;
  if (value.get_uint64().get(number) == simdjson::SUCCESS) count = std::min(number, kTokensMax);
}

}  // namespace nat
