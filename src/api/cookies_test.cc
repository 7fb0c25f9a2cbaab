#include "api/cookies.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TEST(FindCookie, FindsNothingWhereThereIsNone) {
  for (const std::string_view header : {"", ";", "; ;", "guest", "guest2=1", "xguest=1", "=1"}) {
    EXPECT_FALSE(FindCookie(header, "guest")) << header;
  }
}

TEST(FindCookie, TakesTheFirstOfThatName) {
  EXPECT_EQ(FindCookie("guest=one; guest=two", "guest"), "one");
}

TEST(FindCookie, FindsItAmongOthers) {
  EXPECT_EQ(FindCookie("theme=dark; guest=abc.def;  last=1", "guest"), "abc.def");
  EXPECT_EQ(FindCookie("theme=dark;guest=abc", "guest"), "abc");
  EXPECT_EQ(FindCookie("theme=dark;\tguest=a=b", "guest"), "a=b");
}

TEST(FindCookie, TellsNamesApartByCase) {
  EXPECT_FALSE(FindCookie("Guest=1", "guest"));
}

TEST(MakeSetCookie, IsSecureOverTlsOnly) {
  EXPECT_EQ(MakeSetCookie("guest", "abc", Transport::kPlain),
            "guest=abc; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax");
  EXPECT_EQ(MakeSetCookie("guest", "abc", Transport::kTls),
            "guest=abc; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure");
}

}  // namespace
}  // namespace nat
