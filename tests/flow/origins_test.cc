// Pages of other sites, which a person's browser opens too, change nothing in that person's name.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kForeign = "https://evil.example";
constexpr const char* kAllowed = "https://club.example";

class Origins : public Flow {
 protected:
  static PeerAnswer Talk(HttpPeer& peer, PeerFields fields) {
    return peer.Post("/chat", json::object{{"message", "Hello."}}, std::move(fields));
  }
};

TEST_F(Origins, ThatAreForeignChangeNothing) {
  Start();
  auto browser = Browser();
  const auto turn = Talk(browser, {}).Json();
  const auto conversation = "/api/conversations/" + TextAt(turn, "conversation_id");
  for (const PeerFields& fields : {PeerFields{{"Origin", kForeign}}, PeerFields{{"Origin", "null"}},
                                   PeerFields{{"Origin", "http://localhost.evil.example"}},
                                   PeerFields{{"Sec-Fetch-Site", "cross-site"}},
                                   PeerFields{{"Sec-Fetch-Site", "same-site"}}}) {
    SCOPED_TRACE(fields[0].first + ": " + fields[0].second);
    const auto answer = Talk(browser, fields);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(TextAt(answer.Json(), "code"), "forbidden");
    EXPECT_EQ(browser.Patch(conversation, json::object{{"title", "Mine"}}, fields).status, 403);
    EXPECT_EQ(browser.Delete(conversation, fields).status, 403);
    EXPECT_EQ(browser.Delete("/api/turns/" + TextAt(turn, "turn_id"), fields).status, 403);
  }
  EXPECT_EQ(TextAt(browser.Get(conversation).Json(), "title"), "Hello.");
}

TEST_F(Origins, ThatAreForeignOpenNoWebSocket) {
  Start();
  auto browser = Browser();
  const auto answer =
      browser.Get("/api/conversations", {{"Origin", kForeign},
                                         {"Connection", "Upgrade"},
                                         {"Upgrade", "websocket"},
                                         {"Sec-WebSocket-Version", "13"},
                                         {"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="}});
  EXPECT_EQ(answer.status, 403);
}

TEST_F(Origins, ThatAreForeignReadNothing) {
  Start();
  auto browser = Browser();
  const auto answer = browser.Get("/api/conversations", {{"Origin", kForeign}});
  EXPECT_THAT(answer.Fields("Access-Control-Allow-Origin"), IsEmpty());
  const auto preflight = browser.Send(PeerRequest{
      "OPTIONS", "/chat", {{"Origin", kForeign}, {"Access-Control-Request-Method", "POST"}}, ""});
  EXPECT_THAT(preflight.Fields("Access-Control-Allow-Origin"), IsEmpty());
}

TEST_F(Origins, ThatAreTheServiceItselfMayDoEverything) {
  Start();
  auto browser = Browser();
  EXPECT_EQ(Talk(browser, {{"Origin", "http://localhost"}}).status, 200);
  EXPECT_EQ(Talk(browser, {{"Sec-Fetch-Site", "same-origin"}}).status, 200);
  const PeerFields behind_a_port = {{"Host", "talk.example:8443"},
                                    {"Origin", "https://talk.example:8443"}};
  EXPECT_EQ(Talk(browser, behind_a_port).status, 200);
}

TEST_F(Origins, ThatNobodyNamesAreProgramsAndNoPages) {
  Start();
  auto curl = Curl();
  EXPECT_EQ(Talk(curl, {}).status, 200);
}

TEST_F(Origins, ThatAreAllowedMayReadAndWrite) {
  config_.allowed_origins = {kAllowed};
  Start();
  auto browser = Browser();
  const auto answer = Talk(browser, {{"Origin", kAllowed}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Field("Access-Control-Allow-Origin"), kAllowed);
  EXPECT_EQ(answer.Field("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(answer.Field("Vary"), "Origin");
  EXPECT_EQ(Talk(browser, {{"Origin", kForeign}}).status, 403);
}

TEST_F(Origins, ThatAreAllowedAreToldSoBeforeTheyAsk) {
  config_.allowed_origins = {kAllowed};
  Start();
  const auto preflight =
      Curl().Send(PeerRequest{"OPTIONS",
                              "/api/turns",
                              {{"Origin", kAllowed},
                               {"Access-Control-Request-Method", "POST"},
                               {"Access-Control-Request-Headers", "content-type"}},
                              ""});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.Field("Access-Control-Allow-Origin"), kAllowed);
  EXPECT_THAT(preflight.Field("Access-Control-Allow-Methods").value_or(""), HasSubstr("DELETE"));
  EXPECT_THAT(preflight.Field("Access-Control-Allow-Headers").value_or(""),
              HasSubstr("Idempotency-Key"));
}

TEST_F(Origins, ThatAreAllowedMayReadWhyTheyWereRefused) {
  config_.allowed_origins = {kAllowed};
  Start();
  auto browser = Browser();
  PeerRequest large{"POST",
                    "/chat",
                    {{"Origin", kAllowed}, {"Content-Type", "application/json"}},
                    std::string(1'200'000, 'a')};
  const auto answer = browser.Send(large);
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.Field("Access-Control-Allow-Origin"), kAllowed);
}

}  // namespace
}  // namespace nat::testing
