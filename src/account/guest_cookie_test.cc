#include "account/guest_cookie.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

PurposeKey CookieKey() {
  return MasterKey(MasterKey::Bytes::Make()).Derive(KeyPurpose::kCookies);
}

TEST(GuestCookie, IsRefusedWhenOneCharacterOfItIsAnother) {
  const auto key = CookieKey();
  const auto cookie = MakeGuestCookie(key, PersonId::Make());
  for (std::size_t at = 0; at < cookie.size(); ++at) {
    auto changed = cookie;
    changed[at] = changed[at] == '0' ? '1' : '0';
    EXPECT_FALSE(ReadGuestCookie(key, changed)) << at;
  }
}

TEST(GuestCookie, IsRefusedWhenAnotherInstallationMadeIt) {
  EXPECT_FALSE(ReadGuestCookie(CookieKey(), MakeGuestCookie(CookieKey(), PersonId::Make())));
}

TEST(GuestCookie, IsRefusedWhenItHasNotTheShapeOfOne) {
  const auto key = CookieKey();
  for (const char* value : {"", ".", "abc", "abc.def", "00000000000000000000000000."}) {
    EXPECT_FALSE(ReadGuestCookie(key, value)) << value;
  }
}

TEST(GuestCookie, NamesThePersonItWasMadeFor) {
  const auto key = CookieKey();
  const auto person = PersonId::Make();
  EXPECT_EQ(ReadGuestCookie(key, MakeGuestCookie(key, person)), person);
}

}  // namespace
}  // namespace nat
