#include "chat/echo_filter.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

const std::string kSaid = "I hear how tired you are. Three nights are a lot, and it";

// What is shown of a reply that comes in tokens of `size` bytes.
std::string Shown(const std::string& reply, std::size_t size, const std::string& said = kSaid) {
  EchoFilter filter(said);
  std::string shown;
  for (std::size_t at = 0; at < reply.size(); at += size) {
    shown += filter.Feed(std::string_view(reply).substr(at, size));
  }
  return shown + filter.Finish();
}

void Expect(const std::string& reply, const std::string& shown) {
  for (const std::size_t size : {1U, 3U, 1000U}) EXPECT_EQ(Shown(reply, size), shown) << size;
}

TEST(EchoFilter, LeavesAReplyThatGoesOnAsItIs) {
  Expect(" makes sense that you feel it.", " makes sense that you feel it.");
  Expect("It", "It");
  Expect("", "");
}

TEST(EchoFilter, TakesTheWholeOutWhereTheModelBeginsAgain) {
  Expect(kSaid + " makes sense.", " makes sense.");
  Expect("I hear how tired you are.\nThree nights are a lot,  and it makes sense.",
         " makes sense.");
}

TEST(EchoFilter, TakesTheLastWordsOutWhereTheyAreRepeated) {
  Expect("Three nights are a lot, and it makes sense.", " makes sense.");
  Expect("three nights are a lot, and it makes sense.", " makes sense.");
}

TEST(EchoFilter, KeepsWordsThatOnlyHappenToBeTheSame) {
  Expect("it makes sense.", "it makes sense.");
  Expect("I hear you. Go on.", "I hear you. Go on.");
  Expect("Three nights are too many.", "Three nights are too many.");
}

TEST(EchoFilter, TakesOutTheSentencesThatAreRepeatedBeforeItGoesAnotherWay) {
  Expect("I hear how tired you are. Three nights are too many.", " Three nights are too many.");
}

TEST(EchoFilter, NeverTakesAPartOfAWord) {
  for (const std::size_t size : {1U, 1000U}) {
    EXPECT_EQ(Shown("Sometimes it helps.", size, "So"), "Sometimes it helps.");
    EXPECT_EQ(Shown("It sounds hard.", size, "I"), "It sounds hard.");
    EXPECT_EQ(Shown("Three nights are a lottery.", size, "Three nights are a lot"),
              "Three nights are a lottery.");
    EXPECT_EQ(Shown("One step at a time is how.", size, "Slowly, and one step at a time"),
              "One step at a time is how.");
  }
}

TEST(EchoFilter, TakesOutAReplyThatIsNothingButARepetition) {
  Expect(kSaid, "");
  Expect("Three nights are a lot, and it", "");
}

TEST(EchoFilter, HoldsNothingBackWhereNothingIsCarriedOn) {
  EchoFilter filter("");
  EXPECT_EQ(filter.Feed("I"), "I");
  EXPECT_EQ(filter.Finish(), "");
}

}  // namespace
}  // namespace nat
