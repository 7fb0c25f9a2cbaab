#include "llm/openai_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// An event whose only choice has this delta.
std::string Delta(const std::string& delta) {
  return R"({"id":"x","choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":null}]})";
}

class WireReaderTest : public ::testing::Test {
 protected:
  WireReader reader_;
};

TEST_F(WireReaderTest, RefusesWhatIsNoChatCompletion) {
  for (const std::string json :
       {"", "hello", "7", "null", "[]", "{}", "{\"choices\":7}", "{\"choices\":[7]}",
        "{\"choices\":null}", "{\"choices\":[{\"delta\":7}]}",
        "{\"choices\":[{\"delta\":{\"content\":7}}]}",
        "{\"choices\":[{\"delta\":{\"content\":\"a\"}", "{\"choices\":[{\"delta\":{\"content\":\"a",
        "{\"choices\":[{\"delta\":{\"content\":[7]}}]}"}) {
    auto chunk = reader_.Read(json);
    ASSERT_FALSE(chunk) << json;
    EXPECT_EQ(chunk.error().code, ErrorCode::kUpstream) << json;
    EXPECT_THAT(chunk.error().message, Not(HasSubstr("hello")));
  }
  EXPECT_EQ(reader_.Read(Delta(R"({"content":"still works"})"))->text, "still works");
}

TEST_F(WireReaderTest, TakesAnErrorBesideChoicesForAnError) {
  auto chunk = reader_.Read(
      R"({"choices":[{"delta":{"content":""},"finish_reason":"error"}],"error":{"code":429}})");
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code, ErrorCode::kRateLimited);
  EXPECT_FALSE(reader_.Read(R"({"choices":[{"delta":{},"finish_reason":"error"}]})"));
  EXPECT_FALSE(reader_.Read(R"({"choices":[{"error":{"code":502},"delta":{}}]})"));
  EXPECT_TRUE(reader_.Read(R"({"error":null,"choices":[{"delta":{"content":"a"}}]})"));
}

TEST_F(WireReaderTest, DropsAndCountsReasoningInEveryField) {
  for (const std::string delta :
       {R"({"reasoning_content":"secret"})", R"({"reasoning":"secret","content":null})",
        R"({"thinking":"secret","content":""})",
        R"({"reasoning_details":[{"type":"reasoning.text","text":"secret"}]})",
        R"({"reasoning":{"text":"secret"}})",
        R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"secret"}]}]})",
        R"({"content":[{"text":"secret","type":"reasoning"}]})"}) {
    auto chunk = reader_.Read(Delta(delta));
    ASSERT_TRUE(chunk) << delta;
    EXPECT_EQ(chunk->text, "") << delta;
    EXPECT_GE(chunk->hidden_bytes, 6u) << delta;
  }
  EXPECT_EQ(reader_.Read(Delta(R"({"reasoning":null,"content":"a"})"))->hidden_bytes, 0u);
}

TEST_F(WireReaderTest, ReadsContentInEveryShape) {
  EXPECT_EQ(reader_.Read(Delta(R"({"role":"assistant"})"))->text, "");
  EXPECT_EQ(reader_.Read(Delta("null"))->text, "");
  EXPECT_EQ(reader_.Read(Delta(R"({"content":"a"})"))->text, "a");
  EXPECT_EQ(reader_.Read(Delta(R"({"content":[{"type":"text","text":"a"},{"text":"b"}]})"))->text,
            "ab");
  EXPECT_EQ(
      reader_.Read(R"({"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]})")->text,
      "a");
  EXPECT_EQ(reader_.Read(R"({"choices":[],"usage":{"total_tokens":3}})")->text, "");
}

TEST_F(WireReaderTest, TakesTheFirstOfSeveralChoices) {
  auto chunk = reader_.Read(
      R"({"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}],"usage":{"x":[1]}})");
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->text, "a");
}

