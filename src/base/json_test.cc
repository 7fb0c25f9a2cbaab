#include "base/json.h"

#include <gtest/gtest.h>

#include <string>

namespace nat {
namespace {

TEST(Json, RefusesWhatIsNotAnObject) {
  for (const char* text : {"", "{", "[1]", "\"a\"", "null", "{\"a\":1}x", "{a:1}", "{\"a\":1,}"}) {
    const auto object = ParseJsonObject(text, "the test");
    ASSERT_FALSE(object) << text;
    EXPECT_EQ(object.error().code, ErrorCode::kInvalidJson) << text;
  }
}

TEST(Json, RefusesATextThatIsNestedTooDeeply) {
  const std::string deep = "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_FALSE(ParseJsonObject(deep, "the test"));
}

TEST(Json, RefusesInvalidUtf8) {
  EXPECT_FALSE(ParseJsonObject("{\"a\":\"\xff\"}", "the test"));
}

TEST(JsonReader, NamesTheBadFieldAndNeverItsValue) {
  const auto object = ParseJsonObject(R"({"message": 42})", "the test");
  ASSERT_TRUE(object);
  const auto message = JsonReader(*object).RequiredText("message");
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(message.error().public_detail.find("\"message\""), std::string::npos);
  EXPECT_EQ(message.error().public_detail.find("42"), std::string::npos);
}

TEST(JsonReader, AnAbsentFieldAndNullAreNothing) {
  const auto object = ParseJsonObject(R"({"b": null})", "the test");
  ASSERT_TRUE(object);
  const JsonReader reader(*object);
  EXPECT_FALSE(reader.RequiredText("a"));
  EXPECT_EQ(*reader.OptionalText("b"), std::nullopt);
  EXPECT_EQ(*reader.OptionalBoolean("b"), std::nullopt);
}

TEST(JsonReader, ReadsTextAndBooleans) {
  const auto object = ParseJsonObject(R"({"a": "x", "b": true})", "the test");
  ASSERT_TRUE(object);
  const JsonReader reader(*object);
  EXPECT_EQ(*reader.RequiredText("a"), "x");
  EXPECT_EQ(*reader.OptionalBoolean("b"), true);
  EXPECT_FALSE(reader.OptionalBoolean("a"));
}

}  // namespace
}  // namespace nat
