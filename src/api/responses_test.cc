#include "api/responses.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TEST(ProblemResponse, SaysNothingOfTheErrorsMessage) {
  const auto response = ProblemResponse(Error(ErrorCode::kInternal, "for the log only"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("for the log only"), std::string::npos);
  EXPECT_EQ(response.headers.Get("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.headers.Get("Cache-Control"), "no-store");
}

TEST(ProblemResponse, HasTheFieldsOfTheContract) {
  const auto response =
      ProblemResponse(Error(ErrorCode::kInvalidInput, "bad", "The field \"title\" is missing."));
  const auto body = ParseJsonObject(response.body, "the problem");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->at("status"), 422);
  EXPECT_EQ(body->at("code"), "invalid_input");
  EXPECT_EQ(body->at("detail"), "The field \"title\" is missing.");
  EXPECT_TRUE(body->at("type").is_string());
  EXPECT_TRUE(body->at("title").is_string());
}

TEST(ProblemResponse, SaysWhenToComeBack) {
  Error limited(ErrorCode::kRateLimited, "too many");
  EXPECT_EQ(ProblemResponse(limited).headers.Get("Retry-After"), "5");
  limited.retry_after = std::chrono::seconds(42);
  EXPECT_EQ(ProblemResponse(limited).headers.Get("Retry-After"), "42");
  const Error unavailable(ErrorCode::kUnavailable, "not now");
  EXPECT_EQ(ProblemResponse(unavailable).headers.Get("Retry-After"), "5");
  const Error missing(ErrorCode::kNotFound, "nothing");
  EXPECT_FALSE(ProblemResponse(missing).headers.Get("Retry-After"));
}

TEST(SecurityHeaders, AreThereOnceHoweverOftenTheyAreAdded) {
  Response response;
  AddSecurityHeaders(response);
  const auto count = response.headers.fields().size();
  AddSecurityHeaders(response);
  EXPECT_EQ(response.headers.fields().size(), count);
  const auto policy = response.headers.Get("Content-Security-Policy").value_or("");
  EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
  EXPECT_EQ(policy.find("http"), std::string_view::npos) << "nothing foreign is loaded";
}

}  // namespace
}  // namespace nat
