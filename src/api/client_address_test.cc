#include "api/client_address.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TrustedProxies Trusting(const std::string& text) {
  auto proxies = TrustedProxies::Parse(text);
  EXPECT_TRUE(proxies) << proxies.error().message;
  return *proxies;
}

Request From(const std::string& peer, const std::vector<std::string>& forwarded_for) {
  Request request;
  request.peer_address = peer;
  for (const auto& line : forwarded_for) request.headers.Add("X-Forwarded-For", line);
  return request;
}

TEST(TrustedProxies, RefuseWhatIsNoAddressAndSayWhich) {
  for (const std::string bad :
       {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "::1/129", "/8"}) {
    const auto proxies = TrustedProxies::Parse("127.0.0.1, " + bad);
    ASSERT_FALSE(proxies) << bad;
    EXPECT_EQ(proxies.error().code, ErrorCode::kInvalidInput);
    EXPECT_NE(proxies.error().message.find('"' + bad + '"'), std::string::npos);
  }
}

TEST(TrustedProxies, TrustNobodyByDefault) {
  EXPECT_FALSE(TrustedProxies().Contains("127.0.0.1"));
  EXPECT_FALSE(Trusting(" ").Contains("127.0.0.1"));
}

TEST(TrustedProxies, ContainWhatIsInTheirRanges) {
  const auto proxies = Trusting("10.1.0.0/16, 192.0.2.7 fd00::/9");
  EXPECT_TRUE(proxies.Contains("10.1.255.1"));
  EXPECT_FALSE(proxies.Contains("10.2.0.1"));
  EXPECT_TRUE(proxies.Contains("192.0.2.7"));
  EXPECT_FALSE(proxies.Contains("192.0.2.8"));
  EXPECT_TRUE(proxies.Contains("fd7f::1"));
  EXPECT_FALSE(proxies.Contains("fd80::1"));
  EXPECT_FALSE(proxies.Contains("unix"));
}

TEST(TrustedProxies, KnowAnIpv4AddressInIpv6Form) {
  EXPECT_TRUE(Trusting("10.0.0.0/8").Contains("::ffff:10.1.2.3"));
  EXPECT_TRUE(Trusting("0.0.0.0/0").Contains("203.0.113.7"));
  EXPECT_FALSE(Trusting("0.0.0.0/0").Contains("2001:db8::1"));
}

TEST(ClientAddress, IsThePeerWhereTheClaimIsOfAStranger) {
  auto request = From("203.0.113.7", {"198.51.100.1"});
  request.headers.Add("X-Forwarded-Proto", "https");
  const auto client = Trusting("127.0.0.1").Find(request);
  EXPECT_EQ(client.address, "203.0.113.7");
  EXPECT_EQ(client.transport, Transport::kPlain);
}

TEST(ClientAddress, IsTheNearestThatIsNotAProxyOfOurs) {
  const auto proxies = Trusting("127.0.0.1 10.0.0.0/8");
  // What the client wrote itself stands first, and counts for nothing.
  const auto request = From("127.0.0.1", {"198.51.100.1, 203.0.113.7, 10.0.0.3"});
  EXPECT_EQ(proxies.Find(request).address, "203.0.113.7");
}

TEST(ClientAddress, IsReadFromAllLinesOfTheHeader) {
  // Some proxies add a line of their own below the one that the client sent.
  const auto request = From("127.0.0.1", {"198.51.100.1", "203.0.113.7"});
  EXPECT_EQ(Trusting("127.0.0.1").Find(request).address, "203.0.113.7");
}

TEST(ClientAddress, StopsAtAHopThatIsNoAddress) {
  const auto proxies = Trusting("127.0.0.1 10.0.0.0/8");
  EXPECT_EQ(proxies.Find(From("127.0.0.1", {"203.0.113.7, unknown, 10.0.0.3"})).address,
            "10.0.0.3");
  EXPECT_EQ(proxies.Find(From("127.0.0.1", {"unknown"})).address, "127.0.0.1");
}

TEST(ClientAddress, IsTheProxyWhereItSaysNothing) {
  EXPECT_EQ(Trusting("127.0.0.1").Find(From("127.0.0.1", {})).address, "127.0.0.1");
}

TEST(ClientAddress, SpeaksTlsWhereATrustedProxySaysSo) {
  Request request = From("127.0.0.1", {});
  request.headers.Add("X-Forwarded-Proto", "HTTPS");
  EXPECT_EQ(Trusting("127.0.0.1").Find(request).transport, Transport::kTls);
  request.headers.Set("X-Forwarded-Proto", "http");
  EXPECT_EQ(Trusting("127.0.0.1").Find(request).transport, Transport::kPlain);
}

TEST(AddressToCount, IsTheSameForAllOfOneHousehold) {
  EXPECT_EQ(AddressToCount("2001:db8:1:2:aaaa::1"), AddressToCount("2001:db8:1:2:bbbb::2"));
  EXPECT_NE(AddressToCount("2001:db8:1:2::1"), AddressToCount("2001:db8:1:3::1"));
}

TEST(AddressToCount, TellsIpv4AddressesApart) {
  EXPECT_EQ(AddressToCount("203.0.113.7"), "203.0.113.7");
  EXPECT_NE(AddressToCount("::ffff:203.0.113.7"), AddressToCount("::ffff:203.0.113.8"));
  EXPECT_EQ(AddressToCount("unix"), "unix");
}

}  // namespace
}  // namespace nat
