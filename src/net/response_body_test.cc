#include "net/response_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_gzip.h"
#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

using ResponseBodyTest = HttpClientRig;

TEST_F(ResponseBodyTest, StopsWaitingForTheFirstByteOfABody) {
  FakeUpstream upstream;
  FakeAnswer silent = StreamOf({});
  silent.ending = FakeEnding::kHang;
  upstream.Answer(silent);
  ClientRequest request = To(upstream.origin());
  request.timeouts.first_byte = 500ms;
  request.timeouts.between_bytes = 1h;
  auto response = Send(std::move(request));
  ASSERT_TRUE(response);
  auto body = ReadBody(*response);
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("body of"));
}

TEST_F(ResponseBodyTest, StopsWaitingBetweenBytes) {
  FakeUpstream upstream;
  FakeAnswer stalled = StreamOf({"piece"});
  stalled.ending = FakeEnding::kHang;
  upstream.Answer(stalled);
  ClientRequest request = To(upstream.origin());
  request.timeouts.between_bytes = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
}

TEST_F(ResponseBodyTest, DoesNotHurryWhoeverReadsTheBody) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("patience"));
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  clock_.Jump(3'600s);
  loop_.run_for(2 * 100ms);
  auto body = ReadBody(*response);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, "patience");
}

TEST_F(ResponseBodyTest, TakesABodyThatEndsTooEarlyForBroken) {
  for (const auto framing : {FakeFraming::kChunked, FakeFraming::kLength}) {
    for (const auto ending : {FakeEnding::kCut, FakeEnding::kReset}) {
      FakeUpstream upstream;
      FakeAnswer cut = TextAnswer("half");
      cut.framing = framing;
      cut.ending = ending;
      upstream.Answer(cut);
      auto body = Fetch(To(upstream.origin()));
      ASSERT_FALSE(body);
      EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
    }
  }
}

TEST_F(ResponseBodyTest, TakesACompressedBodyThatEndsTooEarlyForBroken) {
  for (const auto framing :
       {FakeFraming::kChunked, FakeFraming::kLength, FakeFraming::kUntilClose}) {
    FakeUpstream upstream;
    FakeAnswer truncated = Gzipped(TextAnswer("half"));
    truncated.framing = framing;
    truncated.pieces.pop_back();
    upstream.Answer(truncated);
    auto body = Fetch(To(upstream.origin()));
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
    EXPECT_THAT(body.error().message, HasSubstr("body of " + upstream.origin()));
  }
}

TEST_F(ResponseBodyTest, TakesACompressedBodyForBrokenThatIsNotCompressed) {
  FakeUpstream upstream;
  FakeAnswer lying = TextAnswer("plain after all");
  lying.headers.emplace_back("Content-Encoding", "gzip");
  upstream.Answer(lying);
  auto body = Fetch(To(upstream.origin()));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
}

TEST_F(ResponseBodyTest, HandsOutABombInPieces) {
  std::string bomb_text;
  bomb_text.resize(10'000'000);
  FakeUpstream upstream;
  FakeAnswer bomb = Gzipped(TextAnswer(bomb_text));
  upstream.Answer(bomb);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  std::size_t bytes = 0;
  for (;;) {
    auto next = response->body->Next();
    auto piece = RunTask(loop_, std::move(next));
    ASSERT_TRUE(piece) << piece.error().message;
    if (!*piece) break;
    EXPECT_LE((*piece)->size(), limits::kUpstreamReadBytes);
    bytes += (*piece)->size();
  }
  EXPECT_EQ(bytes, 10'000'000u);

  auto again = Send(To(upstream.origin()));
  auto whole = ReadWhole(*again->body, 1'000'000);
  EXPECT_FALSE(RunTask(loop_, std::move(whole)));
}

