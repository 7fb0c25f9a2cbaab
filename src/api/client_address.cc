#include "api/client_address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace nat {
namespace {

namespace ip = boost::asio::ip;

constexpr int kBits = 128;
constexpr std::size_t kHouseholdBytes = 8;
constexpr int kMappedBits = 96;  // before the 32 bits of an IPv4 address

std::optional<ip::address_v6> ParseAddress(std::string_view text) {
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v4()) return ip::make_address_v6(ip::v4_mapped, address.to_v4());
  return address.to_v6();
}

std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    const auto part = TrimWhiteSpace(text.substr(0, end));
    if (!part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// All fields of that name as the one list that they are (RFC 9110, 5.3): a proxy may add a line of
// its own below what the client sent.
std::string Joined(const Headers& headers, std::string_view name) {
  std::string list;
  for (const auto& [field_name, value] : headers.fields()) {
    if (EqualsIgnoringCase(field_name, name)) list += value + ",";
  }
  return list;
}

bool SharesPrefix(const ip::address_v6& left, const ip::address_v6& right, int bits) {
  const auto left_bytes = left.to_bytes();
  const auto right_bytes = right.to_bytes();
  for (std::size_t at = 0; bits > 0; ++at, bits -= 8) {
    const int shift = bits >= 8 ? 0 : 8 - bits;
    if ((left_bytes[at] >> shift) != (right_bytes[at] >> shift)) return false;
  }
  return true;
}

Error NotARange(std::string_view part) {
  return Error(ErrorCode::kInvalidInput,
               "\"" + std::string(part) +
                   "\" is not an address or a range; write for example 127.0.0.1 or 10.0.0.0/8");
}

}  // namespace

std::string AddressToCount(std::string_view address) {
  const auto parsed = ParseAddress(address);
  if (!parsed || parsed->is_v4_mapped()) return std::string(address);
  auto bytes = parsed->to_bytes();
  std::fill(bytes.begin() + kHouseholdBytes, bytes.end(), std::uint8_t{0});
  return ip::address_v6(bytes).to_string();
}

Result<TrustedProxies> TrustedProxies::Parse(std::string_view text) {
  TrustedProxies proxies;
  for (const auto part : Split(text, ", \t")) {
    const auto slash = part.find('/');
    const auto network = ParseAddress(part.substr(0, slash));
    if (!network) return NotARange(part);
    const int bits_max = network->is_v4_mapped() ? kBits - kMappedBits : kBits;
    int bits = bits_max;
    if (slash != std::string_view::npos) {
      const auto number = part.substr(slash + 1);
      const auto end = number.data() + number.size();
      const auto parsed = std::from_chars(number.data(), end, bits);
      if (parsed.ec != std::errc() || parsed.ptr != end || bits < 0 || bits > bits_max) {
        return NotARange(part);
      }
    }
    proxies.ranges_.push_back(Range{*network, bits + (kBits - bits_max)});
  }
  return proxies;
}

bool TrustedProxies::Contains(std::string_view address) const {
  const auto parsed = ParseAddress(address);
  if (!parsed) return false;
  for (const auto& range : ranges_) {
    if (SharesPrefix(*parsed, range.network, range.prefix_bits)) return true;
  }
  return false;
}

ClientAddress TrustedProxies::Find(const Request& request) const {
  ClientAddress client;
  client.address = request.peer_address;
  if (!Contains(request.peer_address)) return client;
  const auto scheme = request.headers.Get("X-Forwarded-Proto").value_or("");
  if (EqualsIgnoringCase(scheme, "https")) client.transport = Transport::kTls;
  const auto forwarded = Joined(request.headers, "X-Forwarded-For");
  const auto hops = Split(forwarded, ",");
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (!ParseAddress(*hop)) break;  // what stands before a malformed hop cannot be believed
    client.address = std::string(*hop);
    if (!Contains(*hop)) break;
  }
  return client;
}

}  // namespace nat
