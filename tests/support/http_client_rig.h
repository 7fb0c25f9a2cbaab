// An HttpClient on a loop of its own, for tests that fetch something from a FakeUpstream.
//
//   using Tls = HttpClientRig;
//   TEST_F(Tls, ...) { FakeUpstream upstream; upstream.Answer(TextAnswer("hi")); auto body =
//   Fetch(To(upstream.origin())); }
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "net/http_client.h"
#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/run_task.h"

namespace nat {

// The system's time, moved on by hand.
class JumpingClock final : public Clock {
 public:
  Time Now() const override { return system_.Now(); }
  SteadyTime SteadyNow() const override { return system_.SteadyNow() + ahead_; }
  Task<void> SleepUntil(SteadyTime when) override { co_await system_.SleepUntil(when - ahead_); }
  void Jump(std::chrono::seconds by) { ahead_ += by; }

 private:
  SystemClock system_;
  std::chrono::seconds ahead_{0};
};

inline FakeAnswer TextAnswer(const std::string& text) {
  FakeAnswer answer = JsonAnswer(200, text);
  answer.headers = {{"Content-Type", "text/plain"}};
  return answer;
}

class HttpClientRig : public ::testing::Test {
 protected:
  ClientRequest To(const std::string& url) {
    ClientRequest request;
    request.method = "POST";
    request.url = *ParseUrl(url);
    request.body = "body";
    return request;
  }

  Result<ClientResponse> Send(ClientRequest request) {
    auto task = client_->Send(std::move(request));
    return RunTask(loop_, std::move(task));
  }

  Result<std::string> ReadBody(ClientResponse& response) {
    auto task = ReadWhole(*response.body, limits::kUpstreamBodyBytesMax);
    return RunTask(loop_, std::move(task));
  }

  // The whole body of the answer to a request, or what went wrong on the way.
  Result<std::string> Fetch(ClientRequest request) {
    auto response = Send(std::move(request));
    if (!response) return response.error();
    return ReadBody(*response);
  }

  void Trust(const std::string& ca_file) {
    HttpClientOptions options;
    options.ca_file = ca_file;
    client_ = std::make_unique<HttpClient>(loop_.get_executor(), clock_, options);
  }

  asio::io_context loop_;
  JumpingClock clock_;
  std::unique_ptr<HttpClient> client_ =
      std::make_unique<HttpClient>(loop_.get_executor(), clock_, HttpClientOptions());
};

}  // namespace nat
