#include "app/app.h"

#include <iostream>
#include <utility>

#include "api/api.h"
#include "api/help_page.h"
#include "api/responses.h"
#include "app/local_models.h"
#include "app/make_providers.h"
#include "app/share_directory.h"
#include "db/sqlite_database.h"
#include "llm/companion/companion_provider.h"
#include "net/http_server.h"
#include "vault/master_key.h"

namespace nat {
namespace {

constexpr const char* kMetricsAddress = "127.0.0.1";
constexpr auto kStoreCheckLimit = std::chrono::seconds(2);
// What is left after the running turns have ended: connections that still read their last bytes.
constexpr auto kLastBytesLimit = std::chrono::seconds(2);

std::string KeyBytes(const PurposeKey& key) {
  return std::string(reinterpret_cast<const char*>(key.Reveal()), kKeyBytes);
}

Task<Response> AnswerMetrics(Metrics& metrics, Gateway& gateway, Request request) {
  gateway.UpdateGauges();
  if (request.path != "/metrics") co_return EmptyResponse(404);
  Response response;
  response.headers.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = metrics.Render();
  co_return response;
}

Task<Status> CheckStore(Clock& clock, Database& database) {
  Statement select;
  select.sql = "SELECT 1";
  auto query = database.Query(std::move(select));
  auto limited = WithTimeout(clock, std::move(query), kStoreCheckLimit);
  auto rows = co_await std::move(limited);
  if (!rows) co_return rows.error();
  co_return Ok();
}

}  // namespace

// In the order in which they are built; destroyed in reverse.
struct App::Parts {
  explicit Parts(asio::any_io_executor executor, TaskGroup::OnFault on_fault)
      : tasks(executor, std::move(on_fault)) {}

