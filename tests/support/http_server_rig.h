// An HttpServer on a free port of loopback, its loop on a thread, for tests that talk to it with
// RawClient.
//
//   class Answers : public HttpServerRig {};
//   TEST_F(Answers, ...) { Start(Echo); RawClient client(port()); ... }
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/http_server.h"
#include "tests/support/loop_thread.h"
#include "tests/support/raw_client.h"

namespace nat::testing {

class HttpServerRig : public ::testing::Test {
 protected:
  HttpServerRig()
      : tasks_(loop_.executor(),
               [this](const std::string&, const std::string& what) { faults_.push_back(what); }) {}

  void Start(HttpHandler handler, HttpLimits limits = HttpLimits()) {
    loop_.Run([&] {
      HttpServerOptions options;
      options.limits = limits;
      options.refuse = [](const Request*, const Error& error) {
        Response response;
        response.status = TraitsOf(error.code).http_status;
        response.body = error.message;
        return response;
      };
      server_ = std::make_unique<HttpServer>(loop_.executor(), clock_, tasks_, std::move(options),
                                             std::move(handler));
      auto listening = server_->Listen();
      ASSERT_TRUE(listening) << listening.error().message;
      port_ = *listening;
    });
  }

  void TearDown() override {
    if (server_ == nullptr) return;
    Drain(std::chrono::nanoseconds(0));
    loop_.Run([&] { server_.reset(); });
    EXPECT_TRUE(loop_.Await(tasks_.Drain(std::chrono::seconds(10))));
    EXPECT_EQ(faults_, std::vector<std::string>());
  }

  void Drain(std::chrono::nanoseconds limit) { loop_.Await(server_->Drain(limit)); }
  std::size_t connections() {
    return loop_.Run([&] { return server_->connections(); });
  }
  std::uint16_t port() const { return port_; }

  // Waits, within bounds, for what the loop will do; false where it does not.
  template <class Condition>
  static bool Eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }
  bool HasNoConnections() {
    return Eventually([this] { return connections() == 0; });
  }

  // Limits under which a peer that is slow is cut within the test's patience.
  static HttpLimits Impatient() {
    HttpLimits limits;
    limits.head_timeout = std::chrono::milliseconds(50);
    limits.body_timeout = std::chrono::milliseconds(50);
    limits.idle_timeout = std::chrono::milliseconds(50);
    limits.write_timeout = std::chrono::milliseconds(50);
    limits.linger_timeout = std::chrono::milliseconds(50);
    limits.deadline_tick = std::chrono::milliseconds(5);
    return limits;
  }

  LoopThread loop_;
  SystemClock clock_;
  std::vector<std::string> faults_;  // touched on the loop only, until it has ended
  TaskGroup tasks_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

}  // namespace nat::testing
