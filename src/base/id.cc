#include "base/id.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/error.h"

namespace nat {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

std::string MakeRandomIdText() {
  std::array<char, kIdLength> random{};
  randombytes_buf(random.data(), random.size());
  return IdTextFromBytes(std::string_view(random.data(), random.size()));
}

// 26 characters of 5 bits hold 130 bits, more than the 122 that the wire contract asks for.
std::string IdTextFromBytes(std::string_view bytes) {
  NAT_CHECK(bytes.size() == kIdLength);
  std::string text(kIdLength, '0');
  std::transform(bytes.begin(), bytes.end(), text.begin(),
                 [](char byte) { return kAlphabet[static_cast<std::uint8_t>(byte) & 31U]; });
  return text;
}

bool IsIdText(std::string_view text) {
  return text.size() == kIdLength && text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

}  // namespace nat
