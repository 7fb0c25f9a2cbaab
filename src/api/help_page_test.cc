#include "api/help_page.h"

#include <gmock/gmock.h>

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string CountriesOf(const std::string& line) {
  const std::string text = R"({"international": {"name": "All", "url": "https://all.example/",
      "source": "s", "verified_on": "2026-01-01"}, "countries": [{"code": "XA", "name": "A & B",
      "emergency": {"numbers": [{"number": "911"}, {"number": "107", "for": "ambulance"}],
      "source": "s", "verified_on": "2026-01-01"},
      "lines": [{"source": "s", "verified_on": "2026-01-01", )" +
                           line + "}]}]}";
  auto help_lines = HelpLines::Parse(text);
  if (!help_lines) throw std::runtime_error(help_lines.error().message);
  return HelpPageMarks(*help_lines).at("{{help-countries}}");
}

TEST(HelpPage, LetsAPhoneCallWhatIsWritten) {
  const auto html = CountriesOf(R"("name": "Sea", "phone": "0800 111 / *41#")");
  EXPECT_THAT(html, HasSubstr(R"(<a href="tel:0800111">0800 111</a>)"));
  EXPECT_THAT(html, HasSubstr(R"(<a href="tel:*41%23">*41#</a>)"));
  EXPECT_THAT(html,
              HasSubstr(R"(<a href="tel:911">911</a>, <a href="tel:107">107</a> (ambulance))"));
}

TEST(HelpPage, LetsAPhoneBeginTheMessage) {
  const auto html = CountriesOf(R"("name": "Sea", "text": {"number": "741741", "word": "HOME"})");
  EXPECT_THAT(html, HasSubstr(R"(Text HOME to <a href="sms:741741?body=HOME">741741</a>)"));
}

TEST(HelpPage, SaysForWhomWhenAndHowOldItIs) {
  const auto html = CountriesOf(
      R"("name": "Sea", "phone": "123", "for": "children", "hours": "24/7",
         "languages": ["Greek", "Latin"])");
  EXPECT_THAT(html, HasSubstr("<span>for children</span>"));
  EXPECT_THAT(html, HasSubstr("24/7 · Greek, Latin · as of 2026-01-01"));
}

TEST(HelpPage, ShowsTextAsText) {
  const auto html = CountriesOf(R"("name": "<script>alert(\"1\")</script>", "phone": "123")");
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("<summary>A &amp; B</summary>"));
}

TEST(HelpPage, NamesAnAddressOnce) {
  const auto html = CountriesOf(
      R"("name": "Sea", "chat": "https://www.sea.example/talk", "url": "https://www.sea.example/")");
  EXPECT_THAT(html, HasSubstr("Chat: <a href=\"https://www.sea.example/talk\" "
                              "rel=\"noopener noreferrer\">www.sea.example/talk</a>"));
  EXPECT_THAT(html, Not(HasSubstr(">www.sea.example</a>")));
}

}  // namespace
}  // namespace nat
