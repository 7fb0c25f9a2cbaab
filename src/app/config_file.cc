#include "app/config_file.h"

#include <toml++/toml.h>

#include <sstream>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace nat {
namespace {

// Reads the keys of one table; what nobody asked for by the end is unknown.
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

std::string ReadServer(const toml::table& table, Config& config) {
  TableReader reader(table, "server.");
  reader.Read("bind", config.bind);
  reader.ReadPort("port", config.port);
  reader.ReadPort("metrics_port", config.metrics_port);
  reader.Read("trusted_proxies", config.trusted_proxies);
  reader.ReadList("allowed_origins", config.allowed_origins);
  reader.Read("rate_limit", config.has_rate_limit);
  return reader.Finish();
}

std::string ReadChat(const toml::table& table, Config& config) {
  TableReader reader(table, "chat.");
  std::string word(WordOf(config.second_message));
  reader.Read("second_message", word);
  const auto second_message = ParseSecondMessage(word);
  if (!second_message) {
    reader.Fail("second_message", "must be wait or refuse", table.get("second_message"));
  }
  config.second_message = second_message.value_or(config.second_message);
  return reader.Finish();
}

std::string ReadStorage(const toml::table& table, Config& config) {
  TableReader reader(table, "storage.");
  reader.ReadPath("data_dir", config.data_directory);
  reader.Read("database_url", config.database_url);
  reader.ReadPath("master_key_file", config.master_key_file);
  return reader.Finish();
}

std::string ReadLog(const toml::table& table, Config& config) {
  TableReader reader(table, "log.");
  std::string word;
  reader.Read("level", word);
  const auto level = ParseLogLevel(word);
  if (!word.empty() && !level) {
    reader.Fail("level", "must be debug, info, warning or error", table.get("level"));
  }
  config.log_level = level.value_or(config.log_level);
  return reader.Finish();
}

// Keys do not stand in the file: it names the variable or the file that holds one.
void ReadKey(TableReader& reader, const Environment& environment, Secret& key) {
  std::string variable;
  std::filesystem::path file;
  reader.Read("api_key_env", variable);
  reader.ReadPath("api_key_file", file);
  if (!variable.empty()) key = Secret(environment(variable).value_or(""));
  if (file.empty()) return;
  auto text = ReadFile(file);
  if (!text) return reader.Fail("api_key_file", "cannot be read", nullptr);
  key = Secret(std::string(TrimWhiteSpace(*text)));
}

std::string ReadProvider(const toml::table& table, const std::string& path,
                         const Environment& environment, Config& config) {
  TableReader reader(table, path);
  ProviderConfig provider;
  reader.Read("name", provider.name);
  reader.Read("base_url", provider.base_url);
  reader.Read("model", provider.model);
  reader.Read("auth", provider.auth);
  reader.Read("streaming", provider.is_streaming);
  reader.Read("ca_file", provider.ca_file);
  std::string effort;
  reader.Read("reasoning_effort", effort);
  if (!effort.empty()) provider.reasoning_effort = effort;
  ReadKey(reader, environment, provider.api_key);
  config.providers.push_back(std::move(provider));
  return reader.Finish();
}

std::string ReadProviders(const toml::node& node, const Environment& environment, Config& config) {
  const auto* array = node.as_array();
  if (array == nullptr) return "providers must be written as [[providers]]";
  for (std::size_t index = 0; index < array->size(); ++index) {
    const auto path = "providers[" + std::to_string(index) + "].";
    const auto* table = array->get(index)->as_table();
    if (table == nullptr) return path + " must be a table";
    auto problem = ReadProvider(*table, path, environment, config);
    if (!problem.empty()) return problem;
  }
  return {};
}

std::string ReadAll(const toml::table& root, const Environment& environment, Config& config) {
  TableReader reader(root, "");
  using Reader = std::string (*)(const toml::table&, Config&);
  for (auto [name, read] : {std::pair<std::string_view, Reader>{"server", ReadServer},
                            {"chat", ReadChat},
                            {"storage", ReadStorage},
                            {"log", ReadLog}}) {
    const auto* node = reader.Take(name);
    if (node == nullptr) continue;
    const auto* table = node->as_table();
    if (table == nullptr) return std::string(name) + " must be a table";
    auto problem = read(*table, config);
    if (!problem.empty()) return problem;
  }
  reader.Read("probe_local_models", config.probes_local_models);
  if (const auto* providers = reader.Take("providers")) {
    auto problem = ReadProviders(*providers, environment, config);
    if (!problem.empty()) return problem;
  }
  return reader.Finish();
}

}  // namespace

Status ReadConfigFile(const std::filesystem::path& path, const Environment& environment,
                      Config& config) {
  auto text = ReadFile(path);
  if (!text) {
    return Error(ErrorCode::kInvalidInput, "cannot read the configuration " + path.string());
  }
  toml::table root;
  // Debian's build of the library throws.
  try {
    root = toml::parse(*text);
  } catch (const toml::parse_error& error) {
    std::ostringstream where;
    where << path.string() << ":" << error.source().begin.line << ": " << error.description();
    return Error(ErrorCode::kInvalidInput, where.str());
  }
  auto problem = ReadAll(root, environment, config);
  if (!problem.empty()) {
    return Error(ErrorCode::kInvalidInput, path.string() + ": " + problem);
  }
  return Ok();
}

std::string PrintConfig(const Config& config) {
  toml::table server{{"bind", config.bind},
                     {"port", config.port},
                     {"metrics_port", config.metrics_port},
                     {"trusted_proxies", config.trusted_proxies},
                     {"rate_limit", config.has_rate_limit}};
  toml::array origins;
  for (const auto& origin : config.allowed_origins) origins.push_back(origin);
  server.insert("allowed_origins", std::move(origins));
  toml::array providers;
  for (const auto& provider : config.providers) {
    toml::table table{{"name", provider.name},
                      {"base_url", provider.base_url},
                      {"model", provider.model},
                      {"auth", provider.auth},
                      {"streaming", provider.is_streaming}};
    if (provider.reasoning_effort) table.insert("reasoning_effort", *provider.reasoning_effort);
    if (!provider.ca_file.empty()) table.insert("ca_file", provider.ca_file);
    providers.push_back(std::move(table));
  }
  toml::table root{
      {"probe_local_models", config.probes_local_models},
      {"server", std::move(server)},
      {"chat", toml::table{{"second_message", std::string(WordOf(config.second_message))}}},
      {"storage", toml::table{{"data_dir", config.data_directory.string()},
                              {"database_url", config.database_url},
                              {"master_key_file", config.master_key_file.string()}}},
      {"log", toml::table{{"level", std::string(WordOf(config.log_level))}}},
      {"providers", std::move(providers)}};
  std::ostringstream text;
  text << root << "\n";
  for (const auto& provider : config.providers) {
    text << "# " << provider.name << ": the key is "
         << (provider.api_key.is_empty() ? "not set" : "set, and not shown") << "\n";
  }
  return text.str();
}

}  // namespace nat
