#include "chat/stages/text_hygiene.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "base/limits.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

TEST(TextHygiene, RefusesWhatCannotBeASentMessage) {
  const std::string too_many_bytes(limits::kMessageBytesMax + 1, ' ');
  const std::string too_many_characters(limits::kMessageCharactersMax + 1, 'a');
  for (const std::string& message : std::vector<std::string>{
           "", " \n\t ", "\u200B\uFEFF", "\u3164", "bad \xFF byte", "cut \xE2\x82", "\xED\xA0\x80",
           too_many_bytes, too_many_characters}) {
    const auto checked = CheckMessage(message);
    ASSERT_FALSE(checked) << message.substr(0, 20);
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidInput);
    EXPECT_NE(checked.error().public_detail, "");
    EXPECT_EQ(checked.error().message.find(message.empty() ? "?" : message), std::string::npos);
  }
}

TEST(TextHygiene, TakesTheLongestMessage) {
  std::string message;
  for (std::size_t i = 0; i < limits::kMessageCharactersMax; ++i) message += "😀";
  ASSERT_TRUE(CheckMessage(message));
  EXPECT_EQ(*CheckMessage(message), message);
}

TEST(TextHygiene, CleansWithoutChangingWhatWasSaid) {
  EXPECT_EQ(*CheckMessage("  my sister\r\nstopped answering\u202E \n"),
            "my sister\nstopped answering");
  EXPECT_EQ(*CheckMessage("cafe\u0301"), "caf\u00E9");
  EXPECT_EQ(*CheckMessage("ki\u200Dll"), "kill");
  EXPECT_EQ(*CheckMessage("my code:\n\tx = 1"), "my code:\n\tx = 1");
}

TEST(TextHygiene, JudgesAsAStage) {
  asio::io_context loop;
  TextHygiene stage;
  const auto refused = RunTask(loop, stage.Judge(StageInput{" "}));
  EXPECT_FALSE(refused);
  auto replaced = RunTask(loop, stage.Judge(StageInput{" night\r\n"}));
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->kind, Verdict::Kind::kReplace);
  EXPECT_EQ(replaced->text, "night");
  auto passed = RunTask(loop, stage.Judge(StageInput{"night"}));
  ASSERT_TRUE(passed);
  EXPECT_EQ(passed->kind, Verdict::Kind::kPass);
}

}  // namespace
}  // namespace nat
