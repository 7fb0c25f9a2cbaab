#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

mode_t ModeOf(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

TEST(Files, ANewFileDoesNotReplaceOneThatIsThere) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteNewFile(folder / "kept", "first"));
  const auto again = WriteNewFile(folder / "kept", "second");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(ReadFile(folder / "kept"), "first");
  std::filesystem::directory_iterator files(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "a draft was left behind";
}

TEST(Files, SayWhichPathFailedAndWhy) {
  const TemporaryFolder folder;
  const auto written = WriteNewFile(folder / "nowhere" / "file", "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(written.error().message.find("nowhere"), std::string::npos);
  EXPECT_NE(written.error().message.find("No such file"), std::string::npos);
}

TEST(Files, AFolderIsNotMadeWhereAFileStands) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteNewFile(folder / "file", ""));
  EXPECT_FALSE(MakePrivateFolder(folder / "file"));
  EXPECT_FALSE(MakePrivateFolder(folder / "file" / "below"));
}

TEST(Files, NewFilesAndFoldersAreForTheirOwnerAlone) {
  const TemporaryFolder folder;
  ASSERT_TRUE(MakePrivateFolder(folder / "one" / "two"));
  ASSERT_TRUE(WriteNewFile(folder / "one" / "two" / "file", "text"));
  EXPECT_EQ(ModeOf(folder / "one"), 0700U);
  EXPECT_EQ(ModeOf(folder / "one" / "two"), 0700U);
  EXPECT_EQ(ModeOf(folder / "one" / "two" / "file"), 0600U);
  EXPECT_EQ(ReadFile(folder / "one" / "two" / "file"), "text");
}

TEST(Files, AFolderThatIsThereStaysAsItIs) {
  const TemporaryFolder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0750), 0);
  ASSERT_TRUE(MakePrivateFolder(folder.path()));
  EXPECT_EQ(ModeOf(folder.path()), 0750U);
}

}  // namespace
}  // namespace nat
