#include "vault/master_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.h"
#include "vault/keyed_hash.h"

namespace nat {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
}

TEST(MasterKey, IsNotMadeAnewWhereTextsAreStored) {
  const TemporaryFolder folder;
  const auto key = LoadOrCreateMasterKey(folder / "master.key", StoredTexts::kPresent);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kNotFound);
  EXPECT_NE(key.error().message.find("Put it back"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(MasterKey, IsRefusedWhenOthersCanReadItsFile) {
  const TemporaryFolder folder;
  const auto path = folder / "master.key";
  ASSERT_TRUE(LoadOrCreateMasterKey(path, StoredTexts::kNone));
  for (mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    const auto key = LoadOrCreateMasterKey(path, StoredTexts::kPresent);
    ASSERT_FALSE(key) << std::oct << mode;
    EXPECT_EQ(key.error().code, ErrorCode::kForbidden);
    EXPECT_NE(key.error().message.find("chmod 600"), std::string::npos);
  }
}

TEST(MasterKey, IsRefusedWhenItsFileDoesNotHoldExactlyOneKey) {
  const TemporaryFolder folder;
  const std::string good(64, 'a');
  for (const auto& text :
       {std::string(), std::string("# a comment only\n"), std::string(63, 'a') + "\n",
        std::string(66, 'a') + "\n", std::string(64, 'g') + "\n", good + "\n" + good + "\n",
        good + " " + good + "\n", std::string(5000, 'a')}) {
    WriteFile(folder / "master.key", text);
    const auto key = LoadOrCreateMasterKey(folder / "master.key", StoredTexts::kNone);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(key.error().message.find("aaaa"), std::string::npos) << "a key in a message";
  }
}

TEST(MasterKey, SaysWhyItCannotBeMade) {
  const TemporaryFolder folder;
  WriteFile(folder / "a-file", "");
  const auto key = LoadOrCreateMasterKey(folder / "a-file" / "master.key", StoredTexts::kNone);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kUnavailable);
}

TEST(MasterKey, IsMadeInAFileOfItsOwnThatOnlyItsOwnerReads) {
  const TemporaryFolder folder;
  const auto path = folder / "new" / "master.key";
  ASSERT_TRUE(LoadOrCreateMasterKey(path, StoredTexts::kNone));
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(stat(path.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  EXPECT_EQ(ReadFile(path).front(), '#') << "whoever opens it should learn what it is";
  // Nothing but the key file: no draft of it is left.
  std::filesystem::directory_iterator files(path.parent_path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(MasterKey, IsTheSameAtTheNextStart) {
  const TemporaryFolder folder;
  const auto made = LoadOrCreateMasterKey(folder / "master.key", StoredTexts::kNone);
  const auto loaded = LoadOrCreateMasterKey(folder / "master.key", StoredTexts::kPresent);
  ASSERT_TRUE(made);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->Fingerprint(), made->Fingerprint());
}

TEST(MasterKey, IsReadBetweenCommentsAndWithLineEndsOfWindows) {
  const TemporaryFolder folder;
  WriteFile(folder / "master.key", "# one\r\n\r\n" + std::string(64, 'A') + " \r\n# two");
  EXPECT_TRUE(LoadOrCreateMasterKey(folder / "master.key", StoredTexts::kPresent));
}

TEST(MasterKey, DerivesAnotherKeyForEachPurpose) {
  const MasterKey master(MasterKey::Bytes::Make());
  EXPECT_FALSE(master.Derive(KeyPurpose::kCookies) == master.Derive(KeyPurpose::kLogHashes));
  EXPECT_TRUE(master.Derive(KeyPurpose::kCookies) == master.Derive(KeyPurpose::kCookies));
}

// Computed with Python's hashlib.blake2b. What is stored depends on these: they never change.
TEST(MasterKey, DerivesWhatItAlwaysDerived) {
  const MasterKey master(*MasterKey::Bytes::FromBytes(std::string(kKeyBytes, '\x01')));
  EXPECT_EQ(KeyedHash(master.Derive(KeyPurpose::kWrapPersonKeys), ""),
            "ec25615f053de43fcbeed4bff929fc3d");
  EXPECT_EQ(master.Fingerprint(), "3efad9b734ae177123107508269734a4");
}

}  // namespace
}  // namespace nat
