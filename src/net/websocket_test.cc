#include "net/websocket.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/http_server_rig.h"

namespace nat {
namespace {

using testing::HttpServerRig;
using testing::RawClient;

// The opcodes of RFC 6455, section 5.2.
enum Opcode { kText = 1, kBinary = 2, kGoodbye = 8, kPing = 9, kPong = 10 };

struct Frame {
  int opcode = 0;
  std::string payload;
};

// A frame as a client sends it, masked with zeros.
std::string ClientFrame(Opcode opcode, const std::string& payload) {
  std::string frame(1, static_cast<char>(0x80 | opcode));
  const auto size = payload.size();
  if (size < 126) {
    frame.push_back(static_cast<char>(0x80 | size));
  } else if (size < 65536) {
    frame.push_back(static_cast<char>(0x80 | 126));
    frame.push_back(static_cast<char>(size >> 8));
    frame.push_back(static_cast<char>(size & 0xff));
  } else {
    frame.push_back(static_cast<char>(0x80 | 127));
    for (int shift = 56; shift >= 0; shift -= 8) frame.push_back(static_cast<char>(size >> shift));
  }
  return frame + std::string(4, '\0') + payload;
}

std::optional<Frame> ReadFrame(RawClient& client) {
  const auto head = client.Take(2);
  if (!head) return std::nullopt;
  Frame frame;
  frame.opcode = (*head)[0] & 0x0f;
  std::size_t size = static_cast<unsigned char>((*head)[1]);
  if (size >= 126) {
    const auto length = client.Take(size == 126 ? 2 : 8);
    if (!length) return std::nullopt;
    size = 0;
    for (const char byte : *length) size = size * 256 + static_cast<unsigned char>(byte);
  }
  const auto payload = client.Take(size);
  if (!payload) return std::nullopt;
  frame.payload = *payload;
  return frame;
}

// The code of the goodbye that comes next; 0 where none does.
int ReadGoodbye(RawClient& client) {
  const auto frame = ReadFrame(client);
  if (!frame || frame->opcode != kGoodbye || frame->payload.size() < 2) return 0;
  return static_cast<unsigned char>(frame->payload[0]) * 256 +
         static_cast<unsigned char>(frame->payload[1]);
}

std::string UpgradeRequest(const std::string& more = "") {
  return "GET /socket HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"
         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         more + "\r\n";
}

Task<void> EchoMessages(std::shared_ptr<WebSocket> socket) {
  for (;;) {
    auto message = co_await socket->Receive();
    if (!message || !message->has_value()) co_return;
    if (**message == "leave") co_return;
    if (**message == "throw") throw std::runtime_error("a bug");
    auto sent = co_await socket->Send(std::move(**message));
    if (!sent) co_return;
  }
}

// Sends until the peer does not take any more.
Task<void> Flood(std::shared_ptr<WebSocket> socket) {
  for (;;) {
    std::string text(100'000, 'x');
    auto sent = co_await socket->Send(std::move(text));
    if (!sent) co_return;
  }
}

Task<Response> Answer(std::function<Task<void>(std::shared_ptr<WebSocket>)> conversation) {
  Response response;
  response.on_websocket = std::move(conversation);
  response.websocket_protocol = "notatherapist.v1";
  co_return response;
}

class WebSocketTest : public HttpServerRig {
 protected:
  void StartWith(Task<void> (*conversation)(std::shared_ptr<WebSocket>),
                 HttpLimits limits = HttpLimits()) {
    Start([conversation](Request) { return Answer(conversation); }, limits);
  }
  // Makes the handshake and gives the head of the answer.
  std::string Open(RawClient& client) {
    client.Send(UpgradeRequest());
    return client.ReadThrough("\r\n\r\n").value_or("");
  }
};

TEST_F(WebSocketTest, RefusesARequestThatAsksForNoUpgrade) {
  StartWith(EchoMessages);
  RawClient client(port());
  client.Send("GET /socket HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto answer = client.ReadAnswer();
  EXPECT_EQ(answer.status, 426);
  EXPECT_EQ(RawClient::Field(answer.head, "Upgrade"), "websocket");
  EXPECT_EQ(RawClient::Field(answer.head, "Sec-WebSocket-Version"), "13");
}

TEST_F(WebSocketTest, RefusesAWrongVersionMethodOrKey) {
  StartWith(EchoMessages);
  for (const auto& [part, instead, status] : std::vector<std::tuple<std::string, std::string, int>>{
           {"Version: 13", "Version: 8", 426},
           {"GET ", "POST ", 426},
           {"keep-alive, Upgrade", "keep-alive", 426},
           {"dGhlIHNhbXBsZSBub25jZQ==", "short", 400}}) {
    auto request = UpgradeRequest();
    request.replace(request.find(part), part.size(), instead);
    RawClient client(port());
    client.Send(request);
    EXPECT_EQ(client.ReadAnswer().status, status) << instead;
  }
}

TEST_F(WebSocketTest, ClosesOnABinaryMessage) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kBinary, "bytes"));
  EXPECT_EQ(ReadGoodbye(client), 1003);
}

TEST_F(WebSocketTest, ClosesOnAMessageOverTheLimit) {
  HttpLimits limits;
  limits.socket_message_bytes_max = 100;
  StartWith(EchoMessages, limits);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kText, std::string(100, 'x')));
  EXPECT_EQ(ReadFrame(client)->payload.size(), 100U);
  client.Send(ClientFrame(kText, std::string(101, 'x')));
  EXPECT_EQ(ReadGoodbye(client), 1009);
}

TEST_F(WebSocketTest, ClosesOnTextThatIsNotUtf8) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kText, "\xff\xfe"));
  EXPECT_EQ(ReadGoodbye(client), 1007);
}

