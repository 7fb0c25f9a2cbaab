#include "llm/companion/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/companion_talk.h"

namespace nat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> PhrasesIn(std::string_view message) {
  const Lexicon& lexicon = ShippedScript().lexicon;
  std::vector<std::string> phrases;
  for (const Mention& person : FindPeople(message, SplitWords(message, lexicon.folds), lexicon)) {
    phrases.push_back(person.phrase);
  }
  return phrases;
}

TEST(People, AreNotMadeOfOtherCapitals) {
  EXPECT_THAT(PhrasesIn("On Friday I went to London and said OK"), IsEmpty());
  EXPECT_THAT(PhrasesIn("Sometimes I think about it. Nobody said anything"), IsEmpty());
  EXPECT_THAT(PhrasesIn("my car broke"), IsEmpty());
}

TEST(People, AreNamedByRoleFromTheirPointOfView) {
  EXPECT_THAT(PhrasesIn("my little sister and my boss"),
              ElementsAre("your little sister", "your boss"));
  EXPECT_THAT(PhrasesIn("mum called"), ElementsAre("your mum"));
  EXPECT_THAT(PhrasesIn("my ex girlfriend wrote"), ElementsAre("your ex girlfriend"));
}

TEST(People, AreNamedByTheirNameWhereThereIsOne) {
  EXPECT_THAT(PhrasesIn("my brother Tom left"), ElementsAre("Tom"));
  EXPECT_THAT(PhrasesIn("tom said so"), ElementsAre("Tom"));
  EXPECT_THAT(PhrasesIn("I met with Zebedee"), ElementsAre("Zebedee"));
}

TEST(People, LoseTheGenitive) {
  EXPECT_THAT(PhrasesIn("Tom's car"), ElementsAre("Tom"));
  EXPECT_THAT(PhrasesIn("my friend's mum died"), ElementsAre("your friend's mum"));
  EXPECT_THAT(PhrasesIn("my sister\xE2\x80\x99s wedding"), ElementsAre("your sister"));
}

TEST(Meant, FollowsThePronounToTheLatestWhoFits) {
  const People people = {{"your brother", Pronoun::kHe, 0, 1},
                         {"your sister", Pronoun::kShe, 2, 3}};
  EXPECT_EQ(Meant(people, Pronoun::kHe)->phrase, "your brother");
  EXPECT_EQ(Meant(people, Pronoun::kShe)->phrase, "your sister");
  EXPECT_EQ(Meant({}, Pronoun::kShe), nullptr);
  EXPECT_EQ(PronounOf("she"), Pronoun::kShe);
  EXPECT_FALSE(PronounOf("table").has_value());
}

}  // namespace
}  // namespace nat
