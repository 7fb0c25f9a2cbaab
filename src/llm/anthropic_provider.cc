#include "llm/anthropic_provider.h"

#include <utility>

#include "llm/anthropic_wire.h"
#include "llm/reply_body_stream.h"

namespace nat {

AnthropicProvider::AnthropicProvider(HttpClient& client, Clock& clock, AnthropicOptions options)
    : client_(client),
      clock_(clock),
      options_(std::move(options)),
      source_{options_.name, options_.model} {}

ClientRequest AnthropicProvider::MakeRequest(const ChatRequest& request) const {
  AnthropicWireOptions wire;
  wire.model = options_.model;
  wire.is_streaming = options_.is_streaming;
  wire.temperature = options_.temperature;
  wire.reasoning_effort = options_.reasoning_effort;
  wire.omitted_fields = options_.omitted_fields;
  wire.extra_body = options_.extra_body;

  ClientRequest made;
  made.method = "POST";
  made.url = options_.base_url.Join("/messages");
  made.timeouts = options_.timeouts;
  made.headers.Add("Content-Type", "application/json");
  made.headers.Add("Accept", options_.is_streaming ? "text/event-stream" : "application/json");
  made.headers.Add("User-Agent", "notatherapist");
  made.headers.Add("anthropic-version", options_.version);
  AddKey(options_.api_key, options_.auth_scheme, options_.api_key_header, made.headers);
  for (const auto& [name, value] : options_.extra_headers) made.headers.Set(name, value);
  made.body = WriteAnthropicRequest(request, wire);
  return made;
}

Task<Result<std::unique_ptr<TokenStream>>> AnthropicProvider::Open(ChatRequest request) {
  auto outgoing = MakeRequest(request);
  auto response = co_await CallUpstream(client_, clock_, std::move(outgoing));
  if (!response) co_return response.error();
  std::unique_ptr<TokenStream> tokens = std::make_unique<ReplyBodyStream>(
      clock_, std::move(response->body), std::make_unique<AnthropicReader>(),
      options_.timeouts.between_bytes);
  co_return std::move(tokens);
}

}  // namespace nat