TEST_F(WireReaderTest, KnowsWhyAReplyEnded) {
  const auto finish = [this](const std::string& reason) {
    return reader_.Read(R"({"choices":[{"finish_reason":)" + reason + R"(,"delta":{}}]})")->finish;
  };
  EXPECT_EQ(finish("null"), std::nullopt);
  EXPECT_EQ(finish("\"\""), std::nullopt);
  EXPECT_EQ(finish("\"stop\""), FinishReason::kStop);
  EXPECT_EQ(finish("\"length\""), FinishReason::kLength);
  EXPECT_EQ(finish("\"content_filter\""), FinishReason::kContentFilter);
  EXPECT_EQ(finish("\"tool_calls\""), FinishReason::kOther);
}

std::optional<std::pair<std::size_t, std::size_t>> Counts(const Result<WireChunk>& chunk) {
  if (!chunk || !chunk->usage) return std::nullopt;
  return std::pair(chunk->usage->tokens_in, chunk->usage->tokens_out);
}

TEST_F(WireReaderTest, ReadsWhatWasCountedWhereverAServerSaysIt) {
  for (const std::string json :
       {R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}})",
        R"({"usage":{"completion_tokens":4,"prompt_tokens":9},"choices":[{"delta":{}}]})",
        R"({"choices":[],"usage":{"completion_tokens_details":{"reasoning_tokens":3},
            "prompt_tokens":9,"cost":0.01,"completion_tokens":4,"is_byok":false}})",
        R"({"choices":[{"delta":{},"usage":{"prompt_tokens":9,"completion_tokens":4}}]})",
        R"({"choices":[],"usage":{"input_tokens":9,"output_tokens":4}})",
        R"({"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":9,
            "completion_tokens":4},"timings":{"prompt_n":9}})"}) {
    EXPECT_EQ(Counts(reader_.Read(json)), std::pair(std::size_t{9}, std::size_t{4})) << json;
  }
}

TEST_F(WireReaderTest, LetsNoReplyFailForWhatWasCounted) {
  for (const std::string usage :
       {"null", "7", "\"9\"", "[]", "{}", R"({"prompt_tokens":null,"completion_tokens":0})",
        R"({"prompt_tokens":-9})", R"({"prompt_tokens":"9","completion_tokens":4.5})"}) {
    auto chunk =
        reader_.Read(R"({"usage":)" + usage + R"(,"choices":[{"delta":{"content":"a"}}]})");
    ASSERT_TRUE(chunk) << usage;
    EXPECT_EQ(chunk->text, "a") << usage;
    EXPECT_FALSE(chunk->usage) << usage;
  }
  const auto large =
      reader_.Read(R"({"choices":[],"usage":{"prompt_tokens":18446744073709551615}})");
  EXPECT_LE(large->usage->tokens_in, 1'000'000'000u);
}

TEST_F(WireReaderTest, ToleratesWhatServersGetWrongInStrings) {
  EXPECT_EQ(reader_.Read(Delta(R"({"content":"half \ud83d"})"))->text, "half \xEF\xBF\xBD");
  EXPECT_EQ(reader_.Read(Delta("{\"content\":\"\xF0\x9F\"}"))->text, "\xEF\xBF\xBD");
  EXPECT_EQ(reader_.Read(Delta("{\"content\":\"a\nb\"}"))->text, "a\nb");
  EXPECT_EQ(reader_.Read(Delta(R"({"content":"\ud83d\ude42"})"))->text, "\xF0\x9F\x99\x82");
}

ChatRequest ShortTalk() {
  ChatRequest request;
  request.messages = {
      {Role::kSystem, "Be kind."}, {Role::kUser, "hi"}, {Role::kAssistant, "Hello."}};
  request.seed = "never-sent";
  return request;
}

TEST(WriteChatRequest, LetsOptionsReplaceAndRemoveFields) {
  WireOptions options;
  options.extra_body = json::object{{"max_tokens", nullptr},
                                    {"max_completion_tokens", 9},
                                    {"temperature", 1},
                                    {"absent", nullptr}};
  const auto body = json::parse(WriteChatRequest(ShortTalk(), options)).as_object();
  EXPECT_FALSE(body.contains("max_tokens"));
  EXPECT_FALSE(body.contains("absent"));
  EXPECT_EQ(body.at("max_completion_tokens"), 9);
  EXPECT_EQ(body.at("temperature"), 1);
}

TEST(WriteChatRequest, MergesObjectsFieldByField) {
  WireOptions options;
  options.extra_body =
      json::parse(R"({"stream_options": {"chunked": 1, "include_usage": null}, "a": {"b": null},
                      "model": {"id": 7}})")
          .as_object();
  const auto body = json::parse(WriteChatRequest(ShortTalk(), options)).as_object();
  EXPECT_EQ(body.at("stream_options"), json::parse(R"({"chunked": 1})"));
  EXPECT_EQ(body.at("a"), json::parse(R"({"b": null})"));
  EXPECT_EQ(body.at("model"), json::parse(R"({"id": 7})"));
}

