// Any bytes as the beginning of a connection: they must be refused or read, with the same outcome
// however they are cut, and what is read must be bounded.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "net/request_body.h"
#include "net/request_head.h"

namespace nat {
namespace {

constexpr std::size_t kHeadBytesMax = 512;
constexpr std::size_t kHeadCountMax = 8;
constexpr std::size_t kBodyBytesMax = 256;

struct Outcome {
  std::optional<ErrorCode> refusal;
  std::string read;  // every part of what was read, in a line
  bool operator==(const Outcome&) const = default;
};

// Gives `reader` what arrives in pieces of `step` bytes, keeping what it leaves, until it is
// complete.
template <class Reader>
std::optional<ErrorCode> Feed(Reader& reader, std::string& waiting, std::string_view& rest,
                              std::size_t step) {
  for (;;) {
    std::string_view input = waiting;
    const auto taken = reader.Take(input);
    if (!taken) return taken.error().code;
    waiting.erase(0, waiting.size() - input.size());
    if (reader.is_complete() || rest.empty()) return std::nullopt;
    waiting.append(rest.substr(0, step));
    rest.remove_prefix(std::min(step, rest.size()));
  }
}

void CheckHead(const RequestHead& head) {
  const auto& path = head.request.path;
  NAT_CHECK(path.starts_with('/'));
  NAT_CHECK((path + "/").find("/../") == std::string::npos);
  NAT_CHECK(path.find('\0') == std::string::npos);
  // An absolute target adds the Host that it names.
  NAT_CHECK(head.request.headers.fields().size() <= kHeadCountMax + 1);
}

Outcome ReadOne(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  std::string waiting;
  RequestHeadReader head_reader(kHeadBytesMax, kHeadCountMax);
  // What is refused at once may be waited for when it drips in, until it passes a bound.
  const auto refusal = Feed(head_reader, waiting, bytes, step);
  if (refusal || !head_reader.is_complete()) return outcome;
  const RequestHead head = head_reader.TakeHead();
  CheckHead(head);
  outcome.read = head.request.method + ' ' + head.request.path + '?' + head.request.query;
  for (const auto& [name, value] : head.request.headers.fields()) {
    outcome.read += '\n' + name + ": " + value;
  }
  RequestBodyReader body_reader(head, kBodyBytesMax);
  outcome.refusal = Feed(body_reader, waiting, bytes, step);
  if (outcome.refusal || !body_reader.is_complete()) return outcome;
  const auto body = body_reader.TakeBody();
  NAT_CHECK(body.size() <= kBodyBytesMax);
  outcome.read += "\n\n" + body + '\n' + waiting + std::string(bytes);
  return outcome;
}

}  // namespace
}  // namespace nat

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = bytes[0] + 1U;
  const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  NAT_CHECK(nat::ReadOne(input, step) == nat::ReadOne(input, input.size() + 1));
  return 0;
}
