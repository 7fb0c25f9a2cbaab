// OpenAI's moderations, and servers that speak it: how strongly a text touches each of the server's
// categories. A second opinion beside our own rules, never in place of them.
//
//   ModerationOptions options;
//   options.base_url = *ParseUrl("https://api.openai.com/v1");
//   options.api_key = key;
//   ModerationClient client(http, clock, std::move(options));
//   auto moderation = co_await client.Judge(text);
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "llm/upstream_call.h"
#include "net/http_client.h"
#include "net/url.h"

namespace nat {

struct Moderation {
  bool is_flagged = false;
  // Name, as "self-harm/intent", and score from 0 to 1, in the server's order.
  std::vector<std::pair<std::string, double>> scores;
};

// Reads the answer of POST /moderations, of which the first result counts. kUpstream where it holds
// none.
Result<Moderation> ReadModeration(std::string_view json);

struct ModerationOptions {
  Url base_url;  // without /moderations
  std::string model = "omni-moderation-latest";
  Secret api_key;  // empty: no key is sent
  AuthScheme auth_scheme = AuthScheme::kBearer;
  std::string api_key_header;
  std::vector<std::pair<std::string, std::string>> extra_headers;
  ClientTimeouts timeouts;
};

class ModerationClient {
 public:
  // `client` and `clock` outlive this and its calls.
  ModerationClient(HttpClient& client, Clock& clock, ModerationOptions options);
  ModerationClient(const ModerationClient&) = delete;
  ModerationClient& operator=(const ModerationClient&) = delete;

  // kInvalidInput where the text is longer than a reply may be; kFirstTokenTimeout or kTokenTimeout
  // where a deadline passed before or within the answer; else errors as of OpenaiProvider::Open.
  Task<Result<Moderation>> Judge(std::string text);

 private:
  ClientRequest MakeRequest(const std::string& text) const;

  HttpClient& client_;
  Clock& clock_;
  ModerationOptions options_;
};

}  // namespace nat
