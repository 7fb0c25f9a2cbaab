#include <array>
#include <optional>

#include "api/handlers.h"
#include "api/router.h"

namespace nat {
namespace {

using enum CallerKind;
using enum RateKind;
// What watches the service must not be turned away, nor who looks for help.
constexpr auto kUncounted = std::nullopt;

// Files of web/ that no row names are found by their path (api.cc).
constexpr std::array kRoutes = {
    Route{"POST", "/chat", kPerson, kTurn, PostChat},

    Route{"POST", "/api/turns", kPerson, kTurn, PostTurn},
    Route{"GET", "/api/turns/{id}", kPerson, kRequest, GetTurn},
    Route{"DELETE", "/api/turns/{id}", kPerson, kRequest, DeleteTurn},
    Route{"GET", "/api/turns/{id}/events", kPerson, kRequest, GetTurnEvents},

    Route{"GET", "/api/conversations", kPerson, kRequest, GetConversations},
    Route{"GET", "/api/conversations/{id}", kPerson, kRequest, GetConversation},
    Route{"PATCH", "/api/conversations/{id}", kPerson, kRequest, PatchConversation},
    Route{"DELETE", "/api/conversations/{id}", kPerson, kRequest, DeleteConversation},
    Route{"GET", "/api/conversations/{id}/messages", kPerson, kRequest, GetMessages},

    Route{"GET", "/api/socket", kPerson, kRequest, GetSocket},

    Route{"GET", "/api/help", kAnyone, kUncounted, GetHelp},

    Route{"GET", "/health", kAnyone, kUncounted, GetHealth},
    Route{"GET", "/health/live", kAnyone, kUncounted, GetHealthLive},
    Route{"GET", "/health/ready", kAnyone, kUncounted, GetHealthReady},

    Route{"GET", "/", kPerson, kRequest, GetApp},
    Route{"GET", "/c/{id}", kPerson, kRequest, GetApp},
};

}  // namespace

std::span<const Route> AllRoutes() {
  return kRoutes;
}

}  // namespace nat
