// Any model server that speaks OpenAI's chat completions: Baseten, OpenAI, OpenRouter, vLLM,
// Ollama, llama.cpp and others. Reasoning is read and dropped, in every field that one of them
// sends it in.
//
//   OpenaiOptions options;
//   options.name = "baseten";
//   options.base_url = *ParseUrl("https://inference.baseten.co/v1");
//   options.model = "openai/gpt-oss-120b";
//   options.api_key = key;
//   OpenaiProvider provider(client, clock, std::move(options));
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

struct OpenaiOptions {
  std::string name;  // as `source.provider` shows it
  Url base_url;      // without /chat/completions
  std::string model;
  Secret api_key;  // empty: no key is sent
  AuthScheme auth_scheme = AuthScheme::kBearer;
  std::string api_key_header;
  std::vector<std::pair<std::string, std::string>> extra_headers;
  json::object extra_body;  // replaces and adds fields of the request; a null removes one
  std::optional<std::string> reasoning_effort;
  double temperature = 0.7;                      // where the request has none
  std::string token_limit_field = "max_tokens";  // or "max_completion_tokens"
  std::vector<std::string> omitted_fields;       // that the server refuses
  bool is_streaming = true;                      // false for a server that can only answer at once
  ClientTimeouts timeouts;
};

class OpenaiProvider final : public Provider {
 public:
  // `client` and `clock` outlive the provider and its streams.
  OpenaiProvider(HttpClient& client, Clock& clock, OpenaiOptions options);

  const Source& source() const override { return source_; }

  // Returns when the server has answered with status 200. Besides the errors of TokenStream:
  // kInvalidInput where the server calls this request wrong (status 400, 413, 422),
  // kUpstreamRefused where it will take none from us (key, bill, model, address).
  // Error::retry_after is what the server asked for. Messages hold the status and at most one word
  // of the server's own.
  Task<Result<std::unique_ptr<TokenStream>>> Open(ChatRequest request) override;

 private:
  ClientRequest MakeRequest(const ChatRequest& request) const;

  HttpClient& client_;
  Clock& clock_;
  OpenaiOptions options_;
  Source source_;
};

}  // namespace nat
