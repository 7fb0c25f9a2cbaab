// One request to a model server and what its refusal means: what providers of every wire format do
// alike.
#pragma once

#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/secret.h"
#include "net/http.h"
#include "net/http_client.h"

namespace nat {

// How the key is sent: `Authorization: Bearer KEY`, `Authorization: Api-Key KEY` (Baseten's
// dedicated deployments), or alone in the field `api_key_header`, such as `api-key` (Azure) or
// `x-api-key` (Anthropic).
enum class AuthScheme { kBearer, kApiKey, kCustomHeader };

// Adds no header where the key is empty.
void AddKey(const Secret& key, AuthScheme scheme, const std::string& api_key_header,
            Headers& headers);

// Adds the fields of `extra` to `body` or puts them in the place of its own; objects are merged
// field by field, and a null removes a field.
void MergeFields(const json::object& extra, json::object& body);

// The response where its status is 200. kFirstTokenTimeout where a deadline passed before its head,
// else the error that its status and body stand for (llm/openai_error.h) or that the client met.
// `client` and `clock` outlive the call.
Task<Result<ClientResponse>> CallUpstream(HttpClient& client, Clock& clock, ClientRequest request);

}  // namespace nat