TEST_F(ResponseBodyTest, UnfoldsACompressedBodyHoweverItIsCut) {
  FakeUpstream upstream;
  for (const auto framing :
       {FakeFraming::kChunked, FakeFraming::kLength, FakeFraming::kUntilClose}) {
    for (const std::size_t bytes_per_write : {0, 1, 7}) {
      FakeAnswer answer = TextAnswer("");
      answer.pieces = {"Hello", ", ", "w\xC3\xB6rld", std::string(300, '!')};
      answer = Gzipped(answer);
      answer.framing = framing;
      answer.bytes_per_write = bytes_per_write;
      upstream.Answer(answer);
      auto response = Send(To(upstream.origin()));
      ASSERT_TRUE(response);
      EXPECT_FALSE(response->headers.Get("Content-Encoding"));
      EXPECT_FALSE(response->headers.Get("Content-Length"));
      auto body = ReadBody(*response);
      ASSERT_TRUE(body) << body.error().message;
      EXPECT_EQ(*body, "Hello, w\xC3\xB6rld" + std::string(300, '!'));
    }
  }
  EXPECT_EQ(upstream.connections(), 3u);  // one, and two more after those that end by closing
}

TEST_F(ResponseBodyTest, HandsOutCompressedPiecesAsTheyArrive) {
  FakeUpstream upstream;
  FakeAnswer answer = Gzipped(StreamOf({"data: one\n\n", "data: two\n\n"}));
  answer.gate = std::make_shared<FakeGate>();
  upstream.Answer(answer);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  for (const std::string expected : {"data: one\n\n", "data: two\n\n"}) {
    answer.gate->LetPass(1);
    auto next = response->body->Next();
    auto piece = RunTask(loop_, std::move(next));
    ASSERT_TRUE(piece);
    EXPECT_EQ(*piece, expected);
  }
  answer.gate->OpenForGood();
  auto rest = ReadBody(*response);
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(*rest, "");
}

TEST_F(ResponseBodyTest, BoundsABodyThatIsReadWhole) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("four"));
  auto response = Send(To(upstream.origin()));
  auto task = ReadWhole(*response->body, 3);
  EXPECT_FALSE(RunTask(loop_, std::move(task)));
}

TEST_F(ResponseBodyTest, ReadsEveryFramingHoweverItIsCut) {
  for (const auto transport : {FakeTransport::kPlain, FakeTransport::kTls}) {
    FakeUpstream upstream(transport);
    Trust(upstream.ca_file());
    for (const auto framing :
         {FakeFraming::kChunked, FakeFraming::kLength, FakeFraming::kUntilClose}) {
      for (const std::size_t bytes_per_write : {0, 1, 7}) {
        FakeAnswer answer = TextAnswer("");
        answer.framing = framing;
        answer.pieces = {"Hello", ", ", "w\xC3\xB6rld", std::string(300, '!')};
        answer.bytes_per_write = bytes_per_write;
        upstream.Answer(answer);
        auto body = Fetch(To(upstream.origin()));
        ASSERT_TRUE(body) << body.error().message;
        EXPECT_EQ(*body, "Hello, w\xC3\xB6rld" + std::string(300, '!'));
      }
    }
  }
}

TEST_F(ResponseBodyTest, ReadsABodyLargerThanItsBuffers) {
  FakeUpstream upstream;
  const std::string large(3'000'000, 'x');
  FakeAnswer answer = StreamOf({large});
  upstream.Answer(answer);
  auto body = Fetch(To(upstream.origin()));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->size(), large.size());
}

TEST_F(ResponseBodyTest, HandsOutPiecesAsTheyArrive) {
  FakeUpstream upstream;
  FakeAnswer answer = StreamOf({"one", "two"});
  answer.gate = std::make_shared<FakeGate>();
  upstream.Answer(answer);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  for (const std::string expected : {"one", "two"}) {
    answer.gate->LetPass(1);
    auto next = response->body->Next();
    auto piece = RunTask(loop_, std::move(next));
    ASSERT_TRUE(piece);
    EXPECT_EQ(*piece, expected);
  }
}

TEST_F(ResponseBodyTest, ClosesTheConnectionOfABodyThatIsDropped) {
  FakeUpstream upstream;
  FakeAnswer endless = StreamOf({"piece"});
  endless.ending = FakeEnding::kHang;
  upstream.Answer(endless);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  response->body.reset();
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

TEST_F(ResponseBodyTest, LetsABodyOutliveItsClient) {
  FakeUpstream upstream;
  FakeAnswer answer = StreamOf({"one", "two"});
  answer.gate = std::make_shared<FakeGate>();
  upstream.Answer(answer);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  client_.reset();
  answer.gate->OpenForGood();
  auto body = ReadBody(*response);
  ASSERT_TRUE(body);
  EXPECT_EQ(*body, "onetwo");
}

}  // namespace
}  // namespace nat
