// The page, its files and its addresses.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::Not;

class Pages : public Flow {
 protected:
  // "/a/<digest>", as the page has it.
  std::string Assets() {
    const auto page = Curl().Get("/").body;
    const auto start = page.find("/a/");
    EXPECT_NE(start, std::string::npos);
    return page.substr(start, page.find('/', start + 3) - start);
  }
};

TEST_F(Pages, AreTheSameAtTheTopAndAtAConversation) {
  Start();
  auto curl = Curl();
  const auto top = curl.Get("/");
  EXPECT_EQ(top.status, 200);
  EXPECT_EQ(top.Field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(top.body, HasSubstr("NotATherapist"));
  EXPECT_THAT(top.body, Not(HasSubstr("{{assets}}")));
  const auto conversation = curl.Get("/c/00000000000000000000000000");
  EXPECT_EQ(conversation.status, 200);
  EXPECT_EQ(conversation.body, top.body);
}

TEST_F(Pages, HaveHelpWithoutACookie) {
  Start();
  const auto help = Curl().Get("/help");
  EXPECT_EQ(help.status, 200);
  EXPECT_EQ(help.Field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(help.Fields("Set-Cookie"), IsEmpty());
}

TEST_F(Pages, HaveFilesThatNeverChangeUnderTheirAddress) {
  Start();
  auto curl = Curl();
  const auto script = curl.Get(Assets() + "/app.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.Field("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(script.Field("Cache-Control").value_or(""), HasSubstr("immutable"));
  EXPECT_THAT(script.Fields("Set-Cookie"), IsEmpty());
  EXPECT_EQ(curl.Get("/a/0000000000000000/app.js").status, 404);
  EXPECT_EQ(curl.Get(Assets() + "/../../CMakeLists.txt").status, 400);
  EXPECT_EQ(curl.Get(Assets() + "/package.json").status, 404);
}

TEST_F(Pages, AreNotSentAgainToWhoHasThem) {
  Start();
  auto browser = Browser();
  const auto first = browser.Get("/");
  const auto tag = first.Field("ETag").value_or("");
  EXPECT_THAT(tag, Ne(""));
  const auto again = browser.Get("/", {{"If-None-Match", tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_THAT(again.body, IsEmpty());
  EXPECT_EQ(browser.Get("/", {{"If-None-Match", "\"another\""}}).status, 200);
}

TEST_F(Pages, AnswerToHeadWithoutABody) {
  Start();
  auto curl = Curl();
  const auto head = curl.Send(PeerRequest{"HEAD", "/", {}, ""});
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(head.body, IsEmpty());
  EXPECT_EQ(head.Field("Content-Length"), curl.Get("/").Field("Content-Length"));
  // The connection is in step afterwards.
  EXPECT_EQ(curl.Get("/health").status, 200);
}

}  // namespace
}  // namespace nat::testing
