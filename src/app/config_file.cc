#include "app/config_file.h"

#include <toml++/toml.h>

#include <sstream>
#include <utility>

#include "app/provider_config.h"
#include "app/table_reader.h"
#include "base/files.h"

namespace nat {
namespace {

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
  reader.Read("show_usage", config.shows_usage);
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

std::string ReadAll(const toml::table& root, const Environment& environment, Config& config) {
  TableReader reader(root, "");
  using Reader = std::string (*)(const toml::table&, Config&);
  for (auto [name, read] : {std::pair<std::string_view, Reader>{"server", ReadServer},
                            {"chat", ReadChat},
                            {"gateway", ReadGateway},
                            {"storage", ReadStorage},
                            {"log", ReadLog}}) {
    const auto* node = reader.Take(name);
    if (node == nullptr) continue;
    const auto* table = node->as_table();
    if (table == nullptr) return std::string(name) + " must be a table";
    auto problem = read(*table, config);
    if (!problem.empty()) return problem;
  }
  using OpinionReader = std::string (*)(const toml::table&, const Environment&, Config&);
  for (auto [name, read] :
       {std::pair<std::string_view, OpinionReader>{"classifier", ReadClassifier},
        {"moderation", ReadModeration}}) {
    const auto* node = reader.Take(name);
    if (node == nullptr) continue;
    const auto* table = node->as_table();
    if (table == nullptr) return std::string(name) + " must be a table";
    auto problem = read(*table, environment, config);
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
  toml::table root{
      {"probe_local_models", config.probes_local_models},
      {"server", std::move(server)},
      {"chat", toml::table{{"second_message", std::string(WordOf(config.second_message))},
                           {"show_usage", config.shows_usage}}},
      {"gateway", PrintGateway(config.gateway)},
      {"storage", toml::table{{"data_dir", config.data_directory.string()},
                              {"database_url", config.database_url},
                              {"master_key_file", config.master_key_file.string()}}},
      {"log", toml::table{{"level", std::string(WordOf(config.log_level))}}},
      {"providers", PrintProviders(config.providers)}};
  if (config.classifier) root.insert("classifier", PrintProvider(*config.classifier));
  if (config.moderation) root.insert("moderation", PrintProvider(*config.moderation));
  std::ostringstream text;
  text << root << "\n";
  auto all = config.providers;
  for (const auto& opinion : {config.classifier, config.moderation}) {
    if (opinion) all.push_back(*opinion);
  }
  for (const auto& provider : all) {
    text << "# " << provider.name << ": the key is "
         << (provider.api_key.is_empty() ? "not set" : "set, and not shown") << "\n";
  }
  return text.str();
}

}  // namespace nat
