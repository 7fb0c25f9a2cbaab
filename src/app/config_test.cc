#include "app/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

using Variables = std::map<std::string, std::string>;

Environment With(Variables variables) {
  variables.emplace("HOME", "/nonexistent");
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

class ConfigTest : public testing::Test {
 protected:
  std::filesystem::path Write(const std::string& text) {
    const auto path = folder_ / "notatherapist.toml";
    std::ofstream(path) << text;
    return path;
  }
  std::string ProblemOf(const std::string& text) {
    const auto config = LoadConfig(Write(text), With({}));
    return config ? "" : config.error().message;
  }

  TemporaryFolder folder_;
};

TEST_F(ConfigTest, NamesTheKeyThatIsUnknownOrWrong) {
  struct Case {
    const char* text;
    const char* named;
  };
  for (const auto& [text, named] : {Case{"prot = 1", "prot"},
                                    {"[server]\nprot = 1", "server.prot"},
                                    {"[server]\nport = \"x\"", "server.port"},
                                    {"[server]\nport = 70000", "server.port"},
                                    {"[server]\nallowed_origins = [1]", "server.allowed_origins"},
                                    {"[log]\nlevel = \"loud\"", "log.level"},
                                    {"[chat]\nsecond_message = \"no\"", "chat.second_message"},
                                    {"[[providers]]\nurl = \"x\"", "providers[0].url"},
                                    {"[server\n", ":1:"},
                                    {"server = 3", "server"}}) {
    EXPECT_NE(ProblemOf(text).find(named), std::string::npos) << text << ": " << ProblemOf(text);
  }
}

TEST_F(ConfigTest, RefusesAFileThatIsNamedAndNotThere) {
  EXPECT_FALSE(LoadConfig(folder_ / "absent.toml", With({})));
}

TEST_F(ConfigTest, RefusesVariablesThatCannotBeUsed) {
  for (const auto& [name, value] : Variables{{"NAT_PORT", "http"},
                                             {"NAT_RATE_LIMIT", "maybe"},
                                             {"NAT_SECOND_MESSAGE", "maybe"},
                                             {"NAT_DATABASE_URL", "postgresql://x"},
                                             {"NAT_REDIS_URL", "redis://x"},
                                             {"NAT_TRUSTED_PROXIES", "10.0.0.0/99"},
                                             {"NAT_LLM_BASE_URL", "localhost:8000"},
                                             {"NAT_LLM_API_KEY_FILE", "/nonexistent/key"}}) {
    const auto config = LoadConfig(std::nullopt, With({{name, value}}));
    ASSERT_FALSE(config) << name;
    if (name != "NAT_LLM_BASE_URL") {
      EXPECT_NE(config.error().message.find(name), std::string::npos) << config.error().message;
    }
  }
}

TEST_F(ConfigTest, LetsTheEnvironmentWinOverTheFile) {
  const auto path = Write("[server]\nport = 6000\nbind = \"127.0.0.2\"\n");
  const auto config = LoadConfig(path, With({{"NAT_PORT", "7000"}}));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->port, 7000);
  EXPECT_EQ(config->bind, "127.0.0.2");
}

TEST_F(ConfigTest, ChoosesProvidersFromTheKeysThatAreSet) {
  const auto none = LoadConfig(std::nullopt, With({}));
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->providers.empty());
  const auto both =
      LoadConfig(std::nullopt, With({{"BASETEN_API_KEY", "b"}, {"OPENAI_API_KEY", "o"}}));
  ASSERT_TRUE(both);
  ASSERT_EQ(both->providers.size(), 2U);
  EXPECT_EQ(both->providers[0].name, "baseten");
  EXPECT_EQ(both->providers[0].model, "openai/gpt-oss-120b");
  EXPECT_EQ(both->providers[1].name, "openai");
  const auto own = LoadConfig(
      std::nullopt, With({{"BASETEN_API_KEY", "b"}, {"NAT_LLM_BASE_URL", "http://[::1]:8000/v1"}}));
  ASSERT_TRUE(own);
  ASSERT_EQ(own->providers.size(), 1U);
  EXPECT_EQ(own->providers[0].name, "custom");
}

TEST_F(ConfigTest, ReadsASecretFromAFileAndNeverPrintsIt) {
  std::ofstream(folder_ / "key") << "sesame\n";
  const auto config =
      LoadConfig(std::nullopt, With({{"BASETEN_API_KEY_FILE", (folder_ / "key").string()}}));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->providers[0].api_key.Reveal(), "sesame");
  EXPECT_EQ(PrintConfig(*config).find("sesame"), std::string::npos);
}

TEST_F(ConfigTest, PrintsWhatItWouldReadAgain) {
  const auto config = LoadConfig(
      Write("[server]\nport = 6000\nallowed_origins = [\"https://club.example\"]\n"
            "[[providers]]\nname = \"a\"\nbase_url = \"http://127.0.0.1:1/v1\"\nmodel = \"m\"\n"
            "reasoning_effort = \"low\"\nstreaming = false\n"),
      With({}));
  ASSERT_TRUE(config) << config.error().message;
  const auto printed = PrintConfig(*config);
  const auto again = LoadConfig(Write(printed), With({}));
  ASSERT_TRUE(again) << again.error().message << "\n" << printed;
  EXPECT_EQ(PrintConfig(*again), printed);
  EXPECT_EQ(again->allowed_origins.size(), 1U);
  EXPECT_FALSE(again->providers[0].is_streaming);
}

TEST_F(ConfigTest, TheDocumentedFileIsRightAsItStands) {
  const auto config = LoadConfig(NAT_SOURCE_DIR "/notatherapist.toml", With({}));
  EXPECT_TRUE(config) << config.error().message;
}

}  // namespace
}  // namespace nat
