// The product without HTTP: a real database in a folder of its own, real keys, the real services,
// and providers that the test scripts. Time is real, as the database's is.
//
//   ChatRig rig;
//   rig.Add("model", {{"Hello", " there."}});
//   rig.Start();
//   auto turn = rig.Say(rig.Guest(), "hi");
//   auto events = rig.ReadAll(turn.id);
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/chat_service.h"
#include "chat/conversation_service.h"
#include "db/sqlite_database.h"
#include "tests/support/run_task.h"
#include "tests/support/scripted_provider.h"
#include "tests/support/temporary_folder.h"

namespace nat {

class ChatRig {
 public:
  ChatRig() : log_(LogLevel::kError, "test"), tasks_(loop_.get_executor(), OnFault) { Open(); }
  ~ChatRig() { Close(); }

  asio::io_context& loop() { return loop_; }
  SqliteDatabase& database() { return *database_; }
  ChatService& chat() { return *chat_; }
  ConversationService& conversations() { return *conversation_service_; }
  const TemporaryFolder& folder() const { return folder_; }

  ScriptedProvider& Add(std::string name, ScriptedProvider::Script script) {
    auto provider = std::make_unique<ScriptedProvider>(std::move(name), std::move(script));
    auto& added = *provider;
    providers_.push_back(Gateway::Entry{std::move(provider), ProviderPolicy()});
    return added;
  }
  std::shared_ptr<TokenGate> MakeGate() {
    return std::make_shared<TokenGate>(loop_.get_executor());
  }

  void Start() {
    gateway_ = std::make_unique<Gateway>(Gateway::Parts{clock_, metrics_, log_, tasks_},
                                         std::move(providers_), GatewayOptions());
    keys_ = std::make_unique<KeyRing>(*database_, master_key_, clock_);
    store_ = std::make_unique<ConversationStore>(*database_);
    chat_ = std::make_unique<ChatService>(ChatParts{
        loop_.get_executor(), clock_, log_, metrics_, tasks_, *database_, *keys_, *store_,
        *gateway_, input_stages_, output_stages_, master_key_.Derive(KeyPurpose::kMessageDigests),
        "You are a test.", second_message_});
    conversation_service_ = std::make_unique<ConversationService>(*store_, *keys_, *chat_);
    NAT_CHECK(RunTask(loop_, chat_->Recover()).has_value());
  }
  void RefuseSecondMessages() { second_message_ = SecondMessage::kIsRefused; }
  // As after a kill: nothing is ended, only what the database has is left.
  void Crash() {
    Close();
    Open();
  }

  Caller Guest() const { return Caller{PersonId::Make(), true}; }

  Result<Turn> Send(SendRequest request) { return RunTask(loop_, chat_->Send(std::move(request))); }
  Turn Say(const Caller& caller, std::string message,
           std::optional<ConversationId> conversation = std::nullopt) {
    SendRequest request;
    request.caller = caller;
    request.message = std::move(message);
    request.conversation = std::move(conversation);
    auto turn = Send(std::move(request));
    NAT_CHECK(turn.has_value());
    return *turn;
  }
  std::vector<ReplyEvent> ReadAll(const Caller& caller, TurnId turn, std::uint64_t after = 0) {
    return RunTask(loop_, ReadToEnd(*chat_, caller, turn, after));
  }
  Turn Ended(const Caller& caller, TurnId turn) {
    ReadAll(caller, turn);
    auto found = RunTask(loop_, chat_->FindTurn(caller, turn));
    NAT_CHECK(found.has_value());
    return *found;
  }
  std::vector<Message> Path(const Caller& caller, ConversationId conversation) {
    ConversationService::PageRequest page_request;
    page_request.limit = limits::kPageMax;
    auto page = RunTask(
        loop_, conversation_service_->Messages(caller, conversation, std::move(page_request)));
    NAT_CHECK(page.has_value());
    return std::move(page->messages);
  }

 private:
  static void OnFault(const std::string& name, const std::string& what) {
    throw std::runtime_error(name + ": " + what);
  }
  static Task<std::vector<ReplyEvent>> ReadToEnd(ChatService& chat, Caller caller, TurnId turn,
                                                 std::uint64_t after) {
    std::vector<ReplyEvent> events;
    auto reader = co_await chat.Follow(caller, turn, after);
    NAT_CHECK(reader.has_value());
    for (;;) {
      auto read = co_await (*reader)->Next();
      for (auto& event : read.events) events.push_back(std::move(event));
      if (read.is_end) co_return events;
    }
  }

  void Open() {
    SqliteOptions options;
    options.path = folder_ / "test.db";
    auto database = SqliteDatabase::Open(loop_.get_executor(), std::move(options));
    NAT_CHECK(database.has_value());
    database_ = std::move(*database);
  }
  void Close() {
    // The database first: what a running turn still wants to write is then refused, as by a kill.
    database_->Close();
    tasks_.CancelAll();
    RunTask(loop_, tasks_.Drain(std::chrono::seconds(5)));
    conversation_service_.reset();
    chat_.reset();
    store_.reset();
    keys_.reset();
    gateway_.reset();
    database_.reset();
  }

  TemporaryFolder folder_;
  asio::io_context loop_{1};
  SystemClock clock_;
  Log log_;
  Metrics metrics_;
  MasterKey master_key_{MasterKey::Bytes::Make()};
  TaskGroup tasks_;
  SecondMessage second_message_ = SecondMessage::kWaits;
  std::unique_ptr<SqliteDatabase> database_;
  std::vector<Gateway::Entry> providers_;
  Stages input_stages_ = MakeInputStages();
  Stages output_stages_ = MakeOutputStages();
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<ConversationStore> store_;
  std::unique_ptr<ChatService> chat_;
  std::unique_ptr<ConversationService> conversation_service_;
};

}  // namespace nat
