#include "safety/help_lines.h"

#include <gmock/gmock.h>

#include <iostream>
#include <set>

#include "base/files.h"
#include "base/json.h"

namespace nat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kDirectory =
    R"("international": {"name": "All", "url": "https://all.example", "source": "s",
        "verified_on": "2026-01-01"})";

std::chrono::sys_days Day(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day));
}

// A list of one country with these lines, and what else it says of it.
std::string ListOf(const std::string& lines, const std::string& more = "") {
  return std::string("{") + kDirectory + R"(, "countries": [{"code": "XA", "name": "Atlantis", )" +
         more + "\"lines\": [" + lines + "]}]}";
}

std::string Line(const std::string& name, const std::string& fields) {
  return R"({"name": ")" + name + R"(", "source": "s", "verified_on": "2026-01-01", )" + fields +
         "}";
}

HelpLines Parsed(const std::string& text) {
  auto help_lines = HelpLines::Parse(text);
  if (!help_lines) throw std::runtime_error(help_lines.error().message);
  return std::move(*help_lines);
}

// Why a list is refused; empty where it is not.
std::string Refusal(const std::string& text) {
  const auto help_lines = HelpLines::Parse(text);
  if (help_lines) return "";
  EXPECT_EQ(help_lines.error().code, ErrorCode::kInvalidInput);
  return help_lines.error().message;
}

std::vector<std::string> NamesOf(const std::vector<HelpLine>& lines) {
  std::vector<std::string> names;
  names.reserve(lines.size());
  for (const auto& line : lines) names.push_back(line.name);
  return names;
}

TEST(HelpLines, RefuseALineWithoutASource) {
  const auto why =
      Refusal(ListOf(R"({"name": "Sea", "phone": "123", "verified_on": "2026-01-01"})"));
  EXPECT_THAT(why, HasSubstr("Atlantis: Sea: it has no source"));
}

TEST(HelpLines, RefuseALineWithoutADateOrWithOneThatIsNone) {
  EXPECT_THAT(Refusal(ListOf(R"({"name": "Sea", "phone": "123", "source": "s"})")),
              HasSubstr("Atlantis: Sea: it does not say when it was verified"));
  for (const std::string day : {"yesterday", "2026-13-01", "2026-02-30", "26-01-01", "2026/01/01",
                                "2026-01-0", "2026-00-01", "01.02.2026"}) {
    const auto line =
        R"({"name": "Sea", "phone": "123", "source": "s", "verified_on": ")" + day + "\"}";
    EXPECT_THAT(Refusal(ListOf(line)), HasSubstr("is no date")) << day;
  }
}

TEST(HelpLines, RefuseAnEmergencyNumberWithoutASource) {
  const auto line = Line("Sea", R"("phone": "123")");
  EXPECT_THAT(Refusal(ListOf(line, R"("emergency": {"numbers": [{"number": "112"}]}, )")),
              HasSubstr("Atlantis: emergency: it has no source"));
  EXPECT_THAT(Refusal(ListOf(line, R"("emergency": {"numbers": []}, )")),
              HasSubstr("emergency has no numbers"));
}

TEST(HelpLines, RefuseWhatNoPhoneCanDial) {
  for (const std::string phone :
       {"call us", "1", "12345678901234567", "123,456", "123/456", "12; 34", "123 / "}) {
    EXPECT_THAT(Refusal(ListOf(Line("Sea", R"("phone": ")" + phone + "\""))),
                HasSubstr("is no number that can be dialled"))
        << phone;
  }
  for (const std::string phone : {"15", "116 123", "*4141", "+8809612119911", "(011) 5275-1135",
                                  "0800 111 0 111 / 0800 111 0 222", "988, then press 1"}) {
    EXPECT_THAT(Refusal(ListOf(Line("Sea", R"("phone": ")" + phone + "\""))), IsEmpty()) << phone;
  }
}

TEST(HelpLines, RefuseAKeyThatIsNotKnown) {
  EXPECT_THAT(Refusal(ListOf(Line("Sea", R"("phone": "123", "hour": "24/7")"))),
              HasSubstr("the key \"hour\" is not known"));
}

