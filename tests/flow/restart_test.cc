// The service ends and starts again on what it kept.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

namespace fs = std::filesystem;

class Restarting : public Flow {
 protected:
  fs::path KeyFile() const { return folder_ / "kept/master.key"; }

  // Starts, expecting a refusal; gives what the operator is told.
  std::string RefusalToStart() {
    const TestApp app(config_);
    EXPECT_FALSE(app.started());
    return app.started() ? "" : app.started().error().message;
  }
};

TEST_F(Restarting, IsRefusedWithoutTheMasterKeyAndChangesNothing) {
  Start();
  auto browser = Browser();
  const auto turn = browser.Post("/chat", json::object{{"message", "Still there?"}}).Json();
  Stop();
  fs::rename(KeyFile(), folder_ / "elsewhere.key");
  const auto refusal = RefusalToStart();
  EXPECT_THAT(refusal, HasSubstr(KeyFile().string()));
  EXPECT_THAT(refusal, HasSubstr("Nothing was changed"));
  EXPECT_FALSE(fs::exists(KeyFile()));

  fs::rename(folder_ / "elsewhere.key", KeyFile());
  Start();
  browser.MoveTo(port());
  EXPECT_THAT(Messages(browser, TextAt(turn, "conversation_id")), SizeIs(2));
}

TEST_F(Restarting, IsRefusedWithAnotherMasterKeyAndChangesNothing) {
  Start();
  auto browser = Browser();
  const auto turn = browser.Post("/chat", json::object{{"message", "Still there?"}}).Json();
  Stop();
  fs::rename(KeyFile(), folder_ / "right.key");
  {
    // Another installation, to have a key that is whole and wrong.
    auto other = config_;
    other.data_directory = folder_ / "other";
    const TestApp app(other);
    ASSERT_TRUE(app.started());
  }
  fs::copy_file(folder_ / "other/master.key", KeyFile());
  const auto refusal = RefusalToStart();
  EXPECT_THAT(refusal, HasSubstr("is not the one that sealed this"));
  EXPECT_THAT(refusal, HasSubstr("Nothing was changed"));

  fs::rename(folder_ / "right.key", KeyFile());
  Start();
  browser.MoveTo(port());
  EXPECT_THAT(Messages(browser, TextAt(turn, "conversation_id")), SizeIs(2));
}

TEST_F(Restarting, MakesANewMasterKeyWhereNothingWasSealedWithTheOldOne) {
  Start();
  Stop();
  fs::remove(KeyFile());
  Start();
  EXPECT_EQ(Curl().Post("/chat", json::object{{"message", "Hello."}}).status, 200);
}

TEST_F(Restarting, EndsTheReplyThatRunsAsInterruptedWithAllThatWasShown) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  const auto turn_path = "/api/turns/" + TextAt(turn, "turn_id");
  auto stream = browser.Follow(turn_path + "/events");
  gate().LetPass(1);
  EXPECT_EQ(stream.Next()->name, "turn");
  const auto shown = stream.Next();
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->name, "text");
  Restart();
  browser.MoveTo(port());
  // Who was reading is told before the service goes.
  const auto rest = stream.ReadToEnd();
  EXPECT_THAT(NamesOf(rest), ElementsAre("done"));
  const auto ended = browser.Get(turn_path).Json();
  EXPECT_EQ(TextAt(ended, "status"), "interrupted");
  EXPECT_EQ(TextAt(ended, "text"), TextAt(shown->fields, "text"));
  ASSERT_TRUE(ended.contains("problem"));
  EXPECT_EQ(TextAt(ended.at("problem").as_object(), "code"), "unavailable");
}

TEST_F(Restarting, FindsEveryConversationAgain) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Do you still know this?");
  Restart();
  browser.MoveTo(port());
  const auto list = ItemsOf(browser.Get("/api/conversations").Json());
  EXPECT_THAT(TextsAt(list, "title"), ElementsAre("Do you still know this?"));
  const auto messages = Messages(browser, TextAt(turn, "conversation_id"));
  EXPECT_THAT(TextsAt(messages, "text"), ElementsAre("Do you still know this?", kWholeReply));
  Converse(browser, "And this?", TextAt(turn, "conversation_id"));
  EXPECT_THAT(MessagesOf(model().requests().back()), SizeIs(4));
}

}  // namespace
}  // namespace nat::testing
