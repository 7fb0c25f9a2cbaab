#include "llm/json_repair.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

namespace nat {
namespace {

// What a strict parser reads of the repaired text.
std::string ReadText(const std::string& json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(RepairJson(json), error);
  if (error) return "error: " + error.message();
  return boost::json::value_to<std::string>(value.at("t"));
}

TEST(RepairJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(ReadText("{\"t\":\"a\xFF z\"}"), "a\xEF\xBF\xBD z");
  EXPECT_EQ(ReadText("{\"t\":\"a\xF0\x9F\"}"), "a\xEF\xBF\xBD");
}

TEST(RepairJson, ReplacesHalvesOfSurrogatePairs) {
  EXPECT_EQ(ReadText(R"({"t":"\ud83d"})"), "\xEF\xBF\xBD");
  EXPECT_EQ(ReadText(R"({"t":"\ude42 x"})"), "\xEF\xBF\xBD x");
  EXPECT_EQ(ReadText(R"({"t":"\ud83d\ud83d\ude42"})"), "\xEF\xBF\xBD\xF0\x9F\x99\x82");
  EXPECT_EQ(ReadText(R"({"t":"\ud83dA"})"),
            "\xEF\xBF\xBD"
            "A");
}

TEST(RepairJson, EscapesRawControlCharacters) {
  EXPECT_EQ(ReadText("{\"t\":\"a\nb\tc\"}"), "a\nb\tc");
}

TEST(RepairJson, TakesTheBackslashOfAnUnknownEscapeForABackslash) {
  EXPECT_EQ(ReadText(R"({"t":"a\'b"})"), R"(a\'b)");
  EXPECT_EQ(ReadText(R"({"t":"\u12"})"), R"(\u12)");
}

TEST(RepairJson, LeavesWhatIsWellFormed) {
  const std::string well_formed =
      R"({ "t" : "\"\\\/\b\f\n\r\t\u0041\ud83d\ude42é", "n": [1, -2.5e3, null] })";
  EXPECT_EQ(RepairJson(well_formed), well_formed);
}

TEST(RepairJson, LeavesWrongWhatIsWrongOutsideStrings) {
  for (const std::string wrong : {"", "{", "{\"t\":\"a", "\\", "\"\\", "{\"t\" \"a\"}"}) {
    EXPECT_EQ(ReadText(wrong).substr(0, 6), "error:") << wrong;
  }
}

}  // namespace
}  // namespace nat
