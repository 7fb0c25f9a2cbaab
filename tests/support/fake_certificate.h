// A certificate authority and a server certificate signed by it, made on the spot for one test.
#pragma once

#include <string>
#include <vector>

namespace nat {

struct FakeCertificate {
  std::string authority_pem;    // what a client trusts
  std::string certificate_pem;  // what the server shows
  std::string key_pem;          // of the server
};

// A server certificate for `names`: host names and IP addresses. Ends the program where OpenSSL
// fails.
FakeCertificate MakeFakeCertificate(const std::vector<std::string>& names);

}  // namespace nat
