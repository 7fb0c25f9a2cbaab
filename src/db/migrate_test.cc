#include "db/migrate.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

const Migration kNotes{1, "0001_notes", "CREATE TABLE notes(id TEXT PRIMARY KEY);"};
const Migration kLines{
    2, "0002_lines",
    "CREATE TABLE lines(note TEXT NOT NULL REFERENCES notes(id) ON DELETE CASCADE);"
    "INSERT INTO notes VALUES('first'); INSERT INTO lines VALUES('first');"};

class MigrateTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = folder_ / "test.db";
    ASSERT_TRUE(WriteNewFile(path, ""));
    auto opened = SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    connection_ = std::move(*opened);
  }

  std::int64_t Count(const std::string& what) {
    const auto rows = connection_->Run({"SELECT count(*) FROM " + what, {}});
    return rows ? rows->front().Integer(0) : -1;
  }

  TemporaryFolder folder_;
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(MigrateTest, LeavesTheOldStateWhereOneFails) {
  ASSERT_TRUE(Migrate(*connection_, {kNotes}));
  const Migration broken{3, "0003_broken",
                         "CREATE TABLE half(id TEXT); INSERT INTO nowhere VALUES(1)"};
  const auto migrated = Migrate(*connection_, {kNotes, kLines, broken});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::kInternal);
  EXPECT_NE(migrated.error().message.find("0003_broken"), std::string::npos);
  EXPECT_EQ(Count("notes"), 0);
  EXPECT_EQ(Count("lines"), -1);
  EXPECT_EQ(Count("half"), -1);
  EXPECT_EQ(Count("schema_migrations"), 1);
  EXPECT_TRUE(Migrate(*connection_, {kNotes, kLines}));
}

TEST_F(MigrateTest, RefusesAGapInTheNumbers) {
  const auto migrated = Migrate(*connection_, {kNotes, {3, "0003_lines", kLines.sql}});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::kInternal);
  EXPECT_EQ(Count("sqlite_schema"), 0);
}

TEST_F(MigrateTest, RefusesADatabaseOfANewerProgram) {
  ASSERT_TRUE(Migrate(*connection_, {kNotes, kLines}));
  const auto pending = CountPendingMigrations(*connection_, {kNotes});
  ASSERT_FALSE(pending);
  EXPECT_EQ(pending.error().code, ErrorCode::kConflict);
  EXPECT_NE(pending.error().message.find("0002_lines"), std::string::npos);
}

TEST_F(MigrateTest, RefusesAnAppliedFileThatWasEdited) {
  ASSERT_TRUE(Migrate(*connection_, {kNotes}));
  const auto migrated = Migrate(*connection_, {{1, "0001_notes", kNotes.sql + " "}, kLines});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Count("lines"), -1);
}

TEST_F(MigrateTest, RefusesADatabaseOfAnotherProgram) {
  ASSERT_TRUE(connection_->Execute("CREATE TABLE playlists(id TEXT)"));
  const auto migrated = Migrate(*connection_, {kNotes});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Count("sqlite_schema"), 1);
}

TEST_F(MigrateTest, RefusesAFileThatEndsItsTransaction) {
  const auto migrated = Migrate(*connection_, {{1, "0001_notes", kNotes.sql + "COMMIT;"}});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::kInternal);
}

TEST_F(MigrateTest, RefusesRowsThatReferToNothing) {
  const Migration dangling{2, "0002_lines", kLines.sql + "DELETE FROM notes;"};
  const auto migrated = Migrate(*connection_, {kNotes, dangling});
  ASSERT_FALSE(migrated);
  EXPECT_NE(migrated.error().message.find("lines"), std::string::npos);
  EXPECT_EQ(Count("lines"), -1);
}

TEST_F(MigrateTest, RebuildsATableWithoutDeletingWhatRefersToIt) {
  const Migration rebuild{3, "0003_wider_notes",
                          "CREATE TABLE wider(id TEXT PRIMARY KEY, title TEXT);"
                          "INSERT INTO wider(id) SELECT id FROM notes;"
                          "DROP TABLE notes; ALTER TABLE wider RENAME TO notes;"};
  ASSERT_TRUE(Migrate(*connection_, {kNotes, kLines}));
  const auto migrated = Migrate(*connection_, {kNotes, kLines, rebuild});
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_EQ(Count("lines"), 1);
  const auto refused = connection_->Execute("INSERT INTO lines VALUES('nobody')");
  ASSERT_FALSE(refused) << "foreign keys are to be enforced again";
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
}

TEST_F(MigrateTest, AppliesEachFileOnce) {
  EXPECT_EQ(*CountPendingMigrations(*connection_, {kNotes, kLines}), 2U);
  ASSERT_TRUE(Migrate(*connection_, {kNotes, kLines}));
  EXPECT_EQ(*CountPendingMigrations(*connection_, {kNotes, kLines}), 0U);
  ASSERT_TRUE(Migrate(*connection_, {kNotes, kLines}));
  EXPECT_EQ(Count("notes"), 1);
}

TEST_F(MigrateTest, AppliesTheFilesOfThisProgram) {
  const auto migrations = EmbeddedMigrations();
  const auto migrated = Migrate(*connection_, migrations);
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_EQ(Count("schema_migrations"), static_cast<std::int64_t>(migrations.size()));
}

}  // namespace
}  // namespace nat
