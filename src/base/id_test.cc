#include "base/id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace nat {
namespace {

TEST(Id, RefusesEveryOtherShape) {
  const std::string good = TurnId::Make().text();
  EXPECT_TRUE(TurnId::Parse(good));
  EXPECT_FALSE(TurnId::Parse(""));
  EXPECT_FALSE(TurnId::Parse(good + "0"));
  EXPECT_FALSE(TurnId::Parse(good.substr(1)));
  EXPECT_FALSE(TurnId::Parse("U" + good.substr(1)));
  EXPECT_FALSE(TurnId::Parse("/" + good.substr(1)));
  EXPECT_FALSE(TurnId::Parse(std::string(26, '\0')));
}

TEST(Id, IsNeverTheSameTwiceAndUsesEveryLetterOfItsAlphabet) {
  std::set<std::string> seen;
  std::set<char> letters;
  for (int made = 0; made < 2'000; ++made) {
    const auto text = PersonId::Make().text();
    EXPECT_TRUE(seen.insert(text).second);
    letters.insert(text.begin(), text.end());
  }
  EXPECT_EQ(letters.size(), 32U);
}

TEST(Id, TheSameBytesGiveTheSameId) {
  const std::string bytes = "abcdefghijklmnopqrstuvwxyz";
  EXPECT_EQ(PersonId::FromBytes(bytes), PersonId::FromBytes(bytes));
  EXPECT_TRUE(IsIdText(IdTextFromBytes(bytes)));
}

}  // namespace
}  // namespace nat
