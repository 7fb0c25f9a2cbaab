#include "net/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Url, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "cannot be read"},
      {"host/path", "cannot be read"},
      {"localhost:8080/v1", "neither http nor https"},
      {"ftp://host/", "neither http nor https"},
      {"https://", "no usable host"},
      {"https:///path", "no usable host"},
      {"https://ho st/", "cannot be read"},
      {"https://ho%0d%0ast/", "no usable host"},
      {"https://host:0/", "between 1 and 65535"},
      {"https://host:65536/", "between 1 and 65535"},
      {"https://host:99999/", "between 1 and 65535"},
      {"https://host:80x/", "between 1 and 65535"},
      {"https://host:port/", "between 1 and 65535"},
      {"https://[::1/", "cannot be read"},
      {"https://host/#part", "fragment"},
      {"https://user@host/", "user name or a password"},
  };
  for (const auto& [text, reason] : wrong) {
    auto url = ParseUrl(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidInput) << text;
    EXPECT_THAT(url.error().message, HasSubstr(reason)) << text;
  }
  EXPECT_FALSE(ParseUrl("https://host/" + std::string(4'000, 'x')));
}

TEST(Url, NeverRepeatsAPasswordInItsError) {
  auto url = ParseUrl("https://user:hunter2@host/");
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().message, Not(HasSubstr("hunter2")));
}

TEST(Url, KnowsThePortOfItsScheme) {
  auto plain = ParseUrl("http://host");
  auto secure = ParseUrl("HTTPS://Host.Example:443/");
  ASSERT_TRUE(plain);
  ASSERT_TRUE(secure);
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->Origin(), "http://host");
  EXPECT_EQ(plain->Target(), "/");
  EXPECT_EQ(secure->port, 443);
  EXPECT_EQ(secure->Origin(), "https://host.example");
}

TEST(Url, KeepsIpv6InBracketsOnlyWhereTheyBelong) {
  auto url = ParseUrl("http://[::1]:11434/v1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->Authority(), "[::1]:11434");
}

TEST(Url, JoinsAPathBeforeTheQuery) {
  auto url = ParseUrl("https://name.openai.azure.com/openai/v1/?api-version=2024-10-21");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->Join("/chat/completions").Target(),
            "/openai/v1/chat/completions?api-version=2024-10-21");
}

}  // namespace
}  // namespace nat
