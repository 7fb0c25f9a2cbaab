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
  return ErrorOfStatus(status, Headers(), body, Time());
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
  using enum ErrorCode;
  const std::pair<int, ErrorCode> codes[] = {
      {301, kUpstreamRefused}, {400, kInvalidInput},    {401, kUpstreamRefused},
      {402, kUpstreamRefused}, {403, kUpstreamRefused}, {404, kUpstreamRefused},
      {405, kUpstreamRefused}, {408, kTimeout},         {409, kUpstream},
      {413, kContextTooLong},  {415, kUpstreamRefused}, {422, kInvalidInput},
      {425, kUpstream},        {429, kRateLimited},     {451, kUpstreamRefused},
      {500, kUpstream},        {501, kUpstream},        {502, kUpstream},
      {503, kUnavailable},     {504, kTimeout},         {520, kUpstream},
      {521, kUnavailable},     {522, kUnavailable},     {523, kUnavailable},
      {524, kUnavailable},     {525, kUpstream},        {526, kUpstream},
      {529, kUnavailable},     {530, kUnavailable},     {599, kUpstream},
  };
  for (const auto& [status, code] : codes) EXPECT_EQ(OfStatus(status).code, code) << status;
}

TEST(OpenaiError, KnowsInEveryServersWordsThatTheContextIsTooLong) {
  for (
      const std::string complaint :
      {R"({"code":"context_length_exceeded","message":"too much"})",
       R"({"code":400,"type":"exceed_context_size_error","n_ctx":8192})",
       R"({"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000"})",
       R"({"type":"request_too_large","message":"Request exceeds the maximum size"})",
       R"({"message":"This model's Maximum Context Length is 4096 tokens.","code":400})",
       R"({"message":"The input does not fit into the context window"})",
       R"({"message":"Provider said no","metadata":{"raw":"{\"m\":\"maximum context length\"}"}})",
       R"("The number of tokens to keep is greater than the context length")",
       R"("Trying to keep the first 9 tokens when context the overflows")"}) {
    const std::string body = "{\"error\":" + complaint + "}";
    for (const int status : {400, 413, 422, 500}) {
      EXPECT_EQ(OfStatus(status, body).code, ErrorCode::kContextTooLong) << status << body;
    }
    EXPECT_EQ(ErrorOfReport(body).code, ErrorCode::kContextTooLong) << body;
    // What the status says for certain no phrase takes back.
    EXPECT_EQ(OfStatus(401, body).code, ErrorCode::kUpstreamRefused) << body;
    EXPECT_EQ(OfStatus(429, body).code, ErrorCode::kRateLimited) << body;
    EXPECT_EQ(OfStatus(503, body).code, ErrorCode::kUnavailable) << body;
  }
  EXPECT_EQ(OfStatus(400, R"({"message":"prompt is too long"})").code, ErrorCode::kContextTooLong);
  EXPECT_EQ(OfStatus(400, R"({"detail":"exceeds the context window"})").code,
            ErrorCode::kContextTooLong);
  EXPECT_EQ(OfStatus(400, R"({"error":{"message":"bad role"}})").code, ErrorCode::kInvalidInput);
}

TEST(OpenaiError, KnowsThatAFilterRefusedWhatWasSaid) {
  for (const std::string complaint :
       {R"({"code":"content_filter","message":"no"})",
        R"({"code":403,"message":"Your input was flagged","metadata":{"reasons":["self-harm"]}})",
        R"({"code":"content_policy_violation","message":"rejected by our safety system"})",
        R"({"message":"filtered due to Azure's content management policy"})"}) {
    const std::string body = "{\"error\":" + complaint + "}";
    for (const int status : {400, 403, 422}) {
      EXPECT_EQ(OfStatus(status, body).code, ErrorCode::kContentRefused) << status << body;
    }
  }
  EXPECT_EQ(OfStatus(401, R"({"error":{"message":"this key was flagged"}})").code,
            ErrorCode::kUpstreamRefused);
}

TEST(OpenaiError, DoesNotTakeWhatAPersonWroteForTheServersWords) {
  const std::string echo =
      R"({"detail":[{"type":"missing","msg":"Field required","input":"my context window"}]})";
  EXPECT_EQ(OfStatus(422, echo).code, ErrorCode::kInvalidInput);
}

TEST(OpenaiError, ReadsAnthropicsErrors) {
  using enum ErrorCode;
  const std::pair<const char*, ErrorCode> types[] = {{"invalid_request_error", kInvalidInput},
                                                     {"authentication_error", kUpstreamRefused},
                                                     {"billing_error", kUpstreamRefused},
                                                     {"permission_error", kUpstreamRefused},
                                                     {"not_found_error", kUpstreamRefused},
                                                     {"request_too_large", kContextTooLong},
                                                     {"rate_limit_error", kRateLimited},
                                                     {"api_error", kUpstream},
                                                     {"timeout_error", kTimeout},
                                                     {"overloaded_error", kUnavailable}};
  for (const auto& [type, code] : types) {
    const std::string body = R"({"type":"error","error":{"type":")" + std::string(type) +
                             R"(","message":"no"},"request_id":"req_1"})";
    EXPECT_EQ(ErrorOfReport(body).code, code) << type;
    EXPECT_THAT(ErrorOfReport(body).message, HasSubstr(type));
  }
  EXPECT_EQ(OfStatus(400, R"({"type":"error","error":{"type":"invalid_request_error",
                             "message":"Your credit balance is too low"}})")
                .code,
            kUpstreamRefused);
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

TEST(OpenaiError, KeepsWhatTheServerAsksForWhereWaitingMayHelp) {
  const auto after = [](int status, const std::string& value) {
    Headers headers;
    headers.Add("retry-after", value);
    return ErrorOfStatus(status, headers, "", Time()).retry_after;
  };
  EXPECT_EQ(after(429, "7"), 7s);
  EXPECT_EQ(after(503, "Thu, 01 Jan 1970 00:00:09 GMT"), 9s);
  EXPECT_EQ(after(429, "soon"), std::nullopt);
  EXPECT_EQ(after(401, "7"), std::nullopt);
  EXPECT_EQ(after(413, "7"), std::nullopt);
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
      {R"({"error":{"code":"context_length_exceeded"}})", ErrorCode::kContextTooLong},
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
