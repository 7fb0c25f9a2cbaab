// What every answer carries, whatever it is an answer to: the headers that keep a page to itself,
// and the id that an operator finds again in the log.
#include <gmock/gmock.h>

#include <set>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Ne;
using ::testing::Not;
using ::testing::SizeIs;

class EveryAnswer : public Flow {
 protected:
  struct Named {
    std::string name;
    PeerAnswer answer;
    int status;
  };

  std::vector<Named> AllKinds() {
    auto browser = Browser();
    const json::object hello{{"message", "Hello."}};
    auto stream = browser.PostAndFollow("/chat", hello, {{"Accept", "text/event-stream"}});
    stream.ReadToEnd();
    RawClient broken(port());
    broken.Send("NONSENSE\r\n\r\n");
    const auto refused = broken.ReadAnswer();
    PeerAnswer malformed;
    malformed.status = refused.status;
    malformed.head = refused.head;
    const auto etag = browser.Get("/").Field("ETag").value_or("");
    const std::string large(1'200'000, 'a');
    return {{"page", browser.Get("/"), 200},
            {"page again", browser.Get("/", {{"If-None-Match", etag}}), 304},
            {"help", browser.Get("/help"), 200},
            {"file", browser.Get("/favicon.svg"), 200},
            {"JSON", browser.Post("/chat", hello), 200},
            {"accepted", browser.Post("/api/turns", hello), 202},
            {"stream", stream.answer(), 200},
            {"head", browser.Send(PeerRequest{"HEAD", "/health", {}, ""}), 200},
            {"health", browser.Get("/health"), 200},
            {"not there", browser.Get("/nothing"), 404},
            {"not JSON", browser.Send(PeerRequest{"POST", "/chat", {}, "x"}), 415},
            {"not allowed", browser.Get("/chat"), 405},
            {"foreign", browser.Post("/chat", hello, {{"Origin", "https://evil.example"}}), 403},
            {"too large", browser.Send(PeerRequest{"POST", "/chat", {}, large}), 413},
            {"malformed", malformed, 400}};
  }
};

TEST_F(EveryAnswer, KeepsThePageToItself) {
  Start();
  for (const auto& [name, answer, status] : AllKinds()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(answer.status, status);
    const auto policy = answer.Field("Content-Security-Policy").value_or("");
    EXPECT_THAT(policy, HasSubstr("default-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, HasSubstr("require-trusted-types-for 'script'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(answer.Field("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.Field("X-Frame-Options"), "DENY");
    EXPECT_EQ(answer.Field("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(answer.Field("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_THAT(answer.Fields("Content-Security-Policy"), SizeIs(1));
  }
}

TEST_F(EveryAnswer, CarriesAnIdOfItsOwn) {
  Start();
  std::set<std::string> ids;
  const auto answers = AllKinds();
  for (const auto& [name, answer, status] : answers) {
    SCOPED_TRACE(name);
    EXPECT_THAT(answer.Fields("X-Request-Id"), SizeIs(1));
    EXPECT_THAT(answer.Field("X-Request-Id").value_or(""), Ne(""));
    ids.insert(answer.Field("X-Request-Id").value_or(""));
  }
  EXPECT_THAT(ids, SizeIs(answers.size()));
}

TEST_F(EveryAnswer, ThatIsSomeonesOwnIsStoredByNobodyBetween) {
  Start();
  auto browser = Browser();
  const auto turn = browser.Post("/chat", json::object{{"message", "Hello."}});
  EXPECT_EQ(turn.Field("Cache-Control"), "no-store");
  const auto conversation = "/api/conversations/" + TextAt(turn.Json(), "conversation_id");
  EXPECT_EQ(browser.Get(conversation + "/messages").Field("Cache-Control"), "no-store");
  EXPECT_EQ(browser.Get("/nothing").Field("Cache-Control"), "no-store");
  // The page is the same for everyone, but it brings a cookie.
  EXPECT_THAT(Curl().Get("/").Field("Cache-Control").value_or(""), HasSubstr("private"));
}

}  // namespace
}  // namespace nat::testing
