#include "app/provider_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <map>

#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// Every field with another value than its default.
constexpr const char* kGateway = R"([gateway]
first_text_timeout = 17.5
connect_timeout = 4
first_token_timeout = 14.25
token_timeout = 19
reply_timeout = 170
attempts_max = 2
retry_share = 0.125
queue_max = 7
queue_timeout = 0.5
hedge_percentile = 97.5
breaker_pause = 6
breaker_pause_max = 61
)";
constexpr const char* kProvider = R"(name = "one"
kind = "anthropic"
base_url = "https://one.example/v1"
model = "one-large"
api_key_env = "ONE_KEY"
auth = "x-one-key"
reasoning_effort = "low"
temperature = 0.25
reply_tokens_max = 1234
context_tokens = 45678
streaming = false
ca_file = "/etc/ssl/one.pem"
requests_per_minute = 15
tokens_per_minute = 100000
concurrency_max = 3
price_in = 0.1
price_out = 5
rank = 4
weight = 2
token_limit_field = "max_completion_tokens"
omit = ["temperature", "stream_options"]
headers = { "X-Title" = "open sesame" }
body = { top_p = 0.9, seed = 7, stop = ["a", "b"], args = { thinking = true, depth = { name = "x" } } }
)";

Environment Keys() {
  const std::map<std::string, std::string> variables = {{"HOME", "/nonexistent"},
                                                        {"ONE_KEY", "open barley"}};
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

void ExpectAllRead(const ProviderConfig& provider) {
  EXPECT_EQ(provider.name, "one");
  EXPECT_EQ(provider.kind, "anthropic");
  EXPECT_EQ(provider.base_url, "https://one.example/v1");
  EXPECT_EQ(provider.model, "one-large");
  EXPECT_EQ(provider.auth, "x-one-key");
  EXPECT_EQ(provider.reasoning_effort, "low");
  EXPECT_EQ(provider.temperature, 0.25);
  EXPECT_FALSE(provider.is_streaming);
  EXPECT_EQ(provider.ca_file, "/etc/ssl/one.pem");
  EXPECT_EQ(provider.token_limit_field, "max_completion_tokens");
  EXPECT_THAT(provider.omitted_fields, ElementsAre("temperature", "stream_options"));
  EXPECT_EQ(provider.body, json::parse(R"({"top_p": 0.9, "seed": 7, "stop": ["a", "b"],
                                           "args": {"thinking": true, "depth": {"name": "x"}}})"));
  EXPECT_EQ(provider.rank, 4U);
  const auto& policy = provider.policy;
  EXPECT_EQ(policy.weight, 2U);
  EXPECT_EQ(policy.quota.requests_per_minute, 15U);
  EXPECT_EQ(policy.quota.tokens_per_minute, 100'000U);
  EXPECT_EQ(policy.quota.concurrency_max, 3U);
  EXPECT_EQ(policy.reply_tokens_max, 1234U);
  EXPECT_EQ(policy.context_tokens, 45'678U);
  EXPECT_EQ(policy.price_in, 0.1);
  EXPECT_EQ(policy.price_out, 5);
}

void ExpectAllRead(const GatewayConfig& gateway) {
  EXPECT_EQ(gateway.options.first_text_budget, 17'500ms);
  EXPECT_EQ(gateway.connect_timeout, 4s);
  EXPECT_EQ(gateway.options.first_token_timeout, 14'250ms);
  EXPECT_EQ(gateway.token_timeout, 19s);
  EXPECT_EQ(gateway.reply_timeout, 170s);
  EXPECT_EQ(gateway.options.attempts_max, 2U);
  EXPECT_EQ(gateway.options.retry_share, 0.125);
  EXPECT_EQ(gateway.options.queue_max, 7U);
  EXPECT_EQ(gateway.options.queue_timeout, 500ms);
  EXPECT_EQ(gateway.options.hedge_percentile, 97.5);
  EXPECT_EQ(gateway.options.breaker.pause, 6s);
  EXPECT_EQ(gateway.options.breaker.pause_max, 61s);
}

class ProviderConfigTest : public testing::Test {
 protected:
  Result<Config> Load(const std::string& text) {
    const auto path = folder_ / "notatherapist.toml";
    std::ofstream(path) << text;
    return LoadConfig(path, Keys());
  }
  std::string ProblemOf(const std::string& text) {
    const auto config = Load(text);
    return config ? "" : config.error().message;
  }
  // This line in place of the one of the same field, or after all others.
  static std::string With(const std::string& line, const std::string& fields = kProvider) {
    std::string text = "\n" + fields;
    const auto begin = text.find("\n" + line.substr(0, line.find('=') + 1));
    if (begin == std::string::npos) return text + line + "\n";
    return text.replace(begin + 1, text.find('\n', begin + 1) - begin - 1, line);
  }
  static std::string Everything() {
    const std::string fields = kProvider;
    return std::string(kGateway) + "[[providers]]\n" + fields + "[classifier]\n" + fields +
           "[moderation]\n" + fields;
  }

  TemporaryFolder folder_;
};

TEST_F(ProviderConfigTest, NamesTheFieldOfAProviderThatIsWrong) {
  struct Table {
    const char* head;
    const char* path;
  };
  for (const auto& [head, path] :
       {Table{"[[providers]]\n", "providers[0]."}, Table{"[classifier]\n", "classifier."},
        Table{"[moderation]\n", "moderation."}}) {
    for (const std::string line : {"name = 7",
                                   "kind = \"ollama\"",
                                   "kind = 1",
                                   "base_url = 7",
                                   "model = true",
                                   "auth = 7",
                                   "api_key_env = 7",
                                   "api_key_file = \"/nonexistent/key\"",
                                   "reasoning_effort = 1",
                                   "temperature = \"hot\"",
                                   "temperature = -0.1",
                                   "reply_tokens_max = 1.5",
                                   "reply_tokens_max = -1",
                                   "context_tokens = \"all\"",
                                   "streaming = \"no\"",
                                   "ca_file = 7",
                                   "requests_per_minute = -1",
                                   "tokens_per_minute = true",
                                   "concurrency_max = \"one\"",
                                   "price_in = -1",
                                   "price_out = \"free\"",
                                   "rank = -1",
                                   "weight = 0",
                                   "weight = -1",
                                   "token_limit_field = 7",
                                   "omit = \"temperature\"",
                                   "omit = [1]",
                                   "headers = \"x\"",
                                   "headers = { \"X-Title\" = 7 }",
                                   "body = 7",
                                   "price = 1"}) {
      const auto field = line.substr(0, line.find(' '));
      EXPECT_THAT(ProblemOf(head + With(line)), HasSubstr(path + field)) << line;
    }
  }
}

TEST_F(ProviderConfigTest, NamesTheFieldOfTheGatewayThatIsWrong) {
  for (const std::string field :
       {"first_text_timeout", "connect_timeout", "first_token_timeout", "token_timeout",
        "reply_timeout", "queue_timeout", "breaker_pause", "breaker_pause_max"}) {
    for (const std::string value : {"\"soon\"", "-1", "86401", "true", "inf"}) {
      std::string line = field;
      line += " = ";
      line += value;
      const auto problem = ProblemOf(With(line, kGateway));
      EXPECT_THAT(problem, HasSubstr("gateway." + field)) << value;
    }
  }
  for (const std::string line :
       {"attempts_max = 0", "attempts_max = -1", "attempts_max = 2.5", "retry_share = -0.1",
        "retry_share = \"half\"", "queue_max = -1", "queue_max = \"many\"",
        "hedge_percentile = 101", "hedge_percentile = -1", "hedge_percentile = \"p95\"",
        "timeout = 1"}) {
    const auto field = line.substr(0, line.find(' '));
    EXPECT_THAT(ProblemOf(With(line, kGateway)), HasSubstr("gateway." + field)) << line;
  }
}

TEST_F(ProviderConfigTest, RefusesTablesOfAnotherKind) {
  EXPECT_THAT(ProblemOf("providers = 7"), HasSubstr("providers"));
  EXPECT_THAT(ProblemOf("providers = [7]"), HasSubstr("providers[0]"));
  EXPECT_THAT(ProblemOf("[providers]\nname = \"one\""), HasSubstr("[[providers]]"));
  for (const std::string name : {"gateway", "classifier", "moderation"}) {
    EXPECT_THAT(ProblemOf(name + " = 7"), HasSubstr(name + " must be a table"));
    EXPECT_THAT(ProblemOf("[[" + name + "]]"), HasSubstr(name + " must be a table"));
  }
}

TEST_F(ProviderConfigTest, RefusesProvidersThatCannotBeAsked) {
  const std::string head = "[[providers]]\n";
  for (const std::string line : {"name = \"\"", "name = \"companion\"", "name = \"protocol\""}) {
    EXPECT_THAT(ProblemOf(head + With(line)), HasSubstr("name")) << line;
  }
  for (const std::string line :
       {"base_url = \"\"", "base_url = \"one.example\"", "base_url = \"ftp://one.example\""}) {
    EXPECT_THAT(ProblemOf(head + With(line)), HasSubstr("base_url of one")) << line;
    EXPECT_THAT(ProblemOf("[classifier]\n" + With(line)), HasSubstr("base_url of one")) << line;
  }
  EXPECT_THAT(ProblemOf(head + With("model = \"\"")), HasSubstr("model of one"));
}

TEST_F(ProviderConfigTest, RefusesTwoProvidersOfOneName) {
  const std::string one = std::string("[[providers]]\n") + kProvider;
  EXPECT_THAT(ProblemOf(one + one), HasSubstr("the name one"));
}

TEST_F(ProviderConfigTest, ReadsEveryField) {
  const auto config = Load(Everything());
  ASSERT_TRUE(config) << config.error().message;
  ExpectAllRead(config->gateway);
  ASSERT_EQ(config->providers.size(), 1U);
  ASSERT_TRUE(config->classifier);
  ASSERT_TRUE(config->moderation);
  for (const auto& provider : {config->providers[0], *config->classifier, *config->moderation}) {
    ExpectAllRead(provider);
    EXPECT_EQ(provider.api_key.Reveal(), "open barley");
    EXPECT_THAT(provider.headers, ElementsAre(Pair("X-Title", "open sesame")));
  }
}

TEST_F(ProviderConfigTest, PrintsEveryFieldWithoutWhatIsSecret) {
  const auto config = Load(Everything());
  ASSERT_TRUE(config) << config.error().message;
  const auto printed = PrintConfig(*config);
  EXPECT_THAT(printed, Not(HasSubstr("open barley")));
  EXPECT_THAT(printed, Not(HasSubstr("open sesame")));
  EXPECT_THAT(printed, HasSubstr("X-Title"));
  EXPECT_THAT(printed, HasSubstr("# one: the key is set, and not shown"));
  const auto again = Load(printed);
  ASSERT_TRUE(again) << again.error().message << "\n" << printed;
  ExpectAllRead(again->gateway);
  ASSERT_EQ(again->providers.size(), 1U);
  ASSERT_TRUE(again->classifier);
  ASSERT_TRUE(again->moderation);
  for (const auto& provider : {again->providers[0], *again->classifier, *again->moderation}) {
    ExpectAllRead(provider);
  }
}

TEST_F(ProviderConfigTest, PrintsDefaultsThatAreReadAgainAsSuch) {
  const auto config = Load(
      "[[providers]]\nname = \"a\"\nbase_url = \"http://127.0.0.1:1/v1\"\nmodel = \"m\"\n"
      "[classifier]\nbase_url = \"http://127.0.0.1:2/v1\"\nmodel = \"c\"\n"
      "[moderation]\nbase_url = \"http://127.0.0.1:3/v1\"\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto again = Load(PrintConfig(*config));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(PrintConfig(*again), PrintConfig(*config));
  EXPECT_EQ(again->classifier->temperature, 0);
  EXPECT_EQ(again->classifier->name, "classifier");
  EXPECT_EQ(again->moderation->model, "omni-moderation-latest");
  EXPECT_FALSE(again->providers[0].rank);
  EXPECT_FALSE(again->providers[0].reasoning_effort);
  EXPECT_EQ(again->gateway.options.first_text_budget, limits::kFirstTextBudget);
}

TEST_F(ProviderConfigTest, HasNoSecondOpinionsUnlessTheyAreConfigured) {
  const auto config = Load(std::string("[[providers]]\n") + kProvider);
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->classifier);
  EXPECT_FALSE(config->moderation);
}

TEST_F(ProviderConfigTest, ReadsTheKeyFromAFileWithoutItsLineEnd) {
  std::ofstream(folder_ / "key") << "open wheat\n";
  const auto line = "api_key_file = \"" + (folder_ / "key").string() + "\"";
  const auto config = Load("[[providers]]\n" + With(line));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->providers[0].api_key.Reveal(), "open wheat");
}

TEST_F(ProviderConfigTest, LeavesAProviderWithoutAKeyWhereItsVariableIsNotSet) {
  const auto config = Load("[[providers]]\n" + With("api_key_env = \"OTHER_KEY\""));
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->providers[0].api_key.is_empty());
  EXPECT_THAT(PrintConfig(*config), HasSubstr("# one: the key is not set"));
}

}  // namespace
}  // namespace nat
