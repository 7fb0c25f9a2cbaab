#include "app/make_providers.h"

#include <map>
#include <utility>

#include "llm/openai_provider.h"
#include "net/url.h"

namespace nat {
namespace {

Result<OpenaiOptions> MakeOptions(const ProviderConfig& config, const GatewayConfig& gateway) {
  auto url = ParseUrl(config.base_url);
  if (!url) return url.error();
  OpenaiOptions options;
  options.name = config.name;
  options.base_url = std::move(*url);
  options.model = config.model;
  options.api_key = config.api_key;
  options.reasoning_effort = config.reasoning_effort;
  options.is_streaming = config.is_streaming;
  options.extra_headers = config.headers;
  options.extra_body = config.body;
  options.timeouts.connect = gateway.connect_timeout;
  options.timeouts.first_byte = gateway.options.first_token_timeout;
  options.timeouts.between_bytes = gateway.token_timeout;
  if (config.auth == "bearer") {
    options.auth_scheme = AuthScheme::kBearer;
  } else if (config.auth == "api-key") {
    options.auth_scheme = AuthScheme::kApiKey;
  } else {
    options.auth_scheme = AuthScheme::kCustomHeader;
    options.api_key_header = config.auth;
  }
  return options;
}

}  // namespace

Result<std::vector<Gateway::Entry>> MakeProviders(
    const std::vector<ProviderConfig>& configs, const GatewayConfig& gateway,
    asio::any_io_executor executor, Clock& clock,
    std::vector<std::unique_ptr<HttpClient>>& clients) {
  std::vector<Gateway::Entry> entries;
  std::map<std::string, HttpClient*> by_ca_file;  // providers of one authority share connections
  for (const auto& config : configs) {
    auto options = MakeOptions(config, gateway);
    if (!options) return options.error();
    auto& client = by_ca_file[config.ca_file];
    if (client == nullptr) {
      HttpClientOptions client_options;
      client_options.ca_file = config.ca_file;
      clients.push_back(std::make_unique<HttpClient>(executor, clock, std::move(client_options)));
      client = clients.back().get();
    }
    Gateway::Entry entry;
    entry.policy = config.policy;
    entry.policy.rank = config.rank.value_or(entries.size());
    entry.provider = std::make_unique<OpenaiProvider>(*client, clock, std::move(*options));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace nat
