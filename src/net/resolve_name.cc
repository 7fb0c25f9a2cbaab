#include "net/resolve_name.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>

namespace nat {

Task<Result<Addresses>> ResolveBySystem(std::string host) {
  using asio::ip::tcp;
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  boost::system::error_code error;
  const std::string no_service;
  const auto found = co_await resolver.async_resolve(
      host, no_service, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return Error(ErrorCode::kUpstream, error.message());
  Addresses addresses;
  for (const auto& entry : found) addresses.push_back(entry.endpoint().address());
  co_return addresses;
}

}  // namespace nat
