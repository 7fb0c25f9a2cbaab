// What every implementation of Provider keeps, over plain connections and over TLS. What each
// vendor's server may say is in provider_sayings_test.cc.
#include "llm/provider.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "llm/companion/companion_provider.h"
#include "tests/contract/provider_rig.h"

namespace nat {
namespace {

// A provider that can answer, with all that it needs.
struct Speaker {
  std::unique_ptr<FakeModel> model;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Provider> companion;

  Provider& provider() { return companion ? *companion : *model->provider; }
};

Speaker OpenaiSpeaker(asio::io_context& loop, FakeTransport transport) {
  Speaker speaker;
  speaker.model = std::make_unique<FakeModel>(loop, WireFormat::kOpenai, transport);
  speaker.model->upstream.Answer(StreamedReply("Nights can be long. What keeps you up?"));
  return speaker;
}

Speaker AnthropicSpeaker(asio::io_context& loop, FakeTransport transport) {
  Speaker speaker;
  speaker.model = std::make_unique<FakeModel>(loop, WireFormat::kAnthropic, transport);
  speaker.model->upstream.Answer(FixtureAnswer("anthropic.sse"));
  return speaker;
}

Speaker CompanionSpeaker(asio::io_context&, FakeTransport) {
  auto script = LoadScript(std::string(NAT_SOURCE_DIR) + "/data/companion");
  NAT_CHECK(script.has_value());
  Speaker speaker;
  speaker.clock = std::make_unique<SystemClock>();
  speaker.companion = std::make_unique<CompanionProvider>(*speaker.clock, std::move(*script));
  return speaker;
}

struct Kind {
  std::string name;
  std::function<Speaker(asio::io_context&, FakeTransport)> make;
  FakeTransport transport = FakeTransport::kPlain;
};

class ProviderContract : public ::testing::TestWithParam<Kind> {
 protected:
  Provider& provider() { return speaker_.provider(); }

  asio::io_context loop_;
  Speaker speaker_ = GetParam().make(loop_, GetParam().transport);
};

INSTANTIATE_TEST_SUITE_P(
    Kinds, ProviderContract,
    ::testing::Values(Kind{"Openai", OpenaiSpeaker},
                      Kind{"OpenaiOverTls", OpenaiSpeaker, FakeTransport::kTls},
                      Kind{"Anthropic", AnthropicSpeaker},
                      Kind{"AnthropicOverTls", AnthropicSpeaker, FakeTransport::kTls},
                      Kind{"Companion", CompanionSpeaker}),
    [](const auto& tested) { return tested.param.name; });

TEST_P(ProviderContract, CanBeDroppedBeforeAndWithinItsReply) {
  { ASSERT_TRUE(OpenTokens(loop_, provider())); }
  {
    auto tokens = OpenTokens(loop_, provider());
    ASSERT_TRUE(tokens);
    auto next = (*tokens)->Next();
    ASSERT_TRUE(RunTask(loop_, std::move(next)));
  }
  auto tokens = OpenTokens(loop_, provider());
  ASSERT_TRUE(tokens);
  EXPECT_NE(ReadReply(loop_, **tokens).text, "");
}

TEST_P(ProviderContract, AnswersSeveralAtOnce) {
  auto first = OpenTokens(loop_, provider());
  auto second = OpenTokens(loop_, provider());
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  const Reply second_reply = ReadReply(loop_, **second);
  const Reply first_reply = ReadReply(loop_, **first);
  EXPECT_EQ(first_reply.text, second_reply.text);
  EXPECT_FALSE(first_reply.error);
}

TEST_P(ProviderContract, GivesTokensWithTextAndThenItsEnd) {
  auto tokens = OpenTokens(loop_, provider());
  ASSERT_TRUE(tokens);
  const Reply reply = ReadReply(loop_, **tokens);
  EXPECT_NE(reply.text, "");
  EXPECT_FALSE(reply.error);
}

TEST_P(ProviderContract, SaysWhoAnswers) {
  EXPECT_NE(provider().source().provider, "");
  EXPECT_NE(provider().source().model, "");
}

// What a server may do wrong, whatever its wire format.
class ServerContract : public ::testing::TestWithParam<std::pair<WireFormat, FakeTransport>> {
 protected:
  asio::io_context loop_;
  FakeModel model_{loop_, GetParam().first, GetParam().second};
};

INSTANTIATE_TEST_SUITE_P(Servers, ServerContract,
                         ::testing::Values(std::pair(WireFormat::kOpenai, FakeTransport::kPlain),
                                           std::pair(WireFormat::kOpenai, FakeTransport::kTls),
                                           std::pair(WireFormat::kAnthropic, FakeTransport::kPlain),
                                           std::pair(WireFormat::kAnthropic, FakeTransport::kTls)),
                         [](const auto& tested) {
                           const bool is_openai = tested.param.first == WireFormat::kOpenai;
                           const bool is_plain = tested.param.second == FakeTransport::kPlain;
                           return std::string(is_openai ? "Openai" : "Anthropic") +
                                  (is_plain ? "" : "OverTls");
                         });

std::string TextEvent(WireFormat format, const std::string& text) {
  return format == WireFormat::kOpenai ? ContentEvent(text) : AnthropicTextEvent(text);
}

TEST_P(ServerContract, KnowsAConnectionThatBreaksFromAReplyThatEnds) {
  for (const auto ending : {FakeEnding::kCut, FakeEnding::kReset, FakeEnding::kWhole}) {
    FakeAnswer answer = StreamOf({TextEvent(GetParam().first, "half")});
    answer.ending = ending;
    const Reply reply = model_.Hear(answer);
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, ErrorCode::kUpstream);
  }
}

TEST_P(ServerContract, RefusesHtmlAndNonsense) {
  for (const auto& answer : {HtmlAnswer(200), HtmlAnswer(502), RawAnswer("SSH-2.0\r\n"),
                             JsonAnswer(200, "Internal Server Error"), JsonAnswer(200, "")}) {
    const Reply reply = model_.Hear(answer);
    EXPECT_EQ(reply.text, "");
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, ErrorCode::kUpstream);
  }
}

TEST_P(ServerContract, TakesATokenAsLargeAsAWholeReply) {
  const std::string large(200'000, 'x');
  const std::string end = GetParam().first == WireFormat::kOpenai
                              ? FinishEvent("stop") + kDoneEvent
                              : "data: {\"type\":\"message_stop\"}\n\n";
  const Reply reply = model_.Hear(StreamOf({TextEvent(GetParam().first, large), end}));
  EXPECT_EQ(reply.text, large);
  EXPECT_FALSE(reply.error);
}

TEST(OpenaiOverTls, TrustsNobodyButWhomItWasToldTo) {
  asio::io_context loop;
  SystemClock clock;
  FakeUpstream upstream(FakeTransport::kTls);
  FakeUpstream stranger(FakeTransport::kTls);
  upstream.Answer(StreamedReply("Hello."));
  HttpClient client(loop.get_executor(), clock, Trusting(stranger.ca_file()));
  OpenaiOptions options;
  options.base_url = *ParseUrl(upstream.base_url());
  OpenaiProvider provider(client, clock, std::move(options));
  auto tokens = OpenTokens(loop, provider);
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().code, ErrorCode::kUpstream);
  EXPECT_TRUE(upstream.requests().empty());
}

}  // namespace
}  // namespace nat
