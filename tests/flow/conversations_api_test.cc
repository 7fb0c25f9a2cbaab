// Looking at conversations and keeping them in order: lists, pages, titles, removal, and the tree
// of messages that editing, trying again and carrying on make.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Conversations : public Flow {
 protected:
  void StartWithReplies(const std::vector<std::string>& replies) {
    UseModel();
    for (const auto& reply : replies) model().Answer(StreamedReply(reply));
    Start();
  }
  static std::string PathOf(const json::object& turn) {
    return "/api/conversations/" + TextAt(turn, "conversation_id");
  }
  // Sends these fields and gives the turn once it has ended.
  static json::object SendFields(HttpPeer& peer, const json::object& fields) {
    const auto answer = peer.Post("/api/turns", fields);
    EXPECT_EQ(answer.status, 202) << answer.body;
    return WaitForEnd(peer, TextAt(answer.Json(), "turn_id"));
  }
  static std::vector<std::string> Siblings(const json::object& message) {
    std::vector<std::string> ids;
    for (const auto& id : message.at("siblings").as_array()) ids.emplace_back(id.as_string());
    return ids;
  }
};

TEST_F(Conversations, DoNotTakeAMessageOfAnotherOneAsTheirOwn) {
  StartWithReplies({kWholeReply});
  auto browser = Browser();
  const auto one = Converse(browser, "This stands in one conversation.");
  const auto other = Converse(browser, "This stands in another one.");
  for (const std::string field : {"edit_of", "regenerate_of", "continue_of"}) {
    const auto id = field == "edit_of" ? "user_message_id" : "message_id";
    const auto answer = browser.Post(
        "/api/turns", json::object{{"message", "Moved."},
                                   {"conversation_id", TextAt(other, "conversation_id")},
                                   {field, TextAt(one, id)}});
    EXPECT_EQ(answer.status, 404) << field << ": " << answer.body;
  }
  EXPECT_THAT(Messages(browser, TextAt(other, "conversation_id")), SizeIs(2));
}

// So that a page that lost the answer knows a message of its own in the list, and shows it once.
TEST_F(Conversations, NameAMessageAsItsSenderDid) {
  StartWithReplies({kWholeReply});
  auto browser = Browser();
  const auto turn = SendFields(
      browser, json::object{{"message", "Hello."}, {"client_message_id", "from-my-phone"}});
  const auto messages = Messages(browser, TextAt(turn, "conversation_id"));
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(TextAt(messages[0], "client_message_id"), "from-my-phone");
  EXPECT_FALSE(messages[1].contains("client_message_id"));
}

TEST_F(Conversations, CarryOnFromAReplyThatBrokeOff) {
  UseModel();
  auto broken = StreamOf({ContentEvent(kSentences[0])});
  broken.ending = FakeEnding::kCut;
  model().Answer(broken);
  model().Answer(StreamedReply(kSentences[2]));
  Start();
  auto browser = Browser();
  const auto first = Converse(browser, "Tell me three things.");
  ASSERT_EQ(TextAt(first, "status"), "interrupted");
  const auto shown = TextAt(first, "text");
  ASSERT_THAT(shown, Ne(""));
  const auto second =
      SendFields(browser, json::object{{"continue_of", TextAt(first, "message_id")}});
  EXPECT_EQ(TextAt(second, "conversation_id"), TextAt(first, "conversation_id"));
  // What the person said and what was shown go to the model once each.
  const auto requests = model().requests();
  ASSERT_GE(requests.size(), 2U);
  EXPECT_THAT(MessagesOf(requests.back()),
              ElementsAre(StartsWith("system: "), "user: Tell me three things.",
                          "assistant: " + shown, StartsWith("system: ")));
  const auto messages = Messages(browser, TextAt(first, "conversation_id"));
  EXPECT_THAT(TextsAt(messages, "role"), ElementsAre("user", "assistant", "assistant"));
  EXPECT_THAT(TextsAt(messages, "text"),
              ElementsAre("Tell me three things.", shown, kSentences[2]));
}