  SystemClock clock;
  Metrics metrics;
  ShareDirectory share;
  std::unique_ptr<MasterKey> master_key;
  std::unique_ptr<Log> log;
  TaskGroup tasks;
  std::unique_ptr<SqliteDatabase> database;
  std::unique_ptr<KeyRing> keys;
  std::unique_ptr<ConversationStore> conversations;
  std::vector<std::unique_ptr<HttpClient>> clients;
  std::unique_ptr<Gateway> gateway;
  Stages input_stages = MakeInputStages();
  Stages output_stages = MakeOutputStages();
  std::unique_ptr<ChatService> chat;
  std::unique_ptr<ConversationService> conversation_service;
  std::unique_ptr<RateLimiter> rate_limiter;
  HelpLines help_lines;
  std::unique_ptr<StaticFiles> files;
  std::unique_ptr<Api> api;
  std::unique_ptr<HttpServer> metrics_server;
  std::unique_ptr<HttpServer> server;
};

App::App(Config config) : config_(std::move(config)) {
  const auto on_fault = [this](const std::string& name, const std::string& what) {
    ReportFault(name, what);
  };
  parts_ = std::make_unique<Parts>(loop_.get_executor(), on_fault);
}

// What still runs refers to the parts, so it ends before they do.
App::~App() {
  parts_->tasks.CancelAll();
  loop_.restart();
  const auto last_moment = std::chrono::steady_clock::now() + kLastBytesLimit;
  while (parts_->tasks.size() > 0 && std::chrono::steady_clock::now() < last_moment) {
    loop_.run_for(std::chrono::milliseconds(10));
  }
}

// The log needs a key of the store, so what fails before that has nowhere better to go.
void App::ReportFault(const std::string& name, const std::string& what) {
  if (parts_->log) {
    parts_->log->Write(LogLevel::kError, "task.fault", {{"task", name}, {"message", what}});
  } else {
    std::cerr << name << ": " << what << std::endl;
  }
}

Task<Status> App::Start() {
  auto share = FindShareDirectory(config_.share_directory);
  if (!share) co_return share.error();
  parts_->share = std::move(*share);
  auto store = co_await OpenStore();
  if (!store) co_return store.error();
  auto gateway = co_await MakeGateway();
  if (!gateway) co_return gateway.error();
  auto services = MakeServices();
  if (!services) co_return services.error();
  auto recovered = co_await parts_->chat->Recover();
  if (!recovered) co_return recovered.error();
  parts_->chat->Start();
  co_return Listen();
}

Task<Status> App::OpenStore() {
  SqliteOptions options;
  options.path = config_.database_path();
  options.on_fault = [this](const std::string& what) {
    // The log needs the master key, which is checked against the database.
    if (!parts_->log) return;
    parts_->log->Write(LogLevel::kError, "database.fault", {{"message", what}});
  };
  auto database = SqliteDatabase::Open(loop_.get_executor(), std::move(options));
  if (!database) co_return database.error();
  parts_->database = std::move(*database);
  co_return co_await CheckMasterKey();
}

Task<Status> App::CheckMasterKey() {
  Statement select;
  select.sql = "SELECT 1 FROM person_keys LIMIT 1";
  auto persons = co_await parts_->database->Query(std::move(select));
  if (!persons) co_return persons.error();
  const auto texts = persons->empty() ? StoredTexts::kNone : StoredTexts::kPresent;
  auto key = LoadOrCreateMasterKey(config_.master_key_path(), texts);
  if (!key) co_return key.error();
  // Where nothing was sealed yet, another key is as good as the first.
  Statement remember;
  remember.sql =
      "INSERT INTO installation(name, value) VALUES('master_key_fingerprint', $1) "
      "ON CONFLICT(name) DO UPDATE SET value = CASE WHEN EXISTS(SELECT 1 FROM person_keys) "
      "THEN installation.value ELSE excluded.value END RETURNING value";
  remember.parameters.emplace_back(key->Fingerprint());
  std::vector<Statement> batch;
  batch.push_back(std::move(remember));
  auto stored = co_await parts_->database->Write(std::move(batch), Durability::kDurable);
  if (!stored) co_return stored.error();
  if (stored->front().front().Text(0) != key->Fingerprint()) {
    co_return Error(ErrorCode::kConflict,
                    "the master key in " + config_.master_key_path().string() +
                        " is not the one that sealed this data; put the right one back. Nothing "
                        "was changed.");
  }
  parts_->log =
      std::make_unique<Log>(config_.log_level, KeyBytes(key->Derive(KeyPurpose::kLogHashes)));
  parts_->master_key = std::make_unique<MasterKey>(std::move(*key));
  const auto& backup = parts_->database->migration_backup();
  if (!backup.empty()) {
    parts_->log->Write(LogLevel::kWarning, "database.migrated", {{"backup", backup.string()}});
  }
  co_return Ok();
}

Task<Status> App::MakeGateway() {
  auto& parts = *parts_;
  auto configs = config_.providers;
  if (configs.empty() && config_.probes_local_models) {
    HttpClient probe(loop_.get_executor(), parts.clock, HttpClientOptions());
    configs = co_await FindLocalModels(probe, parts.clock, kLocalServers);
  }
  auto entries =
      MakeProviders(configs, config_.gateway, loop_.get_executor(), parts.clock, parts.clients);
  if (!entries) co_return entries.error();
  auto script = LoadScript(parts.share.companion);
  if (!script) co_return script.error();
  Gateway::Entry companion;
  companion.provider = std::make_unique<CompanionProvider>(parts.clock, std::move(*script));
  entries->push_back(std::move(companion));
  const Gateway::Parts shared{parts.clock, parts.metrics, *parts.log, parts.tasks};
  auto opinions = MakeSecondOpinions(config_, shared, parts.clients);
  if (!opinions) co_return opinions.error();
  parts.gateway = std::make_unique<Gateway>(shared, std::move(*entries), config_.gateway.options,
                                            std::move(*opinions));
  parts.gateway->Prepare();
  co_return Ok();
}

Status App::MakeServices() {
  auto& parts = *parts_;
  auto persona = LoadPersona(parts.share.persona);
  if (!persona) return persona.error();
  auto proxies = TrustedProxies::Parse(config_.trusted_proxies);
  if (!proxies) return proxies.error();
  // Nobody talks to anyone here without being able to find people: no list, no service.
  auto help_lines = LoadHelpLines(parts.share.help_lines);
  if (!help_lines) return help_lines.error();
  parts.help_lines = std::move(*help_lines);
  auto files = StaticFiles::Load(parts.share.web, HelpPageMarks(parts.help_lines));
  if (!files) return files.error();
  parts.files = std::move(*files);
  parts.keys = std::make_unique<KeyRing>(*parts.database, *parts.master_key, parts.clock);
  parts.conversations = std::make_unique<ConversationStore>(*parts.database);
  const auto& key = *parts.master_key;
  parts.chat = std::make_unique<ChatService>(
      ChatParts{loop_.get_executor(), parts.clock, *parts.log, parts.metrics, parts.tasks,
                *parts.database, *parts.keys, *parts.conversations, *parts.gateway,
                parts.input_stages, parts.output_stages, key.Derive(KeyPurpose::kMessageDigests),
                std::move(*persona), config_.second_message, config_.gateway.reply_timeout});
  parts.conversation_service =
      std::make_unique<ConversationService>(*parts.conversations, *parts.keys, *parts.chat);
  parts.rate_limiter = std::make_unique<RateLimiter>(
      parts.clock, config_.has_rate_limit ? RateLimiter::Mode::kOn : RateLimiter::Mode::kOff);
  parts.api = std::make_unique<Api>(
      ApiParts{parts.clock, *parts.log, parts.metrics, parts.tasks, *parts.gateway, *parts.chat,
               *parts.conversation_service, *parts.rate_limiter, *parts.files, parts.help_lines,
               key.Derive(KeyPurpose::kCookies), key.Derive(KeyPurpose::kIdempotency),
               key.Derive(KeyPurpose::kAddressHashes), std::move(*proxies),
               AllowedOrigins(config_.allowed_origins), config_.shows_usage,
               [this] { return CheckStore(parts_->clock, *parts_->database); }});
  return Ok();
}

Status App::Listen() {
  auto& parts = *parts_;
  HttpServerOptions options;
  options.bind_address = config_.bind;
  options.port = config_.port;
  options.refuse = [&parts](const Request* request, const Error& error) {
    return parts.api->Refuse(request, error);
  };
  const auto handle = [&parts](Request request) { return parts.api->Handle(std::move(request)); };
  parts.server =
      std::make_unique<HttpServer>(loop_.get_executor(), parts.clock, parts.tasks, options, handle);
  auto port = parts.server->Listen();
  if (!port) return port.error();
  port_ = *port;
  if (config_.metrics_port == 0) return Ok();
  options.bind_address = kMetricsAddress;
  options.port = config_.metrics_port;
  const auto answer = [&parts](Request request) {
    return AnswerMetrics(parts.metrics, *parts.gateway, std::move(request));
  };
  parts.metrics_server = std::make_unique<HttpServer>(loop_.get_executor(), parts.clock,
                                                      parts.tasks, std::move(options), answer);
  auto metrics_port = parts.metrics_server->Listen();
  if (metrics_port) {
    metrics_port_ = *metrics_port;
  } else {
    // People can talk without anyone counting.
    parts.log->Write(LogLevel::kWarning, "metrics.off",
                     {{"message", metrics_port.error().message}});
  }
  return Ok();
}

Task<void> App::Shutdown(std::chrono::nanoseconds limit) {
  auto& parts = *parts_;
  // The port stays open meanwhile: whoever comes back now still finds the reply that runs, and
  // /health/ready sends everyone else elsewhere.
  if (parts.chat) co_await parts.chat->Drain(limit);
  if (parts.server) parts.server->StopAccepting();
  if (parts.server) co_await parts.server->Drain(kLastBytesLimit);
  if (parts.metrics_server) co_await parts.metrics_server->Drain(kLastBytesLimit);
  for (auto& client : parts.clients) client->CloseIdle();
  parts.tasks.CancelAll();
  co_await parts.tasks.Drain(kLastBytesLimit);
  if (parts.database) parts.database->Close();
}

std::string App::provider_sentence() const {
  const auto& source = parts_->gateway->first_source();
  if (source.provider == "companion") {
    return "the built-in companion, a script (no language model is configured)";
  }
  return source.provider + ", model " + source.model + "; the built-in companion if that fails";
}

}  // namespace nat
