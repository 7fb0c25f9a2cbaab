// What every implementation of Provider keeps, and what the OpenAI one makes of each thing that a
// server may say, over plain connections and over TLS.
#include "llm/provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "llm/companion/companion_provider.h"
#include "llm/openai_provider.h"
#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ChatRequest Talk() {
  ChatRequest request;
  request.messages = {{Role::kSystem, "Be kind."}, {Role::kUser, "I can't sleep."}};
  request.pace = Pace::kAtOnce;
  request.seed = "conversation/turn";
  return request;
}

struct Reply {
  std::string text;
  std::optional<Error> error;
};

// Reads a reply to its end; checks what holds for every token.
Reply ReadReply(asio::io_context& loop, TokenStream& tokens) {
  Reply reply;
  for (;;) {
    auto next = tokens.Next();
    auto token = RunTask(loop, std::move(next));
    if (!token) {
      reply.error = token.error();
      return reply;
    }
    if (!*token) return reply;
    EXPECT_FALSE((*token)->empty());
    reply.text += **token;
  }
}

Result<std::unique_ptr<TokenStream>> OpenTokens(asio::io_context& loop, Provider& provider) {
  auto opening = provider.Open(Talk());
  return RunTask(loop, std::move(opening));
}

// An OpenaiProvider with a fake server of its own.
struct FakeModel {
  FakeModel(asio::io_context& loop, FakeTransport transport)
      : upstream(transport), client(loop.get_executor(), clock, Trusting(upstream.ca_file())) {
    OpenaiOptions options;
    options.name = "fake";
    options.model = "fake-model";
    options.base_url = *ParseUrl(upstream.base_url());
    provider = std::make_unique<OpenaiProvider>(client, clock, std::move(options));
  }

  static HttpClientOptions Trusting(const std::string& ca_file) {
    HttpClientOptions options;
    options.ca_file = ca_file;
    return options;
  }

  SystemClock clock;
  FakeUpstream upstream;
  HttpClient client;
  std::unique_ptr<OpenaiProvider> provider;
};

// A provider that can answer, with all that it needs.
struct Speaker {
  std::unique_ptr<FakeModel> model;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Provider> companion;

  Provider& provider() { return companion ? *companion : *model->provider; }
};

Speaker OpenaiSpeaker(asio::io_context& loop, FakeTransport transport) {
  Speaker speaker;
  speaker.model = std::make_unique<FakeModel>(loop, transport);
  speaker.model->upstream.Answer(StreamedReply("Nights can be long. What keeps you up?"));
  return speaker;
}

Speaker PlainSpeaker(asio::io_context& loop) {
  return OpenaiSpeaker(loop, FakeTransport::kPlain);
}
Speaker TlsSpeaker(asio::io_context& loop) {
  return OpenaiSpeaker(loop, FakeTransport::kTls);
}

Speaker CompanionSpeaker(asio::io_context&) {
  auto script = LoadScript(std::string(NAT_SOURCE_DIR) + "/data/companion");
  NAT_CHECK(script.has_value());
  Speaker speaker;
  speaker.clock = std::make_unique<SystemClock>();
  speaker.companion = std::make_unique<CompanionProvider>(*speaker.clock, std::move(*script));
  return speaker;
}

struct Kind {
  std::string name;
  std::function<Speaker(asio::io_context&)> make;
};

class ProviderContract : public ::testing::TestWithParam<Kind> {
 protected:
  Provider& provider() { return speaker_.provider(); }

  asio::io_context loop_;
  Speaker speaker_ = GetParam().make(loop_);
};

