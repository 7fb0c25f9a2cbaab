#include "app/local_models.h"

#include <utility>

#include "base/json.h"
#include "base/limits.h"

namespace nat {
namespace {

// A closed port of this machine refuses at once; only a server that hangs costs this much.
constexpr auto kProbeTimeout = std::chrono::milliseconds(300);
// What Ollama and others give a model unless they are told otherwise. They cut what is longer
// without a word, and begin with what tells the model who it is (docs/providers.md).
constexpr std::size_t kUsualContextTokens = 4'096;
constexpr std::size_t kModelListBytesMax = 256UL * 1024;

std::string BaseUrl(const LocalServer& server) {
  return "http://127.0.0.1:" + std::to_string(server.port) + "/v1";
}

// The id of the first model of {"data": [{"id": ...}]}; empty for any other shape.
std::string FirstModel(const std::string& body) {
  auto list = ParseJsonObject(body, "a list of models");
  if (!list) return {};
  const auto* models = list->if_contains("data");
  if (models == nullptr || !models->is_array() || models->get_array().empty()) return {};
  const auto& first = models->get_array().front();
  if (!first.is_object()) return {};
  auto id = JsonReader(first.get_object()).RequiredText("id");
  return id ? std::move(*id) : std::string();
}

Task<Result<std::string>> AskForModel(HttpClient& client, LocalServer server) {
  auto url = ParseUrl(BaseUrl(server));
  if (!url) co_return url.error();
  ClientRequest request;
  request.url = url->Join("/models");
  auto response = co_await client.Send(std::move(request));
  if (!response) co_return response.error();
  auto body = co_await ReadWhole(*response->body, kModelListBytesMax);
  if (!body) co_return body.error();
  auto model = FirstModel(*body);
  if (model.empty()) co_return Error(ErrorCode::kUpstream, "no model is loaded");
  co_return model;
}

}  // namespace

Task<std::vector<ProviderConfig>> FindLocalModels(HttpClient& client, Clock& clock,
                                                  std::vector<LocalServer> servers) {
  std::vector<ProviderConfig> found;
  for (const auto& server : servers) {
    auto asking = AskForModel(client, server);
    auto limited = WithTimeout(clock, std::move(asking), kProbeTimeout);
    auto model = co_await std::move(limited);
    if (!model) continue;
    ProviderConfig provider;
    provider.name = server.name;
    provider.base_url = BaseUrl(server);
    provider.model = std::move(*model);
    provider.policy.context_tokens = kUsualContextTokens;
    found.push_back(std::move(provider));
  }
  co_return found;
}

}  // namespace nat
