// What the model servers of each vendor say, and what a person may see of it: one table a vendor.
// The fixtures' sources are in tests/support/fixtures/README.md.
#include <fnmatch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/contract/provider_rig.h"

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using enum ErrorCode;

// Every vendor's table must hold each kind but kOther.
enum class SayingKind { kWhole, kStream, kReasoning, kError, kErrorInStream, kOther };
using enum SayingKind;

struct Saying {
  SayingKind kind;
  std::string fixture;
  std::string text;  // what a person may see
  std::optional<ErrorCode> error = std::nullopt;
  int status = 200;
};

struct Vendor {
  std::string name;
  WireFormat format = WireFormat::kOpenai;
  std::vector<Saying> sayings;
};

const std::string kTired = "It makes sense that you are tired.";
const std::string kBegun = "I was about to";

Vendor Baseten() {
  return {"Baseten",
          WireFormat::kOpenai,
          {{kWhole, "baseten_gpt_oss.json", kTired},
           {kStream, "baseten_gpt_oss.sse", "Three nights without sleep is a lot."},
           {kReasoning, "baseten_gpt_oss.sse", "Three nights without sleep is a lot."},
           {kErrorInStream, "baseten_error_in_stream.sse", "", kUpstream},
           {kError, "error_baseten_string.json", "", kInvalidInput, 400},
           {kError, "error_baseten_string.json", "", kUpstreamRefused, 401},
           {kError, "error_baseten_string.json", "", kUpstreamRefused, 402},
           {kError, "error_baseten_string.json", "", kUpstreamRefused, 403},
           {kError, "error_baseten_string.json", "", kUpstreamRefused, 404},
           {kError, "error_baseten_string.json", "", kContextTooLong, 413},
           {kError, "error_baseten_string.json", "", kRateLimited, 429},
           {kError, "error_baseten_string.json", "", kUpstream, 500},
           {kError, "error_baseten_string.json", "", kUpstream, 502},
           {kError, "error_baseten_string.json", "", kUnavailable, 503},
           {kError, "error_baseten_string.json", "", kTimeout, 504},
           {kError, "baseten_detail.json", "", kInvalidInput, 400}}};
}

Vendor Openai() {
  return {"Openai",
          WireFormat::kOpenai,
          {{kWhole, "openai.json", kTired},
           {kStream, "openai.sse", "That sounds lonely."},
           {kReasoning, "openai_reasoning.sse", "What would help?"},
           {kErrorInStream, "openai_error_in_stream.sse", "", kUpstream},
           {kOther, "content_filter.sse", "You could", kContentRefused},
           {kOther, "tool_calls.sse", "", kEmptyReply},
           {kError, "openai_unsupported_field.json", "", kInvalidInput, 400},
           {kError, "error_openai_context.json", "", kContextTooLong, 400},
           {kError, "openai_invalid_key.json", "", kUpstreamRefused, 401},
           {kError, "openai_region.json", "", kUpstreamRefused, 403},
           {kError, "openai_model_not_found.json", "", kUpstreamRefused, 404},
           {kError, "error_openai.json", "", kRateLimited, 429},
           {kError, "error_openai_quota.json", "", kUpstreamRefused, 429},
           {kError, "openai_server_error.json", "", kUpstream, 500},
           {kError, "openai_overloaded.json", "", kUnavailable, 503}}};
}