TEST_F(Conversations, CarryOnWithTheCompanionToo) {
  Start();
  auto browser = Browser();
  const auto first =
      browser.Post("/chat", json::object{{"message", "My sister stopped answering."}}).Json();
  const auto answer =
      browser.Post("/chat", json::object{{"continue_of", TextAt(first, "message_id")}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(TextAt(answer.Json(), "response"), Ne(""));
}

TEST_F(Conversations, KeepTheOldReplyBesideTheNewOne) {
  StartWithReplies({kSentences[0], kSentences[1]});
  auto browser = Browser();
  const auto first = Converse(browser, "Hello.");
  const auto second =
      SendFields(browser, json::object{{"regenerate_of", TextAt(first, "message_id")}});
  EXPECT_EQ(TextAt(second, "conversation_id"), TextAt(first, "conversation_id"));
  EXPECT_EQ(TextAt(second, "user_message_id"), TextAt(first, "user_message_id"));
  EXPECT_THAT(MessagesOf(model().requests().back()),
              ElementsAre(StartsWith("system: "), "user: Hello."));

  const auto old_id = TextAt(first, "message_id");
  const auto new_id = TextAt(second, "message_id");
  const auto active = Messages(browser, TextAt(first, "conversation_id"));
  ASSERT_THAT(TextsAt(active, "message_id"), ElementsAre(TextAt(first, "user_message_id"), new_id));
  EXPECT_THAT(Siblings(active[1]), ElementsAre(old_id, new_id));
  const auto old_path = Messages(browser, TextAt(first, "conversation_id"), "?path=" + old_id);
  EXPECT_THAT(TextsAt(old_path, "text"), ElementsAre("Hello.", TextAt(first, "text")));
}

TEST_F(Conversations, BeginABranchWhereAMessageIsEdited) {
  StartWithReplies({"One.", "Two.", "Three."});
  auto browser = Browser();
  const auto first = Converse(browser, "First.");
  const auto second = Converse(browser, "Secnod.", TextAt(first, "conversation_id"));
  const auto edited = SendFields(
      browser,
      json::object{{"message", "Second."}, {"edit_of", TextAt(second, "user_message_id")}});
  EXPECT_THAT(
      MessagesOf(model().requests().back()),
      ElementsAre(StartsWith("system: "), "user: First.", "assistant: One.", "user: Second."));
  const auto active = Messages(browser, TextAt(first, "conversation_id"));
  ASSERT_THAT(TextsAt(active, "text"), ElementsAre("First.", "One.", "Second.", "Three."));
  EXPECT_THAT(Siblings(active[2]),
              ElementsAre(TextAt(second, "user_message_id"), TextAt(edited, "user_message_id")));
  const auto before = Messages(browser, TextAt(first, "conversation_id"),
                               "?path=" + TextAt(second, "user_message_id"));
  EXPECT_THAT(TextsAt(before, "text"), ElementsAre("First.", "One.", "Secnod.", "Two."));
}

TEST_F(Conversations, GoOnFromThePathThatWasChosen) {
  StartWithReplies({"One.", "Another one.", "Two."});
  auto browser = Browser();
  const auto first = Converse(browser, "Hello.");
  SendFields(browser, json::object{{"regenerate_of", TextAt(first, "message_id")}});
  const auto chosen = json::object{{"path", TextAt(first, "message_id")}};
  EXPECT_EQ(browser.Patch(PathOf(first), chosen).status, 200);
  Converse(browser, "Go on.", TextAt(first, "conversation_id"));
  EXPECT_THAT(TextsAt(Messages(browser, TextAt(first, "conversation_id")), "text"),
              ElementsAre("Hello.", "One.", "Go on.", "Two."));
  auto stranger = Browser();
  EXPECT_EQ(stranger.Patch(PathOf(first), chosen).status, 404);
  const auto other = Converse(browser, "Elsewhere.");
  EXPECT_EQ(browser.Patch(PathOf(other), chosen).status, 404);
  EXPECT_EQ(browser.Patch(PathOf(first), json::object{}).status, 422);
}

TEST_F(Conversations, AreListedNewestFirstInPages) {
  StartWithReplies({kWholeReply});
  auto browser = Browser();
  for (const std::string name : {"one", "two", "three", "four", "five"}) Converse(browser, name);
  std::vector<std::string> titles;
  std::string target = "/api/conversations?limit=2";
  for (const std::size_t size : {2U, 2U, 1U}) {
    const auto page = browser.Get(target).Json();
    const auto items = ItemsOf(page);
    EXPECT_THAT(items, SizeIs(size));
    for (const auto& title : TextsAt(items, "title")) titles.push_back(title);
    EXPECT_EQ(page.contains("next_cursor"), size == 2);
    target = "/api/conversations?limit=2&cursor=" + TextAt(page, "next_cursor");
  }
  EXPECT_THAT(titles, ElementsAre("five", "four", "three", "two", "one"));
}

TEST_F(Conversations, ComeToTheTopOfTheListWhenTheyGoOn) {
  StartWithReplies({kWholeReply});
  auto browser = Browser();
  const auto one = Converse(browser, "one");
  Converse(browser, "two");
  Converse(browser, "And another thing.", TextAt(one, "conversation_id"));
  const auto list = ItemsOf(browser.Get("/api/conversations").Json());
  EXPECT_THAT(TextsAt(list, "title"), ElementsAre("one", "two"));
}

TEST_F(Conversations, AreGivenAnotherTitle) {
  StartWithReplies({kWholeReply});
  auto browser = Browser();
  const auto turn = Converse(browser, "The first line is the title.\nThe second is not.");
  EXPECT_EQ(TextAt(browser.Get(PathOf(turn)).Json(), "title"), "The first line is the title.");
  const auto renamed = browser.Patch(PathOf(turn), json::object{{"title", "  My sister  "}});
  EXPECT_EQ(renamed.status, 200);
  EXPECT_EQ(TextAt(renamed.Json(), "title"), "My sister");
  const auto list = ItemsOf(browser.Get("/api/conversations").Json());
  EXPECT_THAT(TextsAt(list, "title"), ElementsAre("My sister"));
}

TEST_F(Conversations, AreGoneWhenTheyAreDeleted) {
  StartWithReplies({kWholeReply});
  auto browser = Browser();
  const auto turn = Converse(browser, "Forget this.");
  EXPECT_EQ(browser.Delete(PathOf(turn)).status, 204);
  EXPECT_EQ(browser.Get(PathOf(turn)).status, 404);
  EXPECT_EQ(browser.Get(PathOf(turn) + "/messages").status, 404);
  EXPECT_EQ(browser.Get("/api/turns/" + TextAt(turn, "turn_id")).status, 404);
  EXPECT_EQ(browser.Delete(PathOf(turn)).status, 404);
  EXPECT_THAT(ItemsOf(browser.Get("/api/conversations").Json()), IsEmpty());
}

TEST_F(Conversations, AreDeletedWithTheReplyThatRuns) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Forget this.");
  auto stream = browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events");
  EXPECT_EQ(browser.Delete(PathOf(turn)).status, 204);
  const auto events = stream.ReadToEnd();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().name, "done");
  EXPECT_EQ(browser.Get(PathOf(turn)).status, 404);
}

TEST_F(Conversations, AreReadInPagesFromTheEnd) {
  StartWithReplies({"One.", "Two.", "Three."});
  auto browser = Browser();
  const auto first = Converse(browser, "1");
  Converse(browser, "2", TextAt(first, "conversation_id"));
  Converse(browser, "3", TextAt(first, "conversation_id"));
  const auto path = PathOf(first) + "/messages?limit=4";
  const auto newest = browser.Get(path).Json();
  EXPECT_THAT(TextsAt(ItemsOf(newest), "text"), ElementsAre("2", "Two.", "3", "Three."));
  const auto older = browser.Get(path + "&cursor=" + TextAt(newest, "next_cursor")).Json();
  EXPECT_THAT(TextsAt(ItemsOf(older), "text"), ElementsAre("1", "One."));
  EXPECT_FALSE(older.contains("next_cursor"));
}

}  // namespace
}  // namespace nat::testing
