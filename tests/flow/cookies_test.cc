// Who someone is without any form: a cookie, or the unguessable ids of what was begun without one.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class GuestCookie : public Flow {
 protected:
  // Every request that reads or changes this turn or its conversation.
  static std::vector<PeerRequest> AllRequestsAbout(const json::object& turn) {
    const auto conversation_id = TextAt(turn, "conversation_id");
    const auto turn_path = "/api/turns/" + TextAt(turn, "turn_id");
    const auto conversation_path = "/api/conversations/" + conversation_id;
    const auto message_id = TextAt(turn, "message_id");
    const json::object more{{"message", "Me too."}, {"conversation_id", conversation_id}};
    return {PeerRequest{"GET", turn_path, {}, ""},
            PeerRequest{"GET", turn_path + "/events", {}, ""},
            PeerRequest{"DELETE", turn_path, {}, ""},
            PeerRequest{"GET", conversation_path, {}, ""},
            PeerRequest{"GET", conversation_path + "/messages", {}, ""},
            JsonRequest("PATCH", conversation_path, json::object{{"title", "Mine now"}}),
            JsonRequest("POST", "/chat", more),
            JsonRequest("POST", "/api/turns", more),
            JsonRequest("POST", "/api/turns", json::object{{"regenerate_of", message_id}}),
            JsonRequest("POST", "/api/turns", json::object{{"continue_of", message_id}}),
            PeerRequest{"DELETE", conversation_path, {}, ""}};
  }
};

TEST_F(GuestCookie, IsSetForWhoHasNone) {
  Start();
  const auto answer = Curl().Post("/chat", json::object{{"message", "Hello."}});
  const auto cookies = answer.Fields("Set-Cookie");
  ASSERT_THAT(cookies, SizeIs(1));
  EXPECT_THAT(cookies[0], StartsWith("nat_guest="));
  EXPECT_THAT(cookies[0], HasSubstr("; HttpOnly"));
  EXPECT_THAT(cookies[0], HasSubstr("; SameSite=Lax"));
  EXPECT_THAT(cookies[0], HasSubstr("; Path=/"));
  EXPECT_THAT(cookies[0], Not(HasSubstr("Secure")));
}

TEST_F(GuestCookie, IsNotSetAgainForWhoHasOne) {
  Start();
  auto browser = Browser();
  EXPECT_THAT(browser.Get("/api/conversations").Fields("Set-Cookie"), IsEmpty());
}

TEST_F(GuestCookie, IsReplacedWhereSomeoneChangedIt) {
  Start();
  auto forged = Browser().cookie();
  forged.back() = forged.back() == '0' ? '1' : '0';
  const auto answer = Curl().Get("/api/conversations", {{"Cookie", forged}});
  EXPECT_THAT(answer.Fields("Set-Cookie"), SizeIs(1));
}

TEST_F(GuestCookie, IsSecureBehindATrustedProxyThatSpeaksTls) {
  config_.trusted_proxies = "127.0.0.1";
  Start();
  const auto answer = Curl().Get("/", {{"X-Forwarded-Proto", "https"}});
  EXPECT_THAT(answer.Field("Set-Cookie").value_or(""), HasSubstr("; Secure"));
}

TEST_F(GuestCookie, IsNotSecureBecauseAStrangerSaysSo) {
  Start();
  const auto answer = Curl().Get("/", {{"X-Forwarded-Proto", "https"}});
  EXPECT_THAT(answer.Field("Set-Cookie").value_or("Secure"), Not(HasSubstr("Secure")));
}

TEST_F(GuestCookie, IsNotNeededForWhatWasBegunWithoutOne) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto curl = Curl();
  const auto turn = Converse(curl, "Hello.");
  auto elsewhere = Browser();
  for (const auto& request : AllRequestsAbout(turn)) {
    const auto answer = elsewhere.Send(request);
    EXPECT_LT(answer.status, 300) << request.method << " " << request.target << answer.body;
  }
}

TEST_F(GuestCookie, ListsWhatWasBegunWithoutOneForWhoKeptTheOneThatCame) {
  Start();
  HttpPeer browser(port());
  // Its first request has no cookie yet; the answer brings one.
  ASSERT_EQ(browser.Post("/chat", json::object{{"message", "Hello."}}).status, 200);
  EXPECT_THAT(ItemsOf(browser.Get("/api/conversations").Json()), SizeIs(1));
  EXPECT_THAT(ItemsOf(Browser().Get("/api/conversations").Json()), IsEmpty());
  EXPECT_THAT(ItemsOf(Curl().Get("/api/conversations").Json()), IsEmpty());
}

TEST_F(GuestCookie, KeepsEverybodyElseAway) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto owner = Browser();
  const auto turn = Converse(owner, "This is only for me.");
  auto stranger = Browser();
  auto curl = Curl();
  for (const auto& request : AllRequestsAbout(turn)) {
    const auto about = request.method + " " + request.target + " " + request.body;
    EXPECT_EQ(stranger.Send(request).status, 404) << about;
    EXPECT_EQ(curl.Send(request).status, 404) << about;
  }
  EXPECT_THAT(ItemsOf(stranger.Get("/api/conversations").Json()), IsEmpty());
  // Nothing of it had an effect.
  const auto path = "/api/conversations/" + TextAt(turn, "conversation_id");
  EXPECT_EQ(TextAt(owner.Get(path).Json(), "title"), "This is only for me.");
  EXPECT_THAT(Messages(owner, TextAt(turn, "conversation_id")), SizeIs(2));
  EXPECT_THAT(model().requests(), SizeIs(1));
}

}  // namespace
}  // namespace nat::testing
