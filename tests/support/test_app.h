// The whole program in process, on free ports of loopback, its loop on a thread of its own: what
// `notatherapist serve` runs, without the command line and the signals.
//
//   TestApp app(config);
//   ASSERT_TRUE(app.started()) << app.started().error().message;
//   HttpPeer browser(app.port());
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "app/app.h"
#include "base/error.h"

namespace nat::testing {

class TestApp {
 public:
  // Returns once it serves, or has refused to.
  explicit TestApp(Config config);
  // Waits for the shutdown that was begun; else gives running replies no time.
  ~TestApp();
  TestApp(const TestApp&) = delete;
  TestApp& operator=(const TestApp&) = delete;

  const Status& started() const { return *started_; }
  std::uint16_t port() const { return app_->port(); }
  std::uint16_t metrics_port() const { return app_->metrics_port(); }

  // What a signal begins. The future is ready when everything has ended.
  std::shared_future<void> BeginShutdown(std::chrono::nanoseconds limit);

 private:
  std::unique_ptr<App> app_;
  std::optional<Status> started_;
  std::thread loop_;
  std::shared_future<void> ended_;  // valid once a shutdown was begun
};

}  // namespace nat::testing