TEST(WriteChatRequest, LeavesOutWhatAServerRefuses) {
  WireOptions options;
  options.token_limit_field = "max_completion_tokens";
  options.omitted_fields = {"temperature", "stream_options", "absent"};
  const auto body = json::parse(WriteChatRequest(ShortTalk(), options)).as_object();
  EXPECT_EQ(body.at("max_completion_tokens"), 1'500);
  for (const auto* name : {"max_tokens", "temperature", "stream_options"}) {
    EXPECT_FALSE(body.contains(name)) << name;
  }
}

TEST(WriteChatRequest, TakesTheTemperatureOfTheRequestBeforeItsOwn) {
  WireOptions options;
  options.temperature = 0.2;
  ChatRequest request = ShortTalk();
  EXPECT_EQ(json::parse(WriteChatRequest(request, options)).at("temperature"), 0.2);
  request.temperature = 0.0;
  EXPECT_EQ(json::parse(WriteChatRequest(request, options)).at("temperature"), 0.0);
}

TEST(WriteChatRequest, NeverAsksForReasoningWhereNoneIsConfiguredNorForMoreOfIt) {
  ChatRequest request = ShortTalk();
  request.reasons_less = true;
  WireOptions options;
  const auto effort = [&] {
    const auto body = json::parse(WriteChatRequest(request, options)).as_object();
    return body.contains("reasoning_effort") ? std::string(body.at("reasoning_effort").as_string())
                                             : "absent";
  };
  EXPECT_EQ(effort(), "absent");
  for (const std::string configured : {"high", "medium", "low"}) {
    options.reasoning_effort = configured;
    EXPECT_EQ(effort(), "low");
  }
  for (const std::string configured : {"minimal", "none"}) {
    options.reasoning_effort = configured;
    EXPECT_EQ(effort(), configured);
  }
}

TEST(WriteChatRequest, SaysTheWholeConversation) {
  WireOptions options;
  options.model = "openai/gpt-oss-120b";
  options.reasoning_effort = "low";
  const std::string text = WriteChatRequest(ShortTalk(), options);
  EXPECT_EQ(json::parse(text), json::parse(R"({
    "model": "openai/gpt-oss-120b", "max_tokens": 1500, "temperature": 0.7, "stream": true,
    "stream_options": {"include_usage": true}, "reasoning_effort": "low",
    "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hi"},
                 {"role": "assistant", "content": "Hello."}]})"));
}

TEST(WriteChatRequest, AsksForNoStreamWhereTheServerCannot) {
  WireOptions options;
  options.is_streaming = false;
  const auto body = json::parse(WriteChatRequest(ShortTalk(), options)).as_object();
  EXPECT_EQ(body.at("stream"), false);
  EXPECT_FALSE(body.contains("stream_options"));
}

}  // namespace
}  // namespace nat
