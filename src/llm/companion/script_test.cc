#include "llm/companion/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/companion_talk.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kFields =
    "source = 's'\ndate = 'd'\nreviewed = 'r'\nlanguage = 'en'\nversion = 'v'\n";

// What LoadScript says about one file with this text.
std::string ComplaintAbout(std::string_view text) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "one.toml") << text;
  const auto script = LoadScript(folder.path());
  return script ? "" : script.error().message;
}

std::string ComplaintAboutTopic(const std::string& topic) {
  return ComplaintAbout(std::string(kFields) + "[[topic]]\n" + topic);
}

TEST(Script, SaysWhereNothingIsToRead) {
  const auto script = LoadScript("/nowhere/at/all");
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(script.error().message, HasSubstr("/nowhere/at/all"));
}

TEST(Script, NamesFileAndLineOfBrokenToml) {
  EXPECT_THAT(ComplaintAbout("a = 1\nb = = 2\n"), HasSubstr("one.toml: line 2"));
}

TEST(Script, NamesFileAndKeyOfWhatIsWrong) {
  EXPECT_THAT(ComplaintAbout("date = 'd'\n"), HasSubstr("one.toml: source"));
  EXPECT_THAT(ComplaintAbout(std::string(kFields) + "colour = 1\n"), HasSubstr("colour"));
  EXPECT_THAT(ComplaintAbout(std::string(kFields) + "[lexicon]\nrolls = ['a']\n"),
              HasSubstr("lexicon.rolls"));
  EXPECT_THAT(ComplaintAboutTopic("kind = 'pool'\n"), HasSubstr("topic[0].id"));
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\n"), HasSubstr("topic \"a\" kind"));
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\nkind = 'mood'\n"), HasSubstr("topic \"a\" kind"));
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\nkind = 'pool'\nask = ['']\n"), HasSubstr("ask[0]"));
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\nkind = 'pool'\noffer = 'tea'\n"), HasSubstr("offer"));
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\nkind = 'pool'\nmatch = ['~']\n"), HasSubstr("match"));
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\nkind = 'pool'\nmood = 1\n"), HasSubstr("mood"));
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\nkind = 'pool'\n[[topic]]\nid = 'a'\nkind = 'pool'\n"),
              HasSubstr("twice"));
}

TEST(Script, MissesThePoolsItNeeds) {
  EXPECT_THAT(ComplaintAboutTopic("id = 'a'\nkind = 'pool'\n"), HasSubstr("pool \"opening\""));
}

TEST(Script, IsShippedWhole) {
  const Script& script = ShippedScript();
  EXPECT_FALSE(script.version.empty());
  EXPECT_GT(script.topics.size(), 100u);
  EXPECT_GT(script.phrases.size(), 1'000u);
  EXPECT_FALSE(script.Of(Pool::kOpening).reflect.empty());
  EXPECT_EQ(NameOf(Pool::kCrisisAlone), "crisis_alone");
}

}  // namespace
}  // namespace nat