TEST(HelpLines, RefuseALineThatCannotBeReached) {
  EXPECT_THAT(Refusal(ListOf(Line("Sea", R"("hours": "24/7")"))), HasSubstr("no way to reach it"));
  EXPECT_THAT(Refusal(ListOf(Line("Sea", R"("url": "javascript:alert")"))),
              HasSubstr("does not begin with https://"));
}

TEST(HelpLines, RefuseWhatIsThereTwice) {
  const auto sea = Line("Sea", R"("phone": "123")");
  EXPECT_THAT(Refusal(ListOf(sea + "," + sea)), HasSubstr("twice"));
  EXPECT_THAT(Refusal(ListOf(sea + "," + Line("Lake", R"("phone": "123")"))), HasSubstr("twice"));
  const auto country = R"({"code": "XA", "name": "A", "lines": [)" + sea + "]}";
  EXPECT_THAT(Refusal(std::string("{") + kDirectory + ", \"countries\": [" + country + "," +
                      country + "]}"),
              HasSubstr("XA is there twice"));
}

TEST(HelpLines, RefuseAListWithoutTheDirectory) {
  EXPECT_THAT(Refusal(R"({"countries": []})"), HasSubstr("international"));
  EXPECT_FALSE(HelpLines::Parse("[]"));
  EXPECT_FALSE(HelpLines::Parse("not JSON"));
}

TEST(HelpLines, AreFoundByTheCodeOfACountryInAnyCase) {
  const auto help_lines = Parsed(ListOf(Line("Sea", R"("phone": "123")")));
  ASSERT_NE(help_lines.Find("XA"), nullptr);
  EXPECT_EQ(help_lines.Find("xa"), help_lines.Find("XA"));
  EXPECT_EQ(help_lines.Find("Xa")->name, "Atlantis");
  for (const std::string code : {"", "X", "XB", "XAA", "Atlantis", "\xC3\xA4"}) {
    EXPECT_EQ(help_lines.Find(code), nullptr) << code;
  }
}

TEST(HelpLines, PutThoseForEveryoneFirst) {
  const auto help_lines =
      Parsed(ListOf(Line("Children", R"("phone": "1 11", "for": "children")") + "," +
                    Line("One", R"("phone": "1 12")") + "," + Line("Two", R"("phone": "1 13")")));
  EXPECT_THAT(NamesOf(help_lines.Find("XA")->lines), ElementsAre("One", "Two", "Children"));
}

TEST(HelpLines, AreAtMostTwoAndTheDirectoryOnACard) {
  const auto help_lines =
      Parsed(ListOf(Line("Children", R"("phone": "1 11", "for": "children")") + "," +
                    Line("One", R"("phone": "1 12")") + "," + Line("Two", R"("phone": "1 13")") +
                    "," + Line("Three", R"("phone": "1 14")")));
  EXPECT_THAT(NamesOf(help_lines.ForCard("xa")), ElementsAre("One", "Two", "All"));
}

TEST(HelpLines, AreOnlyTheDirectoryWhereTheCountryIsNotKnown) {
  const auto help_lines = Parsed(ListOf(Line("Sea", R"("phone": "123")")));
  EXPECT_THAT(NamesOf(help_lines.ForCard("")), ElementsAre("All"));
  EXPECT_THAT(NamesOf(help_lines.ForCard("XB")), ElementsAre("All"));
}

TEST(HelpLines, AreOldAfterAYear) {
  const auto line = [](const std::string& name, const std::string& phone, const std::string& day) {
    return R"({"name": ")" + name + R"(", "phone": ")" + phone +
           R"(", "source": "s", "verified_on": ")" + day + "\"}";
  };
  const auto help_lines =
      Parsed(ListOf(line("Day", "101", "2025-06-15") + "," + line("Month", "102", "2025-06") + "," +
                    line("Year", "103", "2025")));
  EXPECT_THAT(help_lines.OlderThanAYear(Day(2026, 1, 1)), IsEmpty());
  // A month or a year may mean its first day.
  EXPECT_THAT(help_lines.OlderThanAYear(Day(2026, 6, 15)),
              ElementsAre("XA, Month: 2025-06", "XA, Year: 2025"));
  EXPECT_THAT(help_lines.OlderThanAYear(Day(2026, 6, 16)),
              ElementsAre("XA, Day: 2025-06-15", "XA, Month: 2025-06", "XA, Year: 2025"));
}

