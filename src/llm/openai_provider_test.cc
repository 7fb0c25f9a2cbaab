#include "llm/openai_provider.h"

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

class OpenaiProviderTest : public ::testing::Test {
 protected:
  OpenaiOptions Options() {
    OpenaiOptions options;
    options.name = "fake";
    options.base_url = *ParseUrl(upstream_.base_url());
    options.model = "fake-model";
    options.api_key = Secret("hunter2");
    return options;
  }

  Result<std::unique_ptr<TokenStream>> Open(OpenaiOptions options) {
    provider_ = std::make_unique<OpenaiProvider>(client_, clock_, std::move(options));
    ChatRequest request;
    request.messages = {{Role::kUser, "hi"}};
    auto task = provider_->Open(std::move(request));
    return RunTask(loop_, std::move(task));
  }

  // The only request that the upstream got.
  FakeRequest Sent() { return upstream_.requests().at(0); }

  asio::io_context loop_;
  SystemClock clock_;
  HttpClient client_{loop_.get_executor(), clock_, HttpClientOptions()};
  FakeUpstream upstream_;
  std::unique_ptr<OpenaiProvider> provider_;
};

TEST_F(OpenaiProviderTest, SaysWhatTheServerRefused) {
  FakeAnswer refusal = FixtureAnswer("error_openai.json", 429);
  refusal.headers.emplace_back("Retry-After", "9");
  upstream_.Answer(refusal);
  auto tokens = Open(Options());
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(tokens.error().retry_after, std::chrono::seconds(9));
  EXPECT_THAT(tokens.error().message, Not(HasSubstr("secret")));
}

TEST_F(OpenaiProviderTest, TakesTheStatusWhereTheErrorsBodyIsBrokenOrEndless) {
  FakeAnswer cut = FixtureAnswer("error_openai.json", 503);
  cut.ending = FakeEnding::kCut;
  upstream_.Answer(cut);
  upstream_.Answer(JsonAnswer(503, std::string(1'000'000, 'x')));
  for (int count = 0; count < 2; ++count) {
    auto tokens = Open(Options());
    ASSERT_FALSE(tokens);
    EXPECT_EQ(tokens.error().code, ErrorCode::kUnavailable);
  }
}

TEST_F(OpenaiProviderTest, KnowsAServerThatNeverBeginsFromOneThatStops) {
  FakeAnswer stopping = StreamOf({ContentEvent("half")});
  stopping.ending = FakeEnding::kHang;
  upstream_.Answer(SilentAnswer());
  upstream_.Answer(stopping);
  OpenaiOptions options = Options();
  options.timeouts.first_byte = std::chrono::milliseconds(100);
  options.timeouts.between_bytes = std::chrono::milliseconds(100);
  auto silent = Open(options);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, ErrorCode::kFirstTokenTimeout);
  auto tokens = Open(options);
  ASSERT_TRUE(tokens);
  auto first = (*tokens)->Next();
  ASSERT_TRUE(RunTask(loop_, std::move(first)));
  auto second = (*tokens)->Next();
  auto stopped = RunTask(loop_, std::move(second));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kTokenTimeout);
}

TEST_F(OpenaiProviderTest, DoesNotSendAKeyWithALineBreakNorRepeatIt) {
  OpenaiOptions options = Options();
  options.api_key = Secret("hunter2\n");
  auto tokens = Open(std::move(options));
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(tokens.error().message, Not(HasSubstr("hunter2")));
}

TEST_F(OpenaiProviderTest, SendsTheConversationToChatCompletions) {
  upstream_.Answer(StreamedReply("Hello."));
  ASSERT_TRUE(Open(Options()));
  EXPECT_EQ(Sent().method, "POST");
  EXPECT_EQ(Sent().target, "/v1/chat/completions");
  EXPECT_EQ(Sent().headers.at("content-type"), "application/json");
  EXPECT_EQ(Sent().json.at("model"), "fake-model");
  EXPECT_EQ(Sent().json.at("messages").at(0).at("content"), "hi");
}

TEST_F(OpenaiProviderTest, SendsTheKeyInTheWayAskedFor) {
  upstream_.Answer(StreamedReply("Hello."));
  OpenaiOptions options = Options();
  ASSERT_TRUE(Open(options));
  options.auth_scheme = AuthScheme::kApiKey;
  ASSERT_TRUE(Open(options));
  options.auth_scheme = AuthScheme::kCustomHeader;
  options.api_key_header = "api-key";
  ASSERT_TRUE(Open(options));
  options.api_key = Secret();
  options.auth_scheme = AuthScheme::kBearer;
  ASSERT_TRUE(Open(options));
  const auto sent = upstream_.requests();
  EXPECT_EQ(sent.at(0).headers.at("authorization"), "Bearer hunter2");
  EXPECT_EQ(sent.at(1).headers.at("authorization"), "Api-Key hunter2");
  EXPECT_EQ(sent.at(2).headers.at("api-key"), "hunter2");
  EXPECT_FALSE(sent.at(2).headers.contains("authorization"));
  EXPECT_FALSE(sent.at(3).headers.contains("authorization"));
}

TEST_F(OpenaiProviderTest, AddsHeadersAndFields) {
  upstream_.Answer(StreamedReply("Hello."));
  OpenaiOptions options = Options();
  options.extra_headers = {{"X-Title", "NotATherapist"}, {"User-Agent", "own"}};
  options.extra_body = json::object{{"top_p", 0.9}};
  options.reasoning_effort = "low";
  options.temperature = 0.25;
  options.token_limit_field = "max_completion_tokens";
  options.omitted_fields = {"stream_options"};
  ASSERT_TRUE(Open(std::move(options)));
  EXPECT_EQ(Sent().headers.at("x-title"), "NotATherapist");
  EXPECT_EQ(Sent().headers.at("user-agent"), "own");
  EXPECT_EQ(Sent().json.at("top_p"), 0.9);
  EXPECT_EQ(Sent().json.at("reasoning_effort"), "low");
  EXPECT_EQ(Sent().json.at("temperature"), 0.25);
  EXPECT_TRUE(Sent().json.as_object().contains("max_completion_tokens"));
  EXPECT_FALSE(Sent().json.as_object().contains("stream_options"));
}

TEST_F(OpenaiProviderTest, CancelsTheUpstreamWhenTheStreamIsDropped) {
  FakeAnswer endless = StreamOf({ContentEvent("one")});
  endless.ending = FakeEnding::kHang;
  upstream_.Answer(endless);
  {
    auto tokens = Open(Options());
    ASSERT_TRUE(tokens);
  }
  EXPECT_TRUE(upstream_.WaitForDepartures(1));
}

TEST_F(OpenaiProviderTest, UsesTheConnectionOfAWholeReplyAgain) {
  FakeAnswer slow_end = StreamedReply("Hello.");
  slow_end.bytes_per_write = 1;  // [DONE] and the end of the body arrive apart
  upstream_.Answer(slow_end);
  for (int count = 0; count < 3; ++count) {
    auto tokens = Open(Options());
    ASSERT_TRUE(tokens);
    for (bool has_more = true; has_more;) {
      auto next = (*tokens)->Next();
      auto token = RunTask(loop_, std::move(next));
      ASSERT_TRUE(token);
      has_more = token->has_value();
    }
  }
  EXPECT_EQ(upstream_.connections(), 1u);
}

}  // namespace
}  // namespace nat
