// How a host's name becomes addresses: the system's way, or a test's. net/name_cache.h keeps them.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/error.h"

namespace nat {

using Addresses = std::vector<asio::ip::address>;

// Asks for the addresses of a host, best first; an error where it has none.
using ResolveName = std::function<Task<Result<Addresses>>(std::string host)>;

// Asks the system: its hosts file and its name servers. kUpstream with its words. One thread asks
// for all, so a name server that does not answer holds up other names too; a lookup that is
// cancelled ends only when the system has answered.
Task<Result<Addresses>> ResolveBySystem(std::string host);

}  // namespace nat
