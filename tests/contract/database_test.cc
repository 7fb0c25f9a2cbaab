// What every implementation of Database keeps, whatever the engine. What is special to one is in
// its own test.
#include "db/database.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <functional>
#include <limits>

#include "db/sqlite_database.h"
#include "tests/support/run_task.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

const Migration kTables{1, "0001_tables",
                        "CREATE TABLE notes(id TEXT PRIMARY KEY, body BLOB, number BIGINT);"
                        "CREATE TABLE lines(note_id TEXT NOT NULL REFERENCES notes(id))"};

struct Engine {
  std::string name;
  std::function<std::unique_ptr<Database>(asio::io_context&, const TemporaryFolder&)> open;
};

std::unique_ptr<Database> OpenSqlite(asio::io_context& loop, const TemporaryFolder& folder) {
  SqliteOptions options;
  options.path = folder / "contract.db";
  options.migrations = {kTables};
  auto opened = SqliteDatabase::Open(loop.get_executor(), std::move(options));
  NAT_CHECK(opened.has_value());
  return std::move(*opened);
}

class DatabaseContract : public testing::TestWithParam<Engine> {
 protected:
  Result<Rows> Query(std::string sql, std::vector<Value> parameters = {}) {
    Statement statement{std::move(sql), std::move(parameters)};
    return RunTask(loop_, database_->Query(std::move(statement)));
  }
  Result<std::vector<Rows>> Write(std::vector<Statement> batch) {
    return RunTask(loop_, database_->Write(std::move(batch), Durability::kDurable));
  }
  std::int64_t CountNotes() { return Query("SELECT count(*) FROM notes")->front().Integer(0); }

  asio::io_context loop_;
  TemporaryFolder folder_;
  std::unique_ptr<Database> database_ = GetParam().open(loop_, folder_);
};

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseContract, testing::Values(Engine{"Sqlite", OpenSqlite}),
                         [](const auto& tested) { return tested.param.name; });

Statement InsertNote(std::string id) {
  return {"INSERT INTO notes(id) VALUES($1)", {std::move(id)}};
}

TEST_P(DatabaseContract, NothingOfABatchIsWrittenWhenItsLastStatementBreaksAConstraint) {
  ASSERT_TRUE(Write({InsertNote("taken")}));
  const auto written = Write({InsertNote("new"), InsertNote("taken")});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
  EXPECT_EQ(CountNotes(), 1);
}

TEST_P(DatabaseContract, ARowThatRefersToNothingIsAConflict) {
  const auto written = Write({{"INSERT INTO lines VALUES($1)", {"nobody"}}});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
}

TEST_P(DatabaseContract, AnotherNumberOfRowsThanExpectedUndoesTheBatch) {
  ASSERT_TRUE(Write({InsertNote("a")}));
  Statement update{"UPDATE notes SET number = 1 WHERE id = $1", {"missing"}};
  update.rows_expected = 1;
  auto written = Write({InsertNote("b"), update});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
  Statement select{"SELECT id FROM notes", {}};
  select.rows_expected = 2;
  written = Write({InsertNote("c"), select, {"DELETE FROM notes", {}, 1}});
  ASSERT_FALSE(written);
  EXPECT_EQ(CountNotes(), 1);
}

TEST_P(DatabaseContract, TheExpectedNumberOfRowsMayBeNoneAndCountsWhatIsReturned) {
  Statement none{"UPDATE notes SET number = 1 WHERE id = 'missing'", {}};
  none.rows_expected = 0;
  Statement returning{"INSERT INTO notes(id) VALUES($1), ($2) RETURNING id", {"a", "b"}};
  returning.rows_expected = 2;
  Statement repeated{"INSERT INTO notes(id) VALUES($1) ON CONFLICT DO NOTHING", {"a"}};
  repeated.rows_expected = 0;
  const auto written = Write({none, returning, repeated});
  ASSERT_TRUE(written) << written.error().message;
  ASSERT_EQ(written->size(), 3U);
  EXPECT_EQ((*written)[1][0].Text(0), "a");
  EXPECT_EQ((*written)[1][1].Text(0), "b");
}

TEST_P(DatabaseContract, WrongSqlIsAFaultOfOursAndWritesNothing) {
  const auto written = Write({InsertNote("a"), {"INSERT INTO nowhere VALUES(1)", {}}});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kInternal);
  EXPECT_EQ(CountNotes(), 0);
  const auto rows = Query("SELECT nothing FROM notes");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kInternal);
}

