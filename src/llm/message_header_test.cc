#include "llm/message_header.h"

#include <gtest/gtest.h>

#include <string>

namespace nat {
namespace {

MessageHeader Channel(std::string_view text) {
  MessageHeader header;
  header.Read("assistant");
  header.BeginChannel();
  header.Read(text);
  return header;
}

TEST(MessageHeader, OnlyFinalIsForThePerson) {
  EXPECT_TRUE(Channel("final").is_final());
  EXPECT_TRUE(Channel(" Final \n").is_final());
  for (const char* text :
       {"", "analysis", "commentary", "final?", "finally", "final to=functions.f"}) {
    EXPECT_FALSE(Channel(text).is_final()) << text;
  }
  EXPECT_FALSE(MessageHeader().is_final());
}

TEST(MessageHeader, ARecipientInTheRoleHidesToo) {
  MessageHeader header;
  header.Read("assistant to=functions.f");
  header.BeginChannel();
  header.Read("final");
  EXPECT_FALSE(header.is_final());
}

TEST(MessageHeader, ASecondChannelReplacesTheFirst) {
  MessageHeader header = Channel("analysis");
  header.BeginChannel();
  header.Read("final");
  EXPECT_TRUE(header.is_final());
}

TEST(MessageHeader, AFormatIsNoPartOfTheChannel) {
  MessageHeader header = Channel("final ");
  header.BeginFormat();
  header.Read("json");
  EXPECT_TRUE(header.is_final());
  EXPECT_EQ(header.FinalText(), "");
}

TEST(MessageHeader, FindsTheTextOfAFinalWithoutItsMarker) {
  EXPECT_EQ(Channel("finalHello").FinalText(), "Hello");
  EXPECT_EQ(Channel("final Hello").FinalText(), "Hello");
  EXPECT_EQ(Channel("final\n\nhello").FinalText(), "\n\nhello");
  for (const char* text :
       {"final", "final \n", "final answer", "finally", "final??", "analysisHm"}) {
    EXPECT_EQ(Channel(text).FinalText(), "") << text;
  }
}

TEST(MessageHeader, KnowsTheUser) {
  MessageHeader header;
  header.Read(" user");
  EXPECT_TRUE(header.is_of_user());
  EXPECT_FALSE(Channel("final").is_of_user());
}

TEST(MessageHeader, IsBounded) {
  EXPECT_FALSE(Channel("final").is_too_long());
  EXPECT_TRUE(Channel(std::string(200, 'x')).is_too_long());
}

}  // namespace
}  // namespace nat
