// Who is at the other end: the address and the scheme, as the socket says, or as a trusted proxy
// claims. What anyone else claims in X-Forwarded-* is ignored. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/error.h"
#include "net/http.h"

namespace nat {

// What the person's browser speaks.
enum class Transport { kPlain, kTls };

struct ClientAddress {
  std::string address;
  Transport transport = Transport::kPlain;
};

// What of an address stands for one household when requests are counted: all of an IPv4 address,
// the first 64 bits of an IPv6 address, of which one line has 2^64.
std::string AddressToCount(std::string_view address);

class TrustedProxies {
 public:
  TrustedProxies() = default;
  // Addresses and CIDR ranges ("10.0.0.0/8", "::1"), separated by commas or spaces. kInvalidInput
  // names the part that is neither.
  static Result<TrustedProxies> Parse(std::string_view text);

  bool Contains(std::string_view address) const;
  // The right-most address of X-Forwarded-For that is not a trusted proxy, and the scheme of
  // X-Forwarded-Proto, where the peer is trusted; else the peer itself and no TLS.
  ClientAddress Find(const Request& request) const;

 private:
  struct Range {
    boost::asio::ip::address_v6 network;  // IPv4 as mapped addresses
    int prefix_bits = 128;
  };
  std::vector<Range> ranges_;
};

}  // namespace nat
