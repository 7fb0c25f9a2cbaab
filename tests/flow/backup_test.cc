// A copy of everything, made while the service runs, from which another one starts.
#include <gmock/gmock.h>

#include <filesystem>

#include "app/maintenance.h"
#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::StartsWith;

namespace fs = std::filesystem;

class Backup : public Flow {
 protected:
  // As an operator restores one: the copy and the key in a new data folder.
  void StartFrom(const fs::path& copy) {
    const auto kept = config_.data_directory;
    Stop();
    config_.data_directory = folder_ / "restored";
    fs::create_directory(config_.data_directory);
    fs::copy_file(copy, config_.database_path());
    fs::copy_file(kept / "master.key", config_.master_key_path());
    Start();
  }
};

TEST_F(Backup, MadeInTheMiddleOfAReplyHoldsEverythingThatWasShown) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  auto stream = browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events");
  gate().LetPass(2);
  ASSERT_EQ(stream.Next()->name, "turn");
  const auto shown = TextAt(stream.Next()->fields, "text");
  const auto copy = folder_ / "copy.db";
  ASSERT_EQ(RunBackup(config_, copy), 0);
  gate().OpenForGood();
  StartFrom(copy);
  browser.MoveTo(port());
  const auto messages = Messages(browser, TextAt(turn, "conversation_id"));
  // What was stored and not read yet may be there as well.
  EXPECT_THAT(TextsAt(messages, "text"), ElementsAre("Hello.", StartsWith(shown)));
  EXPECT_EQ(TextAt(messages.back(), "status"), "interrupted");
}

TEST_F(Backup, OfAFolderIsNamedByTheTimeAndNeverReplacesAFile) {
  Start();
  const auto copy = folder_ / "copy.db";
  ASSERT_EQ(RunBackup(config_, copy), 0);
  EXPECT_NE(RunBackup(config_, copy), 0);
  ASSERT_EQ(RunBackup(config_, std::nullopt), 0);
  const fs::directory_iterator made(config_.data_directory / "backups");
  EXPECT_THAT(std::vector<fs::directory_entry>(begin(made), end(made)), SizeIs(1));
}

TEST_F(Backup, OfNothingIsRefused) {
  EXPECT_NE(RunBackup(config_, folder_ / "copy.db"), 0);
  EXPECT_FALSE(fs::exists(folder_ / "copy.db"));
}

}  // namespace
}  // namespace nat::testing
