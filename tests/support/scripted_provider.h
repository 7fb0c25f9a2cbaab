// A provider that says what the test tells it to, token by token, and can be held between tokens.
//
//   ScriptedProvider::Script script;
//   script.tokens = {"Hello", " there."};
//   script.ending = ScriptedProvider::Ending::kBreaks;
//   auto provider = std::make_unique<ScriptedProvider>("first", script);
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "llm/provider.h"

namespace nat {

// Holds a stream before its token `at` until the test opens it.
class TokenGate {
 public:
  explicit TokenGate(asio::any_io_executor executor) : opened_(std::move(executor)) {}
  void OpenUpTo(std::size_t count) {
    open_count_ = count;
    opened_.NotifyAll();
  }
  // Ends early when the waiting task is cancelled.
  Task<void> Wait(std::size_t at) {
    if (at >= open_count_) co_await opened_.Wait();
  }
  bool IsOpenFor(std::size_t at) const { return at < open_count_; }

 private:
  std::size_t open_count_ = 0;
  Signal opened_;
};

class ScriptedProvider final : public Provider {
 public:
  enum class Ending { kEnds, kBreaks, kRefuses };
  struct Script {
    std::vector<std::string> tokens;
    Ending ending = Ending::kEnds;
    std::shared_ptr<TokenGate> gate = nullptr;      // shared with the test; null: nothing is held
    Error error = Error(ErrorCode::kUpstream, "");  // with which it refuses or breaks
    std::optional<Usage> usage = std::nullopt;
  };

  ScriptedProvider(std::string name, const Script& script)
      : ScriptedProvider(std::move(name), std::vector<Script>(1, script)) {}
  // A script for each request, the last one for all that follow.
  ScriptedProvider(std::string name, std::vector<Script> scripts)
      : source_{std::move(name), "scripted"}, scripts_(std::move(scripts)) {}

  const Source& source() const override { return source_; }
  const std::vector<ChatRequest>& requests() const { return requests_; }

  Task<Result<std::unique_ptr<TokenStream>>> Open(ChatRequest request) override {
    requests_.push_back(std::move(request));
    const auto& script = scripts_[std::min(requests_.size(), scripts_.size()) - 1];
    if (script.ending == Ending::kRefuses) co_return ErrorOf(script, "refused");
    std::unique_ptr<TokenStream> stream = std::make_unique<Stream>(script);
    co_return stream;
  }

 private:
  static Error ErrorOf(const Script& script, std::string message) {
    Error error = script.error;
    if (error.message.empty()) error.message = std::move(message);
    return error;
  }

  class Stream final : public TokenStream {
   public:
    explicit Stream(Script script) : script_(std::move(script)) {}
    Task<Result<std::optional<std::string>>> Next() override {
      if (script_.gate && !script_.gate->IsOpenFor(at_)) {
        co_await script_.gate->Wait(at_);
        if (!script_.gate->IsOpenFor(at_)) co_return Error(ErrorCode::kCancelled, "cancelled");
      }
      if (at_ < script_.tokens.size()) co_return std::optional<std::string>(script_.tokens[at_++]);
      if (script_.ending == Ending::kBreaks) co_return ErrorOf(script_, "broke off");
      co_return std::optional<std::string>();
    }
    std::optional<Usage> usage() const override { return script_.usage; }

   private:
    Script script_;
    std::size_t at_ = 0;
  };

  Source source_;
  std::vector<Script> scripts_;
  std::vector<ChatRequest> requests_;
};

}  // namespace nat
