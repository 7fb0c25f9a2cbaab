#include "app/serve.h"

#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>

#include "app/app.h"
#include "base/limits.h"

namespace nat {
namespace {

void Greet(const App& app) {
  const auto& config = app.config();
  // An IPv6 address stands in brackets; one that means every address is this machine too.
  const bool is_local = config.bind == "127.0.0.1" || config.bind == "0.0.0.0" ||
                        config.bind == "::1" || config.bind == "::";
  const bool is_ipv6 = config.bind.find(':') != std::string::npos;
  const auto host = is_local ? "localhost" : is_ipv6 ? "[" + config.bind + "]" : config.bind;
  std::cout << "NotATherapist is at http://" << host << ":" << app.port() << "\n"
            << "It talks through " << app.provider_sentence() << ".\n"
            << "Conversations are kept, sealed, in " << config.data_directory.string() << "\n"
            << "Ctrl-C ends it." << std::endl;
}

Task<void> WaitForSignal(asio::signal_set& signals) {
  boost::system::error_code ignored;
  co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

Task<int> RunUntilSignal(App& app) {
  auto executor = co_await asio::this_coro::executor;
  asio::signal_set signals(executor, SIGINT, SIGTERM);
  auto started = co_await app.Start();
  if (!started) {
    std::cerr << "NotATherapist cannot start: " << started.error().message << std::endl;
    co_await app.Shutdown(std::chrono::seconds(0));
    co_return 1;
  }
  Greet(app);
  co_await WaitForSignal(signals);
  std::cout << "Ending: running replies are finished first. Ctrl-C again ends them now."
            << std::endl;
  using boost::asio::experimental::awaitable_operators::operator||;
  auto shutdown = app.Shutdown(limits::kDrainTimeout);
  auto second = WaitForSignal(signals);
  auto either = std::move(shutdown) || std::move(second);
  auto first = co_await std::move(either);
  if (first.index() == 1) co_await app.Shutdown(std::chrono::seconds(0));
  co_return 0;
}

}  // namespace

int Serve(Config config) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of one write, not of all
  App app(std::move(config));
  int exit_code = 1;
  asio::co_spawn(app.loop(), RunUntilSignal(app), [&](std::exception_ptr fault, int code) {
    if (fault) std::rethrow_exception(fault);
    exit_code = code;
    app.loop().stop();
  });
  app.loop().run();
  return exit_code;
}

}  // namespace nat
