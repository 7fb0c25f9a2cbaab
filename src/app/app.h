// The whole program, built in order and taken down in reverse. It owns everything; nobody else
// names a concrete driver.
//
//   App app(std::move(config));
//   auto started = co_await app.Start();   // on app.loop()
//   ...
//   co_await app.Shutdown(limits::kDrainTimeout);
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "app/config.h"
#include "base/async.h"

namespace nat {

class App {
 public:
  explicit App(Config config);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  asio::io_context& loop() { return loop_; }

  // Opens the store, ends what a crash left, finds the model, opens the port. The error says what
  // the operator should do.
  Task<Status> Start();
  // No new turns; running ones end, up to the limit; everything is written; the port closes.
  Task<void> Shutdown(std::chrono::nanoseconds limit);

  std::uint16_t port() const { return port_; }
  std::uint16_t metrics_port() const { return metrics_port_; }
  // The provider that is asked first, in words for the operator.
  std::string provider_sentence() const;
  const Config& config() const { return config_; }

 private:
  struct Parts;

  void ReportFault(const std::string& name, const std::string& what);
  Task<Status> OpenStore();
  Task<Status> CheckMasterKey();
  Task<Status> MakeGateway();
  Status MakeServices();
  Status Listen();

  Config config_;
  asio::io_context loop_{1};
  std::unique_ptr<Parts> parts_;
  std::uint16_t port_ = 0;
  std::uint16_t metrics_port_ = 0;
};

}  // namespace nat
