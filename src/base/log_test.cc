#include "base/log.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"

namespace nat {
namespace {

TEST(Log, WritesOneJsonObjectALineWithEscapedText) {
  Log log(LogLevel::kInfo, "key");
  testing::internal::CaptureStderr();
  log.Write(LogLevel::kWarning, "store.slow",
            {{"message", "a \"quote\"\nand a line"}, {"ms", 12.5}});
  const auto line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto object = ParseJsonObject(line.substr(0, line.size() - 1), "the line");
  ASSERT_TRUE(object) << line;
  EXPECT_EQ(object->at("event"), "store.slow");
  EXPECT_EQ(object->at("level"), "warning");
  EXPECT_EQ(object->at("message"), "a \"quote\"\nand a line");
}

TEST(Log, KeepsQuietBelowItsLevel) {
  Log log(LogLevel::kWarning, "key");
  testing::internal::CaptureStderr();
  log.Write(LogLevel::kInfo, "turn.finished", {});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Log, NamesAnIdByAHashThatOnlyItsKeyRepeats) {
  const auto id = TurnId::Make();
  Log log(LogLevel::kInfo, "key");
  Log same_key(LogLevel::kInfo, "key");
  Log other_key(LogLevel::kInfo, "another key");
  EXPECT_EQ(log.Hash(id).text(), same_key.Hash(id).text());
  EXPECT_NE(log.Hash(id).text(), other_key.Hash(id).text());
  EXPECT_NE(log.Hash(id).text(), log.Hash(TurnId::Make()).text());
  EXPECT_EQ(log.Hash(id).text().find(id.text().substr(0, 6)), std::string::npos);
}

TEST(Log, KnowsItsLevelsByTheirWords) {
  EXPECT_EQ(ParseLogLevel("debug"), LogLevel::kDebug);
  EXPECT_EQ(ParseLogLevel("loud"), std::nullopt);
}

}  // namespace
}  // namespace nat
