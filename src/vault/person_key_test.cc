#include "vault/person_key.h"

#include <gtest/gtest.h>

#include <set>

namespace nat {
namespace {

MasterKey MakeMaster() {
  return MasterKey(MasterKey::Bytes::Make());
}

TEST(Seal, DoesNotOpenWhenAnyByteWasChanged) {
  const auto key = PersonKey::Make();
  const auto sealed = Seal(key, "message:1", "I slept badly");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto opened = Open(key, "message:1", changed);
    ASSERT_FALSE(opened) << "byte " << at;
    EXPECT_EQ(opened.error().code, ErrorCode::kInternal);
    EXPECT_EQ(opened.error().message.find("slept"), std::string::npos);
  }
}

TEST(Seal, DoesNotOpenWhenCutShort) {
  const auto key = PersonKey::Make();
  const auto sealed = Seal(key, "message:1", "I slept badly");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(Open(key, "message:1", std::string_view(sealed).substr(0, size))) << size;
  }
}

TEST(Seal, DoesNotOpenInAnotherRow) {
  const auto key = PersonKey::Make();
  const auto sealed = Seal(key, "message:1", "yes");
  EXPECT_FALSE(Open(key, "message:2", sealed));
  EXPECT_FALSE(Open(key, "message:", sealed));
}

TEST(Seal, DoesNotOpenUnderAnotherKey) {
  const auto sealed = Seal(PersonKey::Make(), "message:1", "yes");
  EXPECT_FALSE(Open(PersonKey::Make(), "message:1", sealed));
}

TEST(Seal, NamesTheFormatOfANewerProgram) {
  const auto key = PersonKey::Make();
  auto sealed = Seal(key, "message:1", "yes");
  sealed[0] = 2;
  const auto opened = Open(key, "message:1", sealed);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("format 2"), std::string::npos);
}

TEST(Seal, OpensToTheSameTextWhateverItsLengthAndBytes) {
  const auto key = PersonKey::Make();
  for (std::size_t size : {0U, 1U, 30U, 31U, 32U, 33U, 63U, 64U, 4000U}) {
    std::string text(size, '\0');
    for (std::size_t at = 0; at < size; ++at) text[at] = static_cast<char>(at * 7 + 0x80);
    const auto opened = Open(key, "message:1", Seal(key, "message:1", text));
    ASSERT_TRUE(opened) << size;
    EXPECT_EQ(*opened, text) << size;
  }
}

TEST(Seal, HidesTheLengthOfAShortText) {
  const auto key = PersonKey::Make();
  const auto shortest = Seal(key, "message:1", "").size();
  EXPECT_EQ(Seal(key, "message:1", std::string(kSealedTextBucketBytes - 1, 'a')).size(), shortest);
  EXPECT_EQ(Seal(key, "message:1", std::string(kSealedTextBucketBytes, 'a')).size(),
            shortest + kSealedTextBucketBytes);
}

TEST(Seal, GivesOtherBytesEachTimeAndNoneOfTheText) {
  const auto key = PersonKey::Make();
  std::set<std::string> all;
  for (int round = 0; round < 100; ++round) all.insert(Seal(key, "message:1", "I slept badly"));
  EXPECT_EQ(all.size(), 100U);
  for (const auto& sealed : all) EXPECT_EQ(sealed.find("slept"), std::string::npos);
}

TEST(WrappedPersonKey, DoesNotOpenForAnotherPerson) {
  const auto master = MakeMaster();
  const auto wrapped = WrapPersonKey(master, PersonId::Make(), PersonKey::Make());
  const auto unwrapped = UnwrapPersonKey(master, PersonId::Make(), wrapped);
  ASSERT_FALSE(unwrapped);
  EXPECT_EQ(unwrapped.error().code, ErrorCode::kInternal);
}

TEST(WrappedPersonKey, DoesNotOpenUnderAnotherMasterKeyOrChanged) {
  const auto master = MakeMaster();
  const auto person = PersonId::Make();
  auto wrapped = WrapPersonKey(master, person, PersonKey::Make());
  EXPECT_FALSE(UnwrapPersonKey(MakeMaster(), person, wrapped));
  wrapped.back() = static_cast<char>(wrapped.back() ^ 1);
  EXPECT_FALSE(UnwrapPersonKey(master, person, wrapped));
}

TEST(WrappedPersonKey, UnwrapsToTheKeyThatWasWrapped) {
  const auto master = MakeMaster();
  const auto person = PersonId::Make();
  const auto key = PersonKey::Make();
  const auto unwrapped = UnwrapPersonKey(master, person, WrapPersonKey(master, person, key));
  ASSERT_TRUE(unwrapped);
  EXPECT_TRUE(*unwrapped == key);
}

}  // namespace
}  // namespace nat
