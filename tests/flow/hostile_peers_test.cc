// Peers that do it wrong, by accident or not, harm themselves alone. How net/ cuts each of them off
// is tested there; here the whole program goes on serving the others.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr std::size_t kMebibyte = 1024 * 1024;

std::size_t ResidentBytes() {
  std::size_t pages = 0;
  std::size_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

class HostilePeers : public Flow {
 protected:
  void ExpectServesOthers() {
    EXPECT_EQ(Curl().Get("/health").status, 200);
    EXPECT_EQ(Curl().Post("/chat", json::object{{"message", "Hello."}}).status, 200);
  }
};

TEST_F(HostilePeers, ThatNeverFinishTheirRequestsHoldUpNobody) {
  Start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int peer = 0; peer < 200; ++peer) {
    slow.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(slow.back()->is_connected());
    slow.back()->Send("POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Le");
  }
  ExpectServesOthers();
}

TEST_F(HostilePeers, ThatNeverSendTheirBodyHoldUpNobody) {
  Start();
  RawClient half(port());
  half.Send(
      "POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 500\r\n\r\n{\"message\": \"Hel");
  ExpectServesOthers();
  half.CloseSending();
  EXPECT_THAT(half.ReadAnswer().status, AnyOf(0, 400));
  ExpectServesOthers();
}

TEST_F(HostilePeers, ThatSendGarbageAreToldSo) {
  Start();
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string("\0\0\0\0", 4),
        std::string("GET\r\n\r\n"), std::string("GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        std::string("POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        std::string("POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")}) {
    RawClient peer(port());
    peer.Send(garbage);
    peer.CloseSending();
    const auto answer = peer.ReadAnswer();
    EXPECT_THAT(answer.status, AnyOf(0, 400)) << answer.head;
    if (answer.status == 400) {
      EXPECT_THAT(answer.body, HasSubstr("malformed_request"));
    }
  }
  ExpectServesOthers();
}

TEST_F(HostilePeers, WithTenThousandHeadersAreRefused) {
  Start();
  std::string head = "GET /health HTTP/1.1\r\nHost: localhost\r\n";
  for (int field = 0; field < 10'000; ++field) head += "X-" + std::to_string(field) + ": 1\r\n";
  RawClient peer(port());
  peer.Send(head + "\r\n");
  EXPECT_EQ(peer.ReadAnswer().status, 431);
  ExpectServesOthers();
}

TEST_F(HostilePeers, WithBodiesWithoutEndAreRefusedInBoundedMemory) {
  Start();
  ExpectServesOthers();
  const std::string piece(64 * 1024, 'a');
  const std::string chunk = "10000\r\n" + piece + "\r\n";
  const auto before = ResidentBytes();
  for (int peer_number = 0; peer_number < 16; ++peer_number) {
    RawClient peer(port());
    peer.Send(
        "POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    for (std::size_t sent = 0; sent < 7 * kMebibyte; sent += piece.size()) {
      if (!peer.Send(chunk)) break;
    }
    EXPECT_EQ(peer.ReadAnswer().status, 413);
  }
  const auto after = ResidentBytes();
  EXPECT_LT(after, before + 64 * kMebibyte) << "of 112 MiB that were sent";
  ExpectServesOthers();
}

TEST_F(HostilePeers, ThatVanishInTheMiddleOfAStreamHoldUpNobody) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  for (int reader = 0; reader < 50; ++reader) {
    RawClient peer(port());
    peer.Send("GET /api/turns/" + TextAt(turn, "turn_id") +
              "/events HTTP/1.1\r\nHost: localhost\r\nCookie: " + browser.cookie() + "\r\n\r\n");
    EXPECT_TRUE(peer.ReadThrough("event: turn"));
    peer.Reset();
  }
  gate().OpenForGood();
  EXPECT_EQ(TextAt(WaitForEnd(browser, TextAt(turn, "turn_id")), "text"), kWholeReply);
}

}  // namespace
}  // namespace nat::testing
