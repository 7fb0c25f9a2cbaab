#include "app/make_providers.h"

#include <map>
#include <utility>

#include "llm/openai_provider.h"
#include "net/url.h"

namespace nat {
namespace {

Result<OpenaiOptions> MakeOptions(const ProviderConfig& config) {
  auto url = ParseUrl(config.base_url);
  if (!url) return url.error();
  OpenaiOptions options;
  options.name = config.name;
  options.base_url = std::move(*url);
  options.model = config.model;
  options.api_key = config.api_key;
  options.reasoning_effort = config.reasoning_effort;
  options.is_streaming = config.is_streaming;
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

Result<std::vector<std::unique_ptr<Provider>>> MakeProviders(
    const std::vector<ProviderConfig>& configs, asio::any_io_executor executor, Clock& clock,
    std::vector<std::unique_ptr<HttpClient>>& clients) {
  std::vector<std::unique_ptr<Provider>> providers;
  std::map<std::string, HttpClient*> by_ca_file;  // providers of one authority share connections
  for (const auto& config : configs) {
    auto options = MakeOptions(config);
    if (!options) return options.error();
    auto& client = by_ca_file[config.ca_file];
    if (client == nullptr) {
      HttpClientOptions client_options;
      client_options.ca_file = config.ca_file;
      clients.push_back(std::make_unique<HttpClient>(executor, clock, std::move(client_options)));
      client = clients.back().get();
    }
    providers.push_back(std::make_unique<OpenaiProvider>(*client, clock, std::move(*options)));
  }
  return providers;
}

}  // namespace nat