Vendor Openrouter() {
  return {"Openrouter",
          WireFormat::kOpenai,
          {{kWhole, "openrouter.json", kTired},
           {kStream, "openrouter.sse", "I am listening."},
           {kReasoning, "openrouter.sse", "I am listening."},
           {kErrorInStream, "openrouter_error_in_stream.sse", kBegun, kUpstream},
           {kErrorInStream, "overloaded_in_stream.sse", "", kRateLimited},
           {kError, "openrouter_bad_request.json", "", kInvalidInput, 400},
           {kError, "openrouter_context.json", "", kContextTooLong, 400},
           {kError, "openrouter_key.json", "", kUpstreamRefused, 401},
           {kError, "openrouter_credits.json", "", kUpstreamRefused, 402},
           {kError, "openrouter_moderation.json", "", kContentRefused, 403},
           {kError, "openrouter_timeout.json", "", kTimeout, 408},
           {kError, "openrouter_rate_limit.json", "", kRateLimited, 429},
           {kError, "openrouter_provider.json", "", kUpstream, 502},
           {kError, "openrouter_no_provider.json", "", kUnavailable, 503},
           {kError, "openrouter_provider.json", "", kUpstream, 200}}};
}

Vendor Vllm() {
  return {"Vllm",
          WireFormat::kOpenai,
          {{kWhole, "vllm.json", kTired},
           {kWhole, "vllm_reasoning.json", kTired},
           {kStream, "vllm.sse", "I hear you."},
           {kReasoning, "vllm_reasoning.sse", "What happened at work?"},
           {kReasoning, "vllm_reasoning_content.sse", "Tell me more."},
           {kErrorInStream, "vllm_error_in_stream.sse", kBegun, kUpstream},
           {kError, "vllm_bad_request.json", "", kInvalidInput, 400},
           {kError, "vllm_context.json", "", kContextTooLong, 400},
           {kError, "vllm_unauthorized.json", "", kUpstreamRefused, 401},
           {kError, "vllm_not_found.json", "", kUpstreamRefused, 404},
           {kError, "error_vllm.json", "", kUpstreamRefused, 404},
           {kError, "error_fastapi_detail.json", "", kInvalidInput, 422},
           {kError, "vllm_internal.json", "", kUpstream, 500}}};
}

Vendor Ollama() {
  return {"Ollama",
          WireFormat::kOpenai,
          {{kWhole, "ollama.json", kTired},
           {kWhole, "ollama_thinking.json", kTired},
           {kStream, "ollama.sse", "Good night."},
           {kReasoning, "ollama.sse", "Good night."},
           {kOther, "no_done.sse", "Done without saying so."},
           {kErrorInStream, "ollama_error_in_stream.sse", kBegun, kUpstream},
           {kError, "ollama_bad_request.json", "", kInvalidInput, 400},
           {kError, "ollama_context.json", "", kContextTooLong, 400},
           {kError, "ollama_not_found.json", "", kUpstreamRefused, 404},
           {kError, "ollama_memory.json", "", kUpstream, 500},
           {kError, "ollama_busy.json", "", kUnavailable, 503}}};
}

Vendor Llamacpp() {
  return {"Llamacpp",
          WireFormat::kOpenai,
          {{kWhole, "llamacpp.json", kTired},
           {kStream, "llamacpp.sse", "Is there a window near you?"},
           {kReasoning, "llamacpp.sse", "Is there a window near you?"},
           {kErrorInStream, "llamacpp_error_in_stream.sse", kBegun, kUpstream},
           {kErrorInStream, "llamacpp_error_line_in_stream.sse", kBegun, kUpstream},
           {kError, "llamacpp_bad_request.json", "", kInvalidInput, 400},
           {kError, "llamacpp_context.json", "", kContextTooLong, 400},
           {kError, "llamacpp_context.json", "", kContextTooLong, 500},
           {kError, "llamacpp_context.json", "", kContextTooLong, 200},
           {kError, "llamacpp_key.json", "", kUpstreamRefused, 401},
           {kError, "llamacpp_not_found.json", "", kUpstreamRefused, 404},
           {kError, "llamacpp_server.json", "", kUpstream, 500},
           {kError, "llamacpp_not_supported.json", "", kUpstream, 501},
           {kError, "llamacpp_loading.json", "", kUnavailable, 503}}};
}

