// Reads the keys of one TOML table, and says which of them is wrong.
#pragma once

#include <toml++/toml.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nat {

// What nobody asked for by the end is unknown.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path) : table_(table), path_(std::move(path)) {}

  template <class T>
  void Read(std::string_view name, T& field) {
    const auto* node = Take(name);
    if (node == nullptr) return;
    if (auto value = node->value_exact<T>()) {
      field = std::move(*value);
    } else {
      Fail(name, "has the wrong type", node);
    }
  }
  // A whole number of at least 0.
  void ReadCount(std::string_view name, std::size_t& count) {
    auto number = static_cast<std::int64_t>(count);
    Read(name, number);
    if (number < 0) return Fail(name, "must not be negative", nullptr);
    count = static_cast<std::size_t>(number);
  }
  // A number of at least 0, with or without a fraction.
  void ReadNumber(std::string_view name, double& number) {
    const auto* node = Take(name);
    if (node == nullptr) return;
    const auto value = node->value<double>();
    if (!value || !std::isfinite(*value) || *value < 0) {
      return Fail(name, "must be a number, and not negative", node);
    }
    number = *value;
  }
  void ReadSeconds(std::string_view name, std::chrono::nanoseconds& duration) {
    std::chrono::duration<double> seconds = duration;
    double number = seconds.count();
    ReadNumber(name, number);
    constexpr double kOneDay = 86'400;
    if (number > kOneDay) return Fail(name, "must be at most a day, in seconds", nullptr);
    seconds = std::chrono::duration<double>(number);
    duration = std::chrono::duration_cast<std::chrono::nanoseconds>(seconds);
  }
  void ReadPort(std::string_view name, std::uint16_t& port) {
    std::int64_t number = port;
    Read(name, number);
    if (number < 0 || number > UINT16_MAX) Fail(name, "must be a port, 0 to 65535", nullptr);
    port = static_cast<std::uint16_t>(number);
  }
  void ReadPath(std::string_view name, std::filesystem::path& field) {
    std::string text = field.string();
    Read(name, text);
    field = text;
  }
  void ReadList(std::string_view name, std::vector<std::string>& list) {
    const auto* node = Take(name);
    if (node == nullptr) return;
    const auto* array = node->as_array();
    if (array == nullptr || !(array->empty() || array->is_homogeneous<std::string>())) {
      return Fail(name, "must be a list of texts", node);
    }
    list.clear();
    for (const auto& item : *array) list.push_back(item.ref<std::string>());
  }
  bool Has(std::string_view name) const { return table_.contains(name); }
  const toml::node* Take(std::string_view name) {
    taken_.emplace_back(name);
    return table_.get(name);
  }
  void Fail(std::string_view name, std::string_view what, const toml::node* node) {
    if (!problem_.empty()) return;
    problem_ = path_ + std::string(name) + " " + std::string(what);
    if (node != nullptr) problem_ += " (line " + std::to_string(node->source().begin.line) + ")";
  }
  // What was wrong first, an unknown key included; empty where nothing was.
  std::string Finish() {
    for (const auto& [key, node] : table_) {
      const bool is_known = std::find(taken_.begin(), taken_.end(), key.str()) != taken_.end();
      if (!is_known) Fail(key.str(), "is not a key of this file", &node);
    }
    return problem_;
  }

 private:
  const toml::table& table_;
  std::string path_;
  std::vector<std::string> taken_;
  std::string problem_;
};

}  // namespace nat