INSTANTIATE_TEST_SUITE_P(Kinds, ProviderContract,
                         ::testing::Values(Kind{"Openai", PlainSpeaker},
                                           Kind{"OpenaiOverTls", TlsSpeaker},
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

// What a server says, and what a person may see of it.
struct Saying {
  std::string fixture;
  std::string text;
  std::optional<ErrorCode> error = std::nullopt;
  int status = 200;
};

const std::string kTired = "It makes sense that you are tired.";

const std::vector<Saying>& Sayings() {
  using enum ErrorCode;
  static const std::vector<Saying> sayings = {
      {"baseten_error_in_stream.sse", "", kUpstream},
      {"openai_error_in_stream.sse", "", kUpstream},
      {"overloaded_in_stream.sse", "", kRateLimited},
      {"openrouter_error_in_stream.sse", "I was about to", kUpstream},
      {"content_filter.sse", "You could", kUpstream},
      {"tool_calls.sse", "", kEmptyReply},
      {"length_before_any_text.sse", "", kEmptyReply},
      {"content_null.json", "", kEmptyReply},
      {"length_after_text.sse", "There are many ways to"},
      {"no_done.sse", "Done without saying so."},
      {"escapes.sse", "\u00e9 \U0001F642 \"q\" \\ \nhalf \ufffd raw \U0001F642"},
      {"harmony_leak.sse",
       "<|channel|>analysis<|message|>Think.<|end|><|start|>assistant<|channel|>final<|message|>"
       "Hello."},
      {"azure.sse", "One step at a time."},
      {"baseten_gpt_oss.sse", "Three nights without sleep is a lot."},
      {"llamacpp.sse", "Is there a window near you?"},
      {"mistral_parts.sse", "Guilt can be loud."},
      {"ollama.sse", "Good night."},
      {"openai.sse", "That sounds lonely."},
      {"openrouter.sse", "I am listening."},
      {"vllm_reasoning.sse", "What happened at work?"},
      {"vllm_reasoning_content.sse", "Tell me more."},
      {"baseten_gpt_oss.json", kTired},
      {"mistral_parts.json", kTired},
      {"ollama_thinking.json", kTired},
      {"openai.json", kTired},
      {"vllm_reasoning.json", kTired},
      {"error_baseten_string.json", "", kRateLimited, 429},
      {"error_openai.json", "", kRateLimited, 429},
      {"error_openai_quota.json", "", kUpstreamRefused, 429},
      {"error_openai_context.json", "", kContextTooLong, 400},
      {"error_fastapi_detail.json", "", kInvalidInput, 422},
      {"error_vllm.json", "", kUpstreamRefused, 404},
      {"error_message.json", "", kUpstreamRefused, 401},
      {"error_gemini_array.json", "", kUnavailable, 503},
  };
  return sayings;
}

class OpenaiContract : public ::testing::TestWithParam<FakeTransport> {
 protected:
  Reply Hear(FakeAnswer answer) {
    model_.upstream.Answer(std::move(answer));
    auto tokens = OpenTokens(loop_, *model_.provider);
    if (!tokens) return Reply{"", tokens.error()};
    return ReadReply(loop_, **tokens);
  }

  asio::io_context loop_;
  FakeModel model_{loop_, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Transports, OpenaiContract,
                         ::testing::Values(FakeTransport::kPlain, FakeTransport::kTls),
                         [](const auto& tested) {
                           return tested.param == FakeTransport::kTls ? "Tls" : "Plain";
                         });

void Expect(const Saying& saying, const Reply& reply) {
  SCOPED_TRACE(saying.fixture);
  EXPECT_EQ(reply.text, saying.text);
  ASSERT_EQ(reply.error.has_value(), saying.error.has_value())
      << (reply.error ? reply.error->message : "no error");
  if (!reply.error) return;
  EXPECT_EQ(reply.error->code, *saying.error) << reply.error->message;
  EXPECT_THAT(reply.error->message, Not(HasSubstr("secret")));
}

TEST_P(OpenaiContract, ShowsOfEverySayingWhatAPersonMaySee) {
  for (const auto& saying : Sayings())
    Expect(saying, Hear(FixtureAnswer(saying.fixture, saying.status)));
}

TEST_P(OpenaiContract, ShowsTheSameHoweverASayingIsCut) {
  for (const auto& saying : Sayings()) {
    for (const std::size_t bytes_per_write : {1, 11}) {
      FakeAnswer answer = FixtureAnswer(saying.fixture, saying.status);
      answer.bytes_per_write = bytes_per_write;
      Expect(saying, Hear(std::move(answer)));
    }
  }
}

TEST_P(OpenaiContract, KnowsAConnectionThatBreaksFromAReplyThatEnds) {
  for (const auto ending : {FakeEnding::kCut, FakeEnding::kReset}) {
    FakeAnswer answer = StreamOf({ContentEvent("half")});
    answer.ending = ending;
    const Reply reply = Hear(answer);
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, ErrorCode::kUpstream);
  }
}

TEST_P(OpenaiContract, RefusesHtmlAndNonsense) {
  for (const auto& answer : {HtmlAnswer(200), HtmlAnswer(502), RawAnswer("SSH-2.0\r\n"),
                             JsonAnswer(200, "Internal Server Error"), JsonAnswer(200, "")}) {
    const Reply reply = Hear(answer);
    EXPECT_EQ(reply.text, "");
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, ErrorCode::kUpstream);
  }
}

TEST_P(OpenaiContract, TakesATokenAsLargeAsAWholeReply) {
  const std::string large(200'000, 'x');
  const Reply reply = Hear(StreamOf({ContentEvent(large), FinishEvent("stop"), kDoneEvent}));
  EXPECT_EQ(reply.text, large);
  EXPECT_FALSE(reply.error);
}

TEST(OpenaiOverTls, TrustsNobodyButWhomItWasToldTo) {
  asio::io_context loop;
  SystemClock clock;
  FakeUpstream upstream(FakeTransport::kTls);
  FakeUpstream stranger(FakeTransport::kTls);
  upstream.Answer(StreamedReply("Hello."));
  HttpClient client(loop.get_executor(), clock, FakeModel::Trusting(stranger.ca_file()));
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