Vendor LmStudio() {
  return {"LmStudio",
          WireFormat::kOpenai,
          {{kWhole, "lmstudio.json", kTired},
           {kStream, "lmstudio.sse", "Take your time."},
           {kReasoning, "lmstudio_reasoning.sse", "Take your time."},
           {kReasoning, "lmstudio_reasoning_content.sse", "Take your time."},
           {kErrorInStream, "lmstudio_error_in_stream.sse", kBegun, kUpstream},
           {kErrorInStream, "lmstudio_context_in_stream.sse", "", kContextTooLong},
           {kOther, "lmstudio_overflow_in_silence.sse", "", kEmptyReply},
           {kError, "lmstudio_context.json", "", kContextTooLong, 400},
           {kError, "lmstudio_crashed.json", "", kInvalidInput, 400},
           {kError, "lmstudio_key.json", "", kUpstreamRefused, 401},
           {kError, "lmstudio_not_found.json", "", kUpstreamRefused, 404}}};
}

Vendor Anthropic() {
  return {"Anthropic",
          WireFormat::kAnthropic,
          {{kWhole, "anthropic.json", kTired},
           {kWhole, "anthropic_thinking.json", kTired},
           {kStream, "anthropic.sse", "That sounds exhausting."},
           {kReasoning, "anthropic_thinking.sse", "When did you last rest?"},
           {kErrorInStream, "anthropic_error_in_stream.sse", kBegun, kUnavailable},
           {kOther, "anthropic_refusal.sse", "You could", kContentRefused},
           {kOther, "anthropic_thinking_only.sse", "", kEmptyReply},
           {kError, "anthropic_invalid_request.json", "", kInvalidInput, 400},
           {kError, "anthropic_context.json", "", kContextTooLong, 400},
           {kError, "anthropic_credit.json", "", kUpstreamRefused, 400},
           {kError, "anthropic_authentication.json", "", kUpstreamRefused, 401},
           {kError, "anthropic_permission.json", "", kUpstreamRefused, 403},
           {kError, "anthropic_not_found.json", "", kUpstreamRefused, 404},
           {kError, "anthropic_too_large.json", "", kContextTooLong, 413},
           {kError, "anthropic_rate_limit.json", "", kRateLimited, 429},
           {kError, "anthropic_api_error.json", "", kUpstream, 500},
           {kError, "anthropic_timeout.json", "", kTimeout, 504},
           {kError, "anthropic_overloaded.json", "", kUnavailable, 529}}};
}

// What several vendors do, or others than those that are documented whole.
Vendor Others() {
  return {"Others",
          WireFormat::kOpenai,
          {{kStream, "azure.sse", "One step at a time."},
           {kReasoning, "mistral_parts.sse", "Guilt can be loud."},
           {kWhole, "mistral_parts.json", kTired},
           {kOther, "length_before_any_text.sse", "", kEmptyReply},
           {kOther, "content_null.json", "", kEmptyReply},
           {kOther, "length_after_text.sse", "There are many ways to"},
           {kOther, "escapes.sse", "\u00e9 \U0001F642 \"q\" \\ \nhalf \ufffd raw \U0001F642"},
           {kOther, "harmony_leak.sse",
            "<|channel|>analysis<|message|>Think.<|end|><|start|>assistant<|channel|>final"
            "<|message|>Hello."},
           {kError, "error_message.json", "", kUpstreamRefused, 401},
           {kError, "error_gemini_array.json", "", kUnavailable, 503}}};
}

std::vector<Vendor> Vendors() {
  return {Baseten(),  Openai(),   Openrouter(), Vllm(),  Ollama(),
          Llamacpp(), LmStudio(), Anthropic(),  Others()};
}

using Case = std::tuple<Vendor, FakeTransport>;

class SayingsContract : public ::testing::TestWithParam<Case> {
 protected:
  const std::vector<Saying>& sayings() const { return std::get<0>(GetParam()).sayings; }

