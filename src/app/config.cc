#include "app/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <utility>

#include "api/client_address.h"
#include "app/config_file.h"
#include "base/files.h"
#include "base/text.h"
#include "net/client_message.h"
#include "net/url.h"

namespace nat {
namespace {

constexpr std::string_view kSqlitePrefix = "sqlite:";
constexpr const char* kDefaultModel = "openai/gpt-oss-120b";
constexpr const char* kBasetenUrl = "https://inference.baseten.co/v1";
constexpr const char* kOpenaiUrl = "https://api.openai.com/v1";
// One that takes max_tokens and a temperature, as every other server of this kind does.
constexpr const char* kOpenaiModel = "gpt-4.1-mini";

Error Wrong(std::string_view name, std::string_view should_be) {
  return Error(ErrorCode::kInvalidInput, std::string(name) + " " + std::string(should_be));
}

// A secret from NAME, or from the file that NAME_FILE names.
Result<Secret> ReadSecret(const Environment& environment, const std::string& name) {
  if (auto value = environment(name)) return Secret(*value);
  const auto path = environment(name + "_FILE");
  if (!path) return Secret();
  auto text = ReadFile(*path);
  if (!text) return Wrong(name + "_FILE", "names a file that cannot be read: " + *path);
  return Secret(std::string(TrimWhiteSpace(*text)));
}

Result<std::uint16_t> ReadPort(const std::string& name, const std::string& text) {
  std::uint16_t port = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return Wrong(name, "must be a port, 0 to 65535");
  }
  return port;
}

Result<bool> ReadSwitch(const std::string& name, const std::string& text) {
  if (text == "on" || text == "true" || text == "1") return true;
  if (text == "off" || text == "false" || text == "0") return false;
  return Wrong(name, "must be on or off");
}

Status ReadServerVariables(const Environment& environment, Config& config) {
  if (auto bind = environment("NAT_BIND")) config.bind = *bind;
  if (auto proxies = environment("NAT_TRUSTED_PROXIES")) config.trusted_proxies = *proxies;
  for (auto [name, port] :
       {std::pair{"NAT_PORT", &config.port}, std::pair{"NAT_METRICS_PORT", &config.metrics_port}}) {
    const auto text = environment(name);
    if (!text) continue;
    auto value = ReadPort(name, *text);
    if (!value) return value.error();
    *port = *value;
  }
  for (auto [name, field] : {std::pair{"NAT_RATE_LIMIT", &config.has_rate_limit},
                             std::pair{"NAT_SHOW_USAGE", &config.shows_usage},
                             std::pair{"NAT_PROBE_LOCAL_MODELS", &config.probes_local_models}}) {
    const auto text = environment(name);
    if (!text) continue;
    auto value = ReadSwitch(name, *text);
    if (!value) return value.error();
    *field = *value;
  }
  if (auto word = environment("NAT_SECOND_MESSAGE")) {
    const auto second_message = ParseSecondMessage(*word);
    if (!second_message) return Wrong("NAT_SECOND_MESSAGE", "must be wait or refuse");
    config.second_message = *second_message;
  }
  return Ok();
}

Status ReadStorageVariables(const Environment& environment, Config& config) {
  if (auto directory = environment("NAT_DATA_DIR")) config.data_directory = *directory;
  if (auto url = environment("NAT_DATABASE_URL")) config.database_url = *url;
  if (auto file = environment("NAT_MASTER_KEY_FILE")) config.master_key_file = *file;
  if (auto directory = environment("NAT_SHARE_DIR")) config.share_directory = *directory;
  if (environment("NAT_REDIS_URL")) {
    return Wrong("NAT_REDIS_URL", "cannot be used by this version; unset it");
  }
  if (auto word = environment("NAT_LOG_LEVEL")) {
    const auto level = ParseLogLevel(*word);
    if (!level) return Wrong("NAT_LOG_LEVEL", "must be debug, info, warning or error");
    config.log_level = *level;
  }
  return Ok();
}

ProviderConfig MakeProviderConfig(std::string name, std::string url, std::string model,
                                  Secret key) {
  ProviderConfig provider;
  provider.name = std::move(name);
  provider.base_url = std::move(url);
  provider.model = std::move(model);
  provider.api_key = std::move(key);
  return provider;
}

// The variables of DESIGN 3.4: a base URL of one's own, else those whose keys are set.
Status ReadProviderVariables(const Environment& environment, Config& config) {
  auto own_key = ReadSecret(environment, "NAT_LLM_API_KEY");
  if (!own_key) return own_key.error();
  auto baseten_key = ReadSecret(environment, "BASETEN_API_KEY");
  if (!baseten_key) return baseten_key.error();
  auto openai_key = ReadSecret(environment, "OPENAI_API_KEY");
  if (!openai_key) return openai_key.error();
  const auto model = environment("NAT_LLM_MODEL");
  if (const auto url = environment("NAT_LLM_BASE_URL")) {
    config.providers.clear();
    config.providers.push_back(
        MakeProviderConfig("custom", *url, model.value_or(kDefaultModel), *own_key));
    return Ok();
  }
  if (!config.providers.empty()) return Ok();
  if (baseten_key->is_empty()) baseten_key = std::move(own_key);
  if (!baseten_key->is_empty()) {
    config.providers.push_back(
        MakeProviderConfig("baseten", kBasetenUrl, model.value_or(kDefaultModel), *baseten_key));
    config.providers.back().reasoning_effort = "low";
  }
  if (!openai_key->is_empty()) {
    config.providers.push_back(MakeProviderConfig("openai", kOpenaiUrl, kOpenaiModel, *openai_key));
  }
  return Ok();
}

Status ReadVariables(const Environment& environment, Config& config) {
  auto server = ReadServerVariables(environment, config);
  if (!server) return server.error();
  auto storage = ReadStorageVariables(environment, config);
  if (!storage) return storage.error();
  return ReadProviderVariables(environment, config);
}

std::filesystem::path DefaultDataDirectory(const Environment& environment) {
  if (auto directory = environment("XDG_DATA_HOME")) {
    return std::filesystem::path(*directory) / "notatherapist";
  }
  if (auto home = environment("HOME")) {
    return std::filesystem::path(*home) / ".local/share/notatherapist";
  }
  return "/var/lib/notatherapist";
}

// As people's clients, logs and metrics show it.
bool IsProviderName(std::string_view name) {
  constexpr std::size_t kBytesMax = 40;
  const auto is_fine = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_';
  };
  return !name.empty() && name.size() <= kBytesMax &&
         std::all_of(name.begin(), name.end(), is_fine);
}

