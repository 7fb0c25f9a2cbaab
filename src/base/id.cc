#include "base/id.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace nat {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kIdLength = 26;

}  // namespace

std::string MakeRandomIdText() {
  std::array<std::uint8_t, kIdLength> random{};
  randombytes_buf(random.data(), random.size());
  std::string text(kIdLength, '0');
  // 26 characters of 5 bits hold 130 bits, more than the 122 that the wire contract asks for.
  std::transform(random.begin(), random.end(), text.begin(),
                 [](std::uint8_t byte) { return kAlphabet[byte & 31U]; });
  return text;
}

bool IsIdText(std::string_view text) {
  return text.size() == kIdLength && text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

}  // namespace nat
