#include "tests/support/test_app.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

namespace nat::testing {
namespace {

Task<void> StartApp(App& app, std::optional<Status>& started) {
  auto status = co_await app.Start();
  started.emplace(std::move(status));
}

}  // namespace

TestApp::TestApp(Config config) : app_(std::make_unique<App>(std::move(config))) {
  loop_ = std::thread([this] {
    const auto work = asio::make_work_guard(app_->loop());
    app_->loop().run();
  });
  asio::co_spawn(app_->loop(), StartApp(*app_, started_), asio::use_future).get();
}

TestApp::~TestApp() {
  if (!ended_.valid()) BeginShutdown(std::chrono::seconds(0));
  ended_.wait();
  app_->loop().stop();
  loop_.join();
}

std::shared_future<void> TestApp::BeginShutdown(std::chrono::nanoseconds limit) {
  ended_ = asio::co_spawn(app_->loop(), app_->Shutdown(limit), asio::use_future).share();
  return ended_;
}

}  // namespace nat::testing
