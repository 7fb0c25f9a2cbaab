#include "db/sqlite_connection.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

class SqliteConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(WriteNewFile(path_, ""));
    auto opened = SqliteConnection::Open(path_, SqliteConnection::Access::kReadWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    connection_ = std::move(*opened);
    ASSERT_TRUE(connection_->Execute("CREATE TABLE notes(id TEXT PRIMARY KEY, number BIGINT)"));
  }

  // The code of the error that `sql` gives; kCancelled, which SQLite never means, if there is none.
  ErrorCode CodeOf(const std::string& sql, std::vector<Value> parameters = {}) {
    const auto rows = connection_->Run({sql, std::move(parameters)});
    return rows ? ErrorCode::kCancelled : rows.error().code;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "test.db";
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(SqliteConnectionTest, RefusesAnythingButExactlyOneStatementHoweverOftenItIsTried) {
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(CodeOf("DELETE FROM notes; DELETE FROM notes"), ErrorCode::kInternal);
    EXPECT_EQ(CodeOf(""), ErrorCode::kInternal);
    EXPECT_EQ(CodeOf("-- nothing"), ErrorCode::kInternal);
  }
}

TEST_F(SqliteConnectionTest, RefusesOtherParametersThanItsOwn) {
  EXPECT_EQ(CodeOf("SELECT ?", {std::int64_t{1}}), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf("SELECT :name", {std::int64_t{1}}), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf("SELECT $one", {std::int64_t{1}}), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf("SELECT $2", {std::int64_t{1}}), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf("SELECT $1"), ErrorCode::kInternal);
  EXPECT_EQ(CodeOf("SELECT $1", {std::int64_t{1}, std::int64_t{2}}), ErrorCode::kInternal);
}

TEST_F(SqliteConnectionTest, NamesTheStatementThatIsWrongAndNoValue) {
  const auto rows = connection_->Run({"SELECT nothing FROM notes WHERE id = $1", {"a secret"}});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kInternal);
  EXPECT_NE(rows.error().message.find("SELECT nothing"), std::string::npos);
  EXPECT_EQ(rows.error().message.find("secret"), std::string::npos);
}

TEST_F(SqliteConnectionTest, ForgetsWhatWasBoundBefore) {
  ASSERT_TRUE(connection_->Run({"INSERT INTO notes VALUES($1, $2)", {"a", std::int64_t{1}}}));
  ASSERT_TRUE(connection_->Run({"INSERT INTO notes VALUES($1, $2)", {"b", std::monostate()}}));
  const auto rows = connection_->Run({"SELECT number FROM notes WHERE id = 'b'", {}});
  ASSERT_TRUE(rows);
  EXPECT_TRUE(rows->front().IsNull(0));
}

TEST_F(SqliteConnectionTest, RunsManyMoreStatementsThanItKeepsPrepared) {
  for (int round = 0; round < 2; ++round) {
    for (std::size_t at = 0; at < limits::kPreparedStatementsMax * 3; ++at) {
      const auto rows = connection_->Run({"SELECT " + std::to_string(at), {}});
      ASSERT_TRUE(rows);
      ASSERT_EQ(rows->front().Integer(0), static_cast<std::int64_t>(at));
    }
  }
}

TEST_F(SqliteConnectionTest, RunsAPreparedStatementAfterTheTableHasChanged) {
  ASSERT_TRUE(connection_->Run({"INSERT INTO notes(id) VALUES($1)", {"a"}}));
  ASSERT_TRUE(connection_->Run({"SELECT * FROM notes", {}}));
  ASSERT_TRUE(connection_->Execute("ALTER TABLE notes ADD COLUMN kind TEXT"));
  const auto rows = connection_->Run({"SELECT * FROM notes", {}});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->front().size(), 3U);
}

TEST_F(SqliteConnectionTest, RefusesAFractionBecauseNoColumnHoldsOne) {
  EXPECT_EQ(CodeOf("SELECT 0.5"), ErrorCode::kInternal);
}

TEST_F(SqliteConnectionTest, EndsSoonOnceItsFlagIsSet) {
  std::atomic<bool> is_stopped = true;
  connection_->StopWhen(is_stopped);
  EXPECT_EQ(CodeOf("WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count) "
                   "SELECT n FROM count WHERE n < 0"),
            ErrorCode::kUnavailable);
}

TEST_F(SqliteConnectionTest, CanReadAndNotWriteWhenOpenedForReading) {
  auto reader = SqliteConnection::Open(path_, SqliteConnection::Access::kReadOnly);
  ASSERT_TRUE(reader);
  EXPECT_FALSE((*reader)->is_writable());
  EXPECT_TRUE((*reader)->RunReadOnly({"SELECT * FROM notes", {}}));
  const auto refused = (*reader)->RunReadOnly({"DELETE FROM notes", {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace nat
