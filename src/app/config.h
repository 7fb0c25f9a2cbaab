// Everything an operator may decide, with its meaning, unit, default and when to change it; the
// file notatherapist.toml at the root says the same with examples. Sources, later ones win: the
// defaults here, the file (NAT_CONFIG, else ./notatherapist.toml where it is there), environment
// variables, the command line. Unknown keys of the file are errors that name the path. Any secret
// may come from a file: the variable's name with _FILE holds its path.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "chat/turn_table.h"
#include "llm/gateway_options.h"

namespace nat {

// One model API. At least `name`, `base_url` and `model`.
struct ProviderConfig {
  std::string name;      // as `source.provider` shows it; a short word
  std::string base_url;  // up to and without /chat/completions
  std::string model;     // as the API names it
  Secret api_key;        // api_key_env or api_key_file in the file; a key itself never stands there
  std::string auth = "bearer";  // bearer, api-key, or the name of a header that holds the key
  std::string kind = "openai";  // the API that it speaks: openai (most do) or anthropic
  std::optional<std::string> reasoning_effort;  // low, medium, high; unset: the server's default
  double temperature = 0.7;
  std::string token_limit_field = "max_tokens";  // max_completion_tokens for OpenAI's newer models
  std::vector<std::string> omitted_fields;       // of the request, where the server refuses them
  std::vector<std::pair<std::string, std::string>> headers;  // besides ours
  json::object body;                                         // fields of the request besides ours
  bool is_streaming = true;  // false for a server that only answers at once
  std::string ca_file;       // PEM; empty: the system's certificate authorities
  // Quotas, prices, sizes; a rank that is not set is the place in the list.
  ProviderPolicy policy;
  std::optional<std::size_t> rank;
};

// How the gateway treats all of them.
struct GatewayConfig {
  GatewayOptions options;
  std::chrono::nanoseconds connect_timeout = limits::kConnectTimeout;
  std::chrono::nanoseconds token_timeout = limits::kBetweenTokensTimeout;  // after the first one
  std::chrono::nanoseconds reply_timeout = limits::kWholeReplyTimeout;     // a whole reply
};

struct Config {
  // [server]
  std::string bind = "127.0.0.1";     // NAT_BIND; 0.0.0.0 where no proxy stands in front
  std::uint16_t port = 5004;          // NAT_PORT; 0 takes any free one
  std::uint16_t metrics_port = 9464;  // NAT_METRICS_PORT, always on 127.0.0.1; 0 turns metrics off
  std::string trusted_proxies;        // NAT_TRUSTED_PROXIES: addresses and ranges; none by default
  std::vector<std::string> allowed_origins;  // other sites whose pages may call the API
  bool has_rate_limit = true;                // NAT_RATE_LIMIT=off for load tests

  // [chat]
  // What becomes of a message sent while a reply of its conversation is being made: it waits its
  // turn, or is refused with 409 turn_running. NAT_SECOND_MESSAGE: wait, refuse
  SecondMessage second_message = SecondMessage::kWaits;
  // Whether a turn also says what it took (tokens, cost, times), to everyone who may read it.
  bool shows_usage = false;  // NAT_SHOW_USAGE

  // [storage]
  std::filesystem::path data_directory;   // NAT_DATA_DIR; default: see DefaultDataDirectory
  std::string database_url;               // NAT_DATABASE_URL; empty: sqlite in the data directory
  std::filesystem::path master_key_file;  // NAT_MASTER_KEY_FILE; empty: master.key in there

  // [log]
  LogLevel log_level = LogLevel::kInfo;  // NAT_LOG_LEVEL: debug, info, warning, error

  // [[providers]], in the order in which they are asked; the built-in companion always comes last.
  // Empty: chosen from the keys in the environment, else from a model server on this machine.
  std::vector<ProviderConfig> providers;
  GatewayConfig gateway;
  bool probes_local_models = true;  // NAT_PROBE_LOCAL_MODELS=off: do not look for one

  // Where web/ and data/ are: NAT_SHARE_DIR; empty: found beside the program.
  std::filesystem::path share_directory;

  std::filesystem::path database_path() const;  // of the sqlite file
  std::filesystem::path master_key_path() const;
};

// The value of an environment variable; nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment SystemEnvironment();

// The word of a configuration for it, and back; nothing for another word.
std::string_view WordOf(SecondMessage second_message);
std::optional<SecondMessage> ParseSecondMessage(std::string_view word);

// Reads and checks everything. `file` is what the command line names, and must exist; else see
// above. Errors are kInvalidInput and say which key or variable, and what would be right.
Result<Config> LoadConfig(const std::optional<std::filesystem::path>& file,
                          const Environment& environment);

// The effective values as a file that could be loaded again, secrets replaced by "(set)".
std::string PrintConfig(const Config& config);

}  // namespace nat
