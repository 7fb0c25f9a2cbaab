#include "llm/upstream_call.h"

#include <utility>

#include "llm/openai_error.h"

namespace nat {
namespace {

// Of an answer that is not a reply no more is read: its status says most.
constexpr std::size_t kErrorBodyBytesMax = 64UL * 1024;

}  // namespace

void AddKey(const Secret& key, AuthScheme scheme, const std::string& api_key_header,
            Headers& headers) {
  if (key.is_empty()) return;
  switch (scheme) {
    case AuthScheme::kBearer:
      headers.Add("Authorization", "Bearer " + key.Reveal());
      return;
    case AuthScheme::kApiKey:
      headers.Add("Authorization", "Api-Key " + key.Reveal());
      return;
    case AuthScheme::kCustomHeader:
      headers.Add(api_key_header, key.Reveal());
      return;
  }
}

void MergeFields(const json::object& extra, json::object& body) {
  for (const auto& [name, value] : extra) {
    json::value* present = body.if_contains(name);
    if (value.is_null()) {
      body.erase(name);
    } else if (present != nullptr && present->is_object() && value.is_object()) {
      MergeFields(value.get_object(), present->get_object());
    } else {
      body[name] = value;
    }
  }
}

Task<Result<ClientResponse>> CallUpstream(HttpClient& client, Clock& clock, ClientRequest request) {
  auto response = co_await client.Send(std::move(request));
  if (!response) {
    Error error = std::move(response).error();
    if (error.code == ErrorCode::kTimeout) error.code = ErrorCode::kFirstTokenTimeout;
    co_return error;
  }
  if (response->status == 200) co_return response;
  auto body = co_await ReadWhole(*response->body, kErrorBodyBytesMax);
  const std::string text = body ? std::move(*body) : "";
  co_return ErrorOfStatus(response->status, response->headers, text, clock.Now());
}

}  // namespace nat
