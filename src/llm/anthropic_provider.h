// Anthropic's Messages API, and servers that speak it. Reasoning is read and dropped.
//
//   AnthropicOptions options;
//   options.name = "anthropic";
//   options.base_url = *ParseUrl("https://api.anthropic.com/v1");
//   options.model = "claude-haiku-4-5";
//   options.api_key = key;
//   AnthropicProvider provider(client, clock, std::move(options));
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "llm/provider.h"
#include "llm/upstream_call.h"
#include "net/http_client.h"
#include "net/url.h"

namespace nat {

struct AnthropicOptions {
  std::string name;  // as `source.provider` shows it
  Url base_url;      // without /messages
  std::string model;
  Secret api_key;  // empty: no key is sent
  AuthScheme auth_scheme = AuthScheme::kCustomHeader;
  std::string api_key_header = "x-api-key";
  std::string version = "2023-06-01";  // as `anthropic-version`
  std::vector<std::pair<std::string, std::string>> extra_headers;
  json::object extra_body;  // replaces and adds fields of the request; a null removes one
  std::optional<std::string> reasoning_effort;
  double temperature = 0.7;                 // where the request has none
  std::vector<std::string> omitted_fields;  // that the model refuses, such as "temperature"
  bool is_streaming = true;
  ClientTimeouts timeouts;
};

class AnthropicProvider final : public Provider {
 public:
  // `client` and `clock` outlive the provider and its streams.
  AnthropicProvider(HttpClient& client, Clock& clock, AnthropicOptions options);

  const Source& source() const override { return source_; }

  // Returns when the server has answered with status 200; errors as OpenaiProvider's.
  Task<Result<std::unique_ptr<TokenStream>>> Open(ChatRequest request) override;

 private:
  ClientRequest MakeRequest(const ChatRequest& request) const;

  HttpClient& client_;
  Clock& clock_;
  AnthropicOptions options_;
  Source source_;
};

}  // namespace nat
