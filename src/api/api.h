// The one door of the service: what every request goes through before and after its handler.
#pragma once

#include "api/exchange.h"
#include "api/router.h"

namespace nat {

class Api {
 public:
  explicit Api(ApiParts parts) : parts_(std::move(parts)) {}
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // Request id, client, origin, route, rate limit, person, handler, headers: in this order.
  Task<Response> Handle(Request request);
  // The answer to what net/ itself refuses, with the headers of all answers. `request` is null
  // where none could be read.
  Response Refuse(const Request* request, const Error& error);

 private:
  Task<Result<Response>> Answer(Exchange& exchange, Response& extra);
  std::optional<Response> AnswerWithoutRoute(const Exchange& exchange);
  Status CheckRate(const Exchange& exchange, RateKind kind, Response& extra);
  void AddCookie(const Exchange& exchange, Response& extra);
  void FindCaller(Exchange& exchange, Response& extra);
  void LogRefusal(const Exchange& exchange, const Error& error);
  void Complete(const Exchange& exchange, Response& response);

  ApiParts parts_;
};

}  // namespace nat
