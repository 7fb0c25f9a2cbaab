// [[providers]], [classifier], [moderation] and [gateway] of notatherapist.toml, both ways.
#pragma once

#include <toml++/toml.h>

#include <string>

#include "app/config.h"

namespace nat {

// Each answers what is wrong, with the path of the key; empty where nothing is.
std::string ReadProviders(const toml::node& node, const Environment& environment, Config& config);
std::string ReadClassifier(const toml::table& table, const Environment& environment,
                           Config& config);
std::string ReadModeration(const toml::table& table, const Environment& environment,
                           Config& config);
std::string ReadGateway(const toml::table& table, Config& config);

// Without keys.
toml::table PrintProvider(const ProviderConfig& provider);
toml::array PrintProviders(const std::vector<ProviderConfig>& providers);
toml::table PrintGateway(const GatewayConfig& gateway);

}  // namespace nat
