#include "llm/companion/reading.h"

#include <gtest/gtest.h>

#include "tests/support/companion_talk.h"

namespace nat {
namespace {

Reading ReadAlone(std::string_view message) {
  People known;
  return Read(message, ShippedScript(), known);
}

const TopicHit* HitOf(const Reading& reading, std::string_view topic) {
  for (const TopicHit& hit : reading.hits) {
    if (ShippedScript().topics[hit.topic].id == topic) return &hit;
  }
  return nullptr;
}

TEST(Reading, LeavesOutFeelingsThatAreDenied) {
  EXPECT_EQ(HitOf(ReadAlone("I'm not sad"), "sad"), nullptr);
  EXPECT_NE(HitOf(ReadAlone("I'm so sad"), "sad"), nullptr);
  EXPECT_NE(HitOf(ReadAlone("no idea why, I'm sad"), "sad"), nullptr);
}

TEST(Reading, KnowsWhoseFeelingItIs) {
  const Reading hers = ReadAlone("my sister is sad");
  ASSERT_NE(HitOf(hers, "sad"), nullptr);
  EXPECT_TRUE(HitOf(hers, "sad")->is_someone_elses);
  EXPECT_EQ(HitOf(hers, "sad")->person, "your sister");
  const Reading mine = ReadAlone("my sister makes me sad");
  ASSERT_NE(HitOf(mine, "sad"), nullptr);
  EXPECT_FALSE(HitOf(mine, "sad")->is_someone_elses);
}

TEST(Reading, TakesALabelFromSomeoneElseAsTheirs) {
  const Reading reading = ReadAlone("my boss thinks im useless");
  EXPECT_EQ(HitOf(reading, "worthless"), nullptr);
  ASSERT_NE(HitOf(reading, "judged"), nullptr);
  EXPECT_EQ(HitOf(reading, "judged")->person, "your boss");
}

TEST(Reading, DoesNotMournAPhone) {
  EXPECT_EQ(HitOf(ReadAlone("my phone died"), "death"), nullptr);
  EXPECT_NE(HitOf(ReadAlone("my dad died"), "death"), nullptr);
}

TEST(Reading, HidesFiguresOfSpeechAndKeepsWhatTheyDoNotTouch) {
  EXPECT_EQ(ReadAlone("this homework is killing me").FirstOf(ShippedScript(), TopicKind::kCrisis),
            nullptr);
  EXPECT_NE(ReadAlone("this pain is killing me, I want to die")
                .FirstOf(ShippedScript(), TopicKind::kCrisis),
            nullptr);
}

TEST(Reading, PutsTheHeaviestFirst) {
  const Reading reading = ReadAlone("I'm tired, my mum died and I want to kill myself");
  ASSERT_FALSE(reading.hits.empty());
  EXPECT_EQ(ShippedScript().topics[reading.hits[0].topic].kind, TopicKind::kCrisis);
}

TEST(Reading, FindsEventsWithTheirDay) {
  EXPECT_EQ(ReadAlone("I have an exam on friday").event, "the exam on Friday");
  EXPECT_EQ(ReadAlone("I have an exam tomorrow").event, "the exam tomorrow");
  EXPECT_EQ(ReadAlone("I have an exam tomorrow").event_later, "the exam");
  EXPECT_EQ(ReadAlone("I have a cold").event, "");
}

TEST(Reading, FindsHowLong) {
  EXPECT_EQ(ReadAlone("it has been three weeks now").duration, "three weeks");
  EXPECT_EQ(ReadAlone("we were together for 4 years").duration, "4 years");
  EXPECT_EQ(ReadAlone("she is 4 years old").duration, "");
}

TEST(Reading, QuotesOnlyWhatCanStandAsItIs) {
  EXPECT_EQ(ReadAlone("everything tastes like cardboard").quote,
            "everything tastes like cardboard");
  EXPECT_EQ(ReadAlone("I get up and the days blur together").quote, "the days blur together");
  EXPECT_EQ(ReadAlone("I painted my shed").quote, "");
  EXPECT_EQ(ReadAlone("you are mean").quote, "");
}

TEST(Reading, TellsSilenceMashAndOtherLanguagesApart) {
  EXPECT_EQ(ReadAlone("...").shape, Shape::kSilence);
  EXPECT_EQ(ReadAlone("").shape, Shape::kSilence);
  EXPECT_EQ(ReadAlone("asdfgh jkjkjkl").shape, Shape::kUnclear);
  EXPECT_EQ(ReadAlone("ich bin sehr traurig und weiß nicht wie").shape, Shape::kForeign);
  EXPECT_EQ(ReadAlone("мне очень плохо").shape, Shape::kForeign);
  EXPECT_EQ(ReadAlone("hmm").shape, Shape::kPlain);
  EXPECT_EQ(ReadAlone("cardboard").shape, Shape::kPlain);
  EXPECT_EQ(ReadAlone("my schadenfreude is real").shape, Shape::kPlain);
}

TEST(Reading, ReadsYesAndNoOnlyWhereTheyAreAllOfIt) {
  EXPECT_TRUE(ReadAlone("Yes.").is_yes);
  EXPECT_TRUE(ReadAlone("nope").is_no);
  EXPECT_FALSE(ReadAlone("yes I went to the shop and it was closed").is_yes);
  EXPECT_FALSE(ReadAlone("no wonder it broke").is_no);
}

}  // namespace
}  // namespace nat
