#include "llm/companion/phrasing.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

Recollection After(std::vector<std::string> replies) {
  Recollection past;
  for (std::string& reply : replies) {
    for (const std::string_view sentence : SplitSentences(reply)) {
      past.sentences.insert(KeyOf(sentence));
    }
    past.replies.push_back(std::move(reply));
  }
  past.readings.emplace_back();
  return past;
}

TEST(Phrasing, SaysNothingTwice) {
  const Recollection past = After({"I see it. More."});
  Phrasing phrasing(past, 1);
  EXPECT_FALSE(phrasing.Say({"I see it.", "more!"}));
  EXPECT_TRUE(phrasing.is_empty());
}

TEST(Phrasing, SaysATemplateOnlyOnceWhateverTheName) {
  const Recollection past = After({"So Tom knows now."});
  Phrasing phrasing(past, 1);
  phrasing.Set("person", "your sister");
  EXPECT_FALSE(phrasing.Say({"So {person} knows now."}));
}

TEST(Phrasing, DoesNotOpenAsARecentReplyDid) {
  const Recollection past = After({"That sounds hard."});
  Phrasing phrasing(past, 1);
  EXPECT_FALSE(phrasing.Say({"That sounds long."}));
  EXPECT_TRUE(phrasing.Say({"Long, that."}));
  EXPECT_TRUE(phrasing.Say({"That sounds long."})) << "inside a reply it is no opening";
}

TEST(Phrasing, AsksOnce) {
  const Recollection past = After({});
  Phrasing phrasing(past, 1);
  EXPECT_TRUE(phrasing.Say({"What then?"}));
  EXPECT_FALSE(phrasing.Say({"Who was it?"}));
  EXPECT_TRUE(phrasing.has_question());
}

TEST(Phrasing, LeavesOutLinesWhoseSlotIsEmpty) {
  const Recollection past = After({});
  Phrasing phrasing(past, 1);
  phrasing.Set("person", "");
  EXPECT_FALSE(phrasing.Say({"{Person} knows.", "Ask {stranger}."}));
  phrasing.Set("person", "your sister");
  EXPECT_TRUE(phrasing.Say({"{Person} knows."}));
  EXPECT_EQ(phrasing.Take(), "Your sister knows.");
}

TEST(Phrasing, FallsBackToWhatIsLongestAgo) {
  const Recollection past = After({"Old one.", "New one."});
  Phrasing phrasing(past, 1);
  phrasing.SayAgain({"New one.", "Old one."});
  EXPECT_EQ(phrasing.Take(), "Old one.");
}

TEST(Phrasing, ChoosesBySeed) {
  const Recollection past = After({});
  const Lines lines = {"A a.", "B b.", "C c.", "D d.", "E e.", "F f."};
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Phrasing phrasing(past, seed);
    ASSERT_TRUE(phrasing.Say(lines));
    seen.insert(phrasing.Take());
    Phrasing again(past, seed);
    ASSERT_TRUE(again.Say(lines));
    EXPECT_TRUE(seen.contains(again.Take()));
  }
  EXPECT_GE(seen.size(), 4u);
}

}  // namespace
}  // namespace nat
