// Model servers on this machine, found without being told: Ollama and llama.cpp on their usual
// ports. Asked once at start, and never waited for long.
#pragma once

#include <cstdint>
#include <vector>

#include "app/config.h"
#include "base/clock.h"
#include "net/http_client.h"

namespace nat {

struct LocalServer {
  std::string name;
  std::uint16_t port;
};

inline const std::vector<LocalServer> kLocalServers = {{"ollama", 11434}, {"llama.cpp", 8080}};

// Those of `servers` that answer GET /v1/models with at least one model, with its first one.
Task<std::vector<ProviderConfig>> FindLocalModels(HttpClient& client, Clock& clock,
                                                  std::vector<LocalServer> servers);

}  // namespace nat