TEST(HelpLines, SayHowToWriteToThem) {
  HelpLine line;
  EXPECT_EQ(TextSentence(line), "");
  line.text = {"741741", "HOME"};
  EXPECT_EQ(TextSentence(line), "Text HOME to 741741");
  line.text.word.clear();
  line.whatsapp = "087 163 2030";
  EXPECT_EQ(TextSentence(line), "Text 741741, or WhatsApp 087 163 2030");
  line.text.number.clear();
  EXPECT_EQ(TextSentence(line), "WhatsApp 087 163 2030");
}

TEST(HelpLines, SayWhatAPhoneDials) {
  EXPECT_EQ(Dialable("0800 111 0 111"), "08001110111");
  EXPECT_EQ(Dialable("(011) 5275-1135"), "01152751135");
  EXPECT_EQ(Dialable("+65-6669-1771"), "+6566691771");
  EXPECT_EQ(Dialable("*4141"), "*4141");
  EXPECT_EQ(Dialable("988, then press 1"), "988");
  EXPECT_THAT(NumbersOf("113 / 0800-0113"), ElementsAre("113", "0800-0113"));
  EXPECT_THAT(NumbersOf("116 123"), ElementsAre("116 123"));
}

// The list that people are shown. That it can be read at all proves a source, a date and numbers
// that can be dialled for every entry.
class HelpLinesOfTheProject : public ::testing::Test {
 protected:
  static HelpLines Load() {
    const auto text = ReadFile(std::string(NAT_SOURCE_DIR) + "/data/help_lines.json");
    if (!text) throw std::runtime_error(text.error().message);
    return Parsed(*text);
  }

  const HelpLines help_lines_ = Load();
};

TEST_F(HelpLinesOfTheProject, CoverThirtyCountries) {
  EXPECT_GE(help_lines_.countries().size(), 30U);
  EXPECT_EQ(help_lines_.international().url, "https://findahelpline.com");
}

TEST_F(HelpLinesOfTheProject, HaveALineForEveryoneInEachCountry) {
  for (const auto& country : help_lines_.countries()) {
    SCOPED_TRACE(country.name);
    EXPECT_TRUE(country.lines.front().audience.empty());
    for (const auto& line : country.lines) {
      EXPECT_TRUE(!line.phone.empty() || !line.text.number.empty()) << line.name;
    }
  }
}

// Open data wraps short numbers in the code of the country ("+44116123"), which reaches nobody.
TEST_F(HelpLinesOfTheProject, HaveNoShortNumberBehindTheCodeOfACountry) {
  for (const auto& country : help_lines_.countries()) {
    for (const auto& line : country.lines) {
      for (const auto& number : NumbersOf(line.phone)) {
        if (!number.starts_with('+')) continue;
        EXPECT_GE(Dialable(number).size(), 11U) << line.name;
      }
    }
  }
}

TEST_F(HelpLinesOfTheProject, DoNotSayThatTheyWereVerifiedOnADayToCome) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  for (const auto& country : help_lines_.countries()) {
    EXPECT_LE(country.emergency_provenance.day, today) << country.name;
    for (const auto& line : country.lines) EXPECT_LE(line.provenance.day, today) << line.name;
  }
}

// Not a fault of the change that is being tested: a list for whoever looks numbers up again.
TEST_F(HelpLinesOfTheProject, SayWhatIsToBeLookedUpAgain) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  for (const auto& entry : help_lines_.OlderThanAYear(today)) {
    std::cout << "older than a year: " << entry << "\n";
  }
}

}  // namespace
}  // namespace nat
