// The handlers of every endpoint, by resource; routes.cc says which address leads where.
#pragma once

#include "api/exchange.h"

namespace nat {

// chat.cc
Task<Result<Response>> PostChat(ApiParts& parts, Exchange& exchange);

// turns.cc
Task<Result<Response>> PostTurn(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> GetTurn(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> GetTurnEvents(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> DeleteTurn(ApiParts& parts, Exchange& exchange);

// conversations.cc
Task<Result<Response>> GetConversations(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> GetConversation(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> PatchConversation(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> DeleteConversation(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> GetMessages(ApiParts& parts, Exchange& exchange);

// socket.cc
Task<Result<Response>> GetSocket(ApiParts& parts, Exchange& exchange);

// help.cc
Task<Result<Response>> GetHelp(ApiParts& parts, Exchange& exchange);

// health.cc
Task<Result<Response>> GetHealth(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> GetHealthLive(ApiParts& parts, Exchange& exchange);
Task<Result<Response>> GetHealthReady(ApiParts& parts, Exchange& exchange);

// pages.cc
Task<Result<Response>> GetApp(ApiParts& parts, Exchange& exchange);

}  // namespace nat