TEST_F(WebSocketTest, ClosesOnBytesThatAreNoFrame) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(ReadGoodbye(client), 1002);
}

TEST_F(WebSocketTest, EndsWhenThePeerVanishes) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kText, "half").substr(0, 3));
  client.Reset();
  EXPECT_TRUE(HasNoConnections());
}

TEST_F(WebSocketTest, EndsWhenThePeerFallsSilentAndDoesNotAnswerPings) {
  StartWith(EchoMessages, Impatient());
  RawClient client(port());
  Open(client);
  const auto frame = ReadFrame(client);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->opcode, kPing);
  EXPECT_TRUE(HasNoConnections());
}

TEST_F(WebSocketTest, EndsForAPeerThatDoesNotRead) {
  auto limits = Impatient();
  limits.idle_timeout = std::chrono::hours(1);
  StartWith(Flood, limits);
  RawClient client(port());
  Open(client);
  EXPECT_TRUE(Eventually([&] { return connections() == 1; }));
  EXPECT_TRUE(HasNoConnections());
}

TEST_F(WebSocketTest, ClosesWhenItsHandlerReturns) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kText, "leave"));
  EXPECT_EQ(ReadGoodbye(client), 1000);
  client.Send(ClientFrame(kGoodbye, std::string("\x03\xe8", 2)));
  client.CloseSending();
  EXPECT_TRUE(HasNoConnections());
}

TEST_F(WebSocketTest, ReportsAHandlerThatThrowsAndCutsTheConnection) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kText, "throw"));
  EXPECT_TRUE(client.IsClosed());
  EXPECT_TRUE(HasNoConnections());
  EXPECT_EQ(loop_.Run([&] { return std::exchange(faults_, {}); }),
            std::vector<std::string>{"a bug"});
}

TEST_F(WebSocketTest, MakesTheHandshakeAndAgreesOnTheProtocolThatWasOffered) {
  StartWith(EchoMessages);
  RawClient plain(port());
  const auto head = Open(plain);
  EXPECT_EQ(head.find("HTTP/1.1 101"), 0U);
  // The answer to the key of RFC 6455, section 1.3.
  EXPECT_EQ(RawClient::Field(head, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(RawClient::Field(head, "Sec-WebSocket-Protocol"), std::nullopt);
  EXPECT_EQ(RawClient::Field(head, "Server"), "notatherapist");

  RawClient offering(port());
  offering.Send(UpgradeRequest("Sec-WebSocket-Protocol: other, notatherapist.v1\r\n"));
  EXPECT_EQ(
      RawClient::Field(offering.ReadThrough("\r\n\r\n").value_or(""), "Sec-WebSocket-Protocol"),
      "notatherapist.v1");
}

TEST_F(WebSocketTest, ReadsWhatCameTogetherWithTheRequest) {
  StartWith(EchoMessages);
  RawClient client(port());
  client.Send(UpgradeRequest() + ClientFrame(kText, "early") + ClientFrame(kText, "bird"));
  ASSERT_TRUE(client.ReadThrough("\r\n\r\n"));
  EXPECT_EQ(ReadFrame(client)->payload, "early");
  EXPECT_EQ(ReadFrame(client)->payload, "bird");
}

TEST_F(WebSocketTest, CarriesTextOfAnySizeWithinTheLimit) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  for (const std::size_t size : {0U, 1U, 125U, 126U, 5'000U, 65'536U}) {
    client.Send(ClientFrame(kText, std::string(size, 'x')));
    const auto frame = ReadFrame(client);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->opcode, kText);
    EXPECT_EQ(frame->payload, std::string(size, 'x'));
  }
}

TEST_F(WebSocketTest, AnswersAPing) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kPing, "are you there"));
  const auto frame = ReadFrame(client);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->opcode, kPong);
  EXPECT_EQ(frame->payload, "are you there");
}

TEST_F(WebSocketTest, SendsTheMessagesOfManyTasksOneByOne) {
  struct Many {
    static Task<void> SendOne(std::shared_ptr<WebSocket> socket, std::string text) {
      auto sent = co_await socket->Send(std::move(text));
      EXPECT_TRUE(sent);
    }
    static Task<void> Talk(std::shared_ptr<WebSocket> socket) {
      auto executor = co_await asio::this_coro::executor;
      for (int count = 0; count < 20; ++count) {
        asio::co_spawn(executor, SendOne(socket, std::string(200'000, 'x')), asio::detached);
      }
      auto end = co_await socket->Receive();
      EXPECT_TRUE(end && !end->has_value());
    }
  };
  StartWith(Many::Talk);
  RawClient client(port());
  Open(client);
  for (int count = 0; count < 20; ++count) {
    const auto frame = ReadFrame(client);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->payload, std::string(200'000, 'x'));
  }
  client.Send(ClientFrame(kGoodbye, std::string("\x03\xe8", 2)));
  EXPECT_EQ(ReadGoodbye(client), 1000);
}

TEST_F(WebSocketTest, IsAskedToLeaveWhenTheServerDrains) {
  StartWith(EchoMessages);
  RawClient client(port());
  Open(client);
  client.Send(ClientFrame(kText, "hello"));
  EXPECT_EQ(ReadFrame(client)->payload, "hello");
  auto draining = std::async(std::launch::async, [&] { Drain(std::chrono::seconds(10)); });
  EXPECT_EQ(ReadGoodbye(client), 1001);
  client.Send(ClientFrame(kGoodbye, std::string("\x03\xe9", 2)));
  client.CloseSending();
  draining.get();
  EXPECT_EQ(connections(), 0U);
}

}  // namespace
}  // namespace nat
