#include "llm/moderation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/limits.h"
#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReadModeration, RefusesWhatIsNone) {
  for (const std::string json :
       {"", "hello", "[]", "{}", R"({"results":[]})", R"({"results":7})", R"({"results":[7]})",
        R"({"results":[{}]})", R"({"results":[{"flagged":"no"}]})",
        R"({"results":[{"flagged":null}]})"}) {
    auto moderation = ReadModeration(json);
    ASSERT_FALSE(moderation) << json;
    EXPECT_EQ(moderation.error().code, ErrorCode::kUpstream) << json;
    EXPECT_THAT(moderation.error().message, Not(HasSubstr("hello")));
  }
  auto reported = ReadModeration(R"({"error":{"code":429,"message":"my secret words"}})");
  ASSERT_FALSE(reported);
  EXPECT_EQ(reported.error().code, ErrorCode::kRateLimited);
  EXPECT_THAT(reported.error().message, Not(HasSubstr("secret")));
}

TEST(ReadModeration, KeepsScoresThatAreNumbersWithinTheirBounds) {
  auto moderation = ReadModeration(
      R"({"results":[{"flagged":false,"category_scores":
          {"a":0.5,"b":1,"c":"high","d":-3,"e":7.5,"f":null}}]})");
  ASSERT_TRUE(moderation);
  EXPECT_FALSE(moderation->is_flagged);
  const std::vector<std::pair<std::string, double>> expected = {
      {"a", 0.5}, {"b", 1.0}, {"d", 0.0}, {"e", 1.0}};
  EXPECT_EQ(moderation->scores, expected);
  EXPECT_TRUE(ReadModeration(R"({"results":[{"flagged":true}]})")->is_flagged);
}

class ModerationClientTest : public ::testing::Test {
 protected:
  ModerationOptions Options() {
    ModerationOptions options;
    options.base_url = *ParseUrl(upstream_.base_url());
    options.api_key = Secret("hunter2");
    options.timeouts.first_byte = std::chrono::milliseconds(200);
    options.timeouts.between_bytes = std::chrono::milliseconds(100);
    return options;
  }

  Result<Moderation> Judge(const std::string& text) {
    ModerationClient moderations(client_, clock_, Options());
    auto task = moderations.Judge(text);
    return RunTask(loop_, std::move(task));
  }

  asio::io_context loop_;
  SystemClock clock_;
  HttpClient client_{loop_.get_executor(), clock_, HttpClientOptions()};
  FakeUpstream upstream_;
};

TEST_F(ModerationClientTest, SaysWhatWentWrong) {
  upstream_.Answer(FixtureAnswer("error_openai.json", 429));
  upstream_.Answer(SilentAnswer());
  FakeAnswer hanging = JsonAnswer(200, "{\"results\":");
  hanging.framing = FakeFraming::kChunked;
  hanging.ending = FakeEnding::kHang;
  upstream_.Answer(hanging);
  upstream_.Answer(JsonAnswer(200, std::string(1'000'000, ' ')));
  upstream_.Answer(HtmlAnswer(502));
  for (const auto code : {ErrorCode::kRateLimited, ErrorCode::kFirstTokenTimeout,
                          ErrorCode::kTokenTimeout, ErrorCode::kUpstream, ErrorCode::kUpstream}) {
    auto moderation = Judge("hello");
    ASSERT_FALSE(moderation);
    EXPECT_EQ(moderation.error().code, code) << moderation.error().message;
    EXPECT_THAT(moderation.error().message, Not(HasSubstr("secret")));
  }
}

TEST_F(ModerationClientTest, SendsNothingThatIsTooLong) {
  auto moderation = Judge(std::string(limits::kReplyBytesMax + 1, 'x'));
  ASSERT_FALSE(moderation);
  EXPECT_EQ(moderation.error().code, ErrorCode::kInvalidInput);
  EXPECT_TRUE(upstream_.requests().empty());
}

TEST_F(ModerationClientTest, SendsTheTextAndReadsTheScores) {
  upstream_.Answer(FixtureAnswer("openai_moderation.json"));
  auto moderation = Judge("I feel \"low\".");
  ASSERT_TRUE(moderation) << moderation.error().message;
  EXPECT_TRUE(moderation->is_flagged);
  ASSERT_EQ(moderation->scores.size(), 13u);
  EXPECT_EQ(moderation->scores.at(7), (std::pair<std::string, double>("self-harm/intent", 0.91)));
  const auto sent = upstream_.requests().at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/v1/moderations");
  EXPECT_EQ(sent.headers.at("authorization"), "Bearer hunter2");
  EXPECT_EQ(sent.json.at("model"), "omni-moderation-latest");
  EXPECT_EQ(sent.json.at("input"), "I feel \"low\".");
}

}  // namespace
}  // namespace nat