// Whether its headers can be sent, and are not those that the client writes itself.
Status CheckHeaders(const ProviderConfig& provider, Url url) {
  ClientRequest request;
  request.url = std::move(url);
  const bool has_header_of_its_own =
      !provider.auth.empty() && provider.auth != "bearer" && provider.auth != "api-key";
  if (has_header_of_its_own) request.headers.Add(provider.auth, provider.api_key.Reveal());
  for (const auto& [name, value] : provider.headers) request.headers.Add(name, value);
  for (const auto* own :
       {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding"}) {
    if (!request.headers.Get(own)) continue;
    return Wrong("the headers of " + provider.name, "must not set " + std::string(own));
  }
  auto written = WriteRequest(request);
  if (!written) return Wrong("the headers of " + provider.name + ":", written.error().message);
  return Ok();
}

Status CheckProvider(const ProviderConfig& provider) {
  const bool is_taken = provider.name == "companion" || provider.name == "protocol";
  if (is_taken || !IsProviderName(provider.name)) {
    return Wrong("a provider's name",
                 "must be a word of letters, digits, '.', '-' and '_', not companion or protocol");
  }
  auto url = ParseUrl(provider.base_url);
  if (!url) return Wrong("the base_url of " + provider.name + ":", url.error().message);
  if (provider.model.empty()) return Wrong("the model of " + provider.name, "is missing");
  return CheckHeaders(provider, std::move(*url));
}

Status CheckGateway(const GatewayConfig& gateway) {
  constexpr auto kLeast = std::chrono::milliseconds(100);
  const auto& options = gateway.options;
  for (auto [name, time] : {std::pair{"first_text_timeout", options.first_text_budget},
                            std::pair{"connect_timeout", gateway.connect_timeout},
                            std::pair{"first_token_timeout", options.first_token_timeout},
                            std::pair{"token_timeout", gateway.token_timeout},
                            std::pair{"reply_timeout", gateway.reply_timeout},
                            std::pair{"breaker_pause", options.breaker.pause}}) {
    if (time < kLeast) return Wrong("gateway." + std::string(name), "must be at least 0.1 seconds");
  }
  if (options.breaker.pause_max < options.breaker.pause) {
    return Wrong("gateway.breaker_pause_max", "must be at least breaker_pause");
  }
  return Ok();
}

Status Check(const Config& config) {
  if (!config.database_url.empty() && !config.database_url.starts_with(kSqlitePrefix)) {
    return Wrong("NAT_DATABASE_URL", "must begin with sqlite: (other engines come later)");
  }
  auto proxies = TrustedProxies::Parse(config.trusted_proxies);
  if (!proxies) return Wrong("NAT_TRUSTED_PROXIES:", proxies.error().message);
  auto gateway = CheckGateway(config.gateway);
  if (!gateway) return gateway.error();
  std::set<std::string> names;
  for (const auto& provider : config.providers) {
    auto checked = CheckProvider(provider);
    if (!checked) return checked.error();
    if (!names.insert(provider.name).second) {
      return Wrong("the name " + provider.name, "stands for two providers; give each its own");
    }
  }
  for (const auto& opinion : {config.classifier, config.moderation}) {
    if (!opinion) continue;
    auto checked = CheckProvider(*opinion);
    if (!checked) return checked.error();
  }
  return Ok();
}

}  // namespace

std::filesystem::path Config::database_path() const {
  if (database_url.empty()) return data_directory / "notatherapist.db";
  return database_url.substr(kSqlitePrefix.size());
}

std::filesystem::path Config::master_key_path() const {
  return master_key_file.empty() ? data_directory / "master.key" : master_key_file;
}

std::string_view WordOf(SecondMessage second_message) {
  return second_message == SecondMessage::kWaits ? "wait" : "refuse";
}

std::optional<SecondMessage> ParseSecondMessage(std::string_view word) {
  for (const auto value : {SecondMessage::kWaits, SecondMessage::kIsRefused}) {
    if (word == WordOf(value)) return value;
  }
  return std::nullopt;
}

Environment SystemEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    // An empty variable is how shells and compose files say "not set".
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

Result<Config> LoadConfig(const std::optional<std::filesystem::path>& file,
                          const Environment& environment) {
  Config config;
  auto path = file;
  if (!path) path = environment("NAT_CONFIG");
  if (!path && std::filesystem::exists("notatherapist.toml")) path = "notatherapist.toml";
  if (path) {
    auto read = ReadConfigFile(*path, environment, config);
    if (!read) return read.error();
  }
  auto variables = ReadVariables(environment, config);
  if (!variables) return variables.error();
  if (config.data_directory.empty()) config.data_directory = DefaultDataDirectory(environment);
  auto checked = Check(config);
  if (!checked) return checked.error();
  return config;
}

}  // namespace nat
