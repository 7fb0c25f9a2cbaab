// A provider with a fake server of its own, and how a test hears what it says.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "llm/anthropic_provider.h"
#include "llm/openai_provider.h"
#include "llm/provider.h"
#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/run_task.h"

namespace nat {

enum class WireFormat { kOpenai, kAnthropic };

inline ChatRequest Talk() {
  ChatRequest request;
  request.messages = {{Role::kSystem, "Be kind."}, {Role::kUser, "I can't sleep."}};
  request.pace = Pace::kAtOnce;
  request.seed = "conversation/turn";
  return request;
}

struct Reply {
  std::string text;
  std::optional<Error> error = std::nullopt;
  std::optional<Usage> usage = std::nullopt;
};

// Reads a reply to its end; checks what holds for every token.
inline Reply ReadReply(asio::io_context& loop, TokenStream& tokens) {
  Reply reply;
  for (;;) {
    auto next = tokens.Next();
    auto token = RunTask(loop, std::move(next));
    reply.usage = tokens.usage();
    if (!token) {
      reply.error = token.error();
      return reply;
    }
    if (!*token) return reply;
    EXPECT_FALSE((*token)->empty());
    reply.text += **token;
  }
}

inline Result<std::unique_ptr<TokenStream>> OpenTokens(asio::io_context& loop, Provider& provider) {
  auto opening = provider.Open(Talk());
  return RunTask(loop, std::move(opening));
}

inline HttpClientOptions Trusting(const std::string& ca_file) {
  HttpClientOptions options;
  options.ca_file = ca_file;
  return options;
}

// A provider that speaks `format` to a fake server.
struct FakeModel {
  FakeModel(asio::io_context& executing_loop, WireFormat format, FakeTransport transport)
      : loop(executing_loop),
        upstream(transport),
        client(loop.get_executor(), clock, Trusting(upstream.ca_file())) {
    if (format == WireFormat::kOpenai) {
      provider = std::make_unique<OpenaiProvider>(client, clock, Options<OpenaiOptions>());
    } else {
      provider = std::make_unique<AnthropicProvider>(client, clock, Options<AnthropicOptions>());
    }
  }

  Reply Hear(FakeAnswer answer) {
    upstream.Answer(std::move(answer));
    auto tokens = OpenTokens(loop, *provider);
    if (!tokens) return Reply{"", tokens.error()};
    return ReadReply(loop, **tokens);
  }

  asio::io_context& loop;
  SystemClock clock;
  FakeUpstream upstream;
  HttpClient client;
  std::unique_ptr<Provider> provider;

 private:
  template <class ProviderOptions>
  ProviderOptions Options() const {
    ProviderOptions options;
    options.name = "fake";
    options.model = "fake-model";
    options.base_url = *ParseUrl(upstream.base_url());
    return options;
  }
};

}  // namespace nat
