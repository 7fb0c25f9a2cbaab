#include "api/origin.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

Request With(std::initializer_list<std::pair<const char*, const char*>> fields) {
  Request request;
  request.method = "POST";
  request.headers.Add("Host", "talk.example");
  for (const auto& [name, value] : fields) request.headers.Set(name, value);
  return request;
}

const AllowedOrigins kNobodyElse;
const AllowedOrigins kClub({"https://club.example"});

TEST(IsForeign, IsWhatNamesAnotherHost) {
  for (const char* origin :
       {"https://evil.example", "https://talk.example.evil.example", "https://evil-talk.example",
        "https://talk.example:8443", "null", "", "talk.example", "file://"}) {
    EXPECT_TRUE(IsForeign(With({{"Origin", origin}}), kNobodyElse)) << origin;
  }
}

TEST(IsForeign, IsWhatTheBrowserSaysComesFromElsewhere) {
  EXPECT_TRUE(IsForeign(With({{"Sec-Fetch-Site", "cross-site"}}), kNobodyElse));
  EXPECT_TRUE(IsForeign(With({{"Sec-Fetch-Site", "same-site"}}), kNobodyElse));
}

TEST(IsForeign, IsEverythingWithAnOriginWhereThereIsNoHost) {
  auto request = With({{"Origin", "https://talk.example"}});
  request.headers.Remove("Host");
  EXPECT_TRUE(IsForeign(request, kNobodyElse));
}

TEST(IsForeign, IsNotThePageItself) {
  EXPECT_FALSE(IsForeign(With({{"Origin", "https://talk.example"}}), kNobodyElse));
  EXPECT_FALSE(IsForeign(With({{"Origin", "https://TALK.example"}}), kNobodyElse));
  EXPECT_FALSE(IsForeign(With({{"Sec-Fetch-Site", "same-origin"}}), kNobodyElse));
  EXPECT_FALSE(IsForeign(With({{"Sec-Fetch-Site", "none"}}), kNobodyElse));
}

TEST(IsForeign, IsNotAProgramThatSaysNothing) {
  EXPECT_FALSE(IsForeign(With({}), kNobodyElse));
}

TEST(IsForeign, IsNotWhatTheConfigurationNames) {
  EXPECT_FALSE(IsForeign(With({{"Origin", "https://club.example"}}), kClub));
  EXPECT_TRUE(IsForeign(With({{"Origin", "http://club.example"}}), kClub));
}

TEST(CorsHeaders, AreForNamedOriginsOnly) {
  Response foreign;
  AddCorsHeaders(With({{"Origin", "https://evil.example"}}), kClub, foreign);
  AddCorsHeaders(With({}), kClub, foreign);
  EXPECT_TRUE(foreign.headers.fields().empty());

  Response allowed;
  AddCorsHeaders(With({{"Origin", "https://club.example"}}), kClub, allowed);
  EXPECT_EQ(allowed.headers.Get("Access-Control-Allow-Origin"), "https://club.example");
  EXPECT_EQ(allowed.headers.Get("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(allowed.headers.Get("Vary"), "Origin");
  EXPECT_FALSE(allowed.headers.Get("Access-Control-Allow-Methods"));
}

TEST(CorsHeaders, NameWhatIsPossibleInAPreflight) {
  auto preflight = With({{"Origin", "https://club.example"}});
  preflight.method = "OPTIONS";
  Response answer;
  AddCorsHeaders(preflight, kClub, answer);
  EXPECT_TRUE(answer.headers.HasToken("Access-Control-Allow-Methods", "DELETE"));
  EXPECT_TRUE(answer.headers.HasToken("Access-Control-Allow-Headers", "Last-Event-ID"));
}

TEST(IsSafeMethod, IsOneThatChangesNothing) {
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) EXPECT_TRUE(IsSafeMethod(method));
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "get", ""}) {
    EXPECT_FALSE(IsSafeMethod(method)) << method;
  }
}

}  // namespace
}  // namespace nat
