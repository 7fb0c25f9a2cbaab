#include "app/toml_json.h"

#include <sstream>
#include <string>
#include <utility>

namespace nat {
namespace {

// Configurations are small and written by hand, so what nests deeper than any request does is cut.
constexpr int kDepthMax = 16;

json::value JsonOfNode(const toml::node& node, int depth);

json::object JsonOfTable(const toml::table& table, int depth) {
  json::object object;
  for (const auto& [key, node] : table) object[key.str()] = JsonOfNode(node, depth + 1);
  return object;
}

json::value JsonOfNode(const toml::node& node, int depth) {
  if (depth > kDepthMax) return nullptr;
  if (const auto* table = node.as_table()) return JsonOfTable(*table, depth);
  if (const auto* array = node.as_array()) {
    json::array list;
    for (const auto& item : *array) list.push_back(JsonOfNode(item, depth + 1));
    return list;
  }
  if (const auto text = node.value_exact<std::string>()) return json::value(*text);
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto number = node.value_exact<double>()) return *number;
  if (const auto flag = node.value_exact<bool>()) return *flag;
  std::ostringstream text;
  node.visit([&text](const auto& value) { text << value; });
  return json::value(text.str());
}

// Where a value goes. A type for each, as a nested value would otherwise make a new one without
// end.
struct IntoTable {
  toml::table& table;
  std::string name;
  template <class T>
  void operator()(T&& value) const {
    table.insert(name, std::forward<T>(value));
  }
};

struct IntoArray {
  toml::array& array;
  template <class T>
  void operator()(T&& value) const {
    array.push_back(std::forward<T>(value));
  }
};

template <class Add>
void AddToml(const json::value& value, const Add& add) {
  if (const auto* text = value.if_string()) {
    add(std::string(*text));
  } else if (const auto* number = value.if_int64()) {
    add(*number);
  } else if (const auto* fraction = value.if_double()) {
    add(*fraction);
  } else if (const auto* flag = value.if_bool()) {
    add(*flag);
  } else if (const auto* object = value.if_object()) {
    add(TomlOf(*object));
  } else if (const auto* list = value.if_array()) {
    toml::array array;
    for (const auto& item : *list) {
      AddToml(item, IntoArray{array});
    }
    add(std::move(array));
  }
}

}  // namespace

json::object JsonOf(const toml::table& table) {
  return JsonOfTable(table, 0);
}

toml::table TomlOf(const json::object& object) {
  toml::table table;
  for (const auto& [name, value] : object) {
    AddToml(value, IntoTable{table, std::string(name)});
  }
  return table;
}

}  // namespace nat
