// The one place that turns configuration into providers.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "app/config.h"
#include "llm/gateway.h"
#include "net/http_client.h"

namespace nat {

// One provider for each entry, in order. Clients that trust other certificate authorities than the
// system's are made as needed and kept in `clients`, which outlives the providers.
Result<std::vector<Gateway::Entry>> MakeProviders(
    const std::vector<ProviderConfig>& configs, const GatewayConfig& gateway,
    asio::any_io_executor executor, Clock& clock,
    std::vector<std::unique_ptr<HttpClient>>& clients);

}  // namespace nat
