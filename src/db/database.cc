#include "db/database.h"

namespace nat {
namespace {

template <class T>
const T& ColumnAs(const std::vector<Value>& columns, std::size_t column) {
  NAT_CHECK(column < columns.size());
  const T* value = std::get_if<T>(&columns[column]);
  NAT_CHECK(value != nullptr);
  return *value;
}

}  // namespace

bool Row::IsNull(std::size_t column) const {
  NAT_CHECK(column < columns_.size());
  return std::holds_alternative<std::monostate>(columns_[column]);
}

const std::string& Row::Text(std::size_t column) const {
  return ColumnAs<std::string>(columns_, column);
}

std::int64_t Row::Integer(std::size_t column) const {
  return ColumnAs<std::int64_t>(columns_, column);
}

const std::string& Row::Bytes(std::size_t column) const {
  return ColumnAs<Blob>(columns_, column).bytes;
}

std::optional<std::string> Row::OptionalText(std::size_t column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

std::optional<std::int64_t> Row::OptionalInteger(std::size_t column) const {
  if (IsNull(column)) return std::nullopt;
  return Integer(column);
}

}  // namespace nat