TEST_P(DatabaseContract, AQueryThatChangesSomethingIsRefused) {
  ASSERT_TRUE(Write({InsertNote("a")}));
  const auto rows = Query("DELETE FROM notes RETURNING id");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kInternal);
  EXPECT_EQ(CountNotes(), 1);
}

TEST_P(DatabaseContract, EveryValueComesBackAsItWentIn) {
  const std::string zeros("a\0b\xff", 4);
  const std::vector<std::vector<Value>> all = {
      {std::string("text"), Blob{zeros}, std::int64_t{1}},
      {std::string(), Blob{}, std::numeric_limits<std::int64_t>::min()},
      {std::string("\xc3\xa9\xf0\x9f\x8c\xb1"), std::monostate(), std::monostate()},
  };
  for (const auto& values : all) {
    ASSERT_TRUE(Write({{"INSERT INTO notes(id, body, number) VALUES($1, $2, $3)", values}}));
    const auto rows = Query("SELECT id, body, number FROM notes WHERE id = $1", {values[0]});
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 1U);
    const auto& row = rows->front();
    EXPECT_EQ(Value(row.Text(0)), values[0]);
    EXPECT_EQ(row.IsNull(1) ? Value() : Value(Blob{row.Bytes(1)}), values[1]);
    EXPECT_EQ(OptionalValue(row.OptionalInteger(2)), values[2]);
  }
}

TEST_P(DatabaseContract, ParametersGoByTheirNumberWhereverAndHoweverOftenTheyStand) {
  ASSERT_TRUE(Write({{"INSERT INTO notes(number, id) VALUES($2, $1)", {"a", std::int64_t{7}}}}));
  const auto rows = Query("SELECT id FROM notes WHERE number = $2 AND id = $1 AND number = $2",
                          {"a", std::int64_t{7}});
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->size(), 1U);
}

TEST_P(DatabaseContract, AnEmptyBatchIsWritten) {
  const auto written = Write({});
  ASSERT_TRUE(written);
  EXPECT_TRUE(written->empty());
}

Task<void> WriteNumber(Database& database, std::int64_t number, std::vector<std::int64_t>& order) {
  std::vector<Statement> batch;
  Statement upsert;
  upsert.sql =
      "INSERT INTO notes(id, number) VALUES('last', $1) "
      "ON CONFLICT(id) DO UPDATE SET number = excluded.number";
  upsert.parameters.emplace_back(number);
  batch.push_back(std::move(upsert));
  const auto durability = number % 3 == 0 ? Durability::kDurable : Durability::kRelaxed;
  auto written = co_await database.Write(std::move(batch), durability);
  if (written) order.push_back(number);
}

TEST_P(DatabaseContract, BatchesTakeEffectAndAreAnsweredInTheOrderOfTheirCalls) {
  constexpr std::int64_t kCount = 300;
  std::vector<std::int64_t> order;
  for (std::int64_t number = 0; number < kCount; ++number) {
    auto task = WriteNumber(*database_, number, order);
    asio::co_spawn(loop_, std::move(task), asio::detached);
  }
  loop_.run();
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kCount));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  const auto rows = Query("SELECT number FROM notes WHERE id = 'last'");
  EXPECT_EQ(rows->front().Integer(0), kCount - 1);
}

Task<void> WriteThenRead(Database& database, std::string id, std::size_t& seen) {
  std::vector<Statement> batch;
  batch.push_back(InsertNote(id));
  auto written = co_await database.Write(std::move(batch), Durability::kRelaxed);
  if (!written) co_return;
  Statement select;
  select.sql = "SELECT id FROM notes WHERE id = $1";
  select.parameters.emplace_back(std::move(id));
  auto rows = co_await database.Query(std::move(select));
  if (rows) seen += rows->size();
}

TEST_P(DatabaseContract, AQuerySeesWhatWasAnsweredBeforeIt) {
  std::size_t seen = 0;
  for (int number = 0; number < 200; ++number) {
    auto task = WriteThenRead(*database_, std::to_string(number), seen);
    asio::co_spawn(loop_, std::move(task), asio::detached);
  }
  loop_.run();
  EXPECT_EQ(seen, 200U);
}

}  // namespace
}  // namespace nat