  asio::io_context loop_;
  FakeModel model_{loop_, std::get<0>(GetParam()).format, std::get<1>(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Vendors, SayingsContract,
                         ::testing::Combine(::testing::ValuesIn(Vendors()),
                                            ::testing::Values(FakeTransport::kPlain,
                                                              FakeTransport::kTls)),
                         [](const auto& tested) {
                           const bool is_tls = std::get<1>(tested.param) == FakeTransport::kTls;
                           return std::get<0>(tested.param).name + (is_tls ? "OverTls" : "");
                         });

void Expect(const Saying& saying, const Reply& reply) {
  SCOPED_TRACE(saying.fixture + " with status " + std::to_string(saying.status));
  EXPECT_EQ(reply.text, saying.text);
  ASSERT_EQ(reply.error.has_value(), saying.error.has_value())
      << (reply.error ? reply.error->message : "no error");
  // Every server counts in these; azure.sse is from a version of the API that does not.
  const bool is_counted =
      (saying.kind == kWhole || saying.kind == kStream) && saying.fixture != "azure.sse";
  const bool has_counts = reply.usage && reply.usage->tokens_in > 0 && reply.usage->tokens_out > 0;
  EXPECT_TRUE(has_counts || !is_counted);
  if (!reply.error) return;
  EXPECT_EQ(reply.error->code, *saying.error) << reply.error->message;
  EXPECT_THAT(reply.error->message, Not(HasSubstr("secret")));
}

TEST_P(SayingsContract, ShowOfEverySayingWhatAPersonMaySee) {
  for (const auto& saying : sayings()) {
    Expect(saying, model_.Hear(FixtureAnswer(saying.fixture, saying.status)));
  }
}

TEST_P(SayingsContract, ShowTheSameHoweverASayingIsCut) {
  for (const auto& saying : sayings()) {
    for (const std::size_t bytes_per_write : {1, 11}) {
      FakeAnswer answer = FixtureAnswer(saying.fixture, saying.status);
      answer.bytes_per_write = bytes_per_write;
      Expect(saying, model_.Hear(std::move(answer)));
    }
  }
}

TEST(SayingTables, HoldEveryKindForEveryVendor) {
  for (const auto& vendor : Vendors()) {
    if (vendor.name == "Others") continue;
    for (const auto kind : {kWhole, kStream, kReasoning, kError, kErrorInStream}) {
      EXPECT_TRUE(std::ranges::any_of(vendor.sayings,
                                      [kind](const Saying& saying) { return saying.kind == kind; }))
          << vendor.name << " lacks kind " << static_cast<int>(kind);
    }
  }
}

const std::filesystem::path kFixtures =
    std::filesystem::path(NAT_SOURCE_DIR) / "tests/support/fixtures";

// The names in the first column of the README's table, such as `openai.*`.
std::vector<std::string> NamesWithASource() {
  std::ifstream readme(kFixtures / "README.md");
  std::vector<std::string> names;
  for (std::string line; std::getline(readme, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(0, line.find(" | ")));
    for (std::string name; std::getline(cells, name, '`') && std::getline(cells, name, '`');) {
      names.push_back(name);
    }
  }
  return names;
}

TEST(SayingTables, UseEveryFixtureAndEveryFixtureHasASource) {
  std::set<std::string> used = {"openai_moderation.json"};  // llm/moderation_test.cc
  for (const auto& vendor : Vendors()) {
    for (const auto& saying : vendor.sayings) used.insert(saying.fixture);
  }
  const auto sourced = NamesWithASource();
  for (const auto& entry : std::filesystem::directory_iterator(kFixtures)) {
    const std::string name = entry.path().filename();
    if (name == "README.md") continue;
    EXPECT_TRUE(used.contains(name)) << name << " is in no table";
    EXPECT_TRUE(std::ranges::any_of(sourced,
                                    [&name](const std::string& pattern) {
                                      return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
                                    }))
        << name << " has no source in the README";
  }
}

}  // namespace
}  // namespace nat
