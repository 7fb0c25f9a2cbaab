// A database engine, as the stores see it. Implementations: SqliteDatabase, and PostgresDatabase
// where one machine is not enough. SQL is written once, in the subset that both understand ($1
// parameters, ON CONFLICT, RETURNING).
//
//   Statement insert{"INSERT INTO notes(id, body) VALUES($1, $2)", {id.text(), Blob{sealed}}};
//   std::vector<Statement> batch;
//   batch.push_back(std::move(insert));
//   auto written = co_await database.Write(std::move(batch), Durability::kDurable);
//
// A write is a list of statements, not a function: so engines can group, pipeline and retry it
// (docs/adr/0004).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/async.h"
#include "base/error.h"

namespace nat {

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

using Value = std::variant<std::monostate, std::int64_t, std::string, Blob>;

// Null where there is nothing.
template <class T>
Value OptionalValue(const std::optional<T>& value) {
  return value ? Value(*value) : Value(std::monostate());
}

struct Statement {
  std::string sql;
  std::vector<Value> parameters;
  // When set: how many rows the statement must change or return. Any other number rolls the whole
  // batch back and answers kConflict. This is how "only if it is still running" is said.
  std::optional<std::size_t> rows_expected = std::nullopt;
};

// One row of an answer. A column is read as the type it was written with; anything else is a bug
// and ends the program.
class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}

  bool IsNull(std::size_t column) const;
  const std::string& Text(std::size_t column) const;
  std::int64_t Integer(std::size_t column) const;
  const std::string& Bytes(std::size_t column) const;
  std::optional<std::string> OptionalText(std::size_t column) const;
  std::optional<std::int64_t> OptionalInteger(std::size_t column) const;
  std::size_t size() const { return columns_.size(); }

 private:
  std::vector<Value> columns_;
};

using Rows = std::vector<Row>;

enum class Durability {
  kDurable,  // answered once the bytes are on the disk
  kRelaxed,  // answered once the operating system has them: a kill of the process cannot undo it, a
             // power cut may undo the last limits::kRelaxedFlushLag of them
};

// All calls on the loop's thread; the work happens elsewhere. Errors: kConflict (a constraint or
// rows_expected), kUnavailable (disk full, read-only, queue full, shutting down; the message says
// which), kInternal (wrong SQL, corruption).
class Database {
 public:
  virtual ~Database() = default;

  // One statement that changes nothing. It sees every write that was answered before the call.
  virtual Task<Result<Rows>> Query(Statement statement) = 0;

  // All statements in order, or none: the rows of each. Batches take effect in the order of their
  // calls, and are answered in it: replies of one conversation are made in the order of the
  // answers.
  virtual Task<Result<std::vector<Rows>>> Write(std::vector<Statement> batch,
                                                Durability durability) = 0;
};

}  // namespace nat
