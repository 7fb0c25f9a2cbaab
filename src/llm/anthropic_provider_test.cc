#include "llm/anthropic_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AnthropicProviderTest : public ::testing::Test {
 protected:
  AnthropicOptions Options() {
    AnthropicOptions options;
    options.name = "fake";
    options.base_url = *ParseUrl(upstream_.base_url());
    options.model = "fake-model";
    options.api_key = Secret("hunter2");
    return options;
  }

  Result<std::unique_ptr<TokenStream>> Open(AnthropicOptions options) {
    provider_ = std::make_unique<AnthropicProvider>(client_, clock_, std::move(options));
    ChatRequest request;
    request.messages = {{Role::kSystem, "Be kind."}, {Role::kUser, "hi"}};
    auto task = provider_->Open(std::move(request));
    return RunTask(loop_, std::move(task));
  }

  FakeRequest Sent() { return upstream_.requests().at(0); }

  asio::io_context loop_;
  SystemClock clock_;
  HttpClient client_{loop_.get_executor(), clock_, HttpClientOptions()};
  FakeUpstream upstream_;
  std::unique_ptr<AnthropicProvider> provider_;
};

TEST_F(AnthropicProviderTest, SaysWhatTheServerRefused) {
  FakeAnswer refusal = FixtureAnswer("anthropic_rate_limit.json", 429);
  refusal.headers.emplace_back("retry-after", "9");
  upstream_.Answer(refusal);
  auto tokens = Open(Options());
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(tokens.error().retry_after, std::chrono::seconds(9));
  EXPECT_THAT(tokens.error().message, HasSubstr("rate_limit_error"));
  EXPECT_THAT(tokens.error().message, Not(HasSubstr("secret")));
}

TEST_F(AnthropicProviderTest, SendsTheConversationToMessages) {
  upstream_.Answer(FixtureAnswer("anthropic.sse"));
  AnthropicOptions options = Options();
  options.extra_headers = {{"anthropic-beta", "something"}};
  ASSERT_TRUE(Open(std::move(options)));
  EXPECT_EQ(Sent().method, "POST");
  EXPECT_EQ(Sent().target, "/v1/messages");
  EXPECT_EQ(Sent().headers.at("x-api-key"), "hunter2");
  EXPECT_EQ(Sent().headers.at("anthropic-version"), "2023-06-01");
  EXPECT_EQ(Sent().headers.at("anthropic-beta"), "something");
  EXPECT_FALSE(Sent().headers.contains("authorization"));
  EXPECT_EQ(Sent().json.at("model"), "fake-model");
  EXPECT_EQ(Sent().json.at("system"), "Be kind.");
  EXPECT_EQ(Sent().json.at("messages").at(0).at("content"), "hi");
}

TEST_F(AnthropicProviderTest, KnowsWhatAReplyCost) {
  upstream_.Answer(FixtureAnswer("anthropic.sse"));
  auto tokens = Open(Options());
  ASSERT_TRUE(tokens);
  for (bool has_more = true; has_more;) {
    auto next = (*tokens)->Next();
    auto token = RunTask(loop_, std::move(next));
    ASSERT_TRUE(token);
    has_more = token->has_value();
  }
  ASSERT_TRUE((*tokens)->usage());
  EXPECT_EQ((*tokens)->usage()->tokens_in, 41u);
  EXPECT_EQ((*tokens)->usage()->tokens_out, 12u);
}

}  // namespace
}  // namespace nat
