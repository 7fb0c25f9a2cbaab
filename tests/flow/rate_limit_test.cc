// Nobody may take so much that nothing is left for the others, and who is refused learns when to
// come back.
#include <gmock/gmock.h>

#include "base/limits.h"
#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class RateLimit : public Flow {
 protected:
  void StartWithLimit() {
    config_.has_rate_limit = true;
    UseModel();
    model().Answer(StreamedReply("Yes."));
    Start();
  }
  static PeerAnswer Talk(HttpPeer& peer, const PeerFields& fields = {}) {
    return peer.Post("/chat", json::object{{"message", "Hello."}}, fields);
  }
  // Talks until it is too much; gives the refusal, or the last answer where none came. What is
  // allowed grows meanwhile, by one in a second or three.
  static PeerAnswer TalkTooMuch(HttpPeer& peer, const PeerFields& fields = {}) {
    PeerAnswer answer;
    for (std::size_t turn = 0; turn < limits::kTurnsPerMinutePerAddress * 10; ++turn) {
      answer = Talk(peer, fields);
      if (answer.status != 200) break;
    }
    return answer;
  }
};

TEST_F(RateLimit, SaysWhenToComeBack) {
  StartWithLimit();
  auto browser = Browser();
  const auto refused = TalkTooMuch(browser);
  ASSERT_EQ(refused.status, 429);
  EXPECT_EQ(refused.Field("Content-Type"), "application/problem+json");
  EXPECT_EQ(TextAt(refused.Json(), "code"), "rate_limited");
  EXPECT_GE(std::stoi(refused.Field("Retry-After").value_or("0")), 1);
  EXPECT_THAT(refused.Field("RateLimit").value_or(""), MatchesRegex("\"turns\";r=0;t=[0-9]+"));
  EXPECT_EQ(refused.Field("RateLimit-Policy"), "\"turns\";q=20;w=60");
}

TEST_F(RateLimit, OfOnePersonIsNotThatOfAnother) {
  StartWithLimit();
  auto eager = Browser();
  auto other = Browser();
  ASSERT_EQ(TalkTooMuch(eager).status, 429);
  EXPECT_EQ(Talk(other).status, 200);
}

TEST_F(RateLimit, OfMessagesLeavesReadingAlone) {
  StartWithLimit();
  auto browser = Browser();
  ASSERT_EQ(TalkTooMuch(browser).status, 429);
  EXPECT_EQ(browser.Get("/api/conversations").status, 200);
}

TEST_F(RateLimit, HoldsForAnAddressWhateverCookiesItThrowsAway) {
  StartWithLimit();
  auto curl = Curl();
  EXPECT_EQ(TalkTooMuch(curl).status, 429);
}

TEST_F(RateLimit, CountsWhoIsBehindAProxyAndNotTheProxy) {
  config_.trusted_proxies = "127.0.0.1";
  StartWithLimit();
  auto curl = Curl();
  EXPECT_EQ(TalkTooMuch(curl, {{"X-Forwarded-For", "203.0.113.7"}}).status, 429);
  EXPECT_EQ(Talk(curl, {{"X-Forwarded-For", "203.0.113.8"}}).status, 200);
}

TEST_F(RateLimit, SaysHowMuchIsLeftBeforeItIsTooLate) {
  StartWithLimit();
  auto browser = Browser();
  const auto answer = Talk(browser);
  EXPECT_THAT(answer.Field("RateLimit").value_or(""), HasSubstr("\"turns\";r=19;"));
}

}  // namespace
}  // namespace nat::testing
