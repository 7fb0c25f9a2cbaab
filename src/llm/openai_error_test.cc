#include "llm/openai_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_answers.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

Error OfStatus(int status, const std::string& body = "") {
  return ErrorOfStatus(status, Headers(), body);
}

std::string Fixture(const std::string& name) {
  return FixtureAnswer(name).pieces.at(0);
}

TEST(OpenaiError, NeverRepeatsWhatAPersonMayHaveWritten) {
  for (const char* name :
       {"error_baseten_string.json", "error_openai.json", "error_openai_quota.json",
        "error_openai_context.json", "error_fastapi_detail.json", "error_vllm.json",
        "error_message.json", "error_gemini_array.json"}) {
    for (const int status : {400, 401, 429, 500, 503}) {
      EXPECT_THAT(OfStatus(status, Fixture(name)).message, Not(HasSubstr("secret"))) << name;
    }
    EXPECT_THAT(ErrorOfReport(Fixture(name)).message, Not(HasSubstr("secret"))) << name;
  }
  for (const std::string body :
       {"my secret words", "<html>my secret words</html>",
        "{\"error\":", R"({"error":{"code":"my secret words","type":["my secret words"]}})",
        R"({"error":{"type":"ssssssssssssssssssssssssssssssssssssecret"}})"}) {
    EXPECT_THAT(OfStatus(500, body).message, Not(HasSubstr("secret"))) << body;
  }
}

TEST(OpenaiError, TellsWhatMayPassFromWhatWillNot) {
  const std::pair<int, ErrorCode> codes[] = {
      {301, ErrorCode::kUpstreamRefused}, {400, ErrorCode::kInvalidInput},
      {401, ErrorCode::kUpstreamRefused}, {402, ErrorCode::kUpstreamRefused},
      {403, ErrorCode::kUpstreamRefused}, {404, ErrorCode::kUpstreamRefused},
      {408, ErrorCode::kTimeout},         {409, ErrorCode::kUpstream},
      {413, ErrorCode::kInvalidInput},    {422, ErrorCode::kInvalidInput},
      {429, ErrorCode::kRateLimited},     {451, ErrorCode::kUpstreamRefused},
      {500, ErrorCode::kUpstream},        {502, ErrorCode::kUpstream},
      {503, ErrorCode::kUnavailable},     {504, ErrorCode::kTimeout},
      {529, ErrorCode::kUnavailable},     {599, ErrorCode::kUpstream},
  };
  for (const auto& [status, code] : codes) EXPECT_EQ(OfStatus(status).code, code) << status;
}

TEST(OpenaiError, KnowsThatNoWaitingPaysABill) {
  EXPECT_EQ(OfStatus(429, Fixture("error_openai_quota.json")).code, ErrorCode::kUpstreamRefused);
  EXPECT_EQ(OfStatus(429, Fixture("error_openai.json")).code, ErrorCode::kRateLimited);
}

TEST(OpenaiError, KeepsTheStatusAndOneWord) {
  EXPECT_EQ(OfStatus(429, Fixture("error_openai.json")).message,
            "answered with status 429 (rate_limit_exceeded)");
  EXPECT_EQ(OfStatus(404, Fixture("error_vllm.json")).message,
            "answered with status 404 (NotFoundError)");
  EXPECT_EQ(OfStatus(502, "<html>").message, "answered with status 502");
}

TEST(OpenaiError, KeepsRetryAfterInSeconds) {
  const auto after = [](int status, const std::string& value) {
    Headers headers;
    headers.Add("retry-after", value);
    return ErrorOfStatus(status, headers, "").retry_after;
  };
  EXPECT_EQ(after(429, "7"), 7s);
  EXPECT_EQ(after(503, "0"), 0s);
  EXPECT_EQ(after(429, "999999999"), 24h);
  EXPECT_EQ(after(429, "-1"), std::nullopt);
  EXPECT_EQ(after(429, "soon"), std::nullopt);
  EXPECT_EQ(after(429, "99999999999999999999"), std::nullopt);
  EXPECT_EQ(after(401, "7"), std::nullopt);
  EXPECT_EQ(OfStatus(429).retry_after, std::nullopt);
}

TEST(OpenaiError, ReadsTheReasonOutOfAReport) {
  const std::pair<const char*, ErrorCode> reports[] = {
      {R"({"error":"text"})", ErrorCode::kUpstream},
      {R"({"error":{"code":429}})", ErrorCode::kRateLimited},
      {R"({"error":{"code":401}})", ErrorCode::kUpstreamRefused},
      {R"({"error":{"code":7}})", ErrorCode::kUpstream},
      {R"({"error":{"type":"overloaded_error"}})", ErrorCode::kUnavailable},
      {R"({"error":{"type":"rate_limit_error"}})", ErrorCode::kRateLimited},
      {R"({"error":{"code":"context_length_exceeded"}})", ErrorCode::kInvalidInput},
      {R"({"error":{"code":"insufficient_quota"}})", ErrorCode::kUpstreamRefused},
      {R"({"error":{"code":"server_error"},"choices":[{}]})", ErrorCode::kUpstream},
      {R"({"choices":[{"error":{"code":504},"finish_reason":"error"}]})", ErrorCode::kTimeout},
      {R"({"object":"error","type":"BadRequestError","code":400})", ErrorCode::kInvalidInput},
      {R"([{"error":{"code":503}}])", ErrorCode::kUnavailable},
      {R"({"detail":"Not Found"})", ErrorCode::kUpstream},
      {R"({"choices":7})", ErrorCode::kUpstream},
      {"[]", ErrorCode::kUpstream},
      {"not JSON", ErrorCode::kUpstream},
  };
  for (const auto& [json, code] : reports) EXPECT_EQ(ErrorOfReport(json).code, code) << json;
}

}  // namespace
}  // namespace nat
