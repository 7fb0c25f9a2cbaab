#include "app/provider_config.h"

#include <utility>

#include "app/table_reader.h"
#include "app/toml_json.h"
#include "base/files.h"
#include "base/text.h"

namespace nat {
namespace {

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

// How a request is written.
void ReadWire(TableReader& reader, ProviderConfig& provider) {
  reader.Read("kind", provider.kind);
  if (provider.kind != "openai" && provider.kind != "anthropic") {
    reader.Fail("kind", "must be openai or anthropic", nullptr);
  }
  std::string effort = provider.reasoning_effort.value_or("");
  reader.Read("reasoning_effort", effort);
  if (!effort.empty()) provider.reasoning_effort = effort;
  reader.ReadNumber("temperature", provider.temperature);
  reader.Read("token_limit_field", provider.token_limit_field);
  if (provider.token_limit_field.empty()) {
    reader.Fail("token_limit_field", "must name a field", nullptr);
  }
  reader.ReadList("omit", provider.omitted_fields);
  if (const auto* node = reader.Take("headers")) {
    const auto* table = node->as_table();
    if (table == nullptr) return reader.Fail("headers", "must be a table of texts", node);
    for (const auto& [name, value] : *table) {
      const auto text = value.value_exact<std::string>();
      if (!text) return reader.Fail("headers", "must be a table of texts", &value);
      provider.headers.emplace_back(std::string(name.str()), *text);
    }
  }
  if (const auto* node = reader.Take("body")) {
    const auto* table = node->as_table();
    if (table == nullptr) return reader.Fail("body", "must be a table", node);
    provider.body = JsonOf(*table);
  }
}

void ReadPolicy(TableReader& reader, ProviderConfig& provider) {
  auto& policy = provider.policy;
  std::size_t rank = provider.rank.value_or(0);
  const bool has_rank = reader.Has("rank");
  reader.ReadCount("rank", rank);
  if (has_rank) provider.rank = rank;
  reader.ReadCount("weight", policy.weight);
  if (policy.weight == 0) reader.Fail("weight", "must be at least 1", nullptr);
  reader.ReadCount("requests_per_minute", policy.quota.requests_per_minute);
  reader.ReadCount("tokens_per_minute", policy.quota.tokens_per_minute);
  reader.ReadCount("concurrency_max", policy.quota.concurrency_max);
  reader.ReadCount("context_tokens", policy.context_tokens);
  reader.ReadCount("reply_tokens_max", policy.reply_tokens_max);
  if (policy.reply_tokens_max == 0) {
    reader.Fail("reply_tokens_max", "must be at least 1", nullptr);
  }
  reader.ReadNumber("price_in", policy.price_in);
  reader.ReadNumber("price_out", policy.price_out);
}

std::string ReadProvider(const toml::table& table, const std::string& path,
                         const Environment& environment, ProviderConfig& provider) {
  TableReader reader(table, path);
  reader.Read("name", provider.name);
  reader.Read("base_url", provider.base_url);
  reader.Read("model", provider.model);
  reader.Read("auth", provider.auth);
  reader.Read("streaming", provider.is_streaming);
  reader.Read("ca_file", provider.ca_file);
  ReadWire(reader, provider);
  ReadPolicy(reader, provider);
  ReadKey(reader, environment, provider.api_key);
  return reader.Finish();
}

// Some servers take the key there.
std::string WithoutQuery(const std::string& url) {
  const auto query = url.find('?');
  return query == std::string::npos ? url : url.substr(0, query) + "?(set)";
}

bool SoundsSecret(std::string_view name) {
  std::string lower;
  for (const char letter : name) {
    lower += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  for (const auto* part : {"key", "token", "secret", "password", "credential", "auth"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

// Keys have fields of their own; who puts one here all the same does not find it printed.
json::object WithoutSecrets(json::object body) {
  for (auto& [name, value] : body) {
    if (value.is_object()) value = WithoutSecrets(std::move(value.get_object()));
    if (value.is_string() && SoundsSecret(name)) value = "(set)";
  }
  return body;
}

double Seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

toml::table PrintProvider(const ProviderConfig& provider) {
  const auto& policy = provider.policy;
  const auto count = [](std::size_t number) { return static_cast<std::int64_t>(number); };
  toml::table table{{"name", provider.name},
                    {"kind", provider.kind},
                    {"base_url", WithoutQuery(provider.base_url)},
                    {"model", provider.model},
                    {"auth", provider.auth},
                    {"streaming", provider.is_streaming},
                    {"temperature", provider.temperature},
                    {"token_limit_field", provider.token_limit_field},
                    {"weight", count(policy.weight)},
                    {"requests_per_minute", count(policy.quota.requests_per_minute)},
                    {"tokens_per_minute", count(policy.quota.tokens_per_minute)},
                    {"concurrency_max", count(policy.quota.concurrency_max)},
                    {"context_tokens", count(policy.context_tokens)},
                    {"reply_tokens_max", count(policy.reply_tokens_max)},
                    {"price_in", policy.price_in},
                    {"price_out", policy.price_out}};
  if (provider.rank) table.insert("rank", count(*provider.rank));
  if (provider.reasoning_effort) table.insert("reasoning_effort", *provider.reasoning_effort);
  if (!provider.ca_file.empty()) table.insert("ca_file", provider.ca_file);
  toml::array omitted;
  for (const auto& field : provider.omitted_fields) omitted.push_back(field);
  if (!omitted.empty()) table.insert("omit", std::move(omitted));
  // A header may hold a key, so its value stays hidden like one.
  toml::table headers;
  for (const auto& [name, value] : provider.headers) headers.insert(name, "(set)");
  if (!headers.empty()) table.insert("headers", std::move(headers));
  if (!provider.body.empty()) table.insert("body", TomlOf(WithoutSecrets(provider.body)));
  return table;
}

std::string ReadProviders(const toml::node& node, const Environment& environment, Config& config) {
  const auto* array = node.as_array();
  if (array == nullptr) return "providers must be written as [[providers]]";
  for (std::size_t index = 0; index < array->size(); ++index) {
    const auto path = "providers[" + std::to_string(index) + "].";
    const auto* table = array->get(index)->as_table();
    if (table == nullptr) return path + " must be a table";
    auto& provider = config.providers.emplace_back();
    auto problem = ReadProvider(*table, path, environment, provider);
    if (!problem.empty()) return problem;
  }
  return {};
}

std::string ReadClassifier(const toml::table& table, const Environment& environment,
                           Config& config) {
  auto& classifier = config.classifier.emplace();
  classifier.name = "classifier";
  classifier.temperature = 0;
  return ReadProvider(table, "classifier.", environment, classifier);
}

std::string ReadModeration(const toml::table& table, const Environment& environment,
                           Config& config) {
  auto& moderation = config.moderation.emplace();
  moderation.name = "moderation";
  moderation.model = "omni-moderation-latest";
  return ReadProvider(table, "moderation.", environment, moderation);
}

std::string ReadGateway(const toml::table& table, Config& config) {
  TableReader reader(table, "gateway.");
  auto& gateway = config.gateway;
  auto& options = gateway.options;
  reader.ReadSeconds("first_text_timeout", options.first_text_budget);
  reader.ReadSeconds("connect_timeout", gateway.connect_timeout);
  reader.ReadSeconds("first_token_timeout", options.first_token_timeout);
  reader.ReadSeconds("token_timeout", gateway.token_timeout);
  reader.ReadSeconds("reply_timeout", gateway.reply_timeout);
  reader.ReadCount("attempts_max", options.attempts_max);
  if (options.attempts_max == 0) reader.Fail("attempts_max", "must be at least 1", nullptr);
  reader.ReadNumber("retry_share", options.retry_share);
  reader.ReadCount("queue_max", options.queue_max);
  reader.ReadSeconds("queue_timeout", options.queue_timeout);
  reader.ReadNumber("hedge_percentile", options.hedge_percentile);
  if (options.hedge_percentile > 100) reader.Fail("hedge_percentile", "must be 0 to 100", nullptr);
  reader.ReadSeconds("breaker_pause", options.breaker.pause);
  reader.ReadSeconds("breaker_pause_max", options.breaker.pause_max);
  return reader.Finish();
}

toml::array PrintProviders(const std::vector<ProviderConfig>& providers) {
  toml::array array;
  for (const auto& provider : providers) array.push_back(PrintProvider(provider));
  return array;
}

toml::table PrintGateway(const GatewayConfig& gateway) {
  const auto& options = gateway.options;
  return toml::table{{"first_text_timeout", Seconds(options.first_text_budget)},
                     {"connect_timeout", Seconds(gateway.connect_timeout)},
                     {"first_token_timeout", Seconds(options.first_token_timeout)},
                     {"token_timeout", Seconds(gateway.token_timeout)},
                     {"reply_timeout", Seconds(gateway.reply_timeout)},
                     {"attempts_max", static_cast<std::int64_t>(options.attempts_max)},
                     {"retry_share", options.retry_share},
                     {"queue_max", static_cast<std::int64_t>(options.queue_max)},
                     {"queue_timeout", Seconds(options.queue_timeout)},
                     {"hedge_percentile", options.hedge_percentile},
                     {"breaker_pause", Seconds(options.breaker.pause)},
                     {"breaker_pause_max", Seconds(options.breaker.pause_max)}};
}

}  // namespace nat
