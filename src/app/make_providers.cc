#include "app/make_providers.h"

#include <map>
#include <utility>

#include "llm/anthropic_provider.h"
#include "llm/moderation.h"
#include "llm/openai_provider.h"
#include "net/url.h"

namespace nat {
namespace {

ClientTimeouts TimeoutsOf(const GatewayConfig& gateway) {
  ClientTimeouts timeouts;
  timeouts.connect = gateway.connect_timeout;
  timeouts.first_byte = gateway.options.first_token_timeout;
  timeouts.between_bytes = gateway.token_timeout;
  return timeouts;
}

// The fields that the options of every kind have.
template <class Options>
Options MakeOptions(const ProviderConfig& config, Url url, const GatewayConfig& gateway) {
  Options options;
  options.name = config.name;
  options.base_url = std::move(url);
  options.model = config.model;
  options.api_key = config.api_key;
  options.temperature = config.temperature;
  options.reasoning_effort = config.reasoning_effort;
  options.is_streaming = config.is_streaming;
  options.extra_headers = config.headers;
  options.extra_body = config.body;
  options.omitted_fields = config.omitted_fields;
  options.timeouts = TimeoutsOf(gateway);
  return options;
}

// `auth` is empty where it is not configured: what is usual for the kind then stays.
template <class Options>
void SetAuth(const std::string& auth, Options& options) {
  if (auth == "bearer") {
    options.auth_scheme = AuthScheme::kBearer;
  } else if (auth == "api-key") {
    options.auth_scheme = AuthScheme::kApiKey;
  } else if (!auth.empty()) {
    options.auth_scheme = AuthScheme::kCustomHeader;
    options.api_key_header = auth;
  }
}

// Clients by the authorities that they trust: providers of the same share connections.
class Clients {
 public:
  Clients(asio::any_io_executor executor, Clock& clock,
          std::vector<std::unique_ptr<HttpClient>>& kept)
      : executor_(std::move(executor)), clock_(clock), kept_(kept) {}

  HttpClient& For(const std::string& ca_file) {
    auto& client = by_ca_file_[ca_file];
    if (client == nullptr) {
      HttpClientOptions options;
      options.ca_file = ca_file;
      kept_.push_back(std::make_unique<HttpClient>(executor_, clock_, std::move(options)));
      client = kept_.back().get();
    }
    return *client;
  }
  Clock& clock() { return clock_; }

 private:
  asio::any_io_executor executor_;
  Clock& clock_;
  std::vector<std::unique_ptr<HttpClient>>& kept_;
  std::map<std::string, HttpClient*> by_ca_file_;
};

Result<std::unique_ptr<Provider>> MakeProvider(const ProviderConfig& config,
                                               const GatewayConfig& gateway, Clients& clients) {
  auto url = ParseUrl(config.base_url);
  if (!url) return url.error();
  auto& client = clients.For(config.ca_file);
  std::unique_ptr<Provider> provider;
  if (config.kind == "anthropic") {
    auto options = MakeOptions<AnthropicOptions>(config, std::move(*url), gateway);
    SetAuth(config.auth, options);
    provider = std::make_unique<AnthropicProvider>(client, clients.clock(), std::move(options));
  } else {
    auto options = MakeOptions<OpenaiOptions>(config, std::move(*url), gateway);
    SetAuth(config.auth, options);
    options.token_limit_field = config.token_limit_field;
    provider = std::make_unique<OpenaiProvider>(client, clients.clock(), std::move(options));
  }
  return provider;
}

Result<std::unique_ptr<ModerationClient>> MakeModeration(const ProviderConfig& config,
                                                         const GatewayConfig& gateway,
                                                         Clients& clients) {
  auto url = ParseUrl(config.base_url);
  if (!url) return url.error();
  ModerationOptions options;
  options.base_url = std::move(*url);
  if (!config.model.empty()) options.model = config.model;
  options.api_key = config.api_key;
  SetAuth(config.auth, options);
  options.extra_headers = config.headers;
  options.timeouts = TimeoutsOf(gateway);
  return std::make_unique<ModerationClient>(clients.For(config.ca_file), clients.clock(),
                                            std::move(options));
}

}  // namespace

Result<std::vector<Gateway::Entry>> MakeProviders(
    const std::vector<ProviderConfig>& configs, const GatewayConfig& gateway,
    asio::any_io_executor executor, Clock& clock,
    std::vector<std::unique_ptr<HttpClient>>& clients) {
  std::vector<Gateway::Entry> entries;
  Clients by_authority(std::move(executor), clock, clients);
  for (const auto& config : configs) {
    auto provider = MakeProvider(config, gateway, by_authority);
    if (!provider) return provider.error();
    Gateway::Entry entry;
    entry.policy = config.policy;
    entry.policy.rank = config.rank.value_or(entries.size());
    entry.provider = std::move(*provider);
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::unique_ptr<SecondOpinions>> MakeSecondOpinions(
    const Config& config, const Gateway::Parts& parts,
    std::vector<std::unique_ptr<HttpClient>>& clients) {
  Clients by_authority(parts.tasks.executor(), parts.clock, clients);
  std::unique_ptr<Upstream> classifier;
  if (config.classifier) {
    auto provider = MakeProvider(*config.classifier, config.gateway, by_authority);
    if (!provider) return provider.error();
    auto options = config.gateway.options;
    if (!options.chance) options.chance = [] { return 0.5; };
    classifier =
        std::make_unique<Upstream>(parts.clock, parts.metrics, parts.log, std::move(*provider),
                                   config.classifier->policy, options);
  }
  std::unique_ptr<ModerationClient> moderation;
  if (config.moderation) {
    auto made = MakeModeration(*config.moderation, config.gateway, by_authority);
    if (!made) return made.error();
    moderation = std::move(*made);
  }
  return std::make_unique<SecondOpinions>(parts.clock, std::move(classifier),
                                          std::move(moderation));
}

}  // namespace nat
